using System.IO.Compression;
using System.Text;
using Org.BouncyCastle.Asn1;

namespace DeviceCreds.Fuzz;

/// <summary>Inputs that are made to cost more than their size: depth, number, repetition. What chance would not find.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Targets">Whom it is for.</param>
/// <param name="Make">Makes one of about so many bytes.</param>
internal sealed record Bomb(string Name, string[] Targets, Func<int, byte[]> Make)
{
    static readonly string[] OfDer = ["objects", "pkcs7", "certificate", "request", "revocation-list", "key",
        "encrypted-key", "pfx", "registration", "kcm-certificate", "kcm-key"];
    static readonly string[] OfText = ["pem", "objects", "key-text", "certificate", "key", "registration",
        "configuration", "device-list", "ledger", "developer-source", "senml-json", "pkcs11-uri", "server-uri", "message"];
    static readonly string[] OfSurroundings = ["objects", "certificate", "revocation-list", "key", "registration"];
    static readonly string[] OfCbor = ["bundle", "bundle-response", "senml-cbor", "registration"];

    static readonly byte[] Attribute = Tlv(0x30, [0x06, 0x03, 0x55, 0x04, 0x03, 0x0C, 0x01, 0x61]);

    static readonly Lazy<DeviceCredential> Device = new(
        () => new CredentialIssuer(CertificateAuthority.Create("Root"), CredentialKind.Bootstrap).Issue(new DeviceIdentity("device-1")));

