namespace DeviceCreds;

/// <summary>
/// Merges ledgers, such as those of sixteen agents, into one. It reads the files twice, so that only about fifty bytes
/// of each entry are held in memory.
/// </summary>
public static class LedgerMerge
{
    /// <summary>How many devices with several valid certificates are named; more are only counted.</summary>
    public const int MostNamed = 10;

    // What is known of a serial number: its certificate, the rank of its best line, and the position of that line.
    readonly record struct Known(ulong Certificate, long Rank, long Place);

    /// <summary>
    /// Adds to a ledger the entries that only other ledgers have: each serial number once, in the order of the files, the
    /// destination's own entries first. Revoked wins over expired, expired over valid, the earlier revocation over the later one. The
    /// number of the next revocation list is the highest of all. A new destination demands unique subjects when all ledgers do.
    /// </summary>
    /// <param name="paths">The ledgers to read.</param>
    /// <param name="destination">The ledger to write; it may exist already, or be one of those read.</param>
    /// <param name="report">Gets each conflict: a serial number that two ledgers give to different certificates (the first is
    /// kept). Also gets an incomplete last line, which is skipped.</param>
    /// <param name="options">How long to wait for the destination, and who is warned.</param>
    /// <returns>What the destination has now.</returns>
    /// <exception cref="InputException">A file cannot be read, or has a wrong line, or a subject would have several valid certificates
    /// where the destination allows one: nothing was written.</exception>
    /// <exception cref="OutputException">Another run has the destination open, or it cannot be written: it is unchanged.</exception>
    public static MergedLedger Merge(IReadOnlyList<string> paths, string destination, Action<InputException> report,
        LedgerOptions? options = null)
    {
        foreach (var path in paths) LedgerFile.ReadLines(path).Dispose();
        options = (options ?? new()) with { IsNewSubjectUnique = paths.Count > 0 && paths.All(LedgerAttributes.IsSubjectUnique) };
        using var ledger = IssuanceLedger.Open(destination, options, allowDuplicates: true);
        var before = FileStamp.Of(ledger.Path);
        IReadOnlyList<string> files = [ledger.Path, .. paths];
        var known = new Dictionary<NameHash, Known>();
        foreach (var (entry, place) in Entries(files, report, options.Warn))
        {
            var key = NameHash.Of(SerialNumbers.Normalise(entry.SerialNumber) ?? entry.SerialNumber);
            // Versions of OpenSSL write one name in several ways.
            var name = LedgerFormat.Text(OneLineName.Key(LedgerFormat.Bytes(entry.Subject)));
            var found = new Known(NameHash.Of($"{entry.ExpiresAtUtc.Ticks} {name}").High, Rank(entry), place);
            if (!known.TryGetValue(key, out var first) || (first.Certificate == found.Certificate && first.Rank < found.Rank))
                known[key] = found;
            else if (first.Certificate != found.Certificate)
            {
                report(new("LedgerConflict", ErrorKind.Conflict,
                    $"the serial number {entry.SerialNumber} belongs to another certificate in {files[FileOf(first.Place)]}, line "
                    + $"{LineOf(first.Place)}; that entry is kept{(entry.Revocation is null ? "" : ", and this revocation is left out")}.",
                    "Use one ledger per CA.", files[FileOf(place)], LineOf(place)));
            }
        }

        var wanted = new HashSet<long>(known.Values.Select(k => k.Place));
        known.Clear();
        var merged = Entries(files, null).Where(e => wanted.Contains(e.Place)).Select(e => e.Entry);
        if (ledger.IsSubjectUnique) EnsureUnique(merged, ledger.Path);
        // First: a number that is too high leaves a gap, and one that is too low makes servers keep the list before.
        RevocationListNumber.Raise(ledger.Path, paths, options);
        ledger.Replace(merged, before);
        var (count, names) = Duplicates(ledger.Path, options.Time.GetUtcNow().UtcDateTime);
        return new(ledger.Path, wanted.Count, count, names);
    }

