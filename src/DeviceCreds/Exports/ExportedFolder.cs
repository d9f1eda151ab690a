namespace DeviceCreds;

/// <summary>The credentials of one kind that an export left in a device's folder.</summary>
/// <param name="Credentials">The credentials; without their private keys where these are encrypted.</param>
/// <param name="IsLocked">Whether there is an encrypted private key that was not opened.</param>
internal sealed record ExportedFolder(IReadOnlyList<DeviceCredential> Credentials, bool IsLocked)
{
    /// <summary>Reads the files of a device's folder; null when none is of this kind.</summary>
    /// <param name="files">The files.</param>
    /// <param name="kind">The kind of credential.</param>
    /// <param name="cache">What is known of the CAs already; null to start with nothing.</param>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static ExportedFolder? Read(IReadOnlyList<StoredFile> files, CredentialKind kind, CertificateCache? cache = null)
    {
        var own = files.Where(f => KindRule.OfFile(f.Path) == kind).ToList();
        if (own.Count > 0) return ReadOwn(own, kind, cache);
        var unnamed = files.Where(f => KindRule.OfFile(f.Path) is null).ToList();
        if (unnamed.Count == 0) return null;
        try
        {
            return ReadOwn(unnamed, kind, cache) is { Credentials.Count: > 0 } found ? found : null;
        }
        catch (InputException e) when (e.ErrorId is "CredentialNotRecognised" or "CredentialNotFound")
        {
            // None of these files has the name of an exported file.
            return null;
        }
    }

    static ExportedFolder ReadOwn(IReadOnlyList<StoredFile> files, CredentialKind kind, CertificateCache? cache)
    {
        try
        {
            return new(Of(kind, files, cache), IsLocked: false);
        }
        catch (InputException e) when (e.Kind == ErrorKind.Authentication && Certificates(files, kind) is { Count: > 0 } certificates)
        {
            return new(Of(kind, certificates, cache), IsLocked: true);
        }
    }

    static List<StoredFile> Certificates(IReadOnlyList<StoredFile> files, CredentialKind kind) =>
        [.. files.Where(f => f.Name.StartsWith(FileNames.Certificate(kind), StringComparison.Ordinal))];

    static List<DeviceCredential> Of(CredentialKind kind, IReadOnlyList<StoredFile> files, CertificateCache? cache) =>
        [.. CredentialImporter.Read(files, cache: cache).Where(c => c.Kind == kind)];
}
