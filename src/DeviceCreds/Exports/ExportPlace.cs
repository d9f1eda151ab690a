namespace DeviceCreds;

/// <summary>
/// Where credentials were exported to: a folder that has one folder for each device, archives of such folders, or both. Archives
/// are indexed once; the place may be asked from any thread.
/// </summary>
public sealed class ExportPlace
{
    readonly List<Archive> _archives;
    readonly HashSet<string> _halfPlaced;

    /// <param name="path">The folder, or one archive. It may be missing: then nothing was exported.</param>
    /// <exception cref="InputException">It is another file, or an archive cannot be read.</exception>
    public ExportPlace(string path)
    {
        Path = path;
        _halfPlaced = Reading(path, () => Directory.Exists(path) ? Staging.HalfPlaced(path) : []);
        _archives = Reading<List<Archive>>(path, () => File.Exists(path) ? [ArchiveSummary.Open(path) ?? throw NotRecognised(path)]
            : [.. ArchivesIn(path).Select(ArchiveSummary.Open).OfType<Archive>()]);
    }

    ExportPlace(string path, HashSet<string> halfPlaced) => (Path, _halfPlaced, _archives) = (path, halfPlaced, []);

    /// <summary>A place to which nothing was exported yet.</summary>
    internal static ExportPlace Empty(string path) => new(path, []);

    /// <summary>The path of the folder or the archive.</summary>
    public string Path { get; }

    /// <summary>Whether there is a folder or an archive.</summary>
    public bool Exists => _archives.Count > 0 || Directory.Exists(Path);

    /// <summary>Whether there are archives.</summary>
    internal bool HasArchives => _archives.Count > 0;

    /// <summary>
    /// A device's files, those of each folder by themselves. Links and what a killed export left are no folders of devices.
    /// </summary>
    /// <exception cref="InputException">The folder cannot be read, or an archive cannot be read any more.</exception>
    public IReadOnlyList<IReadOnlyList<StoredFile>> Find(string endpointName) => FindFolder(FileNames.FolderFor(endpointName));

    /// <summary>The archives directly in a folder.</summary>
    internal static IEnumerable<string> ArchivesIn(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Where(CredentialImporter.MayBeArchive).OrderBy(f => f, StringComparer.Ordinal) : [];

    /// <summary>The name of every device's folder; a device has several when it was exported several times.</summary>
    internal IEnumerable<string> FolderNames() => FoldersOnDisk().Concat(_archives.SelectMany(a => a.FolderNames()));

    /// <summary>The names of the devices' folders that are on disk.</summary>
    internal IEnumerable<string> FoldersOnDisk() => Directory.Exists(Path)
        ? Directory.EnumerateDirectories(Path).Where(p => !Staging.Holds(p) && !FileKind.IsLink(p))
            .Select(p => System.IO.Path.GetFileName(p))
        : [];

    /// <summary>The places below this one: folders that hold folders or archives.</summary>
    /// <exception cref="InputException">A folder or an archive cannot be read.</exception>
    internal IEnumerable<ExportPlace> Below()
    {
        if (!Directory.Exists(Path)) return [];
        var folders = CredentialImporter.Below(Path);
        var parents = new HashSet<string?>(folders.Select(System.IO.Path.GetDirectoryName), StringComparer.Ordinal);
        return folders.Where(f => parents.Contains(f) || Reading(f, () => ArchivesIn(f).Any())).Select(f => new ExportPlace(f));
    }

    /// <summary>Refuses a link in the place of a device's folder: its files are not read.</summary>
    /// <exception cref="InputException">It is one.</exception>
    internal void RefuseLink(string endpointName)
    {
        if (System.IO.Path.Combine(Path, FileNames.FolderFor(endpointName)) is var folder && FileKind.Of(folder) == PathKind.Link)
            throw IsLink(folder);
    }

    /// <summary>The error of a link.</summary>
    internal static InputException IsLink(string path) => new("FolderIsLink", ErrorKind.Conflict,
        "the folder is a link, and links are not followed: devices in it would seem to have no certificate.",
        "Put the folder itself in the link's place, or take the link away.", path);

    /// <summary>Refuses files that an earlier export has written to an archive here, or beside the archive that is being made.</summary>
    /// <param name="name">The name of a device's folder.</param>
    /// <param name="files">The names of its files.</param>
    /// <param name="alsoOnDisk">Whether files in the device's folder count, too.</param>
    /// <exception cref="OutputException">There is one.</exception>
    internal void EnsureNew(string name, IReadOnlyList<string> files, bool alsoOnDisk)
    {
        var archived = _archives.SelectMany(a => a.Find(name)).SelectMany(g => g).Select(f => f.Path);
        var folder = System.IO.Path.Combine(Path, name);
        IEnumerable<string> onDisk = [];
        if (alsoOnDisk && Directory.Exists(folder)) FileWriter.Explaining(folder, () => onDisk = Directory.GetFiles(folder));
        if (archived.Concat(onDisk).FirstOrDefault(p => files.Contains(System.IO.Path.GetFileName(p))) is { } found)
            throw new OutputException("FileExists", ErrorKind.AlreadyExists, "the device has this file already, and nothing was written.",
                "Leave out devices that were exported: -SkipExported of New-*DeviceCredential. Or choose another -Path.", found);
    }

    /// <summary>All files that a device has, whatever they are: in its folder and in archives.</summary>
    /// <exception cref="OutputException">The folder cannot be read.</exception>
    internal IReadOnlyList<StoredFile> FilesOf(string name)
    {
        var folder = System.IO.Path.Combine(Path, name);
        string[] onDisk = [];
        // What a link leads to is not written to.
        if (FileKind.Of(folder) == PathKind.Folder)
            FileWriter.Explaining(folder, () => onDisk = Directory.GetFiles(folder));
        var files = Array.ConvertAll(onDisk, StoredFile.OnDisk);
        return HasArchives ? [.. files, .. _archives.SelectMany(a => a.Find(name)).SelectMany(g => g)] : files;
    }

    /// <inheritdoc cref="Find"/>
    internal IReadOnlyList<IReadOnlyList<StoredFile>> FindFolder(string name)
    {
        var archived = _archives.Count == 0 ? []
            : _archives.SelectMany(a => a.Find(name)).Select(CredentialImporter.OfDevice).Where(g => g.Count > 0);
        return [.. OnDisk(name), .. archived];
    }

    IReadOnlyList<IReadOnlyList<StoredFile>> OnDisk(string name)
    {
        var folder = System.IO.Path.Combine(Path, name);
        if (_halfPlaced.Contains(name) || FileKind.Of(folder) != PathKind.Folder) return [];
        return Reading<IReadOnlyList<IReadOnlyList<StoredFile>>>(folder,
            () => [.. CredentialImporter.GroupFolder(folder, report: null).Take(1)]);
    }

    static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (InputFile.Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    static InputException NotRecognised(string path) => new("ArchiveNotRecognised", ErrorKind.InvalidData,
        "expected a folder or an archive (tar, ZIP), found another file.", "Give the -Path of Export-DeviceCredential.", path);
}
