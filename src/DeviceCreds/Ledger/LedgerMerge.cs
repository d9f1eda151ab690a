namespace DeviceCreds;

/// <summary>
/// Merges ledgers: what sixteen agents issued becomes one record. Two passes over the files, so that of a million entries
/// only some fifty bytes each are held in memory.
/// </summary>
public static class LedgerMerge
{
    // What is known of a serial number: whose certificate it is, how much its best line says, and where that line is.
    readonly record struct Known(ulong Certificate, long Rank, long Place);

    /// <summary>
    /// Adds to a ledger what others hold that it does not: each serial number once, in the order of the files, the
    /// destination's own entries first. Revoked wins over expired, expired over valid, the earlier revocation over the later.
    /// </summary>
    /// <param name="paths">The ledgers to read.</param>
    /// <param name="destination">The ledger to write; it may be there already, or be one of those read.</param>
    /// <param name="report">Gets each conflict: a serial number that two ledgers give to different certificates (the first stays). Also gets a torn last line, which is no entry.</param>
    /// <returns>How many entries the destination has now.</returns>
    /// <exception cref="InputException">A file cannot be read, or has a line that is none: nothing was written.</exception>
    /// <exception cref="OutputException">Another run has the destination open, or it cannot be written: it is as it was.</exception>
    public static long Merge(IReadOnlyList<string> paths, string destination, Action<InputException> report)
    {
        foreach (var path in paths) new LineReader(path).Dispose();
        using var ledger = IssuanceLedger.Open(destination);
        IReadOnlyList<string> files = [ledger.Path, .. paths];
        var known = new Dictionary<NameHash, Known>();
        foreach (var (entry, place) in Entries(files, report))
        {
            var key = NameHash.Of(SerialNumbers.Normalise(entry.SerialNumber) ?? entry.SerialNumber);
            var found = new Known(NameHash.Of($"{entry.ExpiresAtUtc.Ticks} {entry.Subject}").High, Rank(entry), place);
            if (!known.TryGetValue(key, out var first) || (first.Certificate == found.Certificate && first.Rank < found.Rank)) known[key] = found;
            else if (first.Certificate != found.Certificate)
            {
                report(new("LedgerConflict", ErrorKind.Conflict, $"the serial number {entry.SerialNumber} belongs to another certificate in {files[FileOf(first.Place)]}, line {LineOf(first.Place)}; that entry stands.",
                    "Two CAs need two ledgers.", files[FileOf(place)], LineOf(place)));
            }
        }

        var wanted = new HashSet<long>(known.Values.Select(k => k.Place));
        known.Clear();
        ledger.Replace(Entries(files, null).Where(e => wanted.Contains(e.Place)).Select(e => e.Entry));
        return wanted.Count;
    }

    static IEnumerable<(LedgerEntry Entry, long Place)> Entries(IReadOnlyList<string> files, Action<InputException>? report)
    {
        for (var i = 0; i < files.Count; i++)
        {
            using var lines = new LineReader(files[i]);
            while (lines.Read())
            {
                if (LedgerFormat.IsComment(lines.Line)) continue;
                if (lines.IsWhole) yield return (LedgerFormat.Read(lines.Line, files[i], lines.Number), (long)i << 40 | (uint)lines.Number);
                else report?.Invoke(Ledger.Torn(files[i], lines.Number));
            }
        }
    }

    static int FileOf(long place) => (int)(place >> 40);

    static int LineOf(long place) => (int)place;

    static long Rank(LedgerEntry entry) => entry.State switch
    {
        LedgerState.Revoked => long.MaxValue - entry.Revocation!.At.Ticks,
        LedgerState.Expired => 1,
        _ => 0,
    };
}
