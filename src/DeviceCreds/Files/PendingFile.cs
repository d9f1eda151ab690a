namespace DeviceCreds;

/// <summary>A file that is written piece by piece and is there once it is whole: see <see cref="FileWriter.Open"/>.</summary>
internal sealed class PendingFile : IDisposable
{
    readonly string _temporary;
    readonly string _target;
    readonly bool _replace;
    bool _committed;

    internal PendingFile(FileStream stream, string target, bool replace)
    {
        Stream = stream;
        _temporary = stream.Name;
        _target = target;
        _replace = replace;
    }

    public FileStream Stream { get; }

    /// <exception cref="OutputException">The system refuses.</exception>
    public void Write(Action write) => FileWriter.Explaining(FileWriter.FolderOf(_target), write);

    /// <summary>Flushes the file to the disk and puts it into its place.</summary>
    /// <exception cref="OutputException">A file appeared there and may not be replaced, or the system refuses.</exception>
    public string Commit()
    {
        Write(() =>
        {
            Stream.Flush(flushToDisk: true);
            Stream.Dispose();
            FileWriter.Move(_temporary, _target, _replace);
        });
        _committed = true;
        return _target;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed) FileWriter.TryDelete(_temporary);
    }
}
