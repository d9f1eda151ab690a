using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// What the last run wrote to a ledger, in a file beside it (<c>index.txt.run</c>): programs that ignore our lock, such
/// as <c>openssl ca</c>, replace the ledger by their copy, and lines written in between are lost. From
/// this file they are written again.
/// </summary>
/// <remarks>
/// The lines are the same as in the ledger. After each group, a comment has the length of the ledger at that time, and the length and
/// hash of its last line: while that line ends there, nothing before it was lost. After a line was changed, that proves nothing: a copy
/// from before may have the same length. An exclamation mark says so.
/// </remarks>
internal sealed class LedgerRun : IDisposable
{
    /// <summary>More than the last comment takes.</summary>
    const int QuickLook = 128;

    /// <summary>At the end of the last comment while only lines were added.</summary>
    const string EndOfPlain = "+\n", EndOfChanged = "!\n";

    static readonly Regex Mark = new("#([0-9]{1,18}) ([0-9]{1,9}) ([0-9A-F]{32})[+]\n$", RegexOptions.CultureInvariant);

    /// <summary>
    /// How many groups are remembered with their places, at about 200 bytes each: more than another program needs to read and
    /// write a ledger.
    /// </summary>
    const int Remembered = 1000;

    /// <summary>For how long the lines of earlier runs are kept: longer than another program needs to read and write a ledger.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>The same for revocations: <c>openssl ca</c> may wait for an answer over a weekend, with a copy from before.</summary>
    static readonly TimeSpan KeptRevocations = TimeSpan.FromDays(3);

    readonly string _path;
    readonly List<Group> _groups = [];
    readonly byte[] _revocations = [];
    readonly long _kept;
    bool _hasChanges;
    FileStream? _file;

