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
    internal PendingFile(WorkFolder work, string target, bool replace)
    {
        _work = work;
        _target = target;
        _replace = replace;
        try
        {
            var path = Path.Combine(work.Path, Path.GetFileName(target));
            Stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
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
    public string Commit()
    {
        Write(() =>
        {
            Stream.Flush(flushToDisk: true);
            Stream.Dispose();
            FileWriter.Move(Stream.Name, _target, _replace);
        });
        Dispose();
        return _target;
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        _work.Dispose();
    }
}
