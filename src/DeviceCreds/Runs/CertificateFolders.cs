namespace DeviceCreds;

/// <summary>
/// The folders that credentials were exported to, searched for a ledger's certificates: a certificate that is in none of them has
/// never reached a device, or is elsewhere. Only the folder of the certificate's device is searched.
/// </summary>
public sealed class CertificateFolders
{
    static readonly CredentialKind[] Kinds = [CredentialKind.Bootstrap, CredentialKind.Lwm2m];

    readonly IReadOnlyList<string> _folders;
    readonly Action<InputException> _report;
    readonly CertificateCache _cache = new();

    /// <param name="folders">Folders that hold one folder for each device.</param>
    /// <param name="report">Gets an error for each device's folder that cannot be read; its certificates count as missing.</param>
    /// <exception cref="InputException">There is no such folder.</exception>
    public CertificateFolders(IEnumerable<string> folders, Action<InputException> report)
    {
        _folders = [.. folders];
        _report = report;
        if (_folders.FirstOrDefault(f => !Directory.Exists(f)) is { } missing)
            throw new InputException("FolderNotFound", ErrorKind.NotFound, "there is no such folder.",
                "Give the -Path of Export-DeviceCredential.", missing);
    }

    /// <summary>Whether a certificate is in one of the folders.</summary>
    public bool Have(LedgerEntry entry) =>
        entry.EndpointName is { } name && _folders.Any(f => Has(Path.Combine(f, FileNames.FolderFor(name)), entry));

    bool Has(string folder, LedgerEntry entry)
    {
        if (!Directory.Exists(folder) || FileKind.IsLink(folder)) return false;
        var wanted = new SerialNumberSet([entry.SerialNumber]);
        return Kinds.Any(kind => Read(folder, kind).Any(c => wanted.Contains(c.SerialNumber)));
    }

    IReadOnlyList<DeviceCredential> Read(string folder, CredentialKind kind)
    {
        try
        {
            return ExportedFolder.Read(folder, kind, _cache)?.Credentials ?? [];
        }
        catch (InputException e)
        {
            _report(e);
            return [];
        }
    }
}
