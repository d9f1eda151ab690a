using System.Globalization;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// What the last run wrote to a ledger, in a file beside it (<c>index.txt.run</c>): programs that know nothing of our lock, such
/// as <c>openssl ca</c>, put their copy of the ledger in its place, and lines that were written meanwhile are gone from it. From
/// here they are written again.
/// </summary>
/// <remarks>
/// The lines stand as in the ledger, each once. After each group a comment has the place in the ledger where the group's last line
/// ends; lines that are written again get another such comment. Where the last line still ends at the last place, nothing before it
/// was lost.
/// </remarks>
internal sealed class LedgerRun : IDisposable
{
    const int QuickLook = 64 * 1024;

    /// <summary>
    /// How many groups are remembered with their places, at about 200 bytes each: more than another program needs to read and
    /// write a ledger.
    /// </summary>
    const int Remembered = 1000;

    /// <summary>For how long the lines of earlier runs are kept: longer than another program needs to read and write a ledger.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    readonly string _path;
    readonly List<Group> _groups = [];
    readonly long _kept;
    FileStream? _file;

    /// <param name="ledger">The ledger; whoever calls this holds its lock.</param>
    /// <param name="now">By this the lines of earlier runs are recent or not.</param>
    public LedgerRun(string ledger, DateTime now)
    {
        _path = PathOf(ledger);
        _kept = new FileInfo(_path) is { Exists: true } file && (now - file.LastWriteTimeUtc).Duration() < Kept ? file.Length : 0;
    }

    public static string PathOf(string ledger) => ledger + ".run";

    /// <summary>Forgets the places of lines: the ledger is another file now.</summary>
    public void Forget() => _groups.Clear();

    /// <summary>Begins with a ledger that has all lines of this file.</summary>
    /// <param name="tail">Its last line.</param>
    public void Begin(LedgerTail tail)
    {
        Forget();
        _groups.Add(new(tail, _file?.Length ?? _kept));
    }

    /// <summary>Notes lines that the ledger has now, behind those of earlier runs that are recent.</summary>
    /// <param name="lines">The lines, each with its line feed.</param>
    /// <param name="tail">The last of them and its place in the ledger.</param>
    /// <exception cref="OutputException">The disk is full: nothing was noted.</exception>
    public void Add(byte[] lines, LedgerTail tail)
    {
        long length = 0;
        try
        {
            var isNew = _file is null;
            _file ??= new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 1);
            if (isNew) _file.SetLength(_kept);
            length = _file.Length;
            _file.Position = length;
            // An interrupted run may have left half a line there.
            var separator = isNew && length > 0 ? "\n"u8 : [];
            byte[] group = [.. separator, .. lines, .. Encoding.ASCII.GetBytes(FormattableString.Invariant($"#{tail.End}\n"))];
            _file.Write(group, 0, group.Length);
        }
        catch (Exception e) when (LedgerFile.Explain(e, _path) is { } explained)
        {
            try
            {
                _file?.SetLength(length);
            }
            catch (IOException)
            {
                // Half a line at the end is passed over.
            }

            throw explained;
        }

        _groups.Add(new(tail, _file.Length));
        if (_groups.Count > Remembered) _groups.RemoveRange(0, Remembered / 2);
    }

    /// <summary>The last of the remembered lines that is in its place; null when none is.</summary>
    public LedgerTail? LastIn(FileStream ledger) =>
        _groups.FindLastIndex(g => g.Tail.IsIn(ledger)) is >= 0 and var i ? _groups[i].Tail : null;

    /// <summary>What was written after one of the remembered lines.</summary>
    public IReadOnlyList<LedgerEntry> After(LedgerTail tail)
    {
        var entries = new List<LedgerEntry>();
        if (_file is null) return entries;
        using var lines = new LineReader(_path, _groups.FindLast(g => g.Tail == tail).Next);
        while (lines.Read())
        {
            if (lines.IsWhole && lines.Line.Length > 0 && !LedgerFormat.IsComment(lines.Line)) entries.Add(LedgerFormat.Read(lines.Line));
        }

        return entries;
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>
    /// What the last run wrote to the ledger and is not there, or is there as it was before it was revoked: by serial number, in
    /// order.
    /// </summary>
    /// <param name="ledger">The ledger; it is read from end to end when the last line is not in its place.</param>
    /// <exception cref="InputException">A file cannot be read, or the ledger is damaged.</exception>
    public static IReadOnlyList<LedgerEntry> Lost(string ledger) =>
        IsInPlace(ledger) ? [] : Lost(ledger, LedgerScan.Of(ledger, DateTime.MinValue, allowDuplicates: true));

    /// <inheritdoc cref="Lost(string)"/>
    public static IReadOnlyList<LedgerEntry> Lost(string ledger, LedgerScan scan)
    {
        var path = PathOf(ledger);
        if (!File.Exists(path)) return [];
        var lost = new List<LedgerEntry>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        using var lines = new LineReader(path);
        while (lines.Read())
        {
            if (!lines.IsWhole || LedgerFormat.IsComment(lines.Line) || !IsLost(lines.Line, scan)) continue;
            var entry = LedgerFormat.Read(lines.Line);
            // What was issued and then revoked by the same run is there twice.
            if (places.TryGetValue(entry.SerialNumber, out var at)) lost[at] = entry;
            else
            {
                places[entry.SerialNumber] = lost.Count;
                lost.Add(entry);
            }
        }

        return lost;
    }

    static bool IsLost(ReadOnlySpan<byte> line, LedgerScan scan)
    {
        try
        {
            var fields = LedgerFormat.Split(line);
            var serial = LedgerFormat.SerialKey(fields.SerialNumber);
            return fields.State == LedgerState.Revoked ? !scan.Revoked.Contains(serial) : !scan.Serials.Contains(serial);
        }
        catch (InputException)
        {
            // A power cut left it.
            return false;
        }
    }

    static bool IsInPlace(string ledger)
    {
        var path = PathOf(ledger);
        try
        {
            if (!File.Exists(path)) return true;
            var length = new FileInfo(path).Length;
            var text = Encoding.UTF8.GetString(LedgerFile.ReadAt(path, Math.Max(0, length - QuickLook), (int)Math.Min(length, QuickLook)));
            if (text.Length == 0) return true;
            // ..., the last line, its places, the newest at the end, and what is behind the last line feed: nothing.
            var lines = text.Split('\n');
            if (lines is not [.., ['#', ..] place, ""]
                || !long.TryParse(place.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var end)) return false;
            if (Array.FindLast(lines, l => l.Length > 0 && l[0] != '#') is not { } line) return false;
            using var file = InputFile.Open(ledger);
            return new LedgerTail(end, Encoding.UTF8.GetBytes(line + "\n")).IsIn(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InputException)
        {
            // The ledger is being replaced, or a run is just writing: the long look tells.
            return false;
        }
    }

    /// <summary>Lines that were written together.</summary>
    /// <param name="Tail">The last of them.</param>
    /// <param name="Next">Where the next group begins in this run's file.</param>
    readonly record struct Group(LedgerTail Tail, long Next);
}
