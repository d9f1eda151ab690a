namespace DeviceCreds.Tests;

public class DeviceResponseTests
{
    /// <summary>An answer as the device writes it: maps of open length, FF at their ends.</summary>
    internal static byte[] Answer(byte[]? request = null, int status = 0, string warnings = "", string session = "device-1",
        string info = "The Factory process succeeded\n", string keyName = "mbed.BootstrapDevicePrivateKey")
    {
        var parts = new List<byte> { 0xBF };
        if (request is not null)
        {
            Add("Csrs");
            parts.AddRange([0x81, 0xBF]);
            Add("PrKN", keyName, "Data", request);
            parts.Add(0xFF);
        }

        Add("SchemeVersion", "0.0.1", "SID", session, "ReturnStatus", status, "InfoMessage", info);
        if (warnings.Length > 0) Add("WarningInfo", warnings);
        parts.Add(0xFF);
        return [.. parts];

        void Add(params object[] items) => parts.AddRange(items.SelectMany(CborItem.Encode));
    }

    [Fact]
    public void Success_has_requests_that_are_signed_and_sent_back()
    {
        var pair = DeviceKey.Generate();
        var response = DeviceResponse.Read(Given.Input(Answer(DeviceCertificateRequest.Create("device-1", key: pair).Der)));
        Assert.Equal((0, "SUCCESS", true, "device-1", "The Factory process succeeded"),
            (response.ReturnStatus, response.StatusName, response.Succeeded, response.SessionId, response.InfoMessage));
        var credential = new CredentialIssuer(Factory.Authorities[0], CredentialKind.Bootstrap).Issue(Assert.Single(response.Requests));
        Assert.Null(credential.PrivateKey);
        var second = FccBundle.Read(Given.Input(Factory.Bundle(credential, Factory.Full())));
        Assert.Equal((response.SessionId, true), (second.SessionId, second.Verify));
        Assert.Empty(second.Keys);
        Assert.Contains(second.Certificates, c => c.PrivateKeyName == "mbed.BootstrapDevicePrivateKey");
    }

    [Theory]
    [InlineData("mbed.LwM2MDevicePrivateKey", CredentialKind.Bootstrap)]
    [InlineData("mbed.BootstrapDevicePrivateKey", CredentialKind.Lwm2m)]
    [InlineData("acme.Key", CredentialKind.Bootstrap)]
    public void A_request_for_a_key_of_another_name_is_not_signed(string keyName, CredentialKind kind)
    {
        var der = DeviceCertificateRequest.Create("device-1", Given.AccountId).Der;
        var request = Assert.Single(DeviceResponse.Read(Given.Input(Answer(der, keyName: keyName))).Requests);
        Assert.Equal(keyName, request.PrivateKeyName);
        var issuer = new CredentialIssuer(Factory.Authorities[0], kind);
        Assert.Equal("RequestKeyNameDiffers", Refused.Issuance(() => issuer.Issue(request)));
        // The device may still get the right one, and a request that came alone names no key.
        Assert.NotNull(issuer.Issue(DeviceCertificateRequest.Read(Given.Input(der))));
    }

    [Fact]
    public void A_response_is_signed_when_it_succeeded_and_holds_a_request()
    {
        var der = DeviceCertificateRequest.Create("device-1").Der;
        Assert.Null(Refusal(Answer(der)));
        Assert.Equal("ResponseWithoutRequest", Refusal(Answer()));
        Assert.Equal("ResponseWithoutRequest", Refusal(Answer(status: 13)));
        Assert.Equal("ResponseFailed", Refusal(Answer(der, status: 13)));

        static string? Refusal(byte[] answer) => DeviceResponse.Read(Given.Input(answer)).FindRefusal()?.ErrorId;
    }

