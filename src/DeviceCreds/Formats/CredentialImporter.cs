namespace DeviceCreds;

/// <summary>Reads credentials back: certificates and keys are told apart by content, and matched by public key.</summary>
public static class CredentialImporter
{
    static readonly string[] Endings = [".pem", ".der", ".crt", ".cer", ".key"];

    /// <summary>The groups of files below a path, one group a folder; a file is a group of its own.</summary>
    public static IEnumerable<IReadOnlyList<string>> Group(string path)
    {
        if (!Directory.Exists(path)) return [[path]];
        return Directory.EnumerateDirectories(path, "*", SearchOption.AllDirectories).Concat([path])
            .OrderBy(d => d, StringComparer.Ordinal)
            .Select(d => (IReadOnlyList<string>)[.. Directory.EnumerateFiles(d).Where(f => Endings.Contains(Path.GetExtension(f).ToLowerInvariant()) && Path.GetFileName(f)[0] != '.').OrderBy(f => f, StringComparer.Ordinal)])
            .Where(g => g.Count > 0);
    }

    /// <exception cref="InputException">There is no file of a credential in the folder or below it.</exception>
    public static void RequireFiles(string folder)
    {
        if (!Group(folder).Any()) throw new InputException("CredentialNotFound", ErrorKind.NotFound, $"there is no credential here: no file ends with {string.Join(", ", Endings)}.", "Give the folder that Export-DeviceCredential wrote to.", folder);
    }

    /// <summary>The credentials that a group of files holds.</summary>
    /// <param name="paths">The files of one device.</param>
    /// <param name="password">The password of encrypted keys.</param>
    /// <exception cref="InputException">A file cannot be read, there is no device certificate, or a key belongs to none.</exception>
    public static IReadOnlyList<DeviceCredential> Read(IReadOnlyList<string> paths, char[]? password = null)
    {
        var certificates = new List<DeviceCertificate>();
        var keys = new List<(DeviceKey Key, string Path)>();
        foreach (var path in paths)
        {
            var file = InputFile.Read(path);
            var content = Contents(file);
            if (content.HasCertificate) certificates.AddRange(CertificateReader.Read(file));
            // A request beside its certificate (openssl req -out) has served its purpose.
            if (content.HasKey || (!content.HasCertificate && !content.HasRequest)) keys.Add((DeviceKey.Read(file, password), path));
        }

        var index = CertificatePath.Index(certificates.Distinct());
        var credentials = CertificatePath.Leaves(certificates)
            .Select(leaf => new DeviceCredential(Kind(leaf, certificates), leaf, CertificatePath.Build(leaf, index).Skip(1).ToList(), keys.FirstOrDefault(k => k.Key.Matches(leaf.Point)).Key))
            .ToList();
        if (credentials.Count == 0) throw new InputException("CredentialNotFound", ErrorKind.InvalidData, keys.Count > 0 ? "there is a private key here, but no certificate." : "there is no certificate here.", "Give the files of one device together, or the folder that holds them.", paths[0]);
        if (keys.FirstOrDefault(k => !certificates.Any(c => k.Key.Matches(c.Point))) is { Path: { } stray })
            throw new InputException("KeyMismatch", ErrorKind.Conflict, "this private key belongs to none of the certificates beside it.", "Do these files come from different runs? Issue the credential again.", stray);
        return credentials;
    }

    // The file's name decides, since the contract fixes it; otherwise an account ID makes it LwM2M's.
    static CredentialKind Kind(DeviceCertificate leaf, List<DeviceCertificate> certificates) =>
        certificates.Where(leaf.Equals).Select(c => FileNames.KindOf(c.Path)).FirstOrDefault(k => k is not null)
            ?? (leaf.AccountId is null ? CredentialKind.Bootstrap : CredentialKind.Lwm2m);

    static (bool HasCertificate, bool HasKey, bool HasRequest) Contents(InputFile file)
    {
        if (!file.LooksLikeDer)
        {
            var labels = Pem.Parse(file).Select(b => b.Label).ToList();
            return (Any(labels, "CERTIFICATE"), Any(labels, "PRIVATE KEY"), Any(labels, "CERTIFICATE REQUEST"));
        }

        try
        {
            CertificateReader.Read(file);
            return (true, false, false);
        }
        catch (InputException e) when (e.ErrorId == "CertificateNotFound")
        {
            return (false, true, false);
        }
    }

    static bool Any(List<string> labels, string ending) => labels.Any(l => l.EndsWith(ending, StringComparison.Ordinal));
}
