namespace DeviceCreds;

/// <summary>A file that is written piece by piece and exists once it is complete: see <see cref="FileWriter.Open"/>.</summary>
internal sealed class PendingFile : IDisposable
{
    readonly WorkFolder _work;
    readonly string _target;
    readonly bool _replace;

    /// <param name="work">The folder where it is until it is complete; disposed of with this.</param>
    /// <param name="target">Its place.</param>
    /// <param name="replace">Whether an existing file is replaced.</param>
    /// <param name="isSecret">Whether only its owner may read it.</param>
    internal PendingFile(WorkFolder work, string target, bool replace, bool isSecret)
    {
        _work = work;
        _target = target;
        _replace = replace;
        try
        {
            var path = Path.Combine(work.Path, Path.GetFileName(target));
            Stream = isSecret ? FileWriter.CreateSecret(path)
                : new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    public FileStream Stream { get; }

    /// <exception cref="OutputException">The system refuses.</exception>
    public void Write(Action write) => FileWriter.Explaining(FileWriter.FolderOf(_target), write);

    /// <summary>Flushes the file to the disk and moves it to its place.</summary>
    /// <exception cref="OutputException">A new file is there and may not be replaced, or the system refuses.</exception>
    public string Commit() => Commit([_target]);

    /// <summary>Flushes the file to the disk and gives it the first of the names that is free.</summary>
    /// <exception cref="OutputException">No name is free, or the system refuses.</exception>
    public string Commit(IEnumerable<string> targets)
    {
        var path = _target;
        Write(() =>
        {
            Stream.Flush(flushToDisk: true);
            Stream.Dispose();
            path = FileWriter.MoveToFirst(Stream.Name, targets, _replace);
        });
        Dispose();
        return path;
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        _work.Dispose();
    }
}
