namespace DeviceCreds;

/// <summary>
/// Where an export prepares folders before they get their place: a folder of its own beside them. A device's folder is
/// written there, flushed to the disk, and then renamed, so that it is there with all its files or not at all.
/// </summary>
internal sealed class Staging : IDisposable
{
    // No endpoint name's folder begins so: "~" stands in shortened names alone, and not at their beginning.
    const string Prefix = ".~export-";

    // Held open as long as the export lives; the system lets go of it when the process dies, however it dies.
    const string LockName = ".lock";

    // At the end of a folder's name: its files are on their way, one by one, to a folder that was there already.
    const string Placing = "~";

    readonly string _folder;
    readonly string _root;
    readonly List<string> _abandoned;
    readonly HashSet<string> _halfPlaced;
    readonly object _gate = new();
    FileStream? _lock;
    bool _foldsCase;
    HashSet<string>? _names;
    int _count;

    /// <param name="folder">The folder that the folders shall be in.</param>
    public Staging(string folder)
    {
        _folder = folder;
        _root = Path.Combine(folder, Prefix + Path.GetRandomFileName());
        _abandoned = [.. Abandoned(folder)];
        _halfPlaced = [.. _abandoned.SelectMany(HalfPlacedIn)];
    }

    /// <summary>Whether a path is inside the folder of an export that is under way, or was when its process died.</summary>
    public static bool Holds(string path) => path.IndexOf(Path.DirectorySeparatorChar + Prefix, StringComparison.Ordinal) >= 0;

    /// <summary>The names of folders whose files an export that died may have put in place in part.</summary>
    public static HashSet<string> HalfPlaced(string folder) => [.. Abandoned(folder).SelectMany(HalfPlacedIn)];

    /// <summary>Writes the files of a folder; from any thread.</summary>
    /// <exception cref="OutputException">The system refuses; nothing stays of it.</exception>
    public StagedFolder Write(string name, IReadOnlyList<OutputFile> files)
    {
        var path = "";
        try
        {
            Open();
            path = Path.Combine(_root, name + "~" + Interlocked.Increment(ref _count).ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (UnixFile.IsSupported && files.Any(f => f.IsSecret)) UnixFile.CreateFolder(path);
            else FileWriter.CreateFolder(path, files.Any(f => f.IsSecret));
            foreach (var file in files) FileWriter.Write(Path.Combine(path, file.Name), file, flush: !UnixFile.IsSupported);
            return new StagedFolder(name, path, [.. files.Select(f => f.Name)]);
        }
        catch (Exception e)
        {
            Delete(path);
            if (FileWriter.Explain(e, Path.Combine(_folder, name)) is { } explained) throw explained;
            throw;
        }
    }

    /// <summary>Returns when all that was written is on the disk.</summary>
    /// <exception cref="OutputException">The disk reports an error.</exception>
    public void Flush()
    {
        // Elsewhere each file was flushed when it was written.
        if (_lock is null || !UnixFile.IsSupported) return;
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
            if (_foldsCase && IsOfAnother(staged.Name))
                throw new OutputException("FolderOfOtherDevice", ErrorKind.Conflict, "a device whose name differs from this one's in case alone has this folder, and this disk does not tell the two apart.", "Export one of them to another folder.", target);
            // What a dead export left half done may go; it never came out of a pipeline.
            replace |= _halfPlaced.Contains(staged.Name);
            FileWriter.CreateFolder(target, secret: true);
            var targets = FileWriter.Targets(target, staged.Files, replace);
            var placing = staged.Path + Placing;
            Directory.Move(staged.Path, placing);
            FileWriter.MoveAll(target, [.. staged.Files.Select(f => Path.Combine(placing, f))], targets, replace);
            Delete(placing);
            return targets;
        }
        catch (Exception e)
        {
            Delete(staged.Path);
            Delete(staged.Path + Placing);
            if (FileWriter.Explain(e, target) is { } explained) throw explained;
            throw;
        }
    }

    /// <summary>Takes away what dead exports left: only once their devices have been made anew.</summary>
    public void Complete()
    {
        Flush();
        foreach (var path in _abandoned) Delete(path);
    }

    public void Dispose()
    {
        if (_lock is null) return;
        _lock.Dispose();
        Delete(_root);
    }

    void Open()
    {
        lock (_gate)
        {
            if (_lock is not null) return;
            FileWriter.CreateFolder(_folder, secret: false);
            FileWriter.CreateFolder(_root, secret: true);
            _lock = new FileStream(Path.Combine(_root, LockName), FileMode.CreateNew, FileAccess.Write, FileShare.None);
            // As Windows and macOS do, unless told otherwise.
            _foldsCase = Directory.Exists(Path.Combine(_folder, Path.GetFileName(_root).ToUpperInvariant()));
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

    static IEnumerable<string> Abandoned(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, Prefix + "*").Where(IsAbandoned) : [];

    static bool IsAbandoned(string path)
    {
        try
        {
            using var file = new FileStream(Path.Combine(path, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is held, or not there yet.
            return false;
        }
    }

    static IEnumerable<string> HalfPlacedIn(string path) =>
        Directory.EnumerateDirectories(path, "*" + Placing).Select(p => Path.GetFileName(p).TrimEnd('~')).Select(n => n.Substring(0, Math.Max(0, n.LastIndexOf('~'))));

    static void Delete(string path)
    {
        try
        {
            if (path.Length > 0 && Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next export finds it, and tries again.
        }
    }
}
