namespace DeviceCreds.Tests;

/// <summary>A certificate of the usual form is read in place; what is read is what BouncyCastle reads in the same bytes.</summary>
public sealed class PlainCertificateTests
{
    [Theory]
    [InlineData("device-1", null)]
    [InlineData("device 1+2=3", "0166d2a1c9f84b7f8c3a5de2471b9c60")]
    public void What_is_issued_is_read_in_place(string name, string? accountId)
    {
        var chain = CertificateChain.Create(["Root", "Factory"]);
        var issuer = new CredentialIssuer(chain.Issuer!, accountId is null ? CredentialKind.Bootstrap : CredentialKind.Lwm2m);
        var credential = issuer.Issue(new DeviceIdentity(name, accountId));
        foreach (var certificate in credential.Chain.Certificates)
        {
            var fields = PlainCertificate.TryRead(certificate.CertificateDer);
            Assert.NotNull(fields);
            Assert.Equal(Describe(BerCertificate.Read(certificate.CertificateDer)), Describe(fields));
        }
    }

    [Fact]
    public void A_name_with_other_characters_is_left_to_BouncyCastle()
    {
        var issuer = new CredentialIssuer(CertificateAuthority.Create("Factory CA"), CredentialKind.Bootstrap);
        var credential = issuer.Issue(new DeviceIdentity("Gerät-1"));
        Assert.Null(PlainCertificate.TryRead(credential.CertificateDer));
        Assert.Equal("Gerät-1", credential.Chain.Leaf.EndpointName);
    }

    // Every byte of a certificate with each of its bits changed, and with the values that have a meaning in DER.
    [Fact]
    public void Whatever_is_damaged_is_read_as_BouncyCastle_reads_it_or_not_at_all()
    {
        var issuer = new CredentialIssuer(CertificateAuthority.Create("Factory CA"), CredentialKind.Lwm2m);
        var der = issuer.Issue(new DeviceIdentity("device-1", "0166d2a1c9f84b7f8c3a5de2471b9c60")).CertificateDer;
        var read = 0;
        for (var at = 0; at < der.Length; at++)
        {
            foreach (var value in Enumerable.Range(0, 8).Select(bit => (byte)(der[at] ^ (1 << bit))).Concat<byte>([0x00, 0x01, 0x80, 0xFF]))
            {
                var damaged = (byte[])der.Clone();
                damaged[at] = value;
                if (PlainCertificate.TryRead(damaged) is not { } fields) continue;
                read++;
                Assert.Equal(Describe(BerCertificate.Read(damaged)), Describe(fields));
            }
        }

        // Most of the bytes are a number, a key, a digest or a signature.
        Assert.InRange(read, der.Length, 12 * der.Length);
    }

    static string Describe(CertificateFields fields) => string.Join("\n",
    [
        $"{fields.IsDer} {fields.Version} {fields.Serial} {fields.NotBefore:O} {fields.NotAfter:O}", fields.IssuerText, fields.SubjectText,
        fields.IssuerKey, fields.SubjectKey, .. new[] { fields.Tbs, fields.Signature, fields.RawNotBefore, fields.RawNotAfter,
            fields.IssuerDer, fields.SubjectDer, fields.Issuer.GetDerEncoded(), fields.Subject.GetDerEncoded(), fields.KeyInfoDer,
            fields.KeyInfo.GetDerEncoded(), fields.InnerAlgorithm.GetDerEncoded(), fields.OuterAlgorithm.GetDerEncoded(), }
            .Select(Hex.Encode),
        .. fields.Extensions.Select(e => $"{e.Id} {e.IsCritical} {Hex.Encode(e.Value)}"),
        .. fields.SubjectAttributes.Select(a => $"{a.Type} {a.Value.ToAsn1Object().GetType().Name} {DistinguishedName.Text(a.Value)}"),
    ]);
}
