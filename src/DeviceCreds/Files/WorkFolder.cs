namespace DeviceCreds;

/// <summary>
/// Where a process writes files before it moves them to their place: a folder of its own inside a hidden one beside the targets. A file
/// that is held open shows that the process is alive; the next process removes what a dead one left.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    /// <summary>No device has such a folder: "~" is used in shortened names only, and never at the beginning.</summary>
    public const string Name = ".~export";

    const string LockEnding = ".lock";

    // Beside a folder that is not deleted.
    const string KeptEnding = ".kept";

    /// <summary>How often another process may remove the hidden folder before this one gives up.</summary>
    const int MostAttempts = 100;

    readonly FileStream _lock;
    readonly List<string> _kept = [];

    WorkFolder(string path, FileStream taken) => (Path, _lock) = (path, taken);

    /// <summary>The folder; only its owner may read it.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <param name="folder">Where the targets are; it exists.</param>
    /// <param name="purpose">What its name begins with: folders of one purpose are removed together.</param>
    /// <exception cref="OutputException">The hidden folder is a link.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public static WorkFolder Create(string folder, string purpose)
    {
        var hidden = System.IO.Path.Combine(folder, Name);
        for (var attempt = 1; ; attempt++)
        {
            if (FileKind.IsLink(hidden))
                throw new OutputException("FolderIsLink", ErrorKind.Conflict, "expected a folder, found a link.", "Remove the link.",
                    hidden);
            FileWriter.CreateFolder(hidden, secret: false);
            var path = System.IO.Path.Combine(hidden, purpose + System.IO.Path.GetRandomFileName());
            FileStream? taken = null;
            try
            {
                taken = new FileStream(path + LockEnding, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                FileWriter.CreateFolder(path, secret: true);
                if (File.Exists(path + LockEnding)) return new(path, taken);
                // Another process took the lock for a dead one's, in the moment between its file and its lock.
                Delete(path);
                taken.Dispose();
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                // The last of the others has just finished, or one of them looks at the lock.
                taken?.Dispose();
                Delete(path);
                FileWriter.TryDelete(path + LockEnding);
            }
        }
    }

    /// <summary>The folders that dead processes left.</summary>
    public static IReadOnlyList<string> Abandoned(string folder, string purpose)
    {
        var hidden = System.IO.Path.Combine(folder, Name);
        if (!Directory.Exists(hidden) || FileKind.IsLink(hidden)) return [];
        try
        {
            return [.. Directory.EnumerateFiles(hidden, purpose + "*" + LockEnding).Where(IsAbandoned)
                .Select(p => p.Substring(0, p.Length - LockEnding.Length))];
        }
        catch (DirectoryNotFoundException)
        {
            // The last of the others has just finished.
            return [];
        }
    }

    /// <summary>Excepts a folder in this one from deletion, now and by later processes: people were told where it is.</summary>
    public void Keep(string path)
    {
        _kept.Add(path);
        try
        {
            FileWriter.Write(path + KeptEnding, new OutputFile("", [], IsSecret: false), flush: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // This process knows it; only after a crash would the next one not.
        }
    }

    /// <summary>Deletes a folder that a dead process left; the lock is held until it is gone.</summary>
    public static void Sweep(string path)
    {
        using (var taken = Take(path + LockEnding))
        {
            if (taken is null) return;
            DeleteUnkept(path, []);
        }

        if (!Directory.Exists(path)) FileWriter.TryDelete(path + LockEnding);
        DeleteHidden(path);
    }

    /// <summary>Deletes a folder and its content; the next process deletes the rest if that fails.</summary>
    public static void Delete(string path)
    {
        try
        {
            if (path.Length > 0 && Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next process deletes it.
        }
    }

    // A kept folder goes when people have taken its files.
    static void DeleteUnkept(string path, IReadOnlyList<string> kept)
    {
        if (!Directory.Exists(path)) return;
        try
        {
            var isKept = Directory.GetDirectories(path).ToLookup(f => (kept.Contains(f) || File.Exists(f + KeptEnding))
                && Directory.EnumerateFileSystemEntries(f).Any());
            if (!isKept[true].Any()) Delete(path);
            else foreach (var folder in isKept[false]) Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's: that user's next process deletes it.
        }
    }

    public void Dispose()
    {
        DeleteUnkept(Path, _kept);
        _lock.Dispose();
        // The next process looks at what was kept.
        if (!Directory.Exists(Path)) FileWriter.TryDelete(_lock.Name);
        DeleteHidden(Path);
    }

    static bool IsAbandoned(string lockPath)
    {
        using var taken = Take(lockPath);
        return taken is not null;
    }

    // Null when its process lives, or has just finished.
    static FileStream? Take(string lockPath)
    {
        try
        {
            return new FileStream(lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Only an empty folder: another process may be at work.
    static void DeleteHidden(string path)
    {
        try
        {
            Directory.Delete(System.IO.Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The last process removes it.
        }
    }
}
