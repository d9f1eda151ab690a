namespace DeviceCreds;

/// <summary>
/// The record of every injection: JSON lines, appended to and never changed. One process writes to it at a time; any thread of
/// it may. A device is recorded on the disk before the next one is injected at its station.
/// </summary>
public sealed class InjectionJournal : IDisposable
{
    // A journal has very few bad lines; a file with more is something else.
    const int MaximumMalformed = 1000;

    readonly object _gate = new();
    readonly object _flushing = new();
    readonly LedgerLock _lock;
    readonly FileStream _file;
    readonly Dictionary<NameHash, long> _injected;
    long _written;
    long _flushed;

    InjectionJournal(string path, LedgerLock taken, FileStream file, Dictionary<NameHash, long> injected, string? warning)
    {
        Path = path;
        Warning = warning;
        (_lock, _file, _injected) = (taken, file, injected);
    }

    /// <summary>The journal's path.</summary>
    public string Path { get; }

    /// <summary>What was repaired on opening; null when nothing was.</summary>
    public string? Warning { get; }

    /// <summary>
    /// Opens a journal for writing, or begins one. An incomplete line at its end, left by an interrupted run, is moved to a file beside
    /// it.
    /// </summary>
    /// <param name="path">The journal.</param>
    /// <exception cref="OutputException">Another run has it open, or it cannot be written.</exception>
    /// <exception cref="InputException">The file exists and is not a journal, or it is a folder.</exception>
    public static InjectionJournal Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        EnsureNamesFile(path);
        LedgerLock? taken = null;
        FileStream? file = null;
        try
        {
            return Explaining(path, () =>
            {
                Directory.CreateDirectory(FileWriter.FolderOf(path));
                taken = Lock(path);
                // Others may read it during the run.
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 1);
                var injected = new Dictionary<NameHash, long>();
                var whole = file.Length == 0 ? 0 : Index(path, injected);
                var warning = whole == file.Length ? null : Repair(path, file, whole);
                file.Position = whole;
                return new InjectionJournal(path, taken, file, injected, warning);
            });
        }
        catch
        {
            file?.Dispose();
            taken?.Dispose();
            throw;
        }
    }

    /// <summary>Every injection, in the order of the file, one at a time: a journal of millions takes no memory.</summary>
    /// <param name="path">The journal; it may be one that a run is writing to.</param>
    /// <param name="malformed">Gets an error for each line that is not an injection, and the others are read; when null, the first error is
    /// thrown.</param>
    /// <exception cref="InputException">The file cannot be read, or a line of it, or it has a thousand lines that are not from a
    /// journal's.</exception>
    public static IEnumerable<DeviceInjection> Read(string path, Action<InputException>? malformed = null) =>
        Lines(path, lines => JournalFormat.Read(lines.Line, path, lines.Number), malformed);

    /// <summary>The same, but only what says which certificate each device has: a tenth of the time.</summary>
    /// <inheritdoc cref="Read"/>
    internal static IEnumerable<JournalLine> Glance(string path, Action<InputException>? malformed = null) =>
        Lines(path, lines => JournalFormat.Glance(lines.Line) ?? throw JournalFormat.Malformed(path, lines.Number), malformed);

    static IEnumerable<T> Lines<T>(string path, Func<LineReader, T> read, Action<InputException>? malformed)
    {
        var count = 0;
        using var lines = new LineReader(path);
        while (lines.Read())
        {
            if (lines.Line.IsEmpty) continue;
            T line;
            try
            {
                if (!lines.IsWhole)
                    throw new InputException("JournalLineIncomplete", ErrorKind.InvalidData, "the last line is incomplete.",
                    "A run is writing it now, or was interrupted: the next run repairs it.", path, lines.Number);
                line = read(lines);
            }
            catch (InputException e) when (malformed is not null)
            {
                if (count++ == MaximumMalformed) throw NotRecognised(path);
                malformed(e);
                continue;
            }

            yield return line;
        }
    }

    /// <summary>The last successful injection of a device; null when there is none, or a later attempt failed.</summary>
    internal DeviceInjection? FindInjected(string endpointName)
    {
        lock (_gate)
        {
            if (!_injected.TryGetValue(NameHash.Of(endpointName), out var offset)) return null;
            using var lines = new LineReader(Path, offset);
            return lines.Read() ? JournalFormat.Read(lines.Line, Path, 0) : null;
        }
    }

    /// <summary>
    /// Records an injection: when this returns, the disk has it. Stations that record at the same time share one wait for the disk.
    /// </summary>
    /// <exception cref="OutputException">The disk is full, or the file is no longer there.</exception>
    internal void Append(DeviceInjection injection)
    {
        byte[] line = [.. JournalFormat.Write(injection), (byte)'\n'];
        Explaining(Path, () =>
        {
            Flush(Write(line, injection));
            return true;
        });
    }

    long Write(byte[] line, DeviceInjection injection)
    {
        lock (_gate)
        {
            if (!File.Exists(Path)) throw new FileNotFoundException();
            var offset = _file.Position;
            try
            {
                _file.Write(line, 0, line.Length);
            }
            catch (IOException)
            {
                _file.SetLength(offset);
                _file.Position = offset;
                throw;
            }

            Note(_injected, injection.EndpointName, injection.Succeeded, injection.MessageSent, offset);
            return ++_written;
        }
    }

    void Flush(long mine)
    {
        lock (_flushing)
        {
            if (_flushed >= mine) return;
            var all = Interlocked.Read(ref _written);
            _file.Flush(flushToDisk: true);
            _flushed = all;
        }
    }

    /// <summary>Releases the journal.</summary>
    public void Dispose()
    {
        if (_file.SafeFileHandle.IsClosed) return;
        _file.Dispose();
        _lock.Dispose();
    }

    // If an attempt fails before a message is sent, the device is unchanged.
    static void Note(Dictionary<NameHash, long> injected, string endpointName, bool succeeded, bool isSent, long offset)
    {
        var name = NameHash.Of(endpointName);
        if (succeeded) injected[name] = offset;
        else if (isSent) injected.Remove(name);
    }

    // After a bad line the others still count; a file that begins with a bad line is not a journal.
    static long Index(string path, Dictionary<NameHash, long> injected)
    {
        long whole = 0;
        var isJournal = false;
        using var lines = new LineReader(path);
        while (lines.Read() && lines.IsWhole && lines.Line.IndexOf((byte)0) < 0)
        {
            whole = lines.NextOffset;
            if (lines.Line.IsEmpty) continue;
            if (JournalFormat.Glance(lines.Line) is { } line) Note(injected, line.EndpointName, line.Succeeded, line.IsSent, lines.Offset);
            else if (!isJournal) throw NotRecognised(path);
            isJournal = true;
        }

        var isLine = lines.Line.IsEmpty || lines.Line[0] == 0 || lines.Line.StartsWith("{\"time\":"u8);
        return isJournal || isLine || whole == lines.NextOffset ? whole : throw NotRecognised(path);
    }

    // A power cut may also leave zeros in place of data.
    static string Repair(string path, FileStream file, long whole)
    {
        var torn = path + ".torn";
        using (var aside = new FileStream(torn, FileMode.Append, FileAccess.Write))
        {
            file.Position = whole;
            file.CopyTo(aside);
            aside.Flush(flushToDisk: true);
        }

        file.SetLength(whole);
        file.Flush(flushToDisk: true);
        return $"{path}: the journal ended with an incomplete line, left by an interrupted run. The line was moved to "
            + $"{System.IO.Path.GetFileName(torn)}; its device may have been injected.";
    }

    static LedgerLock Lock(string path)
    {
        try
        {
            return LedgerLock.Take(path, new LedgerOptions());
        }
        catch (OutputException e) when (e.ErrorId == "LedgerInUse")
        {
            throw new OutputException(
                "JournalInUse", ErrorKind.Conflict, "another run has the journal open.",
                "Wait until it has finished, or give this run a journal of its own.", path, e);
        }
    }

    // Before there is a lock beside it.
    static void EnsureNamesFile(string path)
    {
        OutputPath.EnsureNamesFile(path);
        if (Directory.Exists(path))
        {
            throw new InputException("PathIsFolder", ErrorKind.InvalidArgument, "expected a journal, found a folder.",
                "Give the path of a journal, or of a file that does not exist yet.", path);
        }
    }

    static T Explaining<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or NotSupportedException or ArgumentException)
        {
            throw e switch
            {
                UnauthorizedAccessException =>
                    new OutputException("JournalAccessDenied", ErrorKind.AccessDenied, "you may not write here.",
                    "Choose another path, or ask its owner." + FileWriter.IfOpen, path, e),
                FileNotFoundException or DirectoryNotFoundException =>
                    new("JournalGone", ErrorKind.NotFound, "the journal is no longer there.", "Was it moved or deleted?", path, e),
                IOException => new("JournalNotWritten", ErrorKind.InputOutput, $"the journal cannot be written: {e.Message}",
                    "Is the disk full?", path, e),
                _ => new("PathInvalid", ErrorKind.InvalidArgument, $"the path is not possible: {e.Message}", null, path, e),
            };
        }
    }

    static InputException NotRecognised(string path) =>
        new("JournalNotRecognised", ErrorKind.InvalidData, "this is not a journal of injections.",
            "Give the path of a journal, or of a file that does not exist yet.", path);
}