    public static IReadOnlyList<Bomb> All { get; } =
    [
        new("DER: sequences in sequences", OfDer, n => Nested(0x30, n)),
        new("DER: sets in sets", OfDer, n => Nested(0x31, n)),
        new("DER: explicit tags in each other", OfDer, n => Nested(0xA0, n)),
        new("BER: sequences of open length in each other", OfDer, n => Repeat([0x30, 0x80], n)),
        new("BER: constructed strings in each other", OfDer, n => [0x30, 0x80, .. Repeat([0x24, 0x80], n)]),
        new("DER: empty sequences after each other", OfDer, n => Repeat([0x30, 0x00], n)),
        new("DER: short objects after each other", OfDer, n => Repeat(Tlv(0x30, Repeat([0x30, 0x00], 32)), n)),
        new("DER: many integers", OfDer, n => Tlv(0x30, Repeat([0x02, 0x01, 0x01], n))),
        new("DER: one integer", OfDer, n => Tlv(0x30, Tlv(0x02, Repeat([0x7F], n)))),
        new("DER: one identifier of a single arc", OfDer, n => Tlv(0x30, Tlv(0x06, [0x2A, .. Repeat([0xFF], n), 0x01]))),
        new("certificate: serial number", ["certificate", "registration"],
            Filled(n => Certificate((s, t) => s == 0 ? Tlv(0x02, Repeat([0x7F], n)) : t))),
        new("certificate: name of many attributes", ["certificate", "registration"],
            Filled(n => Certificate((s, t) => s is 2 or 4 ? Tlv(0x30, Repeat(Tlv(0x31, Attribute), n)) : t))),
        new("certificate: name of one large set", ["certificate", "registration"],
            Filled(n => Certificate((s, t) => s is 2 or 4 ? Tlv(0x30, Tlv(0x31, Distinct(n))) : t))),
        new("certificate: name of one long text", ["certificate", "registration"],
            Filled(n => Certificate((s, t) => s is 2 or 4
            ? Tlv(0x30, Tlv(0x31, Tlv(0x30, [0x06, 0x03, 0x55, 0x04, 0x03, .. Tlv(0x0C, Repeat([0x07], n))]))) : t))),
        new("certificate: name whose values are nested", ["certificate", "registration"],
            Filled(n => Certificate((s, t) => s is 2 or 4
            ? Tlv(0x30, Tlv(0x31, Tlv(0x30, [0x06, 0x03, 0x55, 0x04, 0x03, .. Nested(0x31, n)]))) : t))),
        new("certificate: extensions", ["certificate", "registration"],
            Filled(n => Certificate((s, t) => s == 6 ? Tlv(0xA3, Tlv(0x30, Numbered(n))) : t))),
        new("certificate: name constraints", ["certificate"],
            Filled(n => Certificate((s, t) => s == 6 ? Extension(
            [0x55, 0x1D, 0x1E], Tlv(0x30, Tlv(0xA0, Repeat(Tlv(0x30, Tlv(0x82, "a.example"u8.ToArray())), n)))) : t))),
        new("certificate: alternative names", ["certificate"],
            Filled(n => Certificate((s, t) => s == 6 ? Extension(
            [0x55, 0x1D, 0x11], Tlv(0x30, Repeat(Tlv(0x82, "a.example"u8.ToArray()), n))) : t))),
        new("certificate: purposes", ["certificate"],
            Filled(n => Certificate((s, t) => s == 6 ? Extension(
            [0x55, 0x1D, 0x25], Tlv(0x30, Repeat([0x06, 0x03, 0x55, 0x1D, 0x01], n))) : t))),
        new("certificates: the same one", ["certificate", "registration"], n => Repeat(Device.Value.CertificateDer, n)),
        new("certificates: devices of one name", ["certificate", "registration"],
            n => Certificates(n, (i, s, t) => s == 0 ? Tlv(0x02, Number(i)) : t)),
        new("certificates: CAs of one name", ["certificate", "registration"],
            n => [.. Device.Value.CertificateDer, .. Certificates(n, (i, s, t) => s == 0 ? Tlv(0x02, Number(i))
            : t, Device.Value.Chain.Certificates[1].CertificateDer)]),
        new("certificates: many devices under many CAs of one name", ["certificate", "registration"],
            n => [.. Certificates(n / 2, (i, s, t) => s == 0 ? Tlv(0x02, Number(i)) : t),
            .. Certificates(n / 2, (i, s, t) => s == 0 ? Tlv(0x02, Number(i)) : t, Device.Value.Chain.Certificates[1].CertificateDer)]),
        new("revocation list: entries", ["revocation-list"], n => List(Repeat(Entry([]), n))),
        new("revocation list: extensions of an entry", ["revocation-list"], n => List(Entry(Tlv(0x30, Numbered(n))))),
        new("PEM: blocks", OfText, n => Repeat(Encoding.ASCII.GetBytes(Pem.Encode("CERTIFICATE", [0x30, 0x00]) + "\n"), n)),
        new("PEM: certificates", ["pem", "certificate", "registration"],
            n => Repeat(Encoding.ASCII.GetBytes(Device.Value.CertificatePem + "\n"), n)),
        new("PEM: keys", ["pem", "key", "registration"], n => Repeat(Encoding.ASCII.GetBytes(Device.Value.PrivateKey!.ToPem() + "\n"), n)),
        new("PEM: certificates and keys", ["pem", "registration"],
            n => [.. Texts(n / 2, i => Pem.Encode("CERTIFICATE",
            Certificate((s, t) => s == 0 ? Tlv(0x02, Number(i)) : t))),
            .. Repeat(Encoding.ASCII.GetBytes(Device.Value.PrivateKey!.ToPem() + "\n"), n / 2)]),
        new("text: words that begin as Base64 of DER", OfSurroundings, n => Beside("MIGxxxxxxxxxxxxx MIIBxxxxxxxxxxxxxxxxxx\n", n)),
        new("text: words that begin as Base64 of BER", OfSurroundings, n => Beside("MIAGxxxxxxxxxxxxxxxx\n", n)),
        new("text: short objects in Base64", OfSurroundings,
            n => Beside(Convert.ToBase64String(Device.Value.PrivateKey!.PublicKeyInfo) + "\n", n)),
        new("text: blocks that only look like PEM", OfSurroundings, n => Beside("--BEGIN KEY--", n)),
        new("text: BEGIN and a path", OfSurroundings, n => Beside("-- BEGIN KEY --\n/of/a/path/that/is/as/long/as/a/line/of/base64\n", n)),
        new("text: dashes", OfSurroundings, n => Beside("-", n)),
        new("text: bytes in hexadecimal", OfSurroundings, n => Beside("30:81:ff:30\n", n)),
        new("text: words in hexadecimal", OfSurroundings, n => Beside(" 3082FFFF" + new string('0', 60), n)),
        new("text: damaged objects in hexadecimal", OfSurroundings, n => Beside($"word\n3082010030820100{new string('0', 140)}\n", n)),
        new("text: sections of PEM", OfSurroundings, n => Between("[device-1]\n", n)),
        new("text: damaged Base64 between PEM", OfSurroundings, n => Between($"MIIBAA{new string('x', 60)}\n", n)),
        new("text: damaged objects between PEM", OfSurroundings,
            n => Between($"3082010030820100{new string('0', 140)}\n-- BEGIN KEY --\nM{new string('x', 40)}\n", n)),
        new("text: BEGIN in one line", OfSurroundings, n => Beside("--BEGIN ", n)),
        new("text: BEGIN KEY in one line", OfSurroundings, n => Beside("--BEGIN KEY ", n)),
        new("text: BEGIN above signs", OfSurroundings,
            n => [.. Beside("--BEGIN KEY ", n / 2), (byte)'\n', .. Repeat("."u8.ToArray(), n / 2)]),
        new("text: a word of many beginnings of DER", OfSurroundings, n => Beside("MIIBAT", n)),
        new("text: lines that begin as DER", OfSurroundings, n => Beside("MIIbATCBqAIBATAKBgg\n", n)),
        new("text: lines that begin as large DER", OfSurroundings,
            n => [.. Beside($"{new string('A', 64)}\n", 64), .. Repeat(Encoding.ASCII.GetBytes($"MIR/AAAA{new string('A', 56)}\n"), n)]),
        new("text: one word in capitals and small letters", ["message"], n => [.. Repeat("h"u8.ToArray(), n), .. "C3d4E5f6G7h8I9"u8]),
        new("text: small numbers", ["message"], n => Repeat("4 "u8.ToArray(), n)),
        new("text: rising numbers", ["message"], n => Texts(n, i => $"{i}", " ")),
        new("text: pairs of hexadecimal", ["message"], n => Repeat("04:30:77:02:01:01:"u8.ToArray(), n)),
        new("text: values without an end", ["message"], n => Repeat("@host?sig=A"u8.ToArray(), n)),
        new("text: values that are names", ["message"], n => Repeat("sig="u8.ToArray(), n)),
        new("text: elements without an end", ["message"], n => Repeat("<pin>a"u8.ToArray(), n)),
        new("text: quotes without an end", ["message"], n => Repeat("pin='\\'"u8.ToArray(), n)),
        new("text: parts of a path", ["message"], n => Repeat("FwBuild1234/aBcDeF/"u8.ToArray(), n)),
        new("text: names of secrets", ["message"], n => Repeat("password: pin=1234 \"d\":"u8.ToArray(), n)),
        new("text: lines of Base64", OfSurroundings, n => Beside($"x{new string('A', 75)}\n", n)),
        new("text: words that begin as hexadecimal of DER", OfSurroundings, n => Beside(" 3082FFFF3000", n)),
        new("text: pairs of hexadecimal that begin as DER", OfSurroundings, n => Beside("30 7F 30 00 ", n)),
        new("text: dumps", OfSurroundings, n => Beside("0000 30 82 ff ff 30 00\n", n)),
        new("PEM: mentions", OfSurroundings, n => Beside("'-----BEGIN X-----' a\n", n)),
        new("JSON: texts of hexadecimal", OfSurroundings,
            n => [.. "["u8, .. Texts(n, _ => $"\"{new string('a', 64)}\"", ","), .. "1]"u8]),
        new("text: lines of numbers", OfSurroundings, n => Beside("0x", n)),
        new("text: JSON that is none", OfSurroundings, n => Beside("{\"kty\":[", n)),
        new("PEM: headers", ["pem", "encrypted-key", "registration"],
            n => [.. "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"u8, .. Texts(n, i => $"A{i}: b"),
            .. "\nAAAA\n-----END EC PRIVATE KEY-----\n"u8]),
        new("PEM: a block without an end, again and again", ["pem", "certificate", "key", "registration"],
            n => Repeat("-----BEGIN X-----\n"u8.ToArray(), n)),
        new("PEM: escapes", ["pem", "objects", "key-text"],
            n => [.. "-----BEGIN X-----"u8, .. Repeat("\\u0041"u8.ToArray(), n), .. "!-----END X-----"u8]),
        new("PEM: a label without an end", ["pem", "objects", "key-text"], n => [.. "-----BEGIN "u8, .. Repeat("A"u8.ToArray(), n)]),
        new("PEM: percent-encoded", ["pem", "objects", "key-text"], n => [.. "-----BEGIN%20X-----"u8, .. Repeat("%41"u8.ToArray(), n)]),
        new("Base64 alone", ["objects", "key-text", "certificate"],
            n => Encoding.ASCII.GetBytes(Convert.ToBase64String(Repeat(Device.Value.CertificateDer, n)))),
        new("hexadecimal alone", ["objects", "key-text", "certificate"],
            n => Encoding.ASCII.GetBytes(Convert.ToHexString(Repeat(Device.Value.CertificateDer, n / 2)))),
        new("JSON: texts of Base64", ["objects", "key-text", "certificate"],
            n => [.. "["u8, .. Texts(n, _ => $"\"{Convert.ToBase64String(Device.Value.CertificateDer)}\"", ","), .. "1]"u8]),
        new("JSON: keys", ["objects", "key-text"], n => [.. "["u8, .. Texts(n, _ => "{\"kty\":\"EC\",\"d\":\"\"}", ","), .. "1]"u8]),
        new("JSON: keys in keys", ["objects", "key-text"], n => [.. Repeat("{\"kty\":\"EC\",\"d\":"u8.ToArray(), n), .. "1"u8]),
        new("PKCS#7: certificates", ["pkcs7", "certificate", "registration"], n => Container(Repeat(Device.Value.CertificateDer, n))),
        new("PKCS#7: revocation lists", ["pkcs7"], n => Container([], Repeat(List(Entry([])), n))),
        new("PKCS#7: containers in PEM", ["pkcs7", "certificate"],
            n => Texts(n, _ => Pem.Encode("PKCS7", Container(Device.Value.CertificateDer)))),
        new("names: marks", ["names"], n => Repeat("\u0308"u8.ToArray(), n)),
        new("names: spaces", ["names"], n => Repeat(" \u00A0"u8.ToArray(), n)),
        new("text: quotes", OfText, n => Repeat("\""u8.ToArray(), n)),
        new("text: line feeds", OfText, n => Repeat("\n"u8.ToArray(), n)),
        new("text: one line", OfText, n => Repeat("a"u8.ToArray(), n)),
        new("text: short lines", OfText, n => Repeat("a\n"u8.ToArray(), n)),
        new("text: backslashes", OfText, n => Repeat("\\"u8.ToArray(), n)),
        new("text: comments", OfText, n => Repeat("/**/"u8.ToArray(), n)),
        new("text: percent signs", ["pkcs11-uri", "server-uri"], n => [.. "pkcs11:token="u8, .. Repeat("%41"u8.ToArray(), n)]),
        new("URI: one host of odd characters", ["server-uri"], n => [.. "coaps://bootstrap.ex"u8, .. Repeat([0x80], n)]),
        new("CSV: one record of quoted line breaks", ["device-list"],
            n => [.. "EndpointName;AccountId;Site\n\"device \"\"1\"\"\""u8, .. Repeat(";abc;\"two\nl\""u8.ToArray(), n)]),
        new("text: attributes", ["pkcs11-uri", "server-uri"], n => [.. "coaps://a?"u8, .. Repeat("&aid="u8.ToArray(), n)]),
        new("JSON: arrays in arrays", OfText, n => Repeat("["u8.ToArray(), n)),
        new("JSON: objects in objects", OfText, n => Repeat("{\"a\":"u8.ToArray(), n)),
        new("JSON: names", ["configuration", "device-list", "registration"],
            n => [.. "{"u8, .. Texts(n, i => $"\"n{i}\":1,"), .. "\"x\":1}"u8]),
        new("JSON: names in a list", ["configuration"],
            n => [.. "{\"CustomParameter\":{"u8, .. Texts(n, i => $"\"n{i}\":1,"), .. "\"x\":1}}"u8]),
        new("JSON: one list", ["configuration"], n => [.. "{\"ClassId\":["u8, .. Repeat("1,"u8.ToArray(), n), .. "1]}"u8]),
        new("JSON: one number", ["configuration", "senml-json"],
            n => [.. "{\"MemoryTotalKB\":"u8, .. Repeat("9"u8.ToArray(), n), .. "}"u8]),
        new("JSON: records", ["senml-json"], n =>
            [.. "[{\"n\":\"/0/0/0\",\"vs\":\"a\"}"u8, .. Repeat(",{\"n\":\"/0/0/0\",\"vs\":\"a\"}"u8.ToArray(), n), .. "]"u8]),
        new("JSON: lines that are none", ["device-list"], n => [.. "{}\n"u8, .. Repeat("{\n"u8.ToArray(), n)]),
        new("YAML: sequences in sequences", ["configuration"], n => [.. "a: "u8, .. Repeat("["u8.ToArray(), n)]),
        new("YAML: mappings in mappings", ["configuration"], n => [.. "a: "u8, .. Repeat("{a: "u8.ToArray(), n)]),
        new("YAML: blocks in blocks", ["configuration"], n => [.. "a:\n  "u8, .. Repeat("- "u8.ToArray(), n)]),
        new("YAML: complex keys", ["configuration"], n => Repeat("? "u8.ToArray(), n)),
        new("YAML: aliases of aliases", ["configuration"],
            n => [.. "a0: &a0 [x, x]\n"u8, .. Texts(n, i => $"a{i + 1}: &a{i + 1} [*a{i}, *a{i}]")]),
        new("YAML: names", ["configuration"], n => Texts(n, i => $"n{i}: 1")),
        new("YAML: custom parameters", ["configuration"], n => [.. "CustomParameter:\n"u8, .. Texts(n, i => $"  n{i}: 1")]),
        new("YAML: one list", ["configuration"], n => [.. "ClassId: ["u8, .. Repeat("1, "u8.ToArray(), n), .. "1]\n"u8]),
        new("YAML: one text", ["configuration"], n => [.. "Manufacturer: \""u8, .. Repeat("\\x41"u8.ToArray(), n), .. "\"\n"u8]),
        new("YAML: lines of one text", ["configuration"], n => [.. "Manufacturer: |\n"u8, .. Repeat("  a\n"u8.ToArray(), n)]),
        new("YAML: a name without a colon", ["configuration"], n => [.. "a: 1\n"u8, .. Repeat("b \n"u8.ToArray(), n)]),
        new("YAML: comments", ["configuration"], n => [.. "a: 1\n"u8, .. Repeat(" #\n"u8.ToArray(), n)]),
        new("CSV: columns", ["device-list"], n =>
            [.. "EndpointName"u8, .. Texts(n / 2, i => $",c{i}", ""), .. "\n"u8, .. Repeat("a,\n"u8.ToArray(), n / 2)]),
        new("CSV: open quotes", ["device-list"], n => [.. "EndpointName,a\n"u8, .. Repeat("\"a,\n\"\"\n"u8.ToArray(), n)]),
        new("CSV: bad rows", ["device-list"], n => [.. "EndpointName,a\n"u8, .. Repeat(",x,\n"u8.ToArray(), n)]),
        new("tar: headers without an entry", ["archive"], n => Repeat(TarHeaders, n)),
        new("tar: empty files", ["archive"], n => Packed(new TarEncoder(), n)),
        new("ZIP: empty files", ["archive"], n => Packed(new ZipEncoder(), n)),
        new("ZIP: entries that share a content", ["archive"], Shared),
        new("ZIP: zeros", ["archive"], Zeros),
        new("gzip: one line", ["device-list"], n => Gzip("{"u8.ToArray(), "a"u8.ToArray(), n * 100L)),
        new("gzip: lines", ["device-list"], n => Gzip("EndpointName,a\n"u8.ToArray(), "device-1,a\n"u8.ToArray(), n * 100L)),
        new("gzip: line feeds", ["device-list"], n => Gzip("EndpointName,a\n"u8.ToArray(), "\n"u8.ToArray(), n * 100L)),
        new("ledger: one long field", ["ledger"], n => [.. "V\t491231235959Z\t\t01\tunknown\t"u8, .. Repeat("/CN=a"u8.ToArray(), n), 0x0A]),
        new("ledger: tabs", ["ledger"], n => Repeat("\t"u8.ToArray(), n)),
        new("C: constants", ["developer-source"], n => Texts(n, i => "const uint8_t MBED_CLOUD_DEV_BOOTSTRAP_ENDPOINT_NAME[] = \"a\";")),
        new("C: one array", ["developer-source"],
            n => [.. "const uint8_t MBED_CLOUD_DEV_BOOTSTRAP_DEVICE_CERTIFICATE[] = { "u8, .. Repeat("1,"u8.ToArray(), n)]),
        new("C: one number", ["developer-source"],
            n => [.. "const uint32_t MBED_CLOUD_DEV_MEMORY_TOTAL_KB = "u8, .. Repeat("1"u8.ToArray(), n)]),
        new("CBOR: arrays in arrays", OfCbor, n => Repeat([0x81], n)),
        new("CBOR: arrays of open length in each other", OfCbor, n => Repeat([0x9F], n)),
        new("CBOR: maps in maps", OfCbor, n => Repeat([0xA1, 0x61, 0x61], n)),
        new("CBOR: maps of open length in each other", OfCbor, n => Repeat([0xBF, 0x61, 0x61], n)),
        new("CBOR: tags", OfCbor, n => Repeat([0xC2], n)),
        new("CBOR: a text in pieces", OfCbor, n => [0xBF, 0x7F, .. Repeat([0x61, 0x61], n)]),
        new("CBOR: a count beyond the file", OfCbor, n => [0xBB, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. Repeat([0x00], n)]),
        new("TLV: instances", ["lwm2m-tlv", "registration"], n => Repeat([0x08, 0x00, 0x03, 0xC1, 0x00, 0x61], n)),
        new("TLV: instances in instances", ["lwm2m-tlv", "registration"], n => Repeat([0x18, 0x00, 0xFF, 0xFF, 0xFF], n)),
        new("TLV: empty resources", ["lwm2m-tlv", "registration"], n => [0x18, 0x00, .. BigEndian(n / 2 * 2), .. Repeat([0xC0, 0x00], n)]),
        new("KCM: one text", ["kcm-text", "kcm-number"], n => Repeat("a"u8.ToArray(), n)),
    ];

