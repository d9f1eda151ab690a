namespace DeviceCreds;

/// <summary>A certificate authority kept in files: its certificate, its chain up to the root, and its private key.</summary>
public static class AuthorityFiles
{
    const string Certificate = "CA_cert.pem";
    const string Chain = "CA_chain.pem";
    const string Key = "CA_private.pem";
    const string Uris = "CA_uris.json";
    const string AzureDps = "CA_azure.json";

    /// <summary>Writes the CA into a folder.</summary>
    /// <param name="authority">The CA.</param>
    /// <param name="folder">The folder; created when it is not there.</param>
    /// <param name="withKey">Whether the private key is written.</param>
    /// <param name="password">When given, the private key is encrypted with it.</param>
    /// <param name="replace">Whether existing files are replaced.</param>
    /// <exception cref="IssuanceException">The key is not at hand or cannot leave where it lives.</exception>
    /// <exception cref="OutputException">A file exists, or the system refuses.</exception>
    public static IReadOnlyList<string> Write(CertificateAuthority authority, string folder, bool withKey, char[]? password, bool replace)
    {
        var files = new List<OutputFile>
        {
            OutputFile.Text(Certificate, authority.CertificatePem, isSecret: false),
            OutputFile.Text(Chain, authority.Chain.ToPem(), isSecret: false),
        };
        // With no URIs, an earlier file's must not stay.
        if (!authority.Uris.IsEmpty || (replace && File.Exists(Path.Combine(folder, Uris))))
            files.Add(OutputFile.Text(Uris, AuthorityUrisFile.Write(authority.Uris), isSecret: false));
        if (withKey) files.Add(new OutputFile(Key, authority.ExportableKey.ToPemBytes(KeyEncoding.Pkcs8, password), IsSecret: true));
        return FileWriter.WriteAll(folder, files, replace);
    }

    /// <summary>Writes what a service is told of the CA; it holds no private key.</summary>
    /// <param name="authority">The CA.</param>
    /// <param name="folder">The folder; created when it is not there.</param>
    /// <param name="format">The service's form.</param>
    /// <param name="replace">Whether existing files are replaced.</param>
    /// <param name="warn">Gets warnings, each a sentence.</param>
    /// <exception cref="InputException">The service does not take the CA's name.</exception>
    /// <exception cref="OutputException">A file exists, or the system refuses.</exception>
    public static IReadOnlyList<string> WriteForService(
        CertificateAuthority authority, string folder, AuthorityFormat format, bool replace, Action<string>? warn = null)
    {
        if (format != AuthorityFormat.AzureDps) throw new ArgumentOutOfRangeException(nameof(format));
        var id = AzureDpsGroup.IdOf(authority.Name);
        var file = OutputFile.Text(AzureDps, AzureDpsGroup.Write(id, authority.Own), isSecret: false);
        var paths = FileWriter.WriteAll(folder, [file], replace);
        if (AzureDpsId.FindProblem(authority.Name) is { } problem)
            warn?.Invoke($"'{MessageText.Shorten(authority.Name)}' cannot be the ID of an enrollment group in Azure: {problem}. "
                + $"The ID is '{id}'.");
        return paths;
    }

    /// <summary>
    /// Reads a CA: a folder that <see cref="Write"/> made, a PKCS#12 file, or a certificate file (with its chain, if it
    /// has one) and a key file.
    /// </summary>
    /// <param name="path">The folder or the certificate file.</param>
    /// <param name="keyPath">The key file; null to look in the folder, or in the certificate file itself.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <exception cref="InputException">A file is missing or wrong, the key is another's, or the password is wrong.</exception>
    public static CertificateAuthority Read(string path, string? keyPath = null, char[]? password = null)
    {
        var authority = ReadParts(path, keyPath, password);
        if (FindUris(path) is not { } uris) return authority;
        using var file = InputFile.Read(uris);
        authority.PublishAt(AuthorityUrisFile.Read(file));
        return authority;
    }

    // They belong to the CA of the folder, whichever of its files is named.
    static string? FindUris(string path)
    {
        if (InputFile.IsPem(path)) return null;
        var folder = Directory.Exists(path) ? path : Path.GetFileName(path) is Certificate or Chain ? Path.GetDirectoryName(path)! : null;
        return folder is not null && Path.Combine(folder, Uris) is var uris && File.Exists(uris) ? uris : null;
    }

    static CertificateAuthority ReadParts(string path, string? keyPath, char[]? password)
    {
        if (Directory.Exists(path))
        {
            var key = Path.Combine(path, Key);
            if (keyPath is null && File.Exists(key)) keyPath = key;
            var chain = Path.Combine(path, Chain);
            path = File.Exists(chain) ? chain : Path.Combine(path, Certificate);
        }

        using var file = InputFile.Read(path);
        var objects = FileObjects.Find(file);
        try
        {
            if (objects.Any(o => o.Shape == FileShape.Pkcs12)) return ReadPkcs12(file, keyPath, password);
            var certificates = CertificateReader.Read(file, objects);
            return keyPath is not null ? Open(certificates, keyPath, password)
                : objects.Any(o => FileShapes.IsPrivateKey(o.Shape))
                    ? CertificateAuthority.Open(certificates, KeyReader.Read(file, objects, password), file.Path)
                : CertificateAuthority.Open(certificates, null);
        }
        finally
        {
            FileObjects.Wipe(file, objects);
        }
    }

    static CertificateAuthority ReadPkcs12(InputFile file, string? keyPath, char[]? password)
    {
        var parts = new CredentialParts();
        PlainObjects.Read(file, password, parts);
        if (parts.Certificates.Count == 0) throw file.Invalid(
            "CertificateNotFound", "the PKCS#12 file holds no certificate.",
            "Write it again with the CA's certificate: openssl pkcs12 -export -in <certificate> -inkey <key>.");
        var keys = parts.Keys.Select(k => k.Key).Distinct().ToList();
        if (keys.Count > 1) throw file.Invalid(
            "KeySeveral", $"the PKCS#12 file holds {keys.Count} private keys.",
            "Put each key in a file of its own, so that it is clear which one is meant.");
        return keyPath is not null
            ? Open(parts.Certificates, keyPath, password)
            : CertificateAuthority.Open(parts.Certificates, keys.FirstOrDefault(), file.Path);
    }

    static CertificateAuthority Open(IReadOnlyList<DeviceCertificate> certificates, string keyPath, char[]? password)
    {
        using var file = InputFile.Read(keyPath);
        return CertificateAuthority.Open(certificates, DeviceKey.Read(file, password), file.Path);
    }
}
