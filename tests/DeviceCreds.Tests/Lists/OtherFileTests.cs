using System.Text;

namespace DeviceCreds.Tests;

/// <summary>
/// Files that are no list of devices: what they are is said at once, and nothing of them becomes a device or stands in
/// a message.
/// </summary>
public class OtherFileTests
{
    static readonly DeviceCredential Device = Factory.Credential();
    static readonly DeviceKey Key = Device.PrivateKey!;

    static readonly IReadOnlyDictionary<string, (string Name, byte[] Content)> Files = new Dictionary<string, (string, byte[])>
    {
        ["a private key"] = ("a private key", Ascii(Key.ToPem() + "\n")),
        ["a private key with CRLF"] = ("a private key", Ascii(Key.ToPem(KeyEncoding.Pkcs8).Replace("\n", "\r\n"))),
        ["a private key in UTF-16"] = ("a private key", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Key.ToPem())]),
        ["a private key after text"] = ("a private key", Ascii("Bag Attributes\n    friendlyName: x\n" + Key.ToPem())),
        ["a private key in DER"] = ("a private key", Key.ToDer()),
        ["a private key in Base64 alone"] = ("a private key",
            Ascii(Convert.ToBase64String(Key.ToDer(), Base64FormattingOptions.InsertLineBreaks))),
        ["a private key in hexadecimal"] = ("a private key", Ascii(Convert.ToHexString(Key.ToDer()))),
        ["an encrypted private key"] = ("an encrypted private key", Ascii(Key.ToPem(KeyEncoding.Pkcs8, ['x']))),
        ["a certificate"] = ("a certificate", Ascii(Device.CertificatePem)),
        ["a certificate in DER"] = ("a certificate", Device.CertificateDer),
        ["a request"] = ("a certificate signing request", Ascii(DeviceCertificateRequest.Create("device").Pem)),
        ["many certificates, of which the last is cut off"] = (
            "a certificate", Ascii(string.Concat(Enumerable.Repeat(Device.CertificatePem + "\n", 200)))),
        ["a workbook"] = ("Excel", [0x50, 0x4B, 3, 4, 20, 0, 6, 0, 8, 0, 0, 0]),
        ["an old workbook"] = ("an Office document", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        ["a keystore"] = ("Java keystore", [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 1]),
        ["a sign-in page"] = ("a web page", Ascii("<!DOCTYPE html>\n<html>\n")),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_is_something_else_is_named(string name)
    {
        using var folder = new TempFolder();
        var path = folder.Write("list.csv", Files[name].Content);
        var error = Assert.Throws<InputException>(() => new DeviceList(e => throw e).Read(path).ToList());
        Assert.Equal("DeviceListNotRecognised", error.ErrorId);
        Assert.Contains(Files[name].Name, error.Message);
        Secrets.AssertAbsent(Key, error.ToString());
    }

    [Fact]
    public void A_list_may_hold_certificates_in_a_column()
    {
        using var folder = new TempFolder();
        var path = folder.Write("list.csv", $"EndpointName,Certificate\ndevice-1,\"{Device.CertificatePem}\"\ndevice-2,x\n");
        Assert.Equal(["device-1", "device-2"], new DeviceList(e => throw e).Read(path).Select(d => d.EndpointName));
    }

    [Theory]
    [InlineData("MAC-00A1\nMAC-00A2\n")]
    [InlineData("ssh-gateway-1\nssh-gateway-2\n")]
    [InlineData("3081020100300D0609\n3081020100300D0610\n")]
    [InlineData("00\n01\n")]
    public void Plain_names_that_begin_as_other_files_do_are_names(string text)
    {
        using var folder = new TempFolder();
        Assert.Equal(2, new DeviceList(e => throw e).Read(folder.Write("names.txt", text)).Count());
    }

    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
