namespace DeviceCreds;

/// <summary>
/// Certificates on disk that belong to entries of a ledger: in the folders that exports write, one per device, and those in which
/// <c>openssl ca</c> keeps a copy of each certificate, named after its serial number (new_certs_dir).
/// </summary>
public sealed class StoredCertificates
{
    const string Advice = "Give the -Path of Export-DeviceCredential, or the folder new_certs_dir of openssl ca.";

    readonly IReadOnlyList<string> _folders;

    /// <param name="folders">The folders.</param>
    /// <exception cref="InputException">One of them is not a folder, or does not exist.</exception>
    public StoredCertificates(IEnumerable<string> folders)
    {
        _folders = [.. folders];
        if (_folders.FirstOrDefault(f => !Directory.Exists(f)) is not { } wrong) return;
        throw FileKind.Exists(wrong)
            ? new InputException("PathIsFile", ErrorKind.InvalidArgument,
                $"expected a folder, found {FileKind.Special(wrong) ?? "a file"}.", Advice, wrong)
            : new InputException("FolderNotFound", ErrorKind.NotFound, "there is no such folder.", Advice, wrong);
    }

    /// <summary>The entry with the values that only its certificate has; the unchanged entry where the certificate is not found.</summary>
    public LedgerEntry Complete(LedgerEntry entry) =>
        Find(entry) is { } certificate ? entry with { EnrollmentId = EnrollmentId.Of(certificate.Fingerprint) } : entry;

    DeviceCertificate? Find(LedgerEntry entry) =>
        _folders.SelectMany(f => Places(f, entry)).Where(File.Exists).Select(p => Read(p, entry.SerialNumber))
            .FirstOrDefault(c => c is not null);

    static IEnumerable<string> Places(string folder, LedgerEntry entry)
    {
        if (entry.EndpointName is { Length: > 0 } name)
        {
            var file = Path.Combine(folder, FileNames.FolderFor(name), FileNames.Certificate(CredentialKind.Bootstrap));
            foreach (var ending in FileNames.Plain) yield return file + ending;
        }

        yield return Path.Combine(folder, entry.SerialNumber + ".pem");
    }

    // A file that cannot be read is skipped: it is not what the caller asked about.
    static DeviceCertificate? Read(string path, string serial)
    {
        try
        {
            return CertificateReader.Read(InputFile.Read(path))
                .FirstOrDefault(c => SerialNumbers.Normalise(c.SerialNumber) == SerialNumbers.Normalise(serial));
        }
        catch (InputException)
        {
            return null;
        }
    }
}
