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
        ["a private key in JSON"] = ("a JSON Web Key", Ascii("{\n \"kty\": \"EC\", \"crv\": \"P-256\",\n \"d\": \""
            + Convert.ToBase64String(Key.ToDer()[7..39]).TrimEnd('=').Replace('+', '-').Replace('/', '_') + "\"\n}\n")),
        ["a private key in a dump"] = ("a private key", Ascii(Dump(Key.ToDer(), "{0:x8}: {1}  {2}\n", 2))),
        ["a private key in a dump of bytes"] = ("a private key", Ascii(Dump(Key.ToDer(), "{0:x8}  {1}  |{2}|\n", 1))),
        ["a private key in a dump of PKCS#8"] = ("a private key", Ascii(Dump(Key.ToDer(KeyEncoding.Pkcs8), "{0:x7} {1}\n", 2))),
        ["a private scalar in a dump"] = ("a private key", Ascii(Dump(Key.ToDer()[7..39], "{0:x8}: {1}  {2}\n", 2))),
        ["a private key in C"] = ("a private key",
            Ascii("const unsigned char key[] = {\n  " + string.Join(",\n  ",
                Key.ToDer().Chunk(12).Select(line => string.Join(", ", line.Select(b => $"0x{b:x2}")))) + "\n};\n")),
        ["a private key printed by OpenSSL"] = ("a private key", Ascii("Private-Key: (256 bit)\npriv:\n    "
            + string.Join(":\n    ", Key.ToDer()[7..39].Chunk(15).Select(line => BitConverter.ToString(line).Replace('-', ':')))
            + "\npub:\n    04:00\nASN1 OID: prime256v1\n")),
        ["the lines of a private key printed by OpenSSL"] = ("a private key", Ascii("    "
            + string.Join(":\n    ", Key.ToDer()[7..39].Chunk(15).Select(line => BitConverter.ToString(line).Replace('-', ':'))) + "\n")),
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

    [Fact]
    public void A_row_may_hold_a_key_and_a_name_that_looks_like_bytes_is_one_bad_row()
    {
        using var folder = new TempFolder();
        var path = folder.Write("list.jsonl", """{"EndpointName":"device-1","Key":{"kty":"EC","d":"x"}}""" + "\n");
        Assert.Equal(["device-1"], new DeviceList(e => throw e).Read(path).Select(d => d.EndpointName));

        var errors = new List<InputException>();
        path = folder.Write("names.txt",
            "device-1\n" + string.Join(":", Enumerable.Range(160, 16).Select(b => $"{b:x2}")) + "\ndevice-2\n");
        Assert.Equal(["device-1", "device-2"], new DeviceList(errors.Add).Read(path).Select(d => d.EndpointName));
        Assert.DoesNotContain("a0:a1", Assert.Single(errors).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00A1B2C3D4E5\n00A1B2C3D4E6\n00A1B2C3D4E7\n")]
    [InlineData("02:42:ac:11:00:02\n02:42:ac:11:00:03\n02:42:ac:11:00:04\n")]
    [InlineData("0x00A1B2C3\n0x00A1B2C4\n0x00A1B2C5\n0x00A1B2C6\n0x00A1B2C7\n")]
    [InlineData("2001:db8:0:0:8:800:200c:417a\n2001:db8:0:0:8:800:200c:417b\n")]
    [InlineData("MAC-00A1\nMAC-00A2\n")]
    [InlineData("ssh-gateway-1\nssh-gateway-2\n")]
    [InlineData("3081020100300D0609\n3081020100300D0610\n")]
    [InlineData("00\n01\n")]
    public void Plain_names_that_begin_as_other_files_do_are_names(string text)
    {
        using var folder = new TempFolder();
        Assert.Equal(text.Count(c => c == '\n'), new DeviceList(e => throw e).Read(folder.Write("names.txt", text)).Count());
    }

    // Offset, groups of so many bytes, characters.
    static string Dump(byte[] bytes, string form, int group) => string.Concat(bytes.Chunk(16).Select((line, i) => string.Format(
        System.Globalization.CultureInfo.InvariantCulture, form, i * 16,
        string.Join(" ", line.Chunk(group).Select(Convert.ToHexStringLower)),
        string.Concat(line.Select(b => b is > 0x20 and < 0x7F ? (char)b : '.')))));

    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
