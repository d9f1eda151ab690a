using System.Text;

namespace DeviceCreds;

/// <summary>
/// The file of a format that holds all devices, while it grows: on the disk and not in memory, under a temporary name until
/// it is whole.
/// </summary>
internal sealed class FleetFile : IDisposable
{
    readonly string _target;
    readonly bool _replace;
    PendingFile? _file;
    StreamWriter? _writer;
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
        var isFirst = _file is null;
        _file ??= FileWriter.Open(_target, _replace);
        _writer ??= new StreamWriter(_file.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 65536);
        _writer.Write(isFirst ? Format.Begin : Format.Between);
        _writer.Write(entry);
    });

    /// <summary>Gives the file its name.</summary>
    /// <returns>Its path; null when there were no entries.</returns>
    /// <exception cref="OutputException">The system refuses, or has refused an entry.</exception>
    public string? Complete()
    {
        if (_failure is null && _file is null) return null;
        Guard(() =>
        {
            _writer!.Write(Format.End);
            _writer.Flush();
            _file!.Commit();
        });
        return _target;
    }

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
    public void Dispose() => _file?.Dispose();
}
