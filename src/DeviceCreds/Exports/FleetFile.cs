using System.Text;

namespace DeviceCreds;

/// <summary>
/// The file of a format that holds all devices, while it grows: on the disk and not in memory, without its final name until it is
/// complete. It may take over the entries of the existing file. Where a reader has a limit on the size of a file, the rest goes
/// to further parts.
/// </summary>
internal sealed class FleetFile : IDisposable
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly string _target;
    readonly bool _replace;
    readonly IReadOnlyList<FileStamp> _earlier = [];
    readonly HashSet<NameHash>? _names;
    readonly List<PendingFile> _parts = [];
    StreamWriter? _writer;
    long _bytes;
    OutputException? _failure;

    /// <param name="folder">The folder beside which the devices' folders are.</param>
    /// <param name="format">The format.</param>
    /// <param name="replace">Whether an existing file is replaced.</param>
    /// <param name="extends">Whether the entries of an existing file are kept.</param>
    /// <exception cref="OutputException">A file exists, may not be replaced, and is not one that this format wrote.</exception>
    public FleetFile(string folder, IFleetFormat format, bool replace, bool extends)
    {
        (Format, _target, _replace) = (format, Path.Combine(folder, format.FileName), replace);
        if (extends) _names = [];
        if (extends && !replace && IsOfThisFormat()) _earlier = Stamps();
        else FileWriter.EnsureFree(_target, replace);
    }

    /// <summary>The format.</summary>
    public IFleetFormat Format { get; }

    /// <summary>Adds a device, unless an entry that is kept has its name.</summary>
    /// <exception cref="OutputException">The system refuses; the file will not be written.</exception>
    public void Append(string endpointName, string entry)
    {
        _names?.Add(NameHash.Of(endpointName));
        Write(entry);
    }

    /// <summary>Whether the device is in the file.</summary>
    public bool Has(string endpointName) => _names?.Contains(NameHash.Of(endpointName)) == true;

    /// <summary>Takes over the entries of the existing file, except for the devices that are in the new one.</summary>
    /// <exception cref="OutputException">The system refuses, or another process has changed the file.</exception>
    public void AppendEarlier()
    {
        if (_earlier.Count == 0) return;
        Guard(() =>
        {
            if (!Stamps().SequenceEqual(_earlier)) throw Changed();
            foreach (var entry in Earlier())
            {
                if (Format.NameOf(entry) is { } name && _names!.Add(NameHash.Of(name))) Write(entry);
            }
        });
    }

    /// <summary>Gives the file its name.</summary>
    /// <returns>The paths of its parts; none when there were no entries.</returns>
    /// <exception cref="OutputException">The system refuses, or has refused an entry.</exception>
    public IReadOnlyList<string> Complete()
    {
        if (_failure is null && _writer is null) return [];
        List<string> paths = [];
        Guard(() =>
        {
            End();
            if (_earlier.Count > 0 && !Stamps().SequenceEqual(_earlier)) throw Changed();
            var old = Parts().Skip(_parts.Count).ToList();
            paths.AddRange(_parts.Select(p => p.Commit()));
            // Parts of the file that was replaced.
            old.ForEach(FileWriter.TryDelete);
        });
        return paths;
    }

    /// <summary>Removes what has not been completed.</summary>
    public void Dispose() => _parts.ForEach(p => p.Dispose());

    long Limit => Format is ISplitFormat split ? split.MaximumBytes : long.MaxValue;

    void Write(string entry) => Guard(() =>
    {
        if (_writer is null) Begin(entry);
        else if (_bytes + Utf8.GetByteCount(Format.Between + entry + Format.End) <= Limit) Put(Format.Between + entry);
        else
        {
            End();
            Begin(entry);
        }
    });

    void Begin(string entry)
    {
        _parts.Add(FileWriter.Open(Part(_parts.Count), _replace || _earlier.Count > _parts.Count));
        _writer = new StreamWriter(_parts[_parts.Count - 1].Stream, Utf8, bufferSize: 65536);
        _bytes = 0;
        Put(Format.Begin + entry);
    }

    void Put(string text)
    {
        _writer!.Write(text);
        if (Limit < long.MaxValue) _bytes += Utf8.GetByteCount(text);
    }

    void End()
    {
        _writer!.Write(Format.End);
        _writer.Flush();
    }

    // name.csv, name-2.csv, name-3.csv and so on.
    string Part(int index) => index == 0 ? _target
        : Path.Combine(FileWriter.FolderOf(_target),
            FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(_target)}-{index + 1}{Path.GetExtension(_target)}"));

    IEnumerable<string> Parts() => Format is ISplitFormat
        ? Enumerable.Range(0, int.MaxValue).Select(Part).TakeWhile(File.Exists)
        : new[] { _target }.Where(File.Exists);

    FileStamp[] Stamps() => [.. Parts().Select(FileStamp.Of)];

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

    /// <summary>The entries of the existing file: each is on a line of its own.</summary>
    IEnumerable<string> Earlier() => Parts().SelectMany(Earlier);

    IEnumerable<string> Earlier(string path)
    {
        var (begin, between, end) = (Line(Format.Begin), Line(Format.Between), Line(Format.End));
        using var reader = new StreamReader(InputFile.Open(path), Utf8);
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
        "FileExists", ErrorKind.AlreadyExists, "another process changed this file during the run; it was not replaced.",
        "Is another run writing to the same folder? Run again when it has ended: the devices' own files are there.", _target);
}
