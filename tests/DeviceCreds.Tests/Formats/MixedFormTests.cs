using System.Text.Json;

namespace DeviceCreds.Tests;

/// <summary>One file may hold the certificate in one form and the key in another: neither is dropped.</summary>
public sealed class MixedFormTests : IDisposable
{
    static readonly DeviceCredential Device = Factory.Credential();
    static readonly char[] Password = "secret".ToCharArray();

    static readonly Dictionary<string, object> Certificates = new()
    {
        ["PEM"] = Device.CertificatePem,
        ["Base64"] = Convert.ToBase64String(Device.CertificateDer),
        ["PEM in Base64"] = Base64(Device.CertificatePem),
        ["hexadecimal"] = Convert.ToHexString(Device.CertificateDer),
        ["lines"] = Device.CertificatePem.Split('\n'),
    };

    static readonly Dictionary<string, object> Keys = new()
    {
        ["PEM"] = Device.PrivateKey!.ToPem(),
        ["encrypted PEM"] = Device.PrivateKey!.ToPem(KeyEncoding.Pkcs8, Password),
        ["Base64"] = Convert.ToBase64String(Device.PrivateKey.ToDer()),
        ["PEM in Base64"] = Base64(Device.PrivateKey.ToPem()),
        ["hexadecimal"] = Convert.ToHexString(Device.PrivateKey.ToDer()),
        ["a JSON Web Key"] = JsonDocument.Parse(KeyWrappingTests.Jwk(Device.PrivateKey)).RootElement,
        ["PKCS#12 in Base64"] = Convert.ToBase64String(Container()),
        ["PKCS#12 in PEM"] = Pem.Encode("PKCS12", Container()),
        ["PKCS#12 under the label PFX"] = Pem.Encode("PFX", Container()),
    };

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Pairs => [.. from c in Certificates.Keys from k in Keys.Keys select (c, k)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Json_is_read_whole(string certificate, string key)
    {
        RequireKey(JsonSerializer.Serialize(new { certificate = Certificates[certificate], private_key = Keys[key] }));
        RequireKey(JsonSerializer.Serialize(new { private_key = Keys[key], certificate = Certificates[certificate] }));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Text_is_read_whole(string certificate, string key)
    {
        if (Certificates[certificate] is string first && Keys[key] is string second && certificate != "hexadecimal" && key != "hexadecimal")
            RequireKey($"CERT={first}\nKEY={second}\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_lines_of_Base64_are_two_objects_with_and_without_padding_between_them(bool hasPadding)
    {
        var device = Enumerable.Range(1, 30).Select(i => Factory.Credential(name: new string('x', i)))
            .First(c => Convert.ToBase64String(c.CertificateDer).EndsWith('=') == hasPadding);
        var text = $"{Convert.ToBase64String(device.CertificateDer)}\n{Convert.ToBase64String(device.PrivateKey!.ToDer())}\n";
        Assert.Equal(device.PrivateKey, Assert.Single(CredentialImporter.Read([_folder.Write("both.txt", text)])).PrivateKey);
    }

    [Fact]
    public void A_CA_s_container_beside_its_certificate_gives_its_key()
    {
        var authority = CertificateAuthority.Create("Root");
        var container = Pkcs12.Encode("ca", authority.ExportableKey, authority.Chain.Certificates, Password, Pkcs12Protection.Legacy);
        var read = AuthorityFiles.Read(_folder.Write("ca.json", JsonSerializer.Serialize(
            new { ca = authority.CertificatePem, pfx = Convert.ToBase64String(container) })), null, Password);
        Assert.Equal(authority.ExportableKey, read.ExportableKey);
    }

    [Fact]
    public void Two_containers_in_one_file_are_refused()
    {
        var text = Pem.Encode("PKCS12", Container()) + "\n" + Pem.Encode("PKCS12", Container());
        Assert.Equal("Pkcs12Several", Refused.Input(() => CredentialImporter.Read([_folder.Write("two.pem", text)], Password)));
    }

    void RequireKey(string text)
    {
        var read = CredentialImporter.Read([_folder.Write("device.txt", text)], Password);
        Assert.Equal(Device.PrivateKey, Assert.Single(read).PrivateKey);
    }

    static byte[] Container() =>
        Pkcs12.Encode("device", Device.PrivateKey!, [Device.Chain.Leaf], Password, Pkcs12Protection.Legacy);

    static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(text));
}
