namespace DeviceCreds;

/// <summary>
/// Where an export prepares folders. A device's folder is written there, flushed to the disk, and then
/// renamed, so that it has all its files or does not exist.
/// </summary>
internal sealed class Staging : IDeviceStore
{
    const string OfDevices = "devices-";

    // After the name of a staged folder, a folder that says: its files are being moved one by one.
    const string Placing = "~";

    readonly string _folder;
    readonly WrittenFiles _written;
    readonly List<string> _abandoned;
    readonly HashSet<string> _halfPlaced;
    readonly NameSet _asked = new();
    readonly object _gate = new();
    WorkFolder? _work;
    bool _foldsCase;
    HashSet<string>? _names;
    int _count;
    volatile bool _wasAsked;

    /// <param name="folder">The folder that the devices' folders are in.</param>
    /// <param name="written">What the run has written where it may replace files; null when it has written nothing yet.</param>
    public Staging(string folder, WrittenFiles? written = null)
    {
        _folder = folder;
        _written = written ?? new WrittenFiles();
        _abandoned = [.. WorkFolder.Abandoned(folder, OfDevices)];
        _halfPlaced = HalfPlaced(_abandoned);
        IsNew = IsFree(folder);
    }

    public bool IsNew { get; }

    /// <summary>Whether a path is inside the folder of an export that is running, or whose process died.</summary>
    public static bool Holds(string path) => path.Split(Path.DirectorySeparatorChar).Contains(WorkFolder.Name);

    /// <summary>The names of folders into which an export that died may have moved only some of the files.</summary>
    public static HashSet<string> HalfPlaced(string folder) => HalfPlaced(WorkFolder.Abandoned(folder, OfDevices));

    /// <summary>Writes the files of a folder; from any thread.</summary>
    /// <exception cref="OutputException">The system refuses; nothing is left behind.</exception>
    public StagedFiles Stage(string name, IReadOnlyList<OutputFile> files)
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
        // On other systems each file was flushed when it was written.
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

    /// <summary>Checks that a folder's files can get their places; from any thread.</summary>
    /// <returns>Whether there is no such folder yet.</returns>
    /// <exception cref="OutputException">A file exists and may not be replaced, or the folder is a link.</exception>
    public bool EnsureFree(string name, IReadOnlyList<string> files, bool replace)
    {
        _wasAsked = true;
        var target = Path.Combine(_folder, name);
        replace = MayReplace(name, replace);
        if (replace) _written.EnsureNew(target, files);
        // In a folder of a million, the system needs long to tell that one is not there.
        if (IsNew && _asked.Add(name)) return true;
        var found = FileKind.Of(target);
        if (found == PathKind.Missing) return true;
        if (found is PathKind.Folder or PathKind.Link) Targets(target, files, replace);
        else FileWriter.CreateFolder(target, secret: true);
        return false;
    }

    /// <summary>Moves a folder to its place; where there is one already, moves the files into it.</summary>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="OutputException">A file exists and may not be replaced, or the system refuses.</exception>
    public IReadOnlyList<string> Place(StagedFiles files, bool replace)
    {
        var staged = (StagedFolder)files;
        var target = Path.Combine(_folder, staged.Name);
        replace = MayReplace(staged.Name, replace);
        try
        {
            // What may not be replaced is found on the disk.
            if (replace)
            {
                _written.EnsureNew(target, staged.Files);
                _written.Add(target, staged.Files);
            }

            if (_halfPlaced.Contains(staged.Name) && !Directory.Exists(target)) DropUnfinished(staged);
            if (TryMove(staged.Path, target)) return [.. staged.Files.Select(f => Path.Combine(target, f))];
            if (_foldsCase && IsOfAnother(staged.Name))
            {
                throw new OutputException("FolderOfOtherDevice", ErrorKind.Conflict,
                    "a device whose name differs only in case has this folder, and this disk ignores case.",
                    "Export one of them to another folder.", target);
            }

            staged.EnsureMayJoin?.Invoke();
            return MoveInto(target, staged, replace);
        }
        catch (OutputException e) when (_wasAsked)
        {
            throw Keep(staged, e, "The place was free before the certificate was issued. Move these files to another folder, or delete "
                + "them and revoke their certificate.");
        }
        catch (OutputException)
        {
            WorkFolder.Delete(staged.Path);
            throw;
        }
        catch (Exception e) when (FileWriter.Explain(e, target) is { } explained)
        {
            throw Keep(staged, explained, $"Move them to the device's folder. {FileWriter.IfOpen}".TrimEnd());
        }
    }

