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
            if (content.HasKey || !content.HasCertificate) keys.Add((DeviceKey.Read(file, password), path));
        }

        var index = CertificatePath.Index(certificates.Distinct());
        var credentials = CertificatePath.Leaves(certificates)
            .Select(leaf => new DeviceCredential(Kind(leaf, certificates), leaf, CertificatePath.Build(leaf, index).Skip(1).ToList(), keys.FirstOrDefault(k => k.Key.Matches(leaf.Point)).Key))
            .ToList();
        if (credentials.Count == 0) throw new InputException("CredentialNotFound", ErrorKind.InvalidData, "there is a private key here, but no certificate.", "Give the files of one device together, or the folder that holds them.", paths[0]);
        if (keys.FirstOrDefault(k => !credentials.Any(c => k.Key.Equals(c.PrivateKey))) is { Path: { } stray })
            throw new InputException("KeyMismatch", ErrorKind.Conflict, "this private key belongs to none of the certificates beside it.", "Do these files come from different runs? Issue the credential again.", stray);
        return credentials;
    }

    // The file's name decides, since the contract fixes it; otherwise an account ID makes it LwM2M's.
    static CredentialKind Kind(DeviceCertificate leaf, List<DeviceCertificate> certificates) =>
        certificates.Where(leaf.Equals).Select(c => FileNames.KindOf(c.Path)).FirstOrDefault(k => k is not null)
            ?? (leaf.AccountId is null ? CredentialKind.Bootstrap : CredentialKind.Lwm2m);

    static (bool HasCertificate, bool HasKey) Contents(InputFile file)
    {
        if (!file.LooksLikeDer)
        {
            var blocks = Pem.Parse(file);
            return (blocks.Any(b => b.Label.EndsWith("CERTIFICATE", StringComparison.Ordinal)), blocks.Any(b => b.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)));
        }

        try
        {
            CertificateReader.Read(file);
            return (true, false);
        }
        catch (InputException e) when (e.ErrorId == "CertificateNotFound")
        {
            return (false, true);
        }
    }
}
