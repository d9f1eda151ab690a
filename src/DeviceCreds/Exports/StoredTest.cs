namespace DeviceCreds;

/// <summary>Tests what is in a device's folder: the certificates' own files, each once, or the credentials in other formats.</summary>
public static class StoredTest
{
    /// <summary>The reports of a device.</summary>
    /// <param name="verifier">What tests.</param>
    /// <param name="files">The files of its folder.</param>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static IReadOnlyList<DeviceCertificateReport> Run(CertificateVerifier verifier, IReadOnlyList<StoredFile> files)
    {
        var certificates = KindRule.All.SelectMany(kind => Certificates(files, kind)).ToList();
        if (certificates.Count == 0) return [.. CredentialImporter.Read(files, cache: verifier.Cache).Select(Test)];
        var kinds = certificates.Select(f => KindRule.OfFile(f.Path)).ToList();
        // A certificate or key of no kind, beside them, is not an exported one.
        var rest = files.Where(f => KindRule.OfFile(f.Path) is { } kind ? !kinds.Contains(kind)
            : !FileNames.Plain.Contains(Path.GetExtension(f.Name))).ToList();
        var bundles = certificates.Select(f => CertificateReader.Read(f.Read())).ToList();
        return [.. Different(bundles).SelectMany(verifier.Test), .. Others(rest).Where(c => !kinds.Contains(c.Kind)).Select(Test)];

        IReadOnlyList<DeviceCredential> Others(IReadOnlyList<StoredFile> paths)
        {
            try
            {
                return paths.Count == 0 ? [] : CredentialImporter.Read(paths, cache: verifier.Cache);
            }
            catch (InputException e) when (e.ErrorId is "CredentialNotRecognised" or "CredentialNotFound"
                && paths.All(f => KindRule.OfFile(f.Path) is null))
            {
                // None of these files has the name of an exported file.
                return [];
            }
        }

        // The key was read for its test, and for nothing else.
        DeviceCertificateReport Test(DeviceCredential credential)
        {
            using var key = credential.PrivateKey;
            return verifier.Test(credential);
        }
    }

    // The certificate's own files: with its chain, and by itself. Without these, any other encoding of it.
    static IEnumerable<StoredFile> Certificates(IReadOnlyList<StoredFile> files, CredentialKind kind)
    {
        var own = files.Where(f => f.Name.StartsWith(FileNames.Certificate(kind) + ".", StringComparison.Ordinal)).ToList();
        var plain = FileNames.Plain.Select(ending => own.Find(f => f.Name.EndsWith(ending, StringComparison.Ordinal))).OfType<StoredFile>();
        return plain.DefaultIfEmpty(own.FirstOrDefault()).OfType<StoredFile>();
    }

    // Export writes one certificate in several encodings; two exports may have left two certificates.
    static IEnumerable<IReadOnlyList<DeviceCertificate>> Different(IEnumerable<IReadOnlyList<DeviceCertificate>> bundles)
    {
        var known = new List<DeviceCertificate>();
        foreach (var bundle in bundles)
        {
            if (bundle.Any(c => !known.Contains(c))) yield return bundle;
            known.AddRange(bundle);
        }
    }
}
