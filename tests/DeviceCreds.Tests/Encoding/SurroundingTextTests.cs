using System.IO.Compression;
using System.Text;
using CsCheck;
using Org.BouncyCastle.Math;

namespace DeviceCreds.Tests;

/// <summary>
/// A file in PEM to which something was added: what is added is read, or the file is refused with its place. Words for people are
/// neither.
/// </summary>
public sealed class SurroundingTextTests : IDisposable
{
    static readonly DateTime Now = Given.Utc("2026-06-01 12:00:00");
    static readonly CertificateAuthority Authority = CertificateAuthority.Create("Root", time: Given.Clock(Now.AddDays(-1)));
    static readonly DeviceCredential Device = new CredentialIssuer(Authority, CredentialKind.Bootstrap, time: Given.Clock(Now)).Issue(
        new DeviceIdentity("device"));

    // Of every length by 3, which decides how Base64 ends.
    // The last one has three bytes at every place that are four dashes in Base64 for URLs.
    static readonly byte[][] Lists = [.. Enumerable.Range(0, 6).Select(i => List(i).Der), List("4DFBEFBE4DFBEFBE4DFBEFBE").Der];

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static CertificateRevocationList List(int entries) =>
        List([.. Enumerable.Range(1, entries).Select(i => $"4D{new string('0', 2 * entries)}{i:X2}")]);

    static CertificateRevocationList List(params string[] serialNumbers) => CertificateRevocationList.Create(Authority,
        serialNumbers.Select(s => new RevokedCertificate(s, Now, null)), BigInteger.ValueOf(serialNumbers.Length + 1), Now,
        Now.AddDays(30));

