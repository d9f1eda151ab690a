using System.IO.Compression;
using System.Text;

namespace DeviceCreds.Fuzz;

/// <summary>Good inputs for every target, written by the library itself: the corpus is made of them.</summary>
internal static class Seeds
{
    const string AccountId = "0123456789abcdef0123456789abcdef";

    static readonly char[] Password = "secret".ToCharArray();

    /// <summary>Writes the files of every target that are not in the corpus yet.</summary>
    public static void Write(string corpus)
    {
        foreach (var (target, name, content) in All())
        {
            var path = Path.Combine(corpus, target, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!File.Exists(path)) File.WriteAllBytes(path, content);
        }
    }

    static IEnumerable<(string Target, string Name, byte[] Content)> All()
    {
        var issuer = CertificateChain.Create(["Root", "Lower"]).Issuer!;
        var credentials = new[] { CredentialKind.Bootstrap, CredentialKind.Lwm2m }
            .Select(kind => new CredentialIssuer(issuer,
                kind).Issue(new DeviceIdentity("device-1", kind == CredentialKind.Lwm2m ? AccountId : null))).ToList();
        foreach (var credential in credentials)
        {
            foreach (var seed in Written(credential)) yield return seed;
        }

        var (own, key) = (credentials[0], credentials[0].PrivateKey!);
        yield return ("pem", "chain.pem", Text(own.Chain.ToPem() + "\n" + key.ToPem()));
        yield return ("pem", "headers.pem", Text(
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
            + "AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END EC PRIVATE KEY-----\n"));
        yield return ("certificate", "device.der", own.CertificateDer);
        yield return ("certificate", "chain.pem", Text(own.Chain.ToPem()));
        yield return ("certificate", "ca.der", issuer.Chain.Certificates[1].CertificateDer);
        yield return ("request", "request.pem", Text(DeviceCertificateRequest.Create("device-1", AccountId, key).Pem));
        yield return ("request", "request.der", DeviceCertificateRequest.Create("device-1", null, key).Der);
        var revoked = new[] { RevocationReason.KeyCompromise, RevocationReason.Unspecified }.Select(
            (reason, i) => new RevokedCertificate($"0{i + 1}", DateTime.UtcNow, reason));
        var list = CertificateRevocationList.Create(
            issuer, revoked, Org.BouncyCastle.Math.BigInteger.Ten, DateTime.UtcNow, DateTime.UtcNow.AddDays(30));
        yield return ("revocation-list", "list.der", list.Der);
        yield return ("revocation-list", "list.pem", Text(list.Pem));
        foreach (var encoding in Enum.GetValues<KeyEncoding>())
        {
            yield return ("key", encoding + ".der", key.ToDer(encoding));
            yield return ("key", encoding + ".pem", Text(key.ToPem(encoding)));
        }

        // Few rounds: the fuzzer is to spend its time elsewhere.
        var (algorithm, encrypted) = KeyEncryption.Encrypt(key.ToDer(KeyEncoding.Pkcs8), Password, 2);
        var envelope = new Org.BouncyCastle.Asn1.Pkcs.EncryptedPrivateKeyInfo(algorithm, encrypted).GetDerEncoded();
        yield return ("encrypted-key", "pkcs8.der", envelope);
        yield return ("encrypted-key", "pkcs8.pem", Text(Pem.Encode("ENCRYPTED PRIVATE KEY", envelope)));
        foreach (var (name, protection) in new[] { ("modern.pfx", Pkcs12Protection.Modern), ("legacy.pfx", Pkcs12Protection.Legacy) })
            yield return ("pfx", name, Pkcs12.Encode("device-1", key, own.Chain.Certificates, Password,
                protection with { Iterations = 2 }));
        foreach (var seed in Wrapped(own, key)) yield return seed;
        yield return ("bundle", "request.cbor", new DeviceKeyRequest("device-1",
            CredentialKind.Lwm2m) { AccountId = AccountId, Entropy = new byte[48], RootOfTrust = new byte[16] }.Compose().Encode());
        yield return ("bundle-response", "success.cbor", Response(DeviceCertificateRequest.Create("device-1", null, key).Der));
        foreach (var (name, text) in Texts()) yield return (name.Split('/')[0], name.Split('/')[1], Text(text));
        foreach (var seed in Archived(own)) yield return seed;
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress)) gzip.Write(Text("EndpointName,AccountId\ndevice-1,1\n"));
        yield return ("device-list", "csv.gz", packed.ToArray());
    }

    static IEnumerable<(string, string, byte[])> Archived(DeviceCredential credential)
    {
        foreach (var encoder in new IArchiveEncoder[] { new TarEncoder(), new ZipEncoder() })
        {
            OutputFile[] files = [new("BootstrapDeviceCert.der", (byte[])credential.CertificateDer.Clone(), false)];
            var blocks = new[] { "device-1", new string('a', 200) }
                .Select(folder => encoder.Encode(folder, files, DateTimeOffset.UnixEpoch)).ToList();
            byte[] directory = [.. encoder.Directory(blocks[0], 0), .. encoder.Directory(blocks[1], blocks[0].Bytes.Length)];
            byte[] contents = [.. blocks[0].Bytes, .. blocks[1].Bytes];
            yield return ("archive", "two" + encoder.Ending,
                [.. contents, .. directory, .. encoder.End(4, contents.Length, directory.Length)]);
        }

        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("device-1/BootstrapDeviceCert.pem").Open();
            var content = Text(credential.CertificatePem);
            entry.Write(content, 0, content.Length);
        }

        yield return ("archive", "deflated.zip", packed.ToArray());
    }

    // What goes through environment variables, JSON and terminals.
    static IEnumerable<(string, string, byte[])> Wrapped(DeviceCredential own, DeviceKey key)
    {
        var (der, pem) = (key.ToDer(), key.ToPem());
        var url = new Func<byte[], string>(b => Convert.ToBase64String(b).Replace('+', '-').Replace('/', '_').TrimEnd('='));
        (string, string)[] texts =
        [
            ("escaped.env", $"KEY=\"{pem.Replace("\n", "\\n")}\"\n"), ("spaces.pem", pem.Replace('\n', ' ')),
                ("one-line.pem", pem.Replace("\n", "")),
            ("percent.txt", Uri.EscapeDataString(pem)), ("base64.txt", Convert.ToBase64String(der)),
                ("url.txt", url(der)), ("hex.txt", string.Join(':', der.Select(b => b.ToString("x2")))),
            ("source.c", "{ " + string.Join(", ", der.Select(b => $"0x{b:x2}")) + " };"),
                ("pem-in-base64.txt", Convert.ToBase64String(Text(pem))),
            ("vault.json", System.Text.Json.JsonSerializer.Serialize(
                new { data = new { private_key = pem, certificate = own.CertificatePem } })),
            ("key.jwk", System.Text.Json.JsonSerializer.Serialize(new
            {
                kty = "EC", crv = "P-256", x = url(key.Point[1..33]), y = url(key.Point[33..]), d = url(der[7..39]),
                x5c = new[] { Convert.ToBase64String(own.CertificateDer) },
            })),
        ];
        foreach (var (name, text) in texts)
        {
            yield return ("key-text", name, Text(text));
            yield return ("objects", name, Text(text));
        }

        yield return ("objects", "chain.pem", Text(own.Chain.ToPem()));
        yield return ("objects", "device.der", own.CertificateDer);
        yield return ("request", "request.b64", Text(url(DeviceCertificateRequest.Create("device-1", null, key).Der)));
    }

    // Every readable format, by the names that its files have.
    static IEnumerable<(string, string, byte[])> Written(DeviceCredential credential)
    {
        var (target, configuration) = ("", Configuration(credential));
        foreach (var format in CredentialFormats.All.OfType<IDeviceFormat>())
        {
            target = format switch
            {
                FccBundleFormat => "bundle",
                SenmlJsonFormat => "senml-json",
                SenmlCborFormat => "senml-cbor",
                Lwm2mTlvFormat => "lwm2m-tlv",
                DeveloperSourceFormat => "developer-source",
                KcmFormat => "kcm",
                IReadableFormat and not PfxFormat => "registration",
                _ => "",
            };
            if (target.Length == 0 || (format is DeveloperSourceFormat && credential.Kind != CredentialKind.Bootstrap)) continue;
            foreach (var file in format.Write(credential,
                new ExportOptions { Configurations = [configuration],
                CertificateBundle = credential.Kind == CredentialKind.Lwm2m, ChainDepth = format is DeveloperSourceFormat ? 1 : 0 }))
            {
                if (target != "kcm") yield return (target, file.Name, file.Content);
                else if (KcmTarget(file.Name) is { } kcm) yield return (kcm, file.Name, file.Content);
            }
        }

        foreach (var format in CredentialFormats.All.OfType<IFleetFormat>().Where(f => f is IReadableFormat))
            yield return ("registration", format.FileName,
                Text(format.Begin + format.Entry(credential, new ExportOptions { Configurations = [configuration] }) + format.End));
    }

    static string? KcmTarget(string name) => name switch
    {
        _ when name == DeviceItems.Certificate(CredentialKind.Bootstrap) => "kcm-certificate",
        _ when name == DeviceItems.PrivateKey(CredentialKind.Lwm2m) => "kcm-key",
        DeviceItems.EndpointName => "kcm-text",
        DeviceItems.CurrentTime => "kcm-number",
        _ => null,
    };

    static DeviceConfiguration Configuration(DeviceCredential credential) => new()
    {
        ServerUri = $"coaps://{credential.Kind.ToString().ToLowerInvariant()}.example.com:5684?aid={AccountId}",
            ServerCertificate = credential.Chain.Certificates[1], CurrentTime = DateTimeOffset.UtcNow,
        Manufacturer = "Example Ltd", ModelNumber = "T-1000", SerialNumber = "SN 0001", DeviceType = "thermostat",
            HardwareVersion = "1.2", MemoryTotalKB = 512,
        CustomParameters = credential.Kind == CredentialKind.Bootstrap ? new Dictionary<string, object>()
            : new Dictionary<string, object> { ["acme.number"] = 1L, ["acme.text"] = "text", ["acme.bytes"] = new byte[] { 1 } },
    };

    // As the device writes it: maps of open length.
    static byte[] Response(byte[] request)
    {
        var writer = new System.Formats.Cbor.CborWriter(
            System.Formats.Cbor.CborConformanceMode.Lax, convertIndefiniteLengthEncodings: false);
        writer.WriteStartMap(null);
        writer.WriteTextString("Csrs");
        writer.WriteStartArray(1);
        writer.WriteStartMap(null);
        writer.WriteTextString("PrKN");
        writer.WriteTextString("mbed.BootstrapDevicePrivateKey");
        writer.WriteTextString("Data");
        writer.WriteByteString(request);
        writer.WriteEndMap();
        writer.WriteEndArray();
        foreach (var (name, value) in new[] { ("SchemeVersion", "0.0.1"), ("SID", "device-1"),
            ("InfoMessage", "The Factory process succeeded\n"),
            ("WarningInfo", "Item not set:mbed.Timezone\nItem not set:mbed.ClassId\n") })
        {
            writer.WriteTextString(name);
            writer.WriteTextString(value);
        }

        writer.WriteTextString("ReturnStatus");
        writer.WriteInt32(0);
        writer.WriteEndMap();
        return writer.Encode();
    }

    static IEnumerable<(string Name, string Text)> Texts() =>
    [
        ("device-list/list.csv", "EndpointName;AccountId;Site\n\"device \"\"1\"\"\";abc;\"two\nlines\"\ndevice-2;;x\n"),
        ("device-list/lines.json", "{\"EndpointName\":\"device-1\",\"aid\":\"abc\",\"n\":[1,{\"a\":null}]}\n{\"CN\":\"device-2\"}\n"),
        ("device-list/names.txt", "device-1\r\ndevice-2\r\n"),
        ("configuration/base.json", "{ \"Manufacturer\": \"Acme\", // who\n \"MemoryTotalKB\": 512, \"FirstToClaim\": "
            + "true, \"CurrentTime\": \"2030-01-31T12:00:00Z\", \"ClassId\": \"000102030405060708090A0B0C0D0E0F\", "
            + "\"CustomParameter\": { \"acme.a\": 1, \"acme.b\": [1, 2], \"acme.c\": { \"Hex\": \"00FF\" } } }"),
        ("configuration/base.yaml", "Manufacturer: Acme\nMemoryTotalKB: 512\nFirstToClaim: true\nCurrentTime: "
            + "2030-01-31T12:00:00Z\nVendorId: {00010203-0405-0607-0809-0a0b0c0d0e0f: }\nCustomParameter:\n  acme.a: "
            + "007\n  acme.b: [1, 2]\n  acme.c: |\n    text\n"),
        ("ledger/index.txt", "# a comment\n"
            + "V\t491231235959Z\t\t01\tunknown\t/OU=abc/CN=device-1\n"
            + "R\t20501231235959Z\t301231235959Z,keyCompromise\t0A0B\tunknown\t/CN=device\\\t2\n"
            + "E\t250101000000Z\t\t03\tx.pem\t/CN=device-3\n"
            + "R\t301231235959Z\t301231235959Z,CAkeyTime,20301231235959Z\t04\tunknown\t/CN=\\x00\\xFF\n"),
        ("pkcs11-uri/key.txt", "pkcs11:token=Factory%20CA;object=ca;id=%01%02;type=private;slot-id=1?module-path=/usr/lib/x.so&max=1"),
        ("names/composed.txt", "Ger\u00E4t 1gera\u0308t  1"),
        ("names/equal.txt", "\U0001F600 device\U0001F600 device"),
        ("message/password.txt", "--password 'hunter2' pin-value=1234 {\"kty\":\"EC\",\"d\":\"AAAA\"} "
            + "coaps://user:word@host?sig=A1b2C3d4E5f6G7h8I9"),
        ("message/bytes.txt", "00000000: 3077 0201 0104 2011 2233 4455 6677 8899  0w.... .\n"
            + "(byte)0x30, (byte)0x77, 30:77:02:01:01:04:20:11\n"),
        ("pkcs11-uri/pin.txt", "pkcs11:token=Factory;object=ca?pin-source=file:/x"),
        ("server-uri/bootstrap.txt", $"coaps://bootstrap.example.com:5684?aid={AccountId}"),
        ("server-uri/more.txt", $"coap://[::1]:5683/a?b=c&aid={AccountId}&x"),
    ];

    static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