    // OpenSSL compares the complete subject, and an expired certificate counts until -updatedb has marked it.
    static void EnsureUnique(IEnumerable<LedgerEntry> entries, string path)
    {
        var subjects = new NameSet();
        var (count, names) = (0L, new List<string>());
        foreach (var entry in entries.Where(e => e.State == LedgerState.Valid && !subjects.Add(LedgerFormat.Bytes(e.Subject))))
        {
            count++;
            if (names.Count < MostNamed) names.Add($"'{SubjectText.Shorten(entry.EndpointName ?? entry.Subject)}'");
        }

        if (count == 0) return;
        throw new InputException("SubjectNotUnique", ErrorKind.AlreadyExists,
            $"{LedgerAttributes.Rule}, and {string.Join(", ", names)}{(count > names.Count ? " and others" : "")} would have several. "
                + "Nothing was written.",
            "Revoke the others in their ledgers first, or write unique_subject = no into the .attr file of the destination.", path);
    }

    // Two passes that hold only digests: what was renewed, then which subjects have several of the others.
    static (long Count, IReadOnlyList<string> Names) Duplicates(string path, DateTime now)
    {
        var renewed = new NameSet();
        foreach (var entry in Valid(path, now).Where(e => e.Renews is not null)) renewed.Add(LedgerFormat.SerialKey(entry.Renews!));
        var (once, several) = (new NameSet(), new NameSet());
        var (count, names) = (0L, new List<string>());
        foreach (var entry in Valid(path, now).Where(e => !renewed.Contains(LedgerFormat.SerialKey(e.SerialNumber))))
        {
            var subject = LedgerFormat.Bytes(entry.Subject);
            var key = OneLineName.Key(subject);
            if (once.Add(key) || !several.Add(key)) continue;
            count++;
            if (names.Count < MostNamed) names.Add(entry.EndpointName ?? entry.Subject);
        }

        return (count, names);
    }

    static IEnumerable<LedgerEntry> Valid(string path, DateTime now) =>
        Ledger.ReadFile(path, _ => { }).Where(e => e.At(now).State == LedgerState.Valid);

    static IEnumerable<(LedgerEntry Entry, long Place)> Entries(IReadOnlyList<string> files, Action<InputException>? report,
        Action<string>? warn = null)
    {
        for (var i = 0; i < files.Count; i++)
        {
            var isWriting = LedgerLock.IsHeldOrLeft(files[i]);
            using var lines = LedgerFile.ReadLines(files[i]);
            while (lines.Read())
            {
                if (LedgerFormat.IsComment(lines.Line)) continue;
                if (!lines.IsWhole && LedgerFormat.IsCut(lines.Line, isWriting || LedgerLock.IsHeldOrLeft(files[i])))
                {
                    report?.Invoke(Ledger.Torn(files[i], lines.Number));
                    continue;
                }

                var entry = LedgerFormat.Read(lines.Line, files[i], lines.Number);
                if (!lines.IsWhole) warn?.Invoke(MayBeCut(entry, files[i], lines.Number));
                yield return (entry, PlaceOf(i, lines.Number));
            }

            // Lines that the last run wrote there, and another program lost.
            var number = lines.Number;
            foreach (var line in LedgerRun.Lost(files[i])) yield return (line.Entry, PlaceOf(i, ++number));
        }
    }

    // An editor may have left the line feed out, or the copy is incomplete.
    static string MayBeCut(LedgerEntry entry, string path, int line) => FormattableString.Invariant(
        $"{path}, line {line}: the last line has no line feed. It counts as the certificate of ")
        + $"'{SubjectText.Shorten(entry.EndpointName ?? entry.Subject)}'. If this is an incomplete copy, the name may be incomplete, too.";

    static long PlaceOf(int file, int line) => (long)file << 40 | (uint)line;

    static int FileOf(long place) => (int)(place >> 40);

    static int LineOf(long place) => (int)place;

    static long Rank(LedgerEntry entry) => entry.State switch
    {
        LedgerState.Revoked => Rank(entry.IsOnHold, entry.Revocation!.At.Ticks),
        LedgerState.Expired => 1,
        _ => 0,
    };

    /// <summary>Of two lines that revoke one certificate, the one with the higher rank counts: the earlier one.</summary>
    // A hold may be released, and a revocation may not (RFC 5280, 5.3.1): it comes before every hold.
    internal static long Rank(bool isOnHold, long ticks) => isOnHold ? 2 + DateTime.MaxValue.Ticks - ticks : long.MaxValue - ticks;
}
