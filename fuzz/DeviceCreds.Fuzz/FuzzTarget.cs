using System.Text;

namespace DeviceCreds.Fuzz;

/// <summary>A reader under fuzzing.</summary>
/// <param name="Name">The name on the command line, and of its folder in the corpus.</param>
/// <param name="Read">Runs bytes through the reader, and asks of what it gave all that is found out late.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Read)
{
#if NETSTANDARD_BUILD
    /// <summary>
    /// BouncyCastle leaves some 80 KB behind for each signature, of which a heap of certificates costs a bounded
    /// number; little of it is held at once.
    /// </summary>
    const int OfHeap = 1250;
#else
    const int OfHeap = 100;
#endif

    /// <summary>What is compressed unpacks to a hundred times its size at most; an index and buffers take the rest.</summary>
    const int OfArchive = 400;

    /// <summary>Each group of digits is looked at on its own, and none is held. A message is a line or two.</summary>
    const int OfMessage = 400;

    static readonly char[] Password = "secret".ToCharArray();

    /// <summary>How long a MiB may take. Longer where the input may ask for key derivation, whose work has a limit of its own.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many bytes may be allocated, in all and not at once, for each of the input.</summary>
    public int Memory { get; init; } = 100;

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("pem", ReadBlocks),
        new("certificate", ReadCertificates) { Memory = OfHeap },
        new("request", b => DeviceCertificateRequest.Read(new InputFile(b))),
        new("revocation-list", ReadRevocationList),
        new("objects", FindObjects),
        new("pkcs7", ReadContainer) { Memory = OfHeap },
        new("key", b => DeviceKey.Read(new InputFile(b))),
        new("key-text", b => DeviceKey.Read(new InputFile(b), Password)) { Limit = TimeSpan.FromSeconds(20) },
        new("openssh-key", b => DeviceKey.Read(new InputFile(
            Encoding.ASCII.GetBytes(Pem.Encode("OPENSSH PRIVATE KEY", [.. "openssh-key-v1\0"u8, .. b]))))),
        new("encrypted-key", b => DeviceKey.Read(new InputFile(b), Password)) { Limit = TimeSpan.FromSeconds(20) },
        new("pfx", b => new Pkcs12Reader(new InputFile(b), Password, new CredentialParts()).Read()) { Limit = TimeSpan.FromSeconds(20) },
        new("pfx-without-password", b => new Pkcs12Reader(new InputFile(b), null,
            new CredentialParts()).Read()) { Limit = TimeSpan.FromSeconds(20) },
        new("bundle", Format<FccBundleFormat>("device.cbor")),
        new("bundle-response", b => DeviceResponse.Read(new InputFile(b))),
        new("senml-json", Format<SenmlJsonFormat>("x.json")),
        new("senml-cbor", Format<SenmlCborFormat>("x.cbor")),
        new("lwm2m-tlv", Format<Lwm2mTlvFormat>("x.tlv")),
        new("developer-source", Format<DeveloperSourceFormat>("x.c")),
        new("kcm-certificate", Format<KcmFormat>(DeviceItems.Certificate(CredentialKind.Bootstrap))),
        new("kcm-key", Format<KcmFormat>(DeviceItems.PrivateKey(CredentialKind.Lwm2m))),
        new("kcm-text", Format<KcmFormat>(DeviceItems.EndpointName)),
        new("kcm-number", Format<KcmFormat>(DeviceItems.CurrentTime)),
        new("registration", b => CredentialImporter.Read([new InputFile(b)], "x",
            Password)) { Limit = TimeSpan.FromSeconds(20), Memory = OfHeap },
        new("device-list", b => InFile(b, ".csv", ReadList)),
        new("configuration", b => Configure(new InputFile(b))),
        new("ledger", b => InFile(b, ".txt", ReadLedger)),
        new("pkcs11-uri", b => Pkcs11Uri.Parse(new InputFile(b).Text)),
        new("archive", b => InFile(b, "", ReadArchive)) { Memory = OfArchive },
        new("server-uri", ReadServerUri),
        new("names", CompareNames),
        new("message", ShowText) { Limit = TimeSpan.FromSeconds(2), Memory = OfMessage },
    ];

    static Action<byte[]> Format<T>(string name)
        where T : IReadableFormat, new() => bytes => new T().Read(new InputFile(bytes, name), Password, new CredentialParts());

    // A certificate is read in full only when it is asked and tested.
    static void ReadCertificates(byte[] bytes)
    {
        var certificates = CertificateReader.Read(new InputFile(bytes));
        foreach (var certificate in certificates)
        {
            _ = (certificate.EndpointName, certificate.AccountId, certificate.SerialNumber, certificate.NotBefore,
                certificate.NotAfter, certificate.KeyAlgorithm, certificate.SignatureAlgorithm);
            _ = (certificate.KeyUsage, certificate.EnhancedKeyUsage.Count, certificate.IsCertificateAuthority, certificate.IsSelfSigned);
        }

        foreach (var report in new CertificateVerifier { Issuers = [.. certificates.Take(1)] }.Test(certificates)) _ = report.Failed;
    }

    static void ReadBlocks(byte[] bytes)
    {
        var file = new InputFile(bytes);
        var reader = new PemReader(file, file.Text);
        while (reader.Next() is not null) { }
    }

    // What no reader takes is named, and a fault in it is found.
    static void FindObjects(byte[] bytes)
    {
        var file = new InputFile(bytes);
        var objects = FileObjects.Find(file);
        _ = (FileObjects.Describe(file, objects), FileObjects.Conversion(file, objects));
        foreach (var item in objects) _ = DerFault.Find(item.Bytes);
        FileObjects.Wipe(file, objects);
    }

    static void ReadContainer(byte[] bytes)
    {
        var file = new InputFile(bytes);
        foreach (var item in FileObjects.Find(file).Where(o => o.Shape == FileShape.Pkcs7)) _ = Pkcs7.RevocationLists(file, item).Count;
        ReadCertificates(bytes);
    }

    static void CompareNames(byte[] bytes)
    {
        var text = new InputFile(bytes).Text;
        var half = text.Length / 2;
        var (first, second) = (text.Substring(0, half), text.Substring(half));
        if (PreparedName.AreEqual(first, second) && PreparedName.Of(PreparedName.Of(first)) != PreparedName.Of(first))
            throw new InvalidOperationException("A prepared name is prepared again.");
        var difference = TextDifference.Describe(first, second);
        if (difference.Length > 500 || difference.Any(char.IsControl))
            throw new InvalidOperationException("The difference cannot be shown.");
    }

    static void ShowText(byte[] bytes)
    {
        var text = new InputFile(bytes).Text;
        var shown = MessageText.Message(text);
        if (shown.Any(char.IsControl)) throw new InvalidOperationException("The message has control characters.");
        _ = (MessageText.HoldsSecret(text, beyondDoubt: true), MessageText.HoldsKey(text), RowSecret.IsIn(text));
    }

    static void ReadRevocationList(byte[] bytes)
    {
        foreach (var list in CertificateRevocationList.Read(new InputFile(bytes))) _ = (list.Revoked.Count(), list.Scope.Points?.Count);
    }

    static void ReadList(string path)
    {
        foreach (var device in new DeviceList(_ => { }).Read(path)) _ = device.Columns.Count;
    }

    // The index, and every content: what is in it is for the other targets.
    static void ReadArchive(string path)
    {
        if (Archive.Open(path) is not { } archive) return;
        foreach (var file in archive.Groups().SelectMany(g => g))
        {
            if (!file.Path.StartsWith(path + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new InvalidOperationException("An entry leads out of the archive.");
            try
            {
                file.Read().Dispose();
            }
            catch (InputException)
            {
                // The other files are read.
            }
        }
    }

    static void ReadLedger(string path)
    {
        foreach (var entry in Ledger.Read(path, _ => { })) _ = (entry.EndpointName, entry.AccountId);
    }

    static void Configure(InputFile file)
    {
        var builder = new ConfigurationBuilder();
        builder.Load(file);
        builder.Build();
    }

    static void ReadServerUri(byte[] bytes)
    {
        var text = new InputFile(bytes).Text;
        if (ServerUri.TryParse(text) is { } uri) ServerUri.AccountId(uri);
        new ConfigurationBuilder().Set(nameof(DeviceConfiguration.ServerUri), text);
        _ = ConfigurationCheck.FindProblem(new DeviceConfiguration { ServerUri = text });
    }

    static void InFile(byte[] bytes, string ending, Action<string> read)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ending);
        try
        {
            File.WriteAllBytes(path, bytes);
            read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