    IReadOnlyList<string> MoveInto(string target, StagedFolder staged, bool replace)
    {
        var targets = Targets(target, staged.Files, replace);
        FileWriter.CreateFolder(target, secret: true);
        try
        {
            FileWriter.CreateFolder(staged.Path + Placing, secret: true);
            DropUnfinished(staged);
            FileWriter.MoveAll([.. staged.Files.Select(f => Path.Combine(staged.Path, f))], targets, replace);
        }
        finally
        {
            WorkFolder.Delete(staged.Path + Placing);
        }

        WorkFolder.Delete(staged.Path);
        return targets;
    }

    /// <summary>Deletes a folder that is not to be moved to its place.</summary>
    public void Discard(StagedFiles staged) => WorkFolder.Delete(((StagedFolder)staged).Path);

    /// <summary>
    /// Ends what interrupted exports had begun to move, except for devices that were made again, and removes the rest: what they only
    /// wrote has replaced nothing.
    /// </summary>
    public void Complete()
    {
        var ended = _abandoned.ToLookup(path => HalfPlacedIn(path).ToList().TrueForAll(TryEnd));
        Flush();
        foreach (var path in ended[true]) WorkFolder.Sweep(path);
    }

    public void Dispose() => _work?.Dispose();

    // Incomplete output of an interrupted export is replaced: no pipeline ever gave it out.
    bool MayReplace(string name, bool replace) => replace || _halfPlaced.Contains(name);

    // The certificate is in the ledger already, and these files may be the only copy of its key.
    OutputException Keep(StagedFolder staged, OutputException error, string then)
    {
        _work!.Keep(staged.Path);
        return error.WithAdvice("The certificate is perhaps in the ledger already, and its private key is nowhere else: the files that "
            + $"were not moved are kept in {staged.Path}. {then}");
    }

    // Some of its files replaced others, so that nothing else is complete.
    bool TryEnd(string staged)
    {
        try
        {
            if (!Directory.Exists(staged)) return true;
            var (target, files) = (Path.Combine(_folder, NameOf(staged)), Directory.GetFiles(staged));
            if (!Directory.Exists(target) || FileKind.IsLink(target)) return true;
            FileWriter.MoveAll(files, [.. files.Select(f => Path.Combine(target, Path.GetFileName(f)))], replace: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next export tries again.
            return false;
        }
    }

    // What an interrupted export had left to move: the device was made again, and the two do not belong together. Of the other kind,
    // only the files that are replaced now.
    void DropUnfinished(StagedFolder staged)
    {
        if (!_halfPlaced.Contains(staged.Name)) return;
        foreach (var path in _abandoned.SelectMany(HalfPlacedIn).Where(p => NameOf(p) == staged.Name && Directory.Exists(p)))
        {
            if (KindOf(Directory.GetFiles(path)) == KindOf(staged.Files)) WorkFolder.Delete(path);
            else foreach (var file in staged.Files) File.Delete(Path.Combine(path, file));
        }
    }

    static CredentialKind? KindOf(IEnumerable<string> files) => files.Select(KindRule.OfFile).FirstOrDefault(k => k is not null);

    static IReadOnlyList<string> Targets(string folder, IReadOnlyList<string> files, bool replace) => !FileKind.IsLink(folder)
        ? FileWriter.Targets(folder, files, replace, holdKeys: true)
        : throw new OutputException("FolderIsLink", ErrorKind.Conflict,
            "the device's folder is a link: its files would be written elsewhere.",
            "Replace the link by a folder, or export to another folder.", folder);

    static bool IsFree(string folder)
    {
        try
        {
            var kind = FileKind.Of(folder, follow: true);
            return kind == PathKind.Missing || (kind == PathKind.Folder && !Directory.EnumerateFileSystemEntries(folder).Any());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then each device's folder is looked at.
            return false;
        }
    }

    string Open()
    {
        lock (_gate)
        {
            if (_work is null)
            {
                FileWriter.CreateFolder(_folder, secret: false);
                _work = WorkFolder.Create(_folder, OfDevices);
                // As Windows and macOS do by default.
                _foldsCase = Directory.Exists(Path.Combine(_folder, WorkFolder.Name.ToUpperInvariant()));
            }

            return _work.Path;
        }
    }

    // Whether an existing folder has this name in other case. Names are read again before one counts as missing.
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
            // On Windows a program that reads a file blocks its folder; the files can still be moved one by one.
            return false;
        }
    }

    static HashSet<string> HalfPlaced(IEnumerable<string> abandoned) => [.. abandoned.SelectMany(HalfPlacedIn).Select(NameOf)];

    // The folders from which files were being moved. Another user's cannot be looked into, and its files would not be replaced anyway.
    static List<string> HalfPlacedIn(string path)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(path, "*" + Placing).Select(p => p.Substring(0, p.Length - Placing.Length))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // A staged folder has the device's name, "~" and a number.
    static string NameOf(string staged) => Path.GetFileName(staged) is var name && name.LastIndexOf('~') is >= 0 and var end
        ? name.Substring(0, end) : "";
}
