namespace DeviceCreds.Tests;

/// <summary>Keys, signatures and certificates that standards print.</summary>
public class PublishedKeyTests
{
    /// <summary>RFC 9500, 2.3: testECCP256, which the RFC publishes for tests.</summary>
    const string TestKey = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIObLW92AqkWunJXowVR2Z5/+yVPBaFHnEedDk5WJxk/BoAoGCCqGSM49
        AwEHoUQDQgAEQiVI+I+3gv+17KN0RFLHKh5Vj71vc75eSOkyMsxFxbFsTNEMTLjV
        uKFxOelIgsiZJXKZNCX0FBmrfpCkKklCcg==
        -----END EC PRIVATE KEY-----
        """;

    /// <summary>RFC 7468, 5.1: a CA of GnuTLS.</summary>
    const string Certificate = """
        -----BEGIN CERTIFICATE-----
        MIICLDCCAdKgAwIBAgIBADAKBggqhkjOPQQDAjB9MQswCQYDVQQGEwJCRTEPMA0G
        A1UEChMGR251VExTMSUwIwYDVQQLExxHbnVUTFMgY2VydGlmaWNhdGUgYXV0aG9y
        aXR5MQ8wDQYDVQQIEwZMZXV2ZW4xJTAjBgNVBAMTHEdudVRMUyBjZXJ0aWZpY2F0
        ZSBhdXRob3JpdHkwHhcNMTEwNTIzMjAzODIxWhcNMTIxMjIyMDc0MTUxWjB9MQsw
        CQYDVQQGEwJCRTEPMA0GA1UEChMGR251VExTMSUwIwYDVQQLExxHbnVUTFMgY2Vy
        dGlmaWNhdGUgYXV0aG9yaXR5MQ8wDQYDVQQIEwZMZXV2ZW4xJTAjBgNVBAMTHEdu
        dVRMUyBjZXJ0aWZpY2F0ZSBhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMB
        BwNCAARS2I0jiuNn14Y2sSALCX3IybqiIJUvxUpj+oNfzngvj/Niyv2394BWnW4X
        uQ4RTEiywK87WRcWMGgJB5kX/t2no0MwQTAPBgNVHRMBAf8EBTADAQH/MA8GA1Ud
        DwEB/wQFAwMHBgAwHQYDVR0OBBYEFPC0gf6YEr+1KLlkQAPLzB9mTigDMAoGCCqG
        SM49BAMCA0gAMEUCIDGuwD1KPyG+hRf88MeyMQcqOFZD0TbVleF+UsAGQ4enAiEA
        l4wOuDwKQa+upc8GftXE2C//4mKANBC6It01gUaTIpo=
        -----END CERTIFICATE-----
        """;

    [Fact]
    public void The_test_key_of_RFC_9500_is_read_and_written_as_it_stands()
    {
        var key = DeviceKey.Read(Given.Input(TestKey));
        Assert.Equal(
            "04422548F88FB782FFB5ECA3744452C72A1E558FBD6F73BE5E48E93232CC45C5B1"
                + "6C4CD10C4CB8D5B8A17139E94882C8992572993425F41419AB7E90A42A494272",
            Convert.ToHexString(key.Point));
        Assert.Equal(TestKey, key.ToPem());
        Assert.Equal(key.Point,
            P256.PublicPoint(Convert.FromHexString("E6CB5BDD80AA45AE9C95E8C15476679FFEC953C16851E711E743939589C64FC1")));
    }

    /// <summary>RFC 6979, A.2.5: P-256 with SHA-256.</summary>
    [Theory]
    [InlineData("sample", "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")]
    [InlineData("test", "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
        "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083")]
    public void The_signatures_of_RFC_6979_verify_and_no_others(string message, string r, string s)
    {
        var point = P256.PublicPoint(Convert.FromHexString("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"));
        Assert.Equal(
            "0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                + "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
            Convert.ToHexString(point));
        var signature = Given.Der(w =>
        {
            using var _ = w.PushSequence();
            w.WriteIntegerUnsigned(Convert.FromHexString(r).SkipWhile(b => b == 0).ToArray());
            w.WriteIntegerUnsigned(Convert.FromHexString(s).SkipWhile(b => b == 0).ToArray());
        });
        Assert.True(P256.Verify(point, System.Text.Encoding.ASCII.GetBytes(message), signature));
        Assert.False(P256.Verify(point, System.Text.Encoding.ASCII.GetBytes(message + "."), signature));
    }

    [Fact]
    public void The_certificate_of_RFC_7468_is_read_and_its_signature_verifies()
    {
        var certificate = Assert.Single(CertificateReader.Read(Given.Input(Certificate)));
        Assert.True(certificate.IsCertificateAuthority);
        Assert.True(certificate.IsSignedBy(certificate));
        Assert.Equal("CN=GnuTLS certificate authority,ST=Leuven,OU=GnuTLS certificate authority,O=GnuTLS,C=BE", certificate.Subject);
        Assert.Equal((Given.Utc("2011-05-23T20:38:21Z"), Given.Utc("2012-12-22T07:41:51Z")),
            (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime()));
        Assert.Equal(Certificate, certificate.CertificatePem);
    }
}
