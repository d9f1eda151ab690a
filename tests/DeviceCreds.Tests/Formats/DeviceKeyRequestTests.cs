namespace DeviceCreds.Tests;

public class DeviceKeyRequestTests
{
    [Fact]
    public void It_asks_for_a_key_in_an_open_session_without_verifying()
    {
        using var folder = new TempFolder();
        var path = new DeviceKeyRequest("a/b,c", CredentialKind.Lwm2m) { AccountId = Given.AccountId,
            Entropy = new byte[48] }.Write(folder.Path, replace: false);
        Assert.Equal(new[] { "a%2Fb%2Cc/device.cbor" }, folder.Files());
        var bundle = FccBundle.Read(InputFile.Read(path));
        Assert.Equal(("a/b,c", true, false, false, 48),
            (bundle.SessionId, bundle.IsSessionOpen, bundle.Verify, bundle.Disable, bundle.Entropy!.Length));
        Assert.Equal(new FccKeyRequest("mbed.LwM2MDevicePrivateKey", $"CN=a/b\\,c,OU={Given.AccountId}", 1, 4),
            Assert.Single(bundle.Requests));
    }

    [Fact]
    public void It_is_byte_for_byte_what_the_scheme_says() => Assert.Equal(
        "A5" + // a map of five
        "6D536368656D6556657273696F6E65302E302E31" + // SchemeVersion 0.0.1
        "63534944656465762D31" + // SID dev-1
        "694B70416C765365737301" + // KpAlvSess 1
        "674373725265717381A4" + // CsrReqs, one map of four
        "6450724B4E781E6D6265642E426F6F747374726170446576696365507269766174654B6579" + // PrKN
        "645375626A68434E3D6465762D31" + // Subj CN=dev-1
        "624D4401" + // MD 1
        "63457874A2624B550163454B5504" + // Ext: KU 1, EKU 4
        "6656657269667900", // Verify 0
        Convert.ToHexString(new DeviceKeyRequest("dev-1", CredentialKind.Bootstrap).Compose().Encode()));

    [Fact]
    public void The_session_may_have_another_name() =>
        Assert.Equal("S-1", new DeviceKeyRequest("d", CredentialKind.Bootstrap) { SessionId = "S-1" }.Compose().SessionId);

    [Fact]
    public void What_the_device_could_not_do_is_refused()
    {
        Assert.Equal("AccountIdMissing", Refused.Issuance(() => new DeviceKeyRequest("d", CredentialKind.Lwm2m).Compose()));
        Assert.Equal("EndpointNameEmpty", Refused.Issuance(() => new DeviceKeyRequest("", CredentialKind.Bootstrap).Compose()));
        Assert.Equal("SubjectNotPossible", Refused.Input(() => new DeviceKeyRequest("a\\b", CredentialKind.Bootstrap).Compose()));
        Assert.Equal("ConfigurationValueInvalid",
            Refused.Input(() => new DeviceKeyRequest("d", CredentialKind.Bootstrap) { Entropy = new byte[47] }.Compose()));
    }
}
