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
        var certificates = KindRule.All.Select(kind => Certificate(files, kind)).OfType<StoredFile>().ToList();
        return certificates.Count > 0
            ? [.. certificates.SelectMany(f => verifier.Test(CertificateReader.Read(f.Read())))]
            : [.. CredentialImporter.Read(files, cache: verifier.Cache).Select(Test)];

        // The key was read for its test, and for nothing else.
        DeviceCertificateReport Test(DeviceCredential credential)
        {
            using var key = credential.PrivateKey;
            return verifier.Test(credential);
        }
    }

    // Export writes one certificate in several encodings.
    static StoredFile? Certificate(IReadOnlyList<StoredFile> files, CredentialKind kind)
    {
        var own = files.Where(f => f.Name.StartsWith(FileNames.Certificate(kind) + ".", StringComparison.Ordinal)).ToList();
        return own.Find(f => f.Name.EndsWith(".pem", StringComparison.Ordinal)) ?? own.FirstOrDefault();
    }
}
