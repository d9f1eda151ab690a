using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What messages, logs, views and reports may show.</summary>
public sealed class MessageTextTests
{
    // Random bytes are what a key is made of; a real one begins with what its format says.
    static readonly Gen<byte[]> Key =
        from seed in Gen.Byte.Array[32]
        where P256.IsScalar(seed)
        from encoding in Gen.Enum<KeyEncoding>()
        select Given.Key(seed).ToDer(encoding);

    static readonly IReadOnlyDictionary<string, Func<byte[], string>> Spellings = new Dictionary<string, Func<byte[], string>>
    {
        ["PEM"] = der => Pem.Encode("PRIVATE KEY", der),
        ["PEM with CRLF"] = der => Pem.Encode("PRIVATE KEY", der).ReplaceLineEndings("\r\n"),
        ["PEM in JSON"] = der => Pem.Encode("PRIVATE KEY", der).Replace("\n", "\\n"),
        ["PEM on one line"] = der => Pem.Encode("PRIVATE KEY", der).Replace("\n", " "),
        ["PEM without its end"] = der => Pem.Encode("PRIVATE KEY", der).Split("-----END")[0],
        ["PEM without its beginning"] = der => Pem.Encode("PRIVATE KEY", der).Split('\n', 2)[1],
        ["the body of PEM"] = der => string.Join("\n", Pem.Encode("X", der).Split('\n')[1..^1]),
        ["Base64"] = der => Convert.ToBase64String(der),
        ["Base64 for URLs"] = der => Convert.ToBase64String(der).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        ["a line of Base64"] = der => Convert.ToBase64String(der)[64..128],
        ["hexadecimal"] = Convert.ToHexString,
        ["small hexadecimal"] = Convert.ToHexStringLower,
        ["hexadecimal with hyphens"] = BitConverter.ToString,
        ["hexadecimal with colons"] = der => BitConverter.ToString(der).Replace('-', ':'),
        ["C"] = der => "{ " + string.Join(", ", der.Select(b => $"0x{b:x2}")) + " }",
        ["C in lines"] = der => string.Join(",\n", der.Chunk(8).Select(line => string.Join(", ", line.Select(b => $"0x{b:X2}")))),
        ["a string in C"] = der => string.Concat(der.Select(b => $"\\x{b:X2}")),
        ["decimal"] = der => string.Join(" ", der),
        ["signed decimal"] = der => string.Join(", ", der.Select(b => (sbyte)b)),
        ["octal"] = der => string.Concat(der.Select(b => "\\" + Convert.ToString(b, 8).PadLeft(3, '0'))),
        ["Java"] = der => string.Join(", ", der.Select(b => $"(byte)0x{b:x2}")),
        ["C with casts"] = der => string.Join(", ", der.Take(40).Select(b => $"(unsigned char) 0x{b:X2}U")),
        ["words in C"] = der => string.Join(", ", Groups(der, 4).Select(g => "0x" + g)),
        ["a string in C of which a path on Linux was made"] = der => string.Concat(der.Select(b => $"/x{b:x2}")),
        ["Unicode escapes"] = der => string.Concat(der.Select(b => $"\\u00{b:X2}")),
        ["references in XML"] = der => string.Concat(der.Select(b => $"&#x{b:X2};")),
        ["a list of texts"] = der => "['" + string.Join("', '", der.Select(b => $"{b:x2}")) + "']",
        ["hexadecimal with points"] = der => BitConverter.ToString(der).Replace('-', '.'),
        ["hexadecimal with bars"] = der => BitConverter.ToString(der).Replace('-', '|'),
        ["groups of 4"] = der => string.Join(" ", Groups(der, 2)),
        ["groups of 4 with hyphens"] = der => string.Join("-", Groups(der, 2)),
        ["groups of 8"] = der => string.Join(" ", Groups(der, 4)),
        ["groups of 8 with hyphens"] = der => string.Join("-", Groups(der, 4)),
        ["groups of 16"] = der => string.Join(" ", Groups(der, 8)),
        ["lines of 32"] = der => string.Join("\n", Groups(der, 16)),
        ["a URI"] = der => string.Concat(der.Select(b => $"%{b:X2}")),
        ["PEM in a URI"] = der => Uri.EscapeDataString(Pem.Encode("PRIVATE KEY", der)),
        ["PEM in a form"] = der => Pem.Encode("PRIVATE KEY", der).Replace(' ', '+').Replace("\n", "%0A"),
        ["Base64 of PEM"] = der => Convert.ToBase64String(Encoding.ASCII.GetBytes(Pem.Encode("PRIVATE KEY", der))),
        ["Base64 of PEM in UTF-16"] = der => Convert.ToBase64String(Encoding.Unicode.GetBytes(Pem.Encode("PRIVATE KEY", der))),
        ["Base64 of PEM in UTF-16 with its mark"] = der =>
            Convert.ToBase64String([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Pem.Encode("PRIVATE KEY", der))]),
        ["DER as text"] = Encoding.Latin1.GetString,
        ["DER as broken text"] = Encoding.UTF8.GetString,
        ["hexadecimal of PEM"] = der => Convert.ToHexString(Encoding.ASCII.GetBytes(Pem.Encode("PRIVATE KEY", der))),
    };

    // As dumps have them: offset, bytes, characters.
    static readonly IReadOnlyDictionary<string, Func<byte[], string>> Dumps = new Dictionary<string, Func<byte[], string>>
    {
        ["xxd"] = der => Dump(der, 16, (at, line) => $"{at:x8}: {string.Join(" ", Groups(line, 2)),-39}  {Characters(line)}"),
        ["xxd with 8 bytes a line"] = der =>
            Dump(der, 8, (at, line) => $"{at:x8}: {string.Join(" ", Groups(line, 2)),-19}  {Characters(line)}"),
        ["xxd with groups of 8"] = der =>
            Dump(der, 16, (at, line) => $"{at:x8}: {string.Join(" ", Groups(line, 4)),-35}  {Characters(line)}"),
        ["hexdump"] = der => Dump(der, 16, (at, line) => $"{at:x8}  {string.Join(" ", Groups(line[..8], 1))}  "
            + $"{string.Join(" ", Groups(line[8..], 1)),-23}  |{Characters(line)}|"),
        ["Format-Hex"] = der => Dump(der, 16, (at, line) => $"{at:X16} {string.Join(" ", Groups(line, 1)).ToUpperInvariant(),-47} "
            + Characters(line)),
        ["od -x"] = der => Dump(der, 16, (at, line) => Convert.ToString(at, 8).PadLeft(7, '0') + " "
            + string.Join(" ", line.Chunk(2).Select(word => Convert.ToHexStringLower([.. word.Reverse()])))),
        ["od"] = der => Dump(der, 16, (at, line) => Convert.ToString(at, 8).PadLeft(7, '0') + " "
            + string.Join(" ", line.Chunk(4).Select(word => Convert.ToHexStringLower([.. word.Reverse()])))),
        ["od without offsets"] = der => Dump(der, 16, (_, line) => " " + string.Join(" ", Groups(line, 1))),
        ["openssl -text"] = der => "priv:\n" + Dump(System.Security.Cryptography.SHA512.HashData(der)[..45], 15,
            (_, line) => "    " + string.Join(":", Groups(line, 1)) + ":") + "\npub:",
        ["xxd -i"] = der => Dump(der, 12, (_, line) => "  " + string.Join(", ", line.Select(b => $"0x{b:x2}")) + ","),
        ["bin2c"] = der => Dump(der, 8, (_, line) => "\t" + string.Join(",", line.Select(b => $"0x{b:X2}")) + ","),
    };

    static string Dump(byte[] bytes, int size, Func<int, byte[], string> line) =>
        string.Join("\n", bytes.Chunk(size).Where(part => part.Length == size).Select((part, i) => line(i * size, part)));

    static IEnumerable<string> Groups(byte[] bytes, int size) => bytes.Chunk(size).Select(Convert.ToHexStringLower);

    static string Characters(byte[] bytes) => string.Concat(bytes.Select(b => b is > 0x20 and < 0x7F ? (char)b : '.'));

    public static TheoryData<string> DumpNames => [.. Dumps.Keys];

    public static TheoryData<string> SpellingNames => [.. Spellings.Keys];

    [Theory]
    [MemberData(nameof(SpellingNames))]
    public void A_key_is_not_shown(string spelling) => Key.Sample(der =>
    {
        var text = Spellings[spelling](der);
        Assert.True(MessageText.HoldsSecret(text));
        foreach (var message in new[] { text, $"{text}: there is no such file.", $"the value is '{text}', and must be a number." })
        {
            // Shown in part, it would still have eight characters in a row of its own somewhere.
            var shown = MessageText.Message(message);
            for (var i = 0; i + 8 <= text.Length; i += 8) Assert.DoesNotContain(text.Substring(i, 8), shown, StringComparison.Ordinal);
            Assert.DoesNotContain(text[..8], MessageText.Shorten(text), StringComparison.Ordinal);
        }
    }, iter: 300);

    [Theory]
    [MemberData(nameof(DumpNames))]
    public void A_dump_of_a_key_is_not_shown_and_no_line_of_it(string dump) => Key.Sample(der =>
    {
        var text = Dumps[dump](der);
        Assert.True(MessageText.HoldsSecret(text, beyondDoubt: true));
        foreach (var shown in text.Split('\n').Append(text).Select(MessageText.Message))
        {
            foreach (var line in text.Split('\n'))
            {
                for (var i = 10; i + 8 <= line.Length; i += 8)
                    Assert.DoesNotContain(line.Substring(i, 8).Trim(), shown.PadRight(8), StringComparison.Ordinal);
            }
        }
    }, iter: 100);

    [Fact]
    public void Bytes_of_a_string_in_Python_are_not_shown() => Gen.Byte.Array[120].Sample(bytes =>
    {
        var text = "b'" + string.Concat(bytes.Select(b => b is >= 0x20 and < 0x7F and not (byte)'\\' ? $"{(char)b}" : $"\\x{b:x2}")) + "'";
        Assert.InRange(MessageText.Message(text).Length, 1, 64);
    }, iter: 1000);

    [Fact]
    public void The_scalar_in_any_spelling_is_not_shown()
    {
        var shown = new Dictionary<string, int>();
        const int Times = 10_000;
        for (var i = 0; i < Times; i++)
        {
            var scalar = Scalar(i);
            var base64 = Convert.ToBase64String(scalar);
            foreach (var (name, text) in new[]
            {
                ("Base32", Base32(scalar)), ("small Base32", Base32(scalar).ToLowerInvariant()),
                ("two pieces", base64.Insert(22, " ")), ("two other pieces", base64.Insert(30, "\" + \"")),
                ("a folder of it", $"/tmp/folder/{base64}"), ("a folder of two pieces", $"/tmp/folder/{base64.Insert(22, " ")}"),
                ("a folder and a short piece", $"/tmp/folder/{base64.Insert(32, " ")}"),
                ("groups of 4", Spaced(base64, 4)),
                ("groups of 11", Spaced(base64, 11)), ("groups of hexadecimal", string.Join("-", Groups(scalar, 4))),
                ("halves", string.Join(" ", Groups(scalar, 16))),
                ("a number", new System.Numerics.BigInteger(scalar, true, true).ToString()),
            })
            {
                var message = MessageText.Message(text);
                if (message.Contains(text[12..20], StringComparison.Ordinal) || message.Contains(text[^10..], StringComparison.Ordinal))
                    shown[name] = shown.GetValueOrDefault(name) + 1;
            }
        }

        Assert.DoesNotContain(shown, s => s.Value > Times / 2000);
    }

    // Random, and the same in each run: a test of chance would fail by chance.
    static byte[] Scalar(int i) => System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i));

    static string Spaced(string text, int size) => string.Join(" ", text.Chunk(size).Select(c => new string(c)));

    static string Base32(byte[] bytes)
    {
        var bits = string.Concat(bytes.Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));
        return string.Concat(bits.PadRight((bits.Length + 4) / 5 * 5, '0').Chunk(5)
            .Select(five => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Convert.ToInt32(new string(five), 2)])) + "====";
    }

    [Fact]
    public void The_scalar_alone_is_not_shown()
    {
        var hidden = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var scalar = Scalar(i);
            Assert.True(MessageText.HoldsSecret(Convert.ToHexString(scalar)));
            if (MessageText.HoldsSecret(Convert.ToBase64String(scalar))) hidden++;
        }

        // Random characters that look like words are one in a hundred thousand: a rule for all would take words for keys.
        Assert.InRange(hidden, 19_999, 20_000);
    }

    [Theory]
    [InlineData("pkcs11:token=Factory;object=ca?pin-value=73950128", "73950128")]
    [InlineData("pkcs11:token=Factory;pin-value=7395;object=ca", "7395")]
    [InlineData("HostName=hub;SharedAccessKeyName=owner;SharedAccessKey=hunter2=", "hunter2")]
    [InlineData("Server=db;User Id=sa;Password=hunter2;", "hunter2")]
    [InlineData("password = 'hunter 2'", "hunter 2")]
    [InlineData("@{EndpointName=d; RootOfTrust=00112233445566778899aabbccddeeff}", "0011")]
    [InlineData("https://admin:hunter2@vault.example.com/keys/ca", "hunter2")]
    [InlineData("https://account.blob.core.windows.net/c?sv=2022&sig=hunter2&se=x", "hunter2")]
    [InlineData("""{"kty":"EC","d":"hunter2"}""", "hunter2")]
    [InlineData("""{ "password" : "hunter2" }""", "hunter2")]
    [InlineData("""{"pin":73950128}""", "73950128")]
    [InlineData("""{"password":"hun\"ter2"}""", "ter2")]
    [InlineData("""{\"password\":\"hunter2\",\"x\":1}""", "hunter2")]
    [InlineData("pkcs11:token=Factory;object=ca?pin%2Dvalue=73950128", "73950128")]
    [InlineData("pkcs11:token=Factory;object=ca?pin-value%3D73950128", "73950128")]
    [InlineData("password: Sw0rdf1sh-Marlin", "Sw0rdf1sh")]
    [InlineData("password: Sw0rdf1sh-Marlin: there is no such file.", "Sw0rdf1sh")]
    [InlineData("  db_password: 'cod fish'", "cod")]
    [InlineData("PASSWORD:swordfish", "swordfish")]
    [InlineData("API key: swordfish", "swordfish")]
    [InlineData("pin: 73950128 of the token", "73950128")]
    [InlineData("$env:CA_PASSWORD = 'swordfish'", "swordfish")]
    [InlineData("'password' => 'swordfish'", "swordfish")]
    [InlineData("""config["password"] = "swordfish";""", "swordfish")]
    [InlineData("keytool -storepass changeit -keypass:changeit2", "changeit")]
    [InlineData("openssl pkcs8 -passout pass:swordfish -in key.pem", "swordfish")]
    [InlineData("--password swordfish --name x", "swordfish")]
    [InlineData("--api-key \"cod fish\"", "cod")]
    [InlineData("Import-CertificateAuthority -Password Sw0rdf1sh", "Sw0rdf1sh")]
    [InlineData("<password>swordfish</password>", "swordfish")]
    [InlineData("<c:ClientSecret encoding='plain'>swordfish</c:ClientSecret>", "swordfish")]
    [InlineData("WifiPassword2=swordfish", "swordfish")]
    public void A_password_is_known_by_its_name(string text, string secret)
    {
        Assert.DoesNotContain(secret, MessageText.Message(text), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, MessageText.Shorten(text), StringComparison.Ordinal);
    }

    public static TheoryData<string> NamesOfSecrets => [.. SecretNames.All];

    [Theory]
    [MemberData(nameof(NamesOfSecrets))]
    public void A_name_of_a_secret_is_one_everywhere(string name)
    {
        var small = name.ToLowerInvariant();
        // Of a pin of a board and of an abbreviation, the value says whether it is a secret.
        var value = name switch { "PIN" or "PUK" => "73950128", "SIG" => "aB3dE6gHiJ7kLm9NoP", _ => "Sw0rdfish" };
        Assert.True(RowHeader.IsSecret(name));
        Assert.True(RowHeader.IsSecret("wifi_" + small));
        foreach (var text in new[]
        {
            $"{name}={value}", $"wifi-{small} = {value}", $"{small}: {value}", $"\"{small}\": \"{value}\"",
            $$"""{\"{{name}}\":\"{{value}}\"}""", $"--{small} {value}", $"<{small}>{value}</{small}>", $"@{{{name}={value}; x=1}}",
        })
        {
            Assert.True(MessageText.HoldsKey(text), text);
            Assert.DoesNotContain(value, MessageText.Message(text), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("J4 pin: P0_13")]
    [InlineData("QA pass:ok")]
    [InlineData("LED pin=PA5")]
    [InlineData("SIG: Huber")]
    [InlineData("SIG: Gateway")]
    [InlineData("pin: 1000 ohm")]
    [InlineData("Secret: no")]
    [InlineData("GPIO_PIN=12")]
    [InlineData("https://x/?sig=eu")]
    [InlineData("coaps://h/?sig=eu")]
    [InlineData("Root of Trust: Factory")]
    [InlineData("Passcode: Ltd")]
    [InlineData("Boarding pass:Fleet")]
    [InlineData("東京PIN:北京")]
    [InlineData("gw/pin:7")]
    [InlineData("PIN:7")]
    [InlineData("board-psk:7")]
    [InlineData("a:pass:12")]
    [InlineData("urn:dev:ow:10e2073a01080063;pin=3")]
    [InlineData("GroupSKU=A17b")]
    [InlineData("{k=0123456789abcdefXY")]
    [InlineData("{d=1764265987123456")]
    [InlineData("0x1122334455667788-0x1122334455667788")]
    [InlineData("00:11:22:33:44:55,66:77:88:99:aa:bb")]
    [InlineData("/dev/serial/by-id/usb-MBED_MBED_CMSIS-DAP_0240000034544e45003a00048e3800525a91000097969900-if01")]
    public void A_text_that_may_be_a_name_is_refused_nowhere(string text)
    {
        Assert.False(MessageText.HoldsSecret(text, beyondDoubt: true));
        Assert.False(MessageText.HoldsKey(text));
        Assert.False(RowSecret.IsIn(text));
    }

    [Theory]
    [InlineData("Batch2026Week48A")]
    [InlineData("FactoryLine3Lot9")]
    [InlineData("DeviceCredsV2Rc1")]
    [InlineData("GatewayRev3Lot12")]
    [InlineData("GatewayV2/Fertigung/Los17B/GeraeteListe3")]
    [InlineData("out/FwBuild1234/HwRev3B/Line2A/ShiftB/Pkg17")]
    public void A_name_of_a_folder_is_no_secret(string text)
    {
        Assert.False(MessageText.IsSecret(text, orName: false));
        Assert.True(MessageText.IsSecret(Pem.Encode("PRIVATE KEY", Given.Key(Enumerable.Repeat((byte)7, 32).ToArray()).ToDer())
            .Split('\n')[2], orName: false));
    }

    [Theory]
    [InlineData("/home/User1/Documents/DeviceCreds/artifacts/TestResults/BootstrapDevicePrivateKey.pem")]
    [InlineData("""C:\Users\Build Agent\AppData\Local\Temp\DeviceCreds\LwM2MDevicePrivateKey.der""")]
    [InlineData("/tmp/6f9619ff-8b86-d011-b42d-00c04fc964ff/out/dev-000001/BootstrapDeviceCert.pem: there is no such file.")]
    [InlineData("/agent/_work/1/s/out/0166d2a1c9f84b7f8c3a5de2471b9c60/LwM2MDeviceCert.pem")]
    [InlineData("/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/tmp3k4j5h6g/device-configuration-production.json")]
    [InlineData("The serial number 7D238B9DD966D8E0C7B6AB715D70A6F01122AABB of 'dev-1' was revoked before.")]
    [InlineData("coaps://lwm2m.eu-west-1.mbedcloud.com:5684?aid=0123456789abcdef0123456789abcdef")]
    [InlineData("CN=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6, OU=0166d2a1c9f84b7f8c3a5de2471b9c60, O=Acme")]
    [InlineData("A certificate file holds '-----BEGIN CERTIFICATE-----' (PEM) or begins with the byte 30 (DER).")]
    [InlineData("pkcs11:token=Factory%20One;object=ca;id=%01%02%03%04%05%06%07%08%09%0A%0B%0C%0D%0E%0F%10%11%12")]
    [InlineData("UpdateCertificate: this is not a certificate. The key is on P-384, the password is wrong, d = 5, pin 3.")]
    [InlineData("the file holds 12 private keys, in lines 1, 5, 9, 13, 17, 21, 25, 29, 33, 37 and so on.")]
    [InlineData("Password: expected a text, found an Int32. PrivateKey: this is no key. RootOfTrust: expected 16 bytes, found 3.")]
    [InlineData("PIN: wrong. Password: missing. pin: 13; PrivateKey: PEM is damaged.")]
    [InlineData("Give -Password (Read-Host -AsSecureString), or -NoPassword to leave the key unencrypted, or -Pin $pin.")]
    [InlineData("Use -NoPrivateKey to export the certificate alone. SharedAccessKeyName=owner, shipping=yes, design: new")]
    [InlineData("pass: 12, fail: 3, bypass: on, https://pass:/x; <password></password>")]
    [InlineData("from 2026-11-27 13:43:28 to 2036-11-26 13:43:28 +00:00, at 13:43, 13:44, 13:45, 13:46, 13:47, 13:48, 13:49")]
    [InlineData("2001:0db8:85a3:0000:0000:8a2e:0370:7334, fe80::1 and 192.168.10.11, 192.168.10.12, 192.168.10.13, 192.168.10.14")]
    [InlineData("6f9619ff-8b86-d011-b42d-00c04fc964ff, 6f9619ff-8b86-d011-b42d-00c04fc964fe, 6f9619ff-8b86-d011-b42d-00c04fc964fd")]
    [InlineData("serial numbers 7D238B9DD966D8E0C7B6AB715D70A6F01122AABB, 1A238B9DD966D8E0C7B6AB715D70A6F01122AABC and 01")]
    [InlineData("dev-000001, dev-000002, dev-000003, dev-000004, dev-000005, dev-000006; 0001, 0002, 0003, 0004, 0005, 0006, 0007, 0008")]
    [InlineData("'00A1B2C3D4E5', '00A1B2C3D4E6', '00A1B2C3D4E7', '00A1B2C3D4E8', '00A1B2C3D4E9', '00A1B2C3D4EA'")]
    [InlineData("0011223344556677, 0011223344556678, 0011223344556679, 001122334455667a; 12345678 12345679 12345680 12345681")]
    [InlineData("status 0x80070005 at 0x7ffe1234 (0x5): UnderlyingError 0x2A, OID 1.2.840.10045.3.1.7, 2.16.840.1.101.3.4.2.1")]
    [InlineData("pkcs11:token=%E5%B7%A5%E5%A0%B4%E3%81%AE%E9%8D%B5%E3%81%AE%E4%BF%9D%E7%AE%A1%E5%BA%AB;object=ca")]
    [InlineData("pkcs11:object=ca;id=%A9%03%7A%54%4C%D1%04%8D%DB%3D%54%7F%B2%0E%4B%96%B1%68%3E%88%77%A6%EB%50%39%06%06%13%58%3A%7F")]
    [InlineData("BootstrapDevicePrivateKey LwM2MDevicePrivateKey LwM2MDeviceCertificate LwM2MServerRootCACert, UpdateAuthCert")]
    [InlineData("expected '00:1A:2B:3C:4D:5E', '00:1A:2B:3C:4D:5F'.")]
    [InlineData("00:1A:2B:3C:4D:5E, 00:1A:2B:3C:4D:5F, 00:1A:2B:3C:4D:60, 00:1A:2B:3C:4D:61.")]
    [InlineData("'00-1A-2B-FF-FE-3C-4D-5E' is not '00-1A-2B-FF-FE-3C-4D-5F'")]
    [InlineData("the lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 and 18")]
    [InlineData("2001:0db8:85a3:0000:0000:8a2e:0370:7334, 2001:0db8:85a3:0000:0000:8a2e:0370:7335")]
    [InlineData("/dev/serial/by-id/usb-MBED_MBED_CMSIS-DAP_0240000034544e45003a00048e3800525a91000097969900-if01")]
    [InlineData("/home/w/Projects/IoTPlatform/DeviceCreds/Factory2/LineB/Batch2026W48B/Devices.csv: there is no such file.")]
    [InlineData("""C:\GatewayV2\HwRev3B12\FwBuild1234\Line2A55\ShiftB12\Pkg17Rev\Devices.csv""")]
    [InlineData("expected 48 bytes, found 3: 01 02 03; 00:1A:2B:3C:4D:5E and 2001:db8:0:0:8:800:200c:417a are addresses.")]
    public void What_is_no_secret_is_shown(string text)
    {
        Assert.False(MessageText.HoldsSecret(text));
        Assert.Same(text, MessageText.Message(text));
    }

    [Theory]
    [InlineData("##vso[task.complete]", "#?vso[task.complete]")]
    [InlineData("###", "#??")]
    [InlineData("a\u001b[31mb", "a?[31mb")]
    [InlineData("a\u009b31mb", "a?31mb")]
    [InlineData("a\r\nb\u2028c\u0085d", "a??b?c?d")]
    [InlineData("a\u202Eb\u2066c\u200Fd", "a?b?c?d")]
    [InlineData("\uD83D\uDE00 \uDB40\uDC41", "\uD83D\uDE00 ?")]
    public void What_nobody_can_see_is_a_question_mark(string text, string shown)
    {
        Assert.Equal(shown, MessageText.Clean(text));
        Assert.Equal(shown, MessageText.Shorten(text));
    }

    // Test runners cannot carry these.
    [Fact]
    public void Half_a_surrogate_pair_is_a_question_mark() => Assert.Equal("? ?", MessageText.Clean("\uD83D \uDE00"));

    [Fact]
    public void A_text_is_one_visible_line_and_no_command() => Gen.String.Sample(text =>
    {
        var shown = MessageText.Message(text);
        Assert.DoesNotContain("##", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(shown, char.IsControl);
        Assert.Equal(shown, MessageText.Message(shown));
    }, iter: 5000);

    [Fact]
    public void A_long_text_is_read_in_time_that_grows_with_it_alone()
    {
        // Each is the beginning of something that never comes to its end.
        foreach (var piece in new[] { "a", "0x1, ", "aB1", "-----BEGIN ", "-----END ", "password=", "\"d\":", "://a:", "M", "1 ", " ",
            "1" + new string(' ', 1000),
            "a=", "password: ", "pin:", "pin:/", ":\"", "\\\"", "-pin ", "<pin>", "<", "%41", "\\x41 ",
            "0x41 g", "a9:", "a903 ", "aB1cD2eF ", "a' ",
            "00000000: 3077 ", "0w\u0002\u0001", "\"d\\\\\":", "BEGIN%20", "id=%A9" })
        {
            var text = string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));
            Assert.True(MessageText.Shorten(text).Length < 100);
            Assert.NotEmpty(MessageText.Message(text));
        }
    }

    [Fact]
    public void An_error_shows_no_secret_and_neither_does_what_it_is_made_of()
    {
        var key = DeviceKey.Generate();
        var pem = key.ToPem();
        var inner = new FileNotFoundException($"Could not find file '{pem}'.", pem);
        foreach (DeviceCredsException e in new DeviceCredsException[]
        {
            new InputException("X", ErrorKind.NotFound, "there is no such file.", $"Is it {pem}?", pem, 1, 2, inner),
            new OutputException("X", ErrorKind.InputOutput, $"cannot write {pem}", null, pem, inner),
            new IssuanceException("X", ErrorKind.InvalidArgument, $"'{pem}' is not a name."),
        })
        {
            var path = (e as InputException)?.Path ?? (e as OutputException)?.Path ?? "";
            Secrets.AssertAbsent(key, e.ToString(), e.Message, e.Problem, e.Advice ?? "", path);
        }
    }

    /// <summary>PowerShell's detailed error views show every property of an exception and of its cause as it is.</summary>
    [Theory]
    [InlineData("##vso[task.complete]", "#?vso[task.complete]")]
    [InlineData("a\u001b[31mb\nc", "a?[31mb?c")]
    [InlineData("\u202Ea", "?a")]
    public void WhatAnErrorViewShowsOfAPathIsClean(string path, string shown)
    {
        var cause = new FileNotFoundException($"Could not find file '{path}'.", path);
        var read = new InputException("X", ErrorKind.NotFound, "there is no such file.", path: path, inner: cause);
        var written = new OutputException("X", ErrorKind.InputOutput, "cannot be written.", path: path, inner: cause);
        Assert.Equal((shown, shown), (read.Path, written.Path));
        Assert.All([read, written], (DeviceCredsException e) => Assert.Null(e.InnerException));

        var honest = new FileNotFoundException("Could not find file 'a'.", "a");
        Assert.Same(honest, new InputException("X", ErrorKind.NotFound, "there is no such file.", path: "a", inner: honest).InnerException);
    }
}
