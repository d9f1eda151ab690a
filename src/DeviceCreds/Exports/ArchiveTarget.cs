namespace DeviceCreds;

/// <summary>
/// Which file an archive becomes: the one that -Path names, or the next free one of <c>devices.tar</c>, <c>devices-2.tar</c>,
/// <c>devices-3.tar</c> in the folder that it names.
/// </summary>
internal sealed class ArchiveTarget
{
    const string Name = "devices";

    readonly string? _file;

    /// <param name="path">A folder, or a file whose name ends like an archive's.</param>
    /// <param name="format">The format.</param>
    /// <param name="replace">Whether an existing file is replaced.</param>
    /// <exception cref="InputException">The name is that of another format, or nothing can be replaced.</exception>
    /// <exception cref="OutputException">The file exists and may not be replaced.</exception>
    public ArchiveTarget(string path, ArchiveFormat format, bool replace)
    {
        Encoder = ArchiveFormats.Encoder(format);
        Replace = replace;
        var named = Directory.Exists(path) ? null : ArchiveFormats.OfName(path);
        if (named is { } other && other != format)
            throw new InputException("ArchiveFormatMismatch", ErrorKind.InvalidArgument,
                $"-Archive {format}: expected a file that ends with {Encoder.Ending}, found '{Path.GetFileName(path)}'.",
                $"Give -Archive {other}, or another name.");
        if (named is null && replace)
            throw new InputException("ForceNotPossible", ErrorKind.InvalidArgument,
                "-Force replaces an archive only when -Path names it; here -Path is a folder, and an archive there is never replaced.",
                $"Leave out -Force, or give the archive's name: {Path.Combine(path, Name + Encoder.Ending)}");
        _file = named is null ? null : path;
        Folder = _file is null ? path : FileWriter.FolderOf(path);
        if (_file is not null) FileWriter.EnsureFree(_file, replace, FileWriter.WithoutKey);
    }

    /// <summary>The folder that it is in.</summary>
    public string Folder { get; }

    /// <summary>The format.</summary>
    public IArchiveEncoder Encoder { get; }

    /// <summary>Whether an existing file is replaced.</summary>
    public bool Replace { get; }

    /// <summary>What was exported to the same -Path before: a file by itself has nothing beside it.</summary>
    /// <exception cref="InputException">An archive cannot be read.</exception>
    public ExportPlace Earlier() => _file is null ? new ExportPlace(Folder) : ExportPlace.Empty(_file);

    /// <summary>The paths that are free, in the order in which they are taken.</summary>
    public IEnumerable<string> Paths() => _file is not null ? [_file]
        : Enumerable.Range(1, int.MaxValue).Select(Numbered).Where(p => !File.Exists(p) && !Directory.Exists(p));

    string Numbered(int number) => Path.Combine(Folder,
        number == 1 ? Name + Encoder.Ending : FormattableString.Invariant($"{Name}-{number}{Encoder.Ending}"));
}
