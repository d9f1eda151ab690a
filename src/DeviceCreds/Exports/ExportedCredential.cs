namespace DeviceCreds;

/// <summary>One device's credential on disk: its folder, and the files in it.</summary>
public sealed class ExportedCredential
{
    readonly string[] _names;

    internal ExportedCredential(DeviceCredential credential, string path, string[] names)
    {
        EndpointName = credential.EndpointName;
        Kind = credential.Kind;
        AccountId = credential.AccountId;
        Columns = credential.Columns;
        Path = path;
        _names = names;
    }

    /// <summary>The device's endpoint name.</summary>
    public string EndpointName { get; }

    /// <summary>Which service the credential opens.</summary>
    public CredentialKind Kind { get; }

    /// <summary>The account ID; null when it has none.</summary>
    public string? AccountId { get; }

    /// <summary>The other columns of the device's row, by name.</summary>
    public DeviceColumns Columns { get; }

    /// <summary>The device's folder.</summary>
    public string Path { get; }

    /// <summary>The files that were written.</summary>
    public IReadOnlyList<FileInfo> Files => Array.ConvertAll(_names, FileOf);

    /// <summary>The file of the certificate, in PEM if there is one; null when it was written in other formats alone.</summary>
    public FileInfo? CertificateFile => Find(FileNames.Certificate(Kind));

    /// <summary>
    /// The file of the private key, in PEM if there is one; null when the device keeps it, or it was written in other formats
    /// alone.
    /// </summary>
    public FileInfo? KeyFile => Find(FileNames.Key(Kind));

    /// <summary>The folder.</summary>
    public override string ToString() => Path;

    FileInfo? Find(string name) =>
        (Array.Find(_names, n => n == name + ".pem")
            ?? Array.Find(_names, n => n.StartsWith(name + ".", StringComparison.Ordinal))) is { } found ? FileOf(found) : null;

    FileInfo FileOf(string name) => new(System.IO.Path.Combine(Path, name));
}
