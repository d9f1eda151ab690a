using System.Text;

namespace DeviceCreds;

/// <summary>
/// The file of a format that holds all devices, while it grows: on the disk and not in memory, and without its name until it is
/// complete. It may take over the entries of the file that is there already.
/// </summary>
internal sealed class FleetFile : IDisposable
{
    readonly string _target;
    readonly bool _replace;
    readonly FileStamp _earlier;
    readonly HashSet<NameHash>? _names;
    PendingFile? _file;
    StreamWriter? _writer;
    OutputException? _failure;

    /// <param name="folder">The folder beside which the devices' folders are.</param>
    /// <param name="format">The format.</param>
    /// <param name="replace">Whether a file that is there is replaced.</param>
    /// <param name="extends">Whether the entries of a file that is there are kept.</param>
    /// <exception cref="OutputException">A file exists, may not be replaced, and is not one that this format wrote.</exception>
    public FleetFile(string folder, IFleetFormat format, bool replace, bool extends)
    {
        (Format, _target, _replace) = (format, Path.Combine(folder, format.FileName), replace);
        if (extends) _names = [];
        if (extends && !replace && IsOfThisFormat()) _earlier = FileStamp.Of(_target);
        else FileWriter.EnsureFree(_target, replace);
    }

    /// <summary>The format.</summary>
    public IFleetFormat Format { get; }

    /// <summary>Adds a device, unless an entry that is kept has its name.</summary>
    /// <exception cref="OutputException">The system refuses; the file will not be there.</exception>
    public void Append(string endpointName, string entry)
    {
        _names?.Add(NameHash.Of(endpointName));
        Write(entry);
    }

    /// <summary>Whether the device is in the file.</summary>
    public bool Has(string endpointName) => _names?.Contains(NameHash.Of(endpointName)) == true;

    /// <summary>Takes over the entries of the file that is there, but for the devices that are in the new one.</summary>
    /// <exception cref="OutputException">The system refuses, or another process has changed the file.</exception>
    public void AppendEarlier()
    {
        if (_earlier == default) return;
        Guard(() =>
        {
            if (FileStamp.Of(_target) != _earlier) throw Changed();
            foreach (var entry in Earlier())
            {
                if (Format.NameOf(entry) is { } name && _names!.Add(NameHash.Of(name))) Write(entry);
            }
        });
    }

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
            if (_earlier != default && FileStamp.Of(_target) != _earlier) throw Changed();
            _file!.Commit();
        });
        return _target;
    }

    /// <summary>Takes away what has not been completed.</summary>
    public void Dispose() => _file?.Dispose();

    void Write(string entry) => Guard(() =>
    {
        var isFirst = _file is null;
        _file ??= FileWriter.Open(_target, _replace || _earlier != default);
        _writer ??= new StreamWriter(_file.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 65536);
        _writer.Write(isFirst ? Format.Begin : Format.Between);
        _writer.Write(entry);
    });

    // A list without one of its devices must not pass for complete: after one failure there is no file.
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

    bool IsOfThisFormat()
    {
        try
        {
            return File.Exists(_target) && Earlier().All(e => Format.NameOf(e) is not null);
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The entries of the file that is there: each is on a line of its own.</summary>
    IEnumerable<string> Earlier()
    {
        var (begin, between, end) = (Line(Format.Begin), Line(Format.Between), Line(Format.End));
        using var reader = new StreamReader(InputFile.Open(_target), new UTF8Encoding(false, throwOnInvalidBytes: true));
        if (begin.Length > 0 && reader.ReadLine() != begin) yield return "";
        while (reader.ReadLine() is { } line && (end.Length == 0 || line != end))
        {
            if (between.Length > 0 && line.EndsWith(between, StringComparison.Ordinal)) line = line.Substring(0,
                line.Length - between.Length);
            if (line.Length > 0) yield return line;
        }
    }

    static string Line(string text) => text.Trim('\r', '\n');

    OutputException Changed() => new(
        "FileExists", ErrorKind.AlreadyExists, "another process has changed this file meanwhile; it was not replaced.",
        "Is another run writing to the same folder? Run again when it has ended: the devices' own files are there.", _target);
}
