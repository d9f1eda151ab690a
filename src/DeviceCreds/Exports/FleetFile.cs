using System.Text;

namespace DeviceCreds;

/// <summary>
/// The file of a format that holds all devices, while it grows: on the disk and not in memory, without its final name until it is
/// complete. It may take over the entries of the existing file. Where a reader has a limit on the size of a file, the rest goes
/// to further parts.
/// </summary>
internal sealed class FleetFile : IDisposable
{
    readonly string _target;
    readonly bool _replace;
    readonly IReadOnlyList<FileStamp> _earlier = [];
    readonly HashSet<NameHash> _ids = [];
    readonly HashSet<NameHash> _replaced = [];
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
        if (extends && Identify() is { } ids)
        {
            if (replace) _replaced = ids;
            else _earlier = Stamps();
        }

        if (_earlier.Count == 0) FileWriter.EnsureFree(_target, replace);
    }

    /// <summary>The format.</summary>
    public IFleetFormat Format { get; }

    /// <summary>Adds an entry. A service that knows only names gets one for each device.</summary>
    /// <exception cref="OutputException">The system refuses; the file will not be written.</exception>
    public void Append(FleetEntryId id, string entry)
    {
        if (_ids.Add(id.Hash) || id.Kind is not null) Write(entry);
    }

    /// <summary>Whether the file has this entry.</summary>
    public bool Has(FleetEntryId id) => _ids.Contains(id.Hash);

    /// <summary>Whether the replaced file had entries that this one did not have at <see cref="AppendEarlier"/>.</summary>
    public bool IsLacking => _replaced.Count > 0;

    /// <summary>Whether one of these entries is of this device and kind.</summary>
    public bool Lacks(string folder, CredentialKind kind) => IsLacking
        && (_replaced.Contains(new FleetEntryId(folder, kind).Hash) || _replaced.Contains(new FleetEntryId(folder, null).Hash));

    /// <summary>
    /// Takes over the entries of the existing file, except for those that the new one has. Those of a replaced file are to be written
    /// again from the folders.
    /// </summary>
    /// <exception cref="OutputException">The system refuses, or another process has changed the file.</exception>
    public void AppendEarlier()
    {
        _replaced.ExceptWith(_ids);
        if (_earlier.Count == 0) return;
        Guard(() =>
        {
            if (!Stamps().SequenceEqual(_earlier)) throw Changed();
            List<NameHash> taken = [];
            foreach (var entry in Earlier())
            {
                if (Format.Identify(entry) is not { } id || Has(id)) continue;
                Write(entry);
                taken.Add(id.Hash);
            }

            _ids.UnionWith(taken);
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
        else if (_bytes + Utf8.Strict.GetByteCount(Format.Between + entry + Format.End) <= Limit) Put(Format.Between + entry);
        else
        {
            End();
            Begin(entry);
        }
    });

    void Begin(string entry)
    {
        _parts.Add(FileWriter.Open(Part(_parts.Count), _replace || _earlier.Count > _parts.Count));
        _writer = new StreamWriter(_parts[_parts.Count - 1].Stream, Utf8.Strict, bufferSize: 65536);
        _bytes = 0;
        Put(Format.Begin + entry);
    }

    void Put(string text)
    {
        _writer!.Write(text);
        if (Limit < long.MaxValue) _bytes += Utf8.Strict.GetByteCount(text);
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

    // Whose entries the existing file has, as far as they are needed. Null when there is no file, or another program wrote it.
    HashSet<NameHash>? Identify()
    {
        try
        {
            if (!File.Exists(_target)) return null;
            HashSet<NameHash> ids = [];
            foreach (var entry in Earlier())
            {
                if (Format.Identify(entry) is not { } id) return null;
                if (_replace) ids.Add(id.Hash);
            }

            return ids;
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The entries of the existing file: each is on a line of its own.</summary>
    IEnumerable<string> Earlier() => Parts().SelectMany(Earlier);

    IEnumerable<string> Earlier(string path)
    {
        var (begin, between, end) = (Line(Format.Begin), Line(Format.Between), Line(Format.End));
        using var reader = new StreamReader(InputFile.Open(path), Utf8.Strict);
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
