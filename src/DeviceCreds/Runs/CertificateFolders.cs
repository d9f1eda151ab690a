namespace DeviceCreds;

/// <summary>
/// The folders and archives that credentials were exported to, searched for a ledger's certificates: a certificate that is in none of
/// them has never reached a device, or is elsewhere. First only the folder of the certificate's device is searched, then every other
/// one of that name at any depth. One thread asks.
/// </summary>
public sealed class CertificateFolders
{
    readonly IReadOnlyList<ExportPlace> _places;
    readonly Action<InputException> _report;
    readonly CertificateCache _cache = new();
    readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    IReadOnlyList<ExportPlace>? _below;
    bool _isUnclear;

    /// <param name="folders">Folders that hold one folder for each device, or archives of such folders.</param>
    /// <param name="report">Gets an error for each folder or archive that cannot be read.</param>
    /// <exception cref="InputException">There is no such folder, or an archive cannot be read.</exception>
    public CertificateFolders(IEnumerable<string> folders, Action<InputException> report)
    {
        _places = [.. folders.Select(f => new ExportPlace(f))];
        _report = report;
        if (_places.FirstOrDefault(p => !p.Exists) is { } missing)
            throw new InputException("FolderNotFound", ErrorKind.NotFound, "there is no such folder.",
                "Give the -Path of Export-DeviceCredential.", missing.Path);
    }

    /// <summary>
    /// Whether a device's certificate is in none of the folders. One that may be in what cannot be read is not missing: it could be
    /// revoked while its device uses it. A CA's certificate belongs in none of them, and is not missing either.
    /// </summary>
    public bool Lack(LedgerEntry entry)
    {
        if (entry.IsCertificateAuthority) return false;
        if (entry.EndpointName is not { } name) return true;
        return !_places.Any(p => MayHave(p, name, entry)) && !Below().Any(p => MayHave(p, name, entry)) && !_isUnclear;
    }

    // An export whose -Path is a script block has folders in folders.
    IReadOnlyList<ExportPlace> Below()
    {
        if (_below is null && !Try(() => _below = [.. _places.SelectMany(p => p.Below())]))
            (_below, _isUnclear) = ([], true);
        return _below!;
    }

    bool MayHave(ExportPlace place, string name, LedgerEntry entry)
    {
        var found = false;
        var isRead = Try(() =>
        {
            place.RefuseLink(name);
            found = place.Find(name).Any(files => Has(files, entry));
        });
        return found || !isRead;
    }

    bool Has(IReadOnlyList<StoredFile> files, LedgerEntry entry)
    {
        var wanted = new SerialNumberSet([entry.SerialNumber]);
        return KindRule.All.Any(kind => SerialNumbers(files, kind).Any(wanted.Contains));
    }

    // Keys are read on the way, and wiped at once.
    IReadOnlyList<string> SerialNumbers(IReadOnlyList<StoredFile> files, CredentialKind kind)
    {
        var found = ExportedFolder.Read(files, kind, _cache)?.Credentials ?? [];
        foreach (var credential in found) credential.PrivateKey?.Dispose();
        return [.. found.Select(c => c.SerialNumber)];
    }

    // A folder may be asked for several certificates, and has one error.
    bool Try(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (InputException e)
        {
            if (_reported.Add($"{e.Path} {e.ErrorId}")) _report(e);
            return false;
        }
    }
}
