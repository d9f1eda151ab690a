namespace DeviceCreds;

/// <summary>One device's credential on disk: its folder and the files in it, or the archive and its entries there.</summary>
public sealed class ExportedCredential
{
    readonly string _folder;
    readonly string[] _names;
    readonly ExportedArchive? _archive;

    ExportedCredential(DeviceIdentity device, CredentialKind kind, string folder, string[] names, ExportedArchive? archive)
    {
        EndpointName = device.EndpointName;
        Kind = kind;
        AccountId = device.AccountId;
        Columns = device.Columns;
        _folder = folder;
        _names = names;
        _archive = archive;
    }

    internal ExportedCredential(DeviceCredential credential, string folder, string[] names, ExportedArchive? archive)
        : this(new DeviceIdentity(credential.EndpointName, credential.AccountId) { Columns = credential.Columns }, credential.Kind, folder,
            names, archive)
    {
    }

    /// <summary>The exported credential that another process made, by its public properties.</summary>
    /// <param name="device">The device.</param>
    /// <param name="kind">Which service the credential opens.</param>
    /// <param name="path">Its <see cref="Path"/>.</param>
    /// <param name="files">The paths of its <see cref="Files"/>.</param>
    /// <param name="entries">Its <see cref="Entries"/>.</param>
    public static ExportedCredential Restore(
        DeviceIdentity device, CredentialKind kind, string path, IEnumerable<string> files, IReadOnlyList<string> entries) =>
        entries.Count == 0
            ? new(device, kind, path, [.. files.Select(f => System.IO.Path.GetFileName(f))], null)
            : new(device, kind, entries[0].Split('/')[0], [.. entries.Select(e => e.Substring(e.IndexOf('/') + 1))],
                new ExportedArchive(path));

    /// <summary>The names of all files.</summary>
    internal IReadOnlyList<string> Names => _names;

    /// <summary>The device's endpoint name.</summary>
    public string EndpointName { get; }

    /// <summary>Which service the credential opens.</summary>
    public CredentialKind Kind { get; }

    /// <summary>The account ID; null when it has none.</summary>
    public string? AccountId { get; }

    /// <summary>The other columns of the device's row, by name.</summary>
    public DeviceColumns Columns { get; }

    /// <summary>The device's folder; the archive, when it was exported to one.</summary>
    public string Path => _archive?.Path ?? _folder;

    /// <summary>The files that were written; none when they are in an archive.</summary>
    public IReadOnlyList<FileInfo> Files => _archive is null ? Array.ConvertAll(_names, n => new FileInfo(PlaceOf(n))) : [];

    /// <summary>The names of the files in the archive; none when there is no archive.</summary>
    public IReadOnlyList<string> Entries => _archive is null ? [] : Array.ConvertAll(_names, n => _folder + "/" + n);

    /// <summary>
    /// The file of the certificate, in PEM if there is one; null when it was written in other formats alone, or to an archive.
    /// </summary>
    public FileInfo? CertificateFile => FileOf(FileNames.Certificate(Kind));

    /// <summary>
    /// The file of the private key, in PEM if there is one; null when the device keeps it, or it was written in other formats
    /// alone, or to an archive.
    /// </summary>
    public FileInfo? KeyFile => FileOf(FileNames.Key(Kind));

    /// <summary>The device's folder as the cmdlets that read take it: in an archive, the archive's path and the folder's name.</summary>
    public string GetFolder() => _archive is null ? _folder : System.IO.Path.Combine(_archive.Path, _folder);

    /// <summary>The certificate's file as the cmdlets that read take it; null when it was written in other formats alone.</summary>
    public string? GetCertificate() => Find(FileNames.Certificate(Kind)) is { } name ? PlaceOf(name) : null;

    /// <summary>The folder or the archive.</summary>
    public override string ToString() => Path;

    FileInfo? FileOf(string name) => _archive is null && Find(name) is { } found ? new FileInfo(PlaceOf(found)) : null;

    string? Find(string name) => Array.Find(_names, n => n == name + ".pem")
        ?? Array.Find(_names, n => n.StartsWith(name + ".", StringComparison.Ordinal));

    string PlaceOf(string name) => System.IO.Path.Combine(GetFolder(), name);
}