    /// <param name="ledger">The ledger; the caller holds its lock.</param>
    /// <param name="now">The present time, which decides whether lines of earlier runs are recent.</param>
    public LedgerRun(string ledger, DateTime now)
    {
        _path = PathOf(ledger);
        if (new FileInfo(_path) is not { Exists: true } file) return;
        var isRecent = (now - file.LastWriteTimeUtc).Duration() < Kept;
        try
        {
            _hasChanges = !EndOf(_path).EndsWith(EndOfPlain, StringComparison.Ordinal);
            if (!isRecent && _hasChanges) _revocations = RecentRevocations(ledger, now);
        }
        catch (InputException)
        {
            // Writing to it reports what is wrong with it.
        }

        if (!isRecent) _hasChanges = _revocations.Length > 0;
        _kept = isRecent ? file.Length : _revocations.Length;
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

    /// <summary>Records lines that the ledger has now, after the recent ones of earlier runs.</summary>
    /// <param name="lines">The lines, each with its line feed.</param>
    /// <param name="tail">The ledger's last line now.</param>
    /// <param name="areChanges">Whether the ledger had other lines of these certificates before.</param>
    /// <exception cref="OutputException">The disk is full: nothing was recorded.</exception>
    public void Add(byte[] lines, LedgerTail tail, bool areChanges = false)
    {
        var length = _kept;
        try
        {
            var isNew = _file is null;
            _file ??= LedgerFile.OpenBeside(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (isNew)
            {
                _file.Write(_revocations, 0, _revocations.Length);
                _file.SetLength(_kept);
            }

            _hasChanges |= areChanges;
            length = _file.Length;
            _file.Position = length;
            // An interrupted run may have left an incomplete line there.
            var separator = isNew && length > 0 ? "\n"u8 : [];
            byte[] group = [.. separator, .. lines,
                .. Encoding.ASCII.GetBytes(FormattableString.Invariant($"#{tail.End} {tail.Line.Length} {HashOf(tail.Line)}")
                    + (_hasChanges ? EndOfChanged : EndOfPlain))];
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
                // An incomplete line at the end is skipped.
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

    /// <summary>Lines that the last run wrote to the ledger that are missing, or are as they were before the run changed them.</summary>
    /// <param name="ledger">The ledger; it is read from end to end when the last line is not in its place.</param>
    /// <exception cref="InputException">A file cannot be read, or the ledger is damaged.</exception>
    public static IReadOnlyList<LostLine> Lost(string ledger) =>
        IsInPlace(ledger) ? []
            : Lost(ledger, LedgerScan.Of(ledger, DateTime.MinValue, allowDuplicates: true, LedgerLock.IsHeldOrLeft(ledger)));

    /// <inheritdoc cref="Lost(string)"/>
    public static IReadOnlyList<LostLine> Lost(string ledger, LedgerScan scan)
    {
        if (!File.Exists(PathOf(ledger))) return [];
        // A certificate that was only issued has one line; one that was changed later has several.
        var changed = new HashSet<string>(Lines(ledger).Where(e => e.State == LedgerState.Revoked).Select(e => e.SerialNumber),
            StringComparer.Ordinal);
        var lost = new List<LostLine>();
        var histories = new Dictionary<string, List<LedgerEntry>>(StringComparer.Ordinal);
        foreach (var entry in Lines(ledger))
        {
            if (!changed.Contains(entry.SerialNumber))
            {
                if (!scan.Serials.Contains(LedgerFormat.SerialKey(entry.SerialNumber))) lost.Add(new(entry, IsThere: false));
            }
            else if (histories.TryGetValue(entry.SerialNumber, out var history)) history.Add(entry);
            else histories[entry.SerialNumber] = [entry];
        }

        foreach (var history in histories.Values)
        {
            var last = history[history.Count - 1];
            var there = scan.Serials.Find(LedgerFormat.SerialKey(last.SerialNumber));
            if (there is null || IsEarlier(there.Value, history, last, scan)) lost.Add(new(last, there is not null));
        }

        return lost;
    }

    // A line that is neither as the run left it nor as it was before is another program's change.
    static bool IsEarlier(long there, List<LedgerEntry> history, LedgerEntry last, LedgerScan scan)
    {
        if (there == StateOf(last, scan)) return false;
        // A hold may be released, and a revocation may not (RFC 5280, 5.3.1): every hold is from before it.
        var isBefore = there is (long)LedgerState.Valid or (long)LedgerState.Expired || (LedgerScan.IsHold(there) && !last.IsOnHold);
        return (isBefore && last.State == LedgerState.Revoked) || history.Exists(e => StateOf(e, scan) == there);
    }

    static long StateOf(LedgerEntry entry, LedgerScan scan) =>
        scan.StateOf(entry.State, LedgerFormat.Bytes(LedgerFormat.RevocationOf(entry)));

    static IEnumerable<LedgerEntry> Lines(string ledger)
    {
        using var lines = new LineReader(PathOf(ledger));
        while (lines.Read())
        {
            if (lines.IsWhole && !LedgerFormat.IsComment(lines.Line) && Parse(lines.Line) is { } entry) yield return entry;
        }
    }

    static LedgerEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return line.Length == 0 ? null : LedgerFormat.Read(line);
        }
        catch (InputException)
        {
            // A power cut left it.
            return null;
        }
    }

    static bool IsInPlace(string ledger)
    {
        var path = PathOf(ledger);
        try
        {
            if (!File.Exists(path)) return true;
            var end = EndOf(path);
            if (end.Length == 0) return true;
            if (Mark.Match(end) is not { Success: true, Groups: var mark }) return false;
            var (place, size) = (long.Parse(mark[1].Value, CultureInfo.InvariantCulture),
                int.Parse(mark[2].Value, CultureInfo.InvariantCulture));
            return new FileInfo(ledger).Length >= place && HashOf(LedgerFile.ReadAt(ledger, place - size, size)) == mark[3].Value;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or InputException or ArgumentException or OverflowException)
        {
            // The ledger is being replaced or written: the complete search shows which.
            return false;
        }
    }

    static string EndOf(string path)
    {
        var length = new FileInfo(path).Length;
        return Encoding.ASCII.GetString(LedgerFile.ReadAt(path, Math.Max(0, length - QuickLook), (int)Math.Min(length, QuickLook)));
    }

    // The complete history of each certificate.
    static byte[] RecentRevocations(string ledger, DateTime now)
    {
        var recent = new HashSet<string>(Lines(ledger).Where(e => e.Revocation is { } r && (now - r.At).Duration() < KeptRevocations)
            .Select(e => e.SerialNumber), StringComparer.Ordinal);
        return [.. Lines(ledger).Where(e => recent.Contains(e.SerialNumber)).SelectMany(e => LedgerFormat.Bytes(e + "\n"))];
    }

    static string HashOf(byte[] line) => Hex.Encode(Digest.Sha256(line)).Substring(0, 32);

    /// <summary>Lines that were written together.</summary>
    /// <param name="Tail">The last of them.</param>
    /// <param name="Next">Where the next group begins in this run's file.</param>
    readonly record struct Group(LedgerTail Tail, long Next);
}
