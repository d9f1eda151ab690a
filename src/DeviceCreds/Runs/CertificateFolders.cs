namespace DeviceCreds;

/// <summary>
/// The folders and archives that credentials were exported to, searched for a ledger's certificates: a certificate that is in none of
/// them has never reached a device, or is elsewhere. Only the folder of the certificate's device is searched.
/// </summary>
public sealed class CertificateFolders
{
    readonly IReadOnlyList<ExportPlace> _places;
    readonly Action<InputException> _report;
    readonly CertificateCache _cache = new();

    /// <param name="folders">Folders that hold one folder for each device, or archives of such folders.</param>
    /// <param name="report">Gets an error for each device's folder that cannot be read; its certificates count as missing.</param>
    /// <exception cref="InputException">There is no such folder, or an archive cannot be read.</exception>
    public CertificateFolders(IEnumerable<string> folders, Action<InputException> report)
    {
        _places = [.. folders.Select(f => new ExportPlace(f))];
        _report = report;
        if (_places.FirstOrDefault(p => !p.Exists) is { } missing)
            throw new InputException("FolderNotFound", ErrorKind.NotFound, "there is no such folder.",
                "Give the -Path of Export-DeviceCredential.", missing.Path);
    }

    /// <summary>Whether a certificate is in one of the folders.</summary>
    public bool Have(LedgerEntry entry) =>
        entry.EndpointName is { } name && _places.Any(p => Reading(() => p.Find(name)).Any(files => Has(files, entry)));

    bool Has(IReadOnlyList<StoredFile> files, LedgerEntry entry)
    {
        var wanted = new SerialNumberSet([entry.SerialNumber]);
        return KindRule.All.Any(kind => Reading(() => SerialNumbers(files, kind)).Any(wanted.Contains));
    }

    // Keys are read on the way, and wiped at once.
    IReadOnlyList<string> SerialNumbers(IReadOnlyList<StoredFile> files, CredentialKind kind)
    {
        var found = ExportedFolder.Read(files, kind, _cache)?.Credentials ?? [];
        foreach (var credential in found) credential.PrivateKey?.Dispose();
        return [.. found.Select(c => c.SerialNumber)];
    }

    IReadOnlyList<T> Reading<T>(Func<IReadOnlyList<T>> read)
    {
        try
        {
            return read();
        }
        catch (InputException e)
        {
            _report(e);
            return [];
        }
    }
}
