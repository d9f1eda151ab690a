namespace DeviceCreds;

/// <summary>
/// Where an export prepares folders before they get their place. A device's folder is written there, flushed to the disk, and then
/// renamed, so that it is there with all its files or not at all.
/// </summary>
internal sealed class Staging : IDisposable
{
    const string OfDevices = "devices-";

    // At the end of a folder's name: its files are on their way, one by one, to a folder that was there already.
    const string Placing = "~";

    readonly string _folder;
    readonly List<string> _abandoned;
    readonly HashSet<string> _halfPlaced;
    readonly object _gate = new();
    WorkFolder? _work;
    bool _foldsCase;
    HashSet<string>? _names;
    int _count;

    /// <param name="folder">The folder that the devices' folders are in.</param>
    public Staging(string folder)
    {
        _folder = folder;
        _abandoned = [.. WorkFolder.Abandoned(folder, OfDevices)];
        _halfPlaced = [.. _abandoned.SelectMany(HalfPlacedIn)];
    }

    /// <summary>Whether a path is inside the folder of an export that is under way, or was when its process died.</summary>
    public static bool Holds(string path) => path.Split(Path.DirectorySeparatorChar).Contains(WorkFolder.Name);

    /// <summary>The names of folders whose files an export that died may have put in place in part.</summary>
    public static HashSet<string> HalfPlaced(string folder) => [.. WorkFolder.Abandoned(folder, OfDevices).SelectMany(HalfPlacedIn)];

    /// <summary>Writes the files of a folder; from any thread.</summary>
    /// <exception cref="OutputException">The system refuses; nothing stays of it.</exception>
    public StagedFolder Write(string name, IReadOnlyList<OutputFile> files)
    {
        var path = "";
        try
        {
            path = Path.Combine(Open(), name + "~"
                + Interlocked.Increment(ref _count).ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (UnixFile.IsSupported && files.Any(f => f.IsSecret)) UnixFile.CreateFolder(path);
            else FileWriter.CreateFolder(path, files.Any(f => f.IsSecret));
            foreach (var file in files) FileWriter.Write(Path.Combine(path, file.Name), file, flush: !UnixFile.IsSupported);
            return new StagedFolder(name, path, [.. files.Select(f => f.Name)]);
        }
        catch (Exception e)
        {
            WorkFolder.Delete(path);
            if (FileWriter.Explain(e, Path.Combine(_folder, name)) is { } explained) throw explained;
            throw;
        }
    }

    /// <summary>Returns when all that was written is on the disk.</summary>
    /// <exception cref="OutputException">The disk reports an error.</exception>
    public void Flush()
    {
        // Elsewhere each file was flushed when it was written.
        if (_work is null || !UnixFile.IsSupported) return;
        try
        {
            UnixFile.Flush(_folder);
        }
        catch (Exception e) when (FileWriter.Explain(e, _folder) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Puts a folder in its place; where there is one already, its files into that.</summary>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="OutputException">A file exists and may not be replaced, or the system refuses.</exception>
    public IReadOnlyList<string> Place(StagedFolder staged, bool replace)
    {
        var target = Path.Combine(_folder, staged.Name);
        try
        {
            if (TryMove(staged.Path, target)) return [.. staged.Files.Select(f => Path.Combine(target, f))];
            if (FileKind.IsLink(target))
            {
                throw new OutputException("FolderIsLink", ErrorKind.Conflict,
                    "the device's folder is a link: its files would be written elsewhere.",
                    "Replace the link by a folder, or export to another folder.", target);
            }

            if (_foldsCase && IsOfAnother(staged.Name))
            {
                throw new OutputException("FolderOfOtherDevice", ErrorKind.Conflict,
                    "a device whose name differs only in case has this folder, and this disk does not tell the two apart.",
                    "Export one of them to another folder.", target);
            }

            // What a dead export left half done is replaced; it never came out of a pipeline.
            replace |= _halfPlaced.Contains(staged.Name);
            FileWriter.CreateFolder(target, secret: true);
            var targets = FileWriter.Targets(target, staged.Files, replace, holdKeys: true);
            var placing = staged.Path + Placing;
            Directory.Move(staged.Path, placing);
            FileWriter.MoveAll(target, [.. staged.Files.Select(f => Path.Combine(placing, f))], targets, replace);
            WorkFolder.Delete(placing);
            return targets;
        }
        catch (Exception e)
        {
            WorkFolder.Delete(staged.Path);
            WorkFolder.Delete(staged.Path + Placing);
            if (FileWriter.Explain(e, target) is { } explained) throw explained;
            throw;
        }
    }

    /// <summary>Takes away what dead exports left: only once their devices have been made again.</summary>
    public void Complete()
    {
        Flush();
        foreach (var path in _abandoned) WorkFolder.Sweep(path);
    }

    public void Dispose() => _work?.Dispose();

    string Open()
    {
        lock (_gate)
        {
            if (_work is null)
            {
                FileWriter.CreateFolder(_folder, secret: false);
                _work = WorkFolder.Create(_folder, OfDevices);
                // As Windows and macOS do, unless told otherwise.
                _foldsCase = Directory.Exists(Path.Combine(_folder, WorkFolder.Name.ToUpperInvariant()));
            }

            return _work.Path;
        }
    }

    // Whether a folder that is there has this name but for the case. Names are read again before one is found missing.
    bool IsOfAnother(string name)
    {
        if (_names?.Contains(name) == true) return false;
        _names = [.. Directory.EnumerateDirectories(_folder).Select(p => Path.GetFileName(p))];
        return !_names.Contains(name) && Directory.Exists(Path.Combine(_folder, name));
    }

    static bool TryMove(string from, string to)
    {
        if (UnixFile.IsSupported) return UnixFile.TryMoveFolder(from, to);
        if (Directory.Exists(to) || File.Exists(to)) return false;
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On Windows somebody who looks into a new file, as virus scanners do, holds its folder; the files can go one by one.
            return false;
        }
    }

    static IEnumerable<string> HalfPlacedIn(string path) =>
        Directory.EnumerateDirectories(path, "*" + Placing).Select(p => Path.GetFileName(p).TrimEnd('~'))
            .Select(n => n.Substring(0, Math.Max(0, n.LastIndexOf('~'))));
}