    // ContentInfo { signedData, [0] { version, digests, content, [0] certificates, [1] lists, signers } }
    static byte[] Container(byte[] certificates, byte[]? lists = null) => Tlv(0x30,
    [
        0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02,
        .. Tlv(0xA0, Tlv(0x30, [0x02, 0x01, 0x01, 0x31, 0x00, 0x30, 0x00, .. Tlv(0xA0, certificates), .. lists is null
            ? [] : Tlv(0xA1, lists), 0x31, 0x00])),
    ]);

    // A header of attributes (pax) with none, made of one with a long name.
    static byte[] TarHeaders => new TarEncoder().Encode(new string('a', 120), [], DateTimeOffset.UnixEpoch).Bytes
        .AsSpan(0, 2 * TarReader.Block).ToArray();

    static byte[] Packed(IArchiveEncoder encoder, int length)
    {
        using var archive = new MemoryStream();
        using var directory = new MemoryStream();
        long entries = 0;
        for (; archive.Length + directory.Length < length; entries += 2)
        {
            var block = encoder.Encode($"d{entries}", [new OutputFile("x.pem", [], false)], DateTimeOffset.UnixEpoch);
            var part = encoder.Directory(block, archive.Length);
            directory.Write(part, 0, part.Length);
            archive.Write(block.Bytes, 0, block.Bytes.Length);
        }

        return [.. archive.ToArray(), .. directory.ToArray(), .. encoder.End(entries, archive.Length, directory.Length)];
    }

