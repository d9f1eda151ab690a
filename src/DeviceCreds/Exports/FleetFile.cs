using System.Text;

namespace DeviceCreds;

/// <summary>
/// The file of a format that holds all devices, while it grows: on the disk and not in memory, under a temporary name until
/// it is whole.
/// </summary>
internal sealed class FleetFile : IDisposable
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    readonly string _target;
    readonly bool _replace;
    readonly List<PendingFile> _files = [];
    StreamWriter? _writer;
    long _bytes;
    OutputException? _failure;

    /// <exception cref="OutputException">A file exists and may not be replaced.</exception>
    public FleetFile(string folder, IFleetFormat format, bool replace)
    {
        (Format, _target, _replace) = (format, Path.Combine(folder, format.FileName), replace);
        FileWriter.EnsureFree(_target, replace);
    }

    /// <summary>The format.</summary>
    public IFleetFormat Format { get; }

    /// <exception cref="OutputException">The system refuses; the file will not be there.</exception>
    public void Append(string entry) => Guard(() =>
    {
        if (_writer is null) Begin(entry);
        else if (_bytes + Bytes(Format.Between) + Bytes(entry) + Bytes(Format.End) <= Limit) Write(Format.Between + entry);
        else
        {
            End();
            Begin(entry);
        }
    });

    /// <summary>Gives the file its name; several files where one may not hold all.</summary>
    /// <returns>The paths; none when there were no entries.</returns>
    /// <exception cref="OutputException">The system refuses, or has refused an entry.</exception>
    public IReadOnlyList<string> Complete()
    {
        if (_failure is null && _writer is null) return [];
        List<string> paths = [];
        Guard(() =>
        {
            End();
            paths.AddRange(_files.Select(f => f.Commit()));
        });
        return paths;
    }

    long Limit => Format is ISplitFormat split ? split.MaximumBytes : long.MaxValue;

    void Begin(string entry)
    {
        var (name, ending) = (Path.GetFileNameWithoutExtension(_target), Path.GetExtension(_target));
        var target = _files.Count == 0 ? _target
            : Path.Combine(FileWriter.FolderOf(_target), FormattableString.Invariant($"{name}-{_files.Count + 1}{ending}"));
        _files.Add(FileWriter.Open(target, _replace));
        _writer = new StreamWriter(_files[_files.Count - 1].Stream, Utf8, bufferSize: 65536);
        _bytes = 0;
        Write(Format.Begin + entry);
    }

    void Write(string text)
    {
        _writer!.Write(text);
        if (Limit < long.MaxValue) _bytes += Bytes(text);
    }

    void End()
    {
        _writer!.Write(Format.End);
        _writer.Flush();
    }

    static int Bytes(string text) => Utf8.GetByteCount(text);

    // A list without one of its devices must not pass for whole: after one failure there is no file.
    void Guard(Action write)
    {
        if (_failure is not null) throw _failure;
        try
        {
            FileWriter.Explaining(_target, write);
        }
        catch (OutputException e)
        {
            _failure = e;
            Dispose();
            throw;
        }
    }

    /// <summary>Takes the temporary file away, when the file has not been completed.</summary>
    public void Dispose() => _files.ForEach(f => f.Dispose());
}