    static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);

    static string Lines(byte[] der, int width) =>
        string.Join("\n", Convert.ToBase64String(der).Chunk(width).Select(l => new string(l))) + "\n";

    static string Framed(byte[] der, string begin, string end) => $"{begin}\n{Lines(der, 64)}{end}\n";

    /// <summary>What programs and people add, and whether it is read (otherwise the file is refused).</summary>
    static readonly Dictionary<string, (bool IsRead, Func<byte[], string, byte[]> Make)> Forms = new()
    {
        ["PEM"] = (true, (der, label) => Ascii(Pem.Encode(label, der) + "\n")),
        ["PEM under another label"] = (true, (der, _) => Ascii(Pem.Encode("X509 SOMETHING", der))),
        ["PEM under the label of parameters"] = (true, (der, _) => Ascii(Pem.Encode("EC PARAMETERS", der))),
        ["PEM under the label of OpenSSH"] = (true, (der, _) => Ascii(Pem.Encode("OPENSSH PRIVATE KEY", der))),
        ["quoted PEM"] = (true, (der, label) => Ascii("> " + Pem.Encode(label, der).Replace("\n", "\n> ") + "\n")),
        ["four dashes"] = (true, (der, label) => Ascii(Framed(der, $"----BEGIN {label}----", $"----END {label}----"))),
        ["four dashes at one end"] = (true, (der, label) => Ascii(Framed(der, $"-----BEGIN {label}----", $"-----END {label}----"))),
        ["four dashes, without line breaks"] = (true,
            (der, label) => Ascii($"----BEGIN {label}----{Convert.ToBase64String(der)}----END {label}----")),
        ["small letters"] = (true, (der, label) =>
            Ascii(Framed(der, $"-----BEGIN {label}-----".ToLowerInvariant(), $"-----END {label}-----".ToLowerInvariant()))),
        ["long dashes"] = (true, (der, label) =>
            Encoding.UTF8.GetBytes(Framed(der, $"\u2014\u2014BEGIN {label}\u2014\u2014", "\u2014END"))),
        ["a space after the dashes"] = (true, (der, label) => Ascii(Framed(der, $"----- BEGIN {label} -----", $"----- END {label} -----"))),
        ["PEM of a web page"] = (true, (der, label) => Ascii($"<p>{Pem.Encode(label, der).Replace("\n", "<br>")}</p>\n")),
        ["PEM of a web page, in lines"] = (true, (der, label) => Ascii($"<pre>{Pem.Encode(label, der).Replace("\n", "<br />\n")}</pre>\n")),
        ["PEM with its signs as references"] = (true, (der, label) => Ascii(Pem.Encode(label, der).Replace("\n", "&#xD;&#10;")
            .Replace("/", "&#x2F;").Replace("+", "&#43;").Replace("=", "&#x3D;"))),
        ["PEM in XML"] = (true, (der, label) => Ascii($"<list>{Pem.Encode(label, der).Replace("\n", "&#13;\n")}</list>\n")),
        ["Base64 in XML"] = (true, (der, _) => Ascii($"<X509Data>{Lines(der, 76).Replace("\n", "&#13;\n")}</X509Data>\n")),
        ["quoted-printable with signs"] = (true, (der, label) => Ascii(QuotedPrintable(Pem.Encode(label, der))
            .Replace("+", "=2B").Replace("/", "=2f"))),
        ["Base64 with its signs as references"] = (true, (der, _) => Ascii($"<p>list: {Convert.ToBase64String(der)
            .Replace("/", "&#x2F;").Replace("+", "&#x2B;").Replace("=", "&#61;")}</p>\n")),
        ["Base64 in an element beside others"] = (true, (der, _) =>
            Ascii($"<list><id>12345678</id><name>device</name><value>{Convert.ToBase64String(der)}</value></list>\n")),
        ["quoted-printable"] = (true, (der, label) => Ascii(QuotedPrintable(Pem.Encode(label, der)))),
        ["no END"] = (false, (der, label) => Ascii($"-----BEGIN {label}-----\n{Lines(der, 64)}")),
        ["Base64 in one line"] = (true, (der, _) => Ascii(Convert.ToBase64String(der) + "\n")),
        ["Base64 in lines of 64"] = (true, (der, _) => Ascii(Lines(der, 64))),
        ["Base64 in lines of 76 with CRLF"] = (true, (der, _) => Ascii(Lines(der, 76).Replace("\n", "\r\n"))),
        ["Base64 in lines of 20"] = (true, (der, _) => Ascii(Lines(der, 20))),
        ["Base64 in a source of C"] = (true, (der, _) =>
            Ascii(Lines(der, 64).Trim().Replace("\n", "\"\n  \"").Insert(0, "  \"") + "\";\n")),
        ["Base64 with line breaks as \\n"] = (true, (der, _) => Ascii(Lines(der, 64).Replace("\n", "\\n"))),
        ["Base64 for URLs"] = (true,
            (der, _) => Ascii(Convert.ToBase64String(der).Replace('+', '-').Replace('/', '_').TrimEnd('=') + "\n")),
        ["Base64 behind a name"] = (true, (der, _) => Ascii($"list: {Convert.ToBase64String(der)}\n")),
        ["PEM and words in Base64"] = (true, (der, label) => Ascii(
            $"crl: {Convert.ToBase64String(Ascii($"{new string('#', der.Length % 3)}\n{Pem.Encode(label, der)}\n"))}\n")),
        ["PEM and words in Base64, in lines, under a long name"] = (true, (der, label) =>
            Ascii($"certificates0001device\n{Lines(Ascii("Bag Attributes\n" + Pem.Encode(label, der) + "\n"), 76)}")),
        ["PEM in Base64, in lines"] = (true, (der, label) => Ascii(Lines(Ascii(Pem.Encode(label, der) + "\n"), 76))),
        ["hexadecimal"] = (true, (der, _) => Ascii(Convert.ToHexString(der) + "\n")),
        ["hexadecimal in lines of 60"] = (true,
            (der, _) => Ascii(string.Join("\n", Convert.ToHexStringLower(der).Chunk(60).Select(l => new string(l))) + "\n")),
        ["hexadecimal with colons"] = (true, (der, _) => Ascii(string.Join(":", der.Select(b => $"{b:x2}")) + "\n")),
        ["hexadecimal of C"] = (true, (der, _) => Ascii(string.Join(", ", der.Select(b => $"0x{b:x2}")) + "\n")),
        ["hexadecimal behind a name"] = (true, (der, _) => Ascii($"LIST={Convert.ToHexString(der)}\n")),
        ["hexadecimal under a name that is hexadecimal"] = (true, (der, _) => Ascii($"CA:\n{Convert.ToHexString(der)}\n")),
        ["hexadecimal under a date"] = (true, (der, _) => Ascii($"2026-11-27\n{string.Join(":", der.Select(b => $"{b:X2}"))}\nEnd\n")),
        ["hexadecimal of PostgreSQL"] = (true, (der, _) => Ascii($"('\\x{Convert.ToHexStringLower(der)}');\n")),
        ["hexadecimal of C in lines"] = (true, (der, _) => Ascii($"unsigned char a[] = {{ {string.Join(",\n  ",
            der.Chunk(12).Select(l => string.Join(", ", l.Select(b => $"0x{b:x2}"))))}\n}};\n")),
        ["hexadecimal of C without zeros"] = (true, (der, _) => Ascii($"{{ {string.Join(", ", der.Select(b => $"0x{b:x}"))} }};\n")),
        ["hexadecimal with escapes"] = (true, (der, _) => Ascii($"\"{string.Concat(der.Select(b => $"\\x{b:x2}"))}\"\n")),
        ["a dump of xxd"] = (true, (der, _) => Ascii(Dump(der, "{0:x8}: ", 2, "  "))),
        ["a dump of hexdump"] = (true, (der, _) => Ascii(Dump(der, "{0:x8}  ", 1, "  |"))),
        ["a dump of Windows"] = (true, (der, _) => Ascii(Dump(der, "    {0:x4}  ", 1, "   "))),
        ["JSON in a log, with escapes"] = (true, (der, _) => Ascii(
            $$"""INFO {"list":"{{Convert.ToBase64String(der).Replace("/", "\\/").Replace("+", "\\u002B")}}"}""")),
        ["JSON"] = (true, (der, _) => Ascii($$"""{"list":"{{Convert.ToBase64String(der)}}"}""")),
        ["DER"] = (false, (der, _) => der),
        ["two bytes and DER"] = (false, (der, _) => [0, 0, .. der]),
        ["gzip"] = (false, (der, label) => Gzip(Ascii(Pem.Encode(label, der)))),
        ["UTF-16"] = (false, (der, label) => Encoding.Unicode.GetBytes(Pem.Encode(label, der) + "\r\n")),
        ["UTF-16 with its mark"] = (false, (der, label) => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Pem.Encode(label, der) + "\r\n")]),
        ["UTF-16, the other way round"] = (false, (der, label) => Encoding.BigEndianUnicode.GetBytes(Pem.Encode(label, der))),
        ["UTF-32"] = (false, (der, label) => Encoding.UTF32.GetBytes(Pem.Encode(label, der))),
        ["PEM in lines of UTF-16"] = (false, (der, label) => Encoding.Unicode.GetBytes(Lines(der, 64))),
    };

    // Only padding needs it; its lines may end anywhere.
    static string QuotedPrintable(string text) => string.Join("\r\n",
        text.Replace("=", "=3D").Split('\n').Select(l => l.Length > 60 ? l.Insert(50, "=\r\n") : l)) + "\r\n";

    // Offset, groups of bytes, and the characters that they stand for.
    static string Dump(byte[] der, string offset, int group, string gap) => string.Concat(der.Chunk(16).Select((line, i) =>
        string.Format(offset, 16 * i) + string.Join(' ', line.Chunk(group).Select(Convert.ToHexStringLower)).PadRight(47) + gap
        + string.Concat(line.Select(b => b is > 32 and < 127 ? (char)b : '.')) + "\n"));

    static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) stream.Write(bytes);
        return packed.ToArray();
    }

    public static TheoryData<string> FormNames => [.. Forms.Keys];

    /// <summary>The objects of a kind, and how they are read.</summary>
    sealed record Kind(string Label, byte[] First, byte[][] Others, Func<InputFile, IEnumerable<byte[]>> Read);

    static readonly Dictionary<string, Kind> Kinds = new()
    {
        ["lists"] = new("X509 CRL", List(9).Der, Lists, f => CertificateRevocationList.Read(f).Select(l => l.Der)),
        ["certificates"] = new("CERTIFICATE", Authority.Own.CertificateDer, [Device.CertificateDer],
            f => CertificateReader.Read(f).Select(c => c.CertificateDer)),
        ["a key beside its certificate"] = new("EC PRIVATE KEY", Device.CertificateDer,
            [Device.PrivateKey!.ToDer(), Device.PrivateKey.ToDer(KeyEncoding.Pkcs8)], ReadBoth),
        ["an encrypted key beside its certificate"] = new("ENCRYPTED PRIVATE KEY", Device.CertificateDer,
            [Device.PrivateKey.ToDer(KeyEncoding.Pkcs8, ['x'])], ReadBoth),
        ["a request beside a certificate"] = new("CERTIFICATE REQUEST", Authority.Own.CertificateDer,
            [DeviceCertificateRequest.Create("device").Der],
            f => [.. CertificateReader.Read(f).Select(c => c.CertificateDer), DeviceCertificateRequest.Read(f).Der]),
    };

    // The key in the form in which it was asked for.
    static IEnumerable<byte[]> ReadBoth(InputFile file)
    {
        var certificates = CertificateReader.Read(file).Select(c => c.CertificateDer).ToList();
        Assert.Equal(Device.PrivateKey, DeviceKey.Read(file, ['x']));
        return [.. certificates, .. FileObjects.Find(file).Where(o => FileShapes.IsPrivateKey(o.Shape)).Select(o => o.Bytes)];
    }

    public static TheoryData<string, string> Cases => [.. from kind in Kinds.Keys from form in Forms.Keys select (kind, form)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_follows_PEM_is_read_or_refused(string kind, string form)
    {
        var (label, first, others, read) = Kinds[kind];
        var (isRead, make) = Forms[form];
        foreach (var other in others)
        {
            var (pem, added) = (Ascii(Pem.Encode(label == "EC PRIVATE KEY" ? "CERTIFICATE" : label, first) + "\n"), make(other, label));
            foreach (var file in new byte[][] { [.. pem, .. added], [.. pem, .. Ascii("Text\n"), .. added],
                [.. pem, .. added, .. Ascii("\n"), .. pem] })
            {
                if (isRead)
                {
                    var found = read(new InputFile(file)).Select(Convert.ToHexString).ToHashSet();
                    Assert.Superset(new[] { first, other }.Select(Convert.ToHexString).ToHashSet(), found);
                }
                else
                {
                    var error = Assert.Throws<InputException>(() => read(new InputFile(file, "file")).Count());
                    Assert.Contains(error.ErrorId, new[] { "FileNotReadWhole", "PemTruncated" });
                    Assert.NotNull(error.Line);
                    Secrets.AssertAbsent(Device.PrivateKey!, error.ToString());
                }
            }
        }
    }

    /// <summary>Damaged, the same is refused: never is less read without a word.</summary>
    [Theory]
    [MemberData(nameof(FormNames))]
    public void What_follows_PEM_and_is_incomplete_is_refused(string form) =>
        Gen.Select(Gen.OneOf(Lists.Where(l => l.Length > 200).ToArray()), Gen.Double[0.4, 0.9]).Sample((list, part) =>
        {
            var added = Forms[form].Make(list, "X509 CRL");
            var file = new InputFile([.. Ascii(List(9).Pem), .. added[..(int)(added.Length * part)]]);
            Assert.Throws<InputException>(() => CertificateRevocationList.Read(file));
        }, iter: 30, threads: 1);

    // Far from the END of a block.
    [Theory]
    [InlineData("item----"), InlineData("item-----"), InlineData("-----ITEM-----"), InlineData("item--------")]
    public void Base64_behind_dashes_is_read(string before)
    {
        foreach (var list in Lists)
        {
            var text = $"{List(9).Pem}\n{new string('x', 70)}\n{before}{Convert.ToBase64String(list)}\n";
            Assert.Contains(list, CertificateRevocationList.Read(Given.Input(text)).Select(l => l.Der));
        }
    }

    [Theory]
    [InlineData("12345678"), InlineData("123456"), InlineData("dev1"), InlineData("abcd")]
    public void Elements_of_XML_are_read_apart(string other)
    {
        var (key, der) = (Device.PrivateKey!.ToDer(), Device.CertificateDer);
        foreach (var write in new Func<byte[], string>[] { Convert.ToBase64String, Convert.ToHexString })
        {
            var whole = $"<device><key>{write(key)}</key><cert>{write(der)}</cert><id>{other}</id></device>";
            Assert.Equal(Device.PrivateKey, DeviceKey.Read(Given.Input(whole)));
            Assert.Equal(Device.Leaf, CertificateReader.Read(Given.Input(whole))[0]);
            // What is missing is never taken from the next element.
            var cut = $"<device><key>{write(key)[..^other.Length]}</key><id>{other}</id></device>";
            Assert.Throws<InputException>(() => DeviceKey.Read(Given.Input(cut)));
        }
    }

    [Fact]
    public void A_file_in_UTF_16_that_goes_on_in_another_encoding_is_refused()
    {
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            foreach (var mark in new[] { encoding.GetPreamble(), [] })
            {
                byte[] pem = [.. mark, .. encoding.GetBytes(List(9).Pem.Replace("\n", "\r\n"))];
                foreach (var tail in new[] { Ascii(List(1).Pem), List(1).Der, Lists[2], Lists[3] })
                    Assert.Equal("FileNotReadWhole",
                        Refused.Input(() => CertificateRevocationList.Read(new InputFile(tail.Length % 2 == 0 || mark.Length > 0
                            ? [.. pem, .. tail] : [.. pem, .. tail, 0x0A]))));
                // Any tool may have ended the file with one more line feed.
                Assert.Single(CertificateRevocationList.Read(
                    new InputFile([.. encoding.GetPreamble(), .. encoding.GetBytes(List(9).Pem), 10])));
                Assert.Single(CertificateRevocationList.Read(new InputFile(
                    [.. mark, .. encoding.GetBytes("Die Sperrliste für Geräte, 設備\r\n" + List(9).Pem + "Ende\r\n")])));
            }
        }
    }

    [Fact]
    public void A_block_that_only_looks_like_one_is_refused_where_its_content_is_not_read()
    {
        var encrypted = Tool.Bash(_folder.Path,
            $"openssl ec -in {Path.GetFileName(_folder.Write("k.pem", Device.PrivateKey!.ToPem()))} -aes128 -passout pass:x 2>/dev/null",
            "openssl");
        var damaged = Lines([.. Lists[3].Skip(5)], 64);
        foreach (var text in new[]
        {
            encrypted.Replace("-----", "----"), encrypted.ToLowerInvariant().Replace("proc-type", "Proc-Type"),
            $"----BEGIN X509 CRL----\n{damaged}----END X509 CRL----\n", $"-----begin x509 crl-----\n{damaged}",
            $"\u2013BEGIN CRL\u2013\n{damaged}",
            $"# ---- BEGIN X509 CRL ----\n# {damaged.Replace("\n", "\n# ")}", $"----BEGIN CERTIFICATE----\\n{damaged.Replace("\n", "\\n")}",
        })
        {
            var error = Assert.Throws<InputException>(() => CertificateReader.Read(Given.Input(Device.CertificatePem + "\n" + text)));
            Assert.Equal(("FileNotReadWhole", Device.CertificatePem.Count(c => c == '\n') + 2), (error.ErrorId, error.Line));
            Assert.Contains("seems to begin here", error.Message);
        }

        Assert.Contains("PuTTY", Assert.Throws<InputException>(() => CertificateReader.Read(
            Given.Input(Device.CertificatePem + "\nPuTTY-User-Key-File-3: ecdsa-sha2-nistp256\nEncryption: none\n"))).Message);
    }

    // Lines in it begin as DER does.
    static readonly byte[] Attachment = [.. Enumerable.Range(0, 2000).SelectMany(i => new byte[57].Select((_, j) => j switch
    {
        0 => (byte)(i == 0 ? '%' : '0'), 1 => (byte)(0x80 + i % 5), 2 => (byte)1, _ => Digest.Sha512([(byte)i, (byte)(i >> 8)])[j],
    }))];

    static readonly byte[] DigestInfo =
        [.. Convert.FromHexString("3031300D060960864801650304020105000420"), .. Digest.Sha256([4])];

    static readonly string Digest64 = Convert.ToBase64String(Digest.Sha512([1])), Hex64 = Convert.ToHexString(Digest.Sha512([2]));

    /// <summary>Words for people, around and between blocks.</summary>
    public static readonly IReadOnlyDictionary<string, Func<byte[]>> Words = new Dictionary<string, Func<byte[]>>
    {
        ["nothing but white space"] = () => Ascii(" \t\r\n\f\v\n"),
        ["a NUL and a byte-order mark"] = () => [0, 0, 0xEF, 0xBB, 0xBF],
        ["the end of a DOS file"] = () => Ascii("\x1A"),
        ["Windows-1252"] = () => Ascii("Zertifikat f\xFCr das Ger\xE4t\n"),
        ["Chinese and emoji"] = () => Encoding.UTF8.GetBytes("設備證書 \U0001F600 \uF8FF\n"),
        ["a log in colours"] = () => Ascii("\x1B[32mOK\x1B[0m 2026-01-01T00:00:00Z wrote file\b\b\n"),
        ["headings"] = () => Ascii(
            "---- Begin of the certificate chain ----\n===== BEGIN CERTIFICATE =====\n-- begin --\n- BEGIN CERTIFICATE\n"),
        ["a heading above a path"] = () => Ascii("--- begin certificates ---\n/srv/devices/certificates/production/device.pem\n"),
        ["sentences about PEM"] = () => Ascii("Copy all from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----:\n"
            + "or up to `-----BEGIN CERTIFICATE-----` up to and including `-----END CERTIFICATE-----`.\n"),
        ["scripts about PEM"] = () => Ascii("sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p' f\n"
            + "grep -q -- '-----BEGIN CERTIFICATE-----' f\nif line.startswith(\"-----BEGIN CERTIFICATE-----\"):\n"
            + "text.replace(\"-----BEGIN CERTIFICATE-----\", \"\").replace(\"-----END CERTIFICATE-----\", \"\");\n"),
        ["an attachment"] = () => Ascii(Lines(Attachment, 76)),
        ["digests and their algorithms"] = () => Ascii(
            $"{Convert.ToBase64String(DigestInfo)}\n{Convert.ToHexString(DigestInfo)}\n"
            + $"302902010104067075626C6963A01C0204{new string('1', 48)}\n"),
        ["symbols of Word"] = () => Encoding.UTF8.GetBytes("\uF0B7 one\n"),
        ["a title of a terminal"] = () => Ascii("\x1B]0;title\a\x1E{}\n"),
        ["lines"] = () => Ascii(
            new string('-', 500) + "\n" + new string('=', 500) + "\n" + new string('_', 500) + "\n" + new string('/', 500)),
        ["digests"] = () => Ascii($"sha512: {Hex64}\n{Hex64}  file\n{Digest64}\n  {Digest64} M{Digest64} MI{Digest64[2..]}\n"),
        ["fingerprints"] = () => Ascii(
            $"SHA256 Fingerprint={string.Join(':', Convert.ToHexString(Digest.Sha256([3])).Chunk(2).Select(c => new string(c)))}\n"),
        ["serial numbers"] = () => Ascii("30:82:01:22:30:0d\n308201223082012230820122\n"),
        ["long words"] = () => Ascii("MIT-Licensed/packages/of/the/company/which/are/long MIsspelled_words_are_here_and_there\n"),
        ["JSON"] = () => Ascii("{\"name\":\"device\",\"kty\":1}\n"),
        ["bag attributes"] = () => Ascii(
            "Bag Attributes\n    localKeyID: 54 69 6D 65 20 31\n    friendlyName: device\nKey Attributes: <No Attributes>\n"),
    };

    public static TheoryData<string> WordNames => [.. Words.Keys];

    [Theory]
    [MemberData(nameof(WordNames))]
    public void Words_for_people_are_no_objects(string name)
    {
        var (words, pem) = (Words[name](), Ascii(Device.CertificatePem));
        foreach (var text in new byte[][] { [.. words, 10, .. pem], [.. pem, .. words], [.. pem, 10, .. words, 10, .. pem, 10, .. words] })
            Assert.All(CertificateReader.Read(new InputFile(text)), c => Assert.Equal(Device.Leaf, c));
    }

    /// <summary>What other programs print around PEM, with signatures and keys as numbers.</summary>
    [Fact]
    public void What_programs_print_around_PEM_is_no_object()
    {
        Tool.Require("certtool");
        Tool.Require("keytool");
        _folder.Write("c.pem", Device.CertificatePem + "\n");
        _folder.Write("k.pem", Device.PrivateKey!.ToPem() + "\n");
        _folder.Write("l.pem", List(3).Pem);
        _folder.Write("r.pem", DeviceCertificateRequest.Create("device").Pem + "\n");
        Tool.Bash(_folder.Path, """
            for k in rsa:2048 "ec -pkeyopt ec_paramgen_curve:P-521" ed25519; do
              openssl req -x509 -newkey $k -nodes -keyout fk.pem -subj /CN=x -days 9 2>/dev/null | openssl x509 -text
            done > foreign.txt
            openssl x509 -in c.pem -text -fingerprint -sha512 -ext subjectKeyIdentifier > x509.txt
            openssl crl -in l.pem -text -fingerprint > crl.txt
            openssl req -in r.pem -text > req.txt
            openssl ec -in k.pem -text > ec.txt 2>/dev/null
            openssl pkcs12 -export -in c.pem -inkey k.pem -passout pass:x -out p.p12
            openssl pkcs12 -in p.p12 -passin pass:x -nodes -info > p12.txt 2>&1
            (openssl asn1parse -in c.pem -dump; cat c.pem; openssl asn1parse -in l.pem; openssl asn1parse -in c.pem) > asn1.txt
            certtool -i --infile c.pem > certtool.txt
            certtool --crl-info --infile l.pem > certtool-crl.txt
            keytool -printcert -rfc -file c.pem > keytool.txt
            (keytool -printcert -file c.pem; cat c.pem) > keytool-text.txt
            """, "openssl");
        foreach (var name in new[] { "x509", "p12", "certtool", "keytool", "keytool-text", "asn1" })
            Assert.Equal((name, 1), (name, CertificateReader.Read(InputFile.Read(_folder.File(name + ".txt"))).Count));
        Assert.Equal(3, CertificateReader.Read(InputFile.Read(_folder.File("foreign.txt"))).Count);
        foreach (var name in new[] { "crl", "certtool-crl" })
            Assert.Equal((name, 1), (name, CertificateRevocationList.Read(InputFile.Read(_folder.File(name + ".txt"))).Count));
        Assert.Equal("device", DeviceCertificateRequest.Read(InputFile.Read(_folder.File("req.txt"))).EndpointName);
        foreach (var name in new[] { "ec", "p12" })
            Assert.Equal(Device.PrivateKey, DeviceKey.Read(InputFile.Read(_folder.File(name + ".txt"))));
    }

    [Fact]
    public void Objects_in_hexadecimal_may_follow_each_other()
    {
        var hex = string.Join("\n", Lists.Select(Convert.ToHexString));
        Assert.Equal(Lists, CertificateRevocationList.Read(Given.Input(List(9).Pem + "CA:\n" + hex)).Skip(1).Select(l => l.Der));
        Assert.Equal(Lists, CertificateRevocationList.Read(Given.Input("CA:\n" + hex.Replace("\n", ""))).Select(l => l.Der));
    }

    [Fact]
    public void Signed_text_of_PGP_is_read()
    {
        var signature = $"-----BEGIN PGP SIGNATURE-----\n\n{Lines(Digest.Sha512([5]), 64)}=AAAA\n-----END PGP SIGNATURE-----\n";
        var escaped = Device.CertificatePem.Replace("-----BEGIN", "- -----BEGIN").Replace("-----END", "- -----END");
        Assert.Equal(Device.Leaf, Assert.Single(CertificateReader.Read(
            Given.Input($"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHello\n{escaped}\n{signature}"))));
    }

    /// <summary>Joined by a program's signs, the lines are still a block.</summary>
    [Theory]
    [InlineData("\" +\n  \"")]
    [InlineData("\\n\" +\n  \"")]
    [InlineData("',\n  '")]
    [InlineData("\\n\\\n")]
    public void A_block_in_a_source_is_no_mention(string between)
    {
        var source = $"String s = \"{Device.CertificatePem.Replace("\n", between)}\";\n";
        try
        {
            Assert.Equal(Device.Leaf, Assert.Single(CertificateReader.Read(Given.Input(source + Device.CertificatePem + "\n")).Distinct()));
        }
        catch (InputException e)
        {
            // Refused is right, too; nothing is dropped.
            Assert.Equal("PemNotBase64", e.ErrorId);
        }
    }

    [Fact]
    public void A_certificate_that_a_Secret_holds_twice_is_read_once()
    {
        var (device, root) = (Convert.ToBase64String(Ascii(Device.CertificatePem)),
            Convert.ToBase64String(Ascii(Pem.Encode("CERTIFICATE", Authority.Own.CertificateDer))));
        var yaml = $"apply: |\n  {{\"tls.crt\":\"{device}\",\"ca.crt\":\"{root}\"}}\ndata:\n  tls.crt: {device}\n  ca.crt: {root}\n";
        Assert.Equal([Device.Leaf, Authority.Own], CertificateReader.Read(Given.Input(yaml)));
        Assert.Equal([Device.Leaf, Authority.Own], CertificateReader.Read(Given.Input($"[\"{device}\",\"{root}\",\"{device}\"]")));
    }

    /// <summary>A key is short, but it begins unlike anything else.</summary>
    [Fact]
    public void A_key_that_is_incomplete_is_refused()
    {
        foreach (var key in new[] { Device.PrivateKey!.ToDer(), Device.PrivateKey.ToDer(KeyEncoding.Pkcs8) })
        {
            foreach (var text in new[] { Convert.ToBase64String(key)[..^8], Convert.ToHexString(key)[..^8] })
                Assert.Equal("FileNotReadWhole",
                    Refused.Input(() => CertificateReader.Read(Given.Input($"{Device.CertificatePem}\nKEY={text}\n"))));
        }
    }

    /// <summary>A key in a file that is refused is a secret all the same.</summary>
    [Fact]
    public void A_cell_with_a_key_and_something_unreadable_is_secret()
    {
        var key = Device.PrivateKey!;
        Assert.True(RowSecret.IsIn((byte[])[.. Ascii(key.ToPem() + "\n"), .. Lists[0]]));
        Assert.True(RowSecret.IsIn((byte[])[.. Ascii(List(1).Pem + Convert.ToBase64String(key.ToDer()) + "\n"), 0, 1, 2]));
    }
}