    // Half of it is a content, and the directory names it again and again.
    static byte[] Shared(int length)
    {
        var encoder = new ZipEncoder();
        var content = encoder.Encode("d", [new OutputFile("x.pem", new byte[length / 2], false)], DateTimeOffset.UnixEpoch);
        var directory = encoder.Directory(content, 0);
        var times = Math.Max(1, length / 2 / directory.Length);
        return [.. content.Bytes, .. Repeat(directory, times * directory.Length),
            .. encoder.End(2 * times, content.Bytes.Length, times * directory.Length)];
    }

    static byte[] Zeros(int length)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i * 16_500 < length; i++)
            {
                using var entry = zip.CreateEntry($"d{i}/x.pem", CompressionLevel.Optimal).Open();
                for (var j = 0; j < 250; j++) entry.Write(new byte[64 * 1024], 0, 64 * 1024);
            }
        }

        return packed.ToArray();
    }

    static byte[] Repeat(byte[] part, int length)
    {
        var whole = new byte[Math.Max(1, length / part.Length) * part.Length];
        for (var at = 0; at < whole.Length; at += part.Length) part.CopyTo(whole, at);
        return whole;
    }

    // Beside PEM every text is searched for objects.
    static byte[] Beside(string part, int length) =>
        [.. Encoding.ASCII.GetBytes(Device.Value.CertificatePem + "\n"), .. Repeat(Encoding.ASCII.GetBytes(part), length)];

    static byte[] Between(string part, int length) => Repeat(Encoding.ASCII.GetBytes($"{part}{Device.Value.CertificatePem}\n"), length);

    // As many certificates as there is room for, each as large as one may be.
    static Func<int, byte[]> Filled(Func<int, byte[]> make) => n => Repeat(make(28_000), n);

    static byte[] Texts(int length, Func<int, string> text, string end = "\n")
    {
        var all = new StringBuilder();
        for (var i = 0; all.Length < length; i++) all.Append(text(i)).Append(end);
        return Encoding.UTF8.GetBytes(all.ToString());
    }

    // From the inside out, each with its right length.
    static byte[] Nested(byte tag, int length)
    {
        var whole = new List<byte>();
        for (var size = 0; whole.Count < length; size = whole.Count)
        {
            for (var (rest, count) = (size, 0); ; rest >>= 8, count++)
            {
                if (size < 0x80)
                {
                    whole.Add((byte)size);
                    break;
                }

                if (rest == 0)
                {
                    whole.Add((byte)(0x80 + count));
                    break;
                }

                whole.Add((byte)rest);
            }

            whole.Add(tag);
        }

        whole.Reverse();
        return [.. whole];
    }

    static byte[] Tlv(byte tag, byte[] content) => content.Length switch
    {
        < 0x80 => [tag, (byte)content.Length, .. content],
        < 0x100 => [tag, 0x81, (byte)content.Length, .. content],
        < 0x10000 => [tag, 0x82, .. BigEndian(content.Length)[2..], .. content],
        < 0x1000000 => [tag, 0x83, .. BigEndian(content.Length)[1..], .. content],
        _ => [tag, 0x84, .. BigEndian(content.Length), .. content],
    };

    static byte[] BigEndian(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    static byte[] Number(int i) => [0x01, .. BigEndian(i)];

    static byte[] Extension(byte[] id, byte[] content) => Tlv(0xA3, Tlv(0x30, Tlv(0x30, [.. Tlv(0x06, id), .. Tlv(0x04, content)])));

    static byte[] Numbered(int length) => Join(
        Enumerable.Range(1 << 14, Math.Max(1, length / 17)).Select(
        i => Tlv(0x30, [.. Tlv(0x06, [0x2A, (byte)(i >> 14 & 0x7F | 0x80), (byte)(i >> 7 & 0x7F | 0x80),
        (byte)(i & 0x7F)]), .. Tlv(0x04, [0x04, 0x00])])));

    static byte[] Distinct(int length) => Join(
        Enumerable.Range(0, Math.Max(1, length / 14)).Select(
        i => Tlv(0x30, [0x06, 0x03, 0x55, 0x04, 0x03, .. Tlv(0x0C, Encoding.ASCII.GetBytes($"{(uint)i * 2654435761:x8}"))])));

    static byte[] Join(IEnumerable<byte[]> parts)
    {
        using var all = new MemoryStream();
        foreach (var part in parts) all.Write(part);
        return all.ToArray();
    }

    /// <summary>
    /// A certificate whose fields (0 serial number to 5 key, 6 extensions) are other ones; its signature no longer
    /// verifies.
    /// </summary>
    static byte[] Certificate(Func<int, byte[], byte[]> field, byte[]? model = null)
    {
        var certificate = Asn1Sequence.GetInstance(model ?? Device.Value.CertificateDer);
        var tbs = Asn1Sequence.GetInstance(certificate[0]);
        var fields = tbs.Skip(1).Select((t, i) => field(i, t.GetDerEncoded()));
        return Tlv(0x30, [.. Tlv(0x30, [.. tbs[0].GetDerEncoded(), .. Join(fields)]), .. certificate[1].GetDerEncoded(),
            .. certificate[2].GetDerEncoded()]);
    }

    static byte[] Certificates(int length, Func<int, int, byte[], byte[]> field, byte[]? model = null) =>
        Join(Enumerable.Range(0, Math.Max(1, length / (model ?? Device.Value.CertificateDer).Length)).Select(i =>
            Certificate((s, t) => field(i, s, t), model)));

    static byte[] Entry(byte[] extensions) => Tlv(0x30, [0x02, 0x01, 0x01, 0x17, 0x0D, .. "300131120000Z"u8, .. extensions]);

    static byte[] List(byte[] entries)
    {
        var algorithm = Algorithms.EcdsaWithSha256.GetDerEncoded();
        var name = DistinguishedName.Create("Root").GetDerEncoded();
        var tbs = Tlv(0x30, [0x02, 0x01, 0x01, .. algorithm, .. name, 0x17, 0x0D, .. "300131120000Z"u8, .. Tlv(0x30, entries)]);
        return Tlv(0x30, [.. tbs, .. algorithm, 0x03, 0x02, 0x00, 0x00]);
    }

    static byte[] Gzip(byte[] first, byte[] part, long length)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(first);
            var block = Repeat(part, 1 << 16);
            for (var written = 0L; written < length; written += block.Length) gzip.Write(block);
        }

        return packed.ToArray();
    }
}