    [Fact]
    public void Warnings_come_one_by_one()
    {
        var response = DeviceResponse.Read(Given.Input(Answer(warnings: "Item not set:mbed.Timezone\nItem not set:mbed.ClassId\n")));
        Assert.Equal(new[] { "Item not set:mbed.Timezone", "Item not set:mbed.ClassId" }, response.Warnings);
        Assert.Empty(response.Requests);
    }

    [Theory]
    [InlineData(13, "EXPIRED_CERTIFICATE")]
    [InlineData(21, "BUNDLE_RESPONSE_ERROR")]
    [InlineData(34, "CERTIFICATE_PUBLIC_KEY_CORRELATION_ERROR")]
    [InlineData(37, "NOT_SUPPORTED")]
    [InlineData(99, "99")]
    public void A_failure_has_its_name(int status, string name)
    {
        var response = DeviceResponse.Read(Given.Input(Answer(status: status, info: "Certificate expired:mbed.BootstrapDeviceCert")));
        Assert.Equal((status, name, false, "Certificate expired:mbed.BootstrapDeviceCert"),
            (response.ReturnStatus, response.StatusName, response.Succeeded, response.InfoMessage));
    }

    public static readonly Dictionary<string, (byte[] Bytes, string Id, string Field)> Cases = new()
    {
        ["cut short"] = (Answer()[..40], "ResponseMalformed", ""),
        ["bytes that follow"] = ([.. Answer(), 0], "ResponseTrailingData", "the response"),
        ["what was sent"] = (Factory.Bundle(Factory.Credential(), Factory.Least()), "ResponseUnknownField", "Keys"),
        ["no status"] = (CborItem.Encode(CborItem.Map(("SchemeVersion", "0.0.1"))), "ResponseFieldMissing", "the response"),
        ["no version"] = (CborItem.Encode(CborItem.Map(("ReturnStatus", 0))), "ResponseFieldMissing", "the response"),
        ["another version"] = (CborItem.Encode(CborItem.Map(("SchemeVersion", "1"))), "ResponseValueInvalid", "SchemeVersion"),
        ["a status below zero"] = (CborItem.Encode(CborItem.Map(("ReturnStatus", -1))), "ResponseValueInvalid", "ReturnStatus"),
        ["a status that is a text"] = (CborItem.Encode(CborItem.Map(("ReturnStatus", "0"))), "ResponseWrongType", "ReturnStatus"),
        ["a damaged request"] = (Answer([0x30, 0x03, 0x02, 0x01, 0x00]), "RequestMalformed", "Csrs[0].Data"),
        ["a request of another key"] = (Answer(Forged()), "RequestSignatureInvalid", "Csrs[0].Data"),
        ["a request without name"] = (CborItem.Encode(CborItem.Map(("Csrs", new object[] { CborItem.Map(("Data", new byte[] { 1 })) }))),
            "RequestNotRecognised", "Csrs[0].Data"),
        ["six requests"] =
            (CborItem.Encode(
                CborItem.Map(
                    ("Csrs", (object[])[
                        .. Enumerable.Repeat(CborItem.Map(("PrKN", "k"), ("Data", DeviceCertificateRequest.Create("x").Der)), 6)]))),
                "ResponseLimitExceeded", "Csrs"),
        ["more than 64 KiB"] = (CborItem.Encode(CborItem.Map(("InfoMessage", new string('x', 70_000)))), "ResponseLimitExceeded", ""),
        ["not a map"] = ([0x80], "ResponseWrongType", "the response"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_wrong_is_named_with_its_field(string name)
    {
        var (bytes, id, field) = Cases[name];
        var error = Assert.Throws<InputException>(() => DeviceResponse.Read(new InputFile(bytes, "response.cbor")));
        Assert.Equal(id, error.ErrorId);
        Assert.StartsWith("response.cbor: " + field, error.Message);
    }

    static byte[] Forged()
    {
        var der = DeviceCertificateRequest.Create("device-1").Der;
        der[^1] ^= 1;
        return der;
    }
}
