namespace DeviceCreds;

/// <summary>Reads ledgers: those written here, and the CA databases (index.txt) of <c>openssl ca</c>.</summary>
public static class Ledger
{
    /// <summary>
    /// A ledger may have a few wrong lines. A file with more is something else, and an error for each line would take far more
    /// memory than the file.
    /// </summary>
    const int MaximumMalformed = 1000;

    const string TornId = "LedgerLineTorn";

    /// <summary>
    /// Every entry, in the order of the file, one at a time: a ledger of millions needs no memory. Lines that the last run wrote and
    /// another program has lost since then come at the end.
    /// </summary>
    /// <param name="path">The ledger; a run may be writing to it.</param>
    /// <param name="malformed">Gets an error for each wrong line, and the other lines are read; when it is null, the
    /// first such error is thrown.</param>
    /// <exception cref="InputException">The file cannot be read, or a line of it is wrong, or a thousand lines are.</exception>
    public static IEnumerable<LedgerEntry> Read(string path, Action<InputException>? malformed = null)
    {
        var lost = Lost(path);
        foreach (var entry in ReadFile(path, malformed))
        {
            if (lost.Count > 0 && lost.TryGetValue(entry.SerialNumber, out var known))
            {
                lost.Remove(entry.SerialNumber);
                yield return known;
            }
            else yield return entry;
        }

        foreach (var entry in lost.Values) yield return entry;
    }

    /// <summary>Every entry; a last line that may be incomplete is skipped.</summary>
    /// <inheritdoc cref="Read"/>
    internal static IEnumerable<LedgerEntry> ReadComplete(string path) => Read(path, e =>
    {
        if (e.ErrorId != TornId) throw e;
    });

    /// <summary>Every entry as it is in the file.</summary>
    /// <inheritdoc cref="Read"/>
    internal static IEnumerable<LedgerEntry> ReadFile(string path, Action<InputException>? malformed = null)
    {
        var count = 0;
        var isWriting = LedgerLock.IsHeldOrLeft(path);
        using var lines = LedgerFile.ReadLines(path);
        while (lines.Read())
        {
            if (LedgerFormat.IsComment(lines.Line)) continue;
            LedgerEntry entry;
            try
            {
                if (!lines.IsWhole && LedgerFormat.IsCut(lines.Line, isWriting || LedgerLock.IsHeldOrLeft(path)))
                    throw Torn(path, lines.Number);
                entry = LedgerFormat.Read(lines.Line, path, lines.Number);
            }
            catch (InputException e) when (malformed is not null)
            {
                if (count++ == MaximumMalformed)
                    throw new InputException("LedgerNotRecognised", ErrorKind.InvalidData,
                        $"this is not a ledger: more than {MaximumMalformed} lines are wrong.", "Is this the right file?", path,
                        lines.Number);
                malformed(e);
                continue;
            }

            yield return entry;
        }
    }

    /// <summary>The entry whose line begins at a position; null when there is none.</summary>
    internal static LedgerEntry? ReadAt(string path, long place)
    {
        try
        {
            using var lines = LedgerFile.ReadLines(path, place, bufferSize: 4096);
            return lines.Read() && lines.IsWhole ? LedgerFormat.Read(lines.Line) : null;
        }
        catch (InputException)
        {
            // Another program has changed the file since then.
            return null;
        }
    }

    static Dictionary<string, LedgerEntry> Lost(string path)
    {
        try
        {
            return LedgerRun.Lost(path).ToDictionary(l => l.Entry.SerialNumber, l => l.Entry, StringComparer.Ordinal);
        }
        catch (InputException)
        {
            // Reading the ledger reports what is wrong with it.
            return [];
        }
    }

    /// <summary>The serial numbers that were renewed by a certificate that is valid at a moment.</summary>
    /// <exception cref="InputException">The ledger cannot be read.</exception>
    public static SerialNumberSet Renewed(string path, DateTime moment) =>
        new(Read(path, _ => { }).Where(e => e.At(moment).State == LedgerState.Valid)
            .Select(e => e.Renews).OfType<string>().Where(s => DeviceCreds.SerialNumbers.Normalise(s) is not null));

    /// <summary>
    /// The certificates to revoke, or to release from a hold, by serial numbers and endpoint names.
    /// </summary>
    /// <param name="path">The ledger.</param>
    /// <param name="targets">Certificates by serial number.</param>
    /// <param name="named">Devices by their exact endpoint names: all their certificates for which the reason is possible; where the
    /// account is known, none of another account.</param>
    /// <param name="reason">Why. RemoveFromCrl releases what is on hold; every other reason revokes what is valid or on hold.</param>
    /// <param name="report">Gets an error for each that is not in the ledger, or for which the reason is not possible.</param>
    /// <exception cref="InputException">The ledger cannot be read, or a serial number is invalid.</exception>
    public static IReadOnlyList<LedgerEntry> FindRevocable(
        string path, IReadOnlyCollection<RevocationTarget> targets, IEnumerable<DeviceIdentity> named, RevocationReason reason,
        Action<InputException> report)
    {
        var serials = new SerialNumberSet(targets.Select(t => t.SerialNumber));
        var devices = targets.ToLookup(t => DeviceCreds.SerialNumbers.Normalise(t.SerialNumber), t => t.EndpointName);
        bool IsMeant(LedgerEntry entry) => devices[DeviceCreds.SerialNumbers.Normalise(entry.SerialNumber)].ToList() is var known
            && (known.Count == 0 || known.Exists(d => d is null || OneLineName.MayBeOf(entry.Subject, d)));
        var names = named.ToLookup(d => d.EndpointName, d => d.AccountId, StringComparer.Ordinal);
        bool IsNamed(LedgerEntry entry) => names.Count > 0 && entry.EndpointName is { } name && entry.State != LedgerState.Expired
            && names[name].Any(a => IsOf(a, entry.AccountId));
        var all = ReadComplete(path).Where(e => serials.Contains(e.SerialNumber) || (IsNamed(e) && e.CanBecome(reason)))
            .ToLookup(e => !serials.Contains(e.SerialNumber) || IsMeant(e));
        var found = all[true].ToList();
        foreach (var serial in serials.Except(found.Select(e => e.SerialNumber)))
        {
            var other = all[false].FirstOrDefault(e => DeviceCreds.SerialNumbers.Normalise(e.SerialNumber) == serial);
            report(new("SerialNumberNotFound", ErrorKind.NotFound, $"there is no certificate with the serial number {serial}"
                + (other is null ? "." : $" of this device: it is that of '{SubjectText.Shorten(other.EndpointName ?? other.Subject)}'."),
                "Was it issued with another -Ledger?", path));
        }

        var what = reason == RevocationReason.RemoveFromCrl ? "on hold" : "valid";
        var accounts = found.ToLookup(e => e.EndpointName, e => e.AccountId);
        var missing = names.SelectMany(n => n.Distinct(), (n, account) => (n.Key, Account: account))
            .Where(d => !accounts[d.Key].Any(a => IsOf(d.Account, a)));
        foreach (var (name, id) in missing)
        {
            var account = id is null ? "" : $" in the account '{SubjectText.Shorten(id)}'";
            report(new("EndpointNameNotFound", ErrorKind.NotFound,
                $"'{SubjectText.Shorten(name)}' has no certificate{account} that is {what}.", "See Get-IssuedCertificate.", path));
        }

        var taken = reason == RevocationReason.RemoveFromCrl && LedgerAttributes.IsSubjectUnique(path) ? TakenSubjects(path, found) : [];
        var refused = found.Select(e => (Entry: e, Error: Refuse(e, reason, taken, path))).ToList();
        foreach (var error in refused.Select(r => r.Error).OfType<InputException>()) report(error);
        return [.. refused.Where(r => r.Error is null).Select(r => r.Entry)];
    }

    // A bootstrap certificate has no account.
    static bool IsOf(string? account, string? recorded) => account is null || recorded is null || account == recorded;

    /// <summary>The subjects that have a valid certificate, or would get several.</summary>
    static HashSet<string> TakenSubjects(string path, IReadOnlyList<LedgerEntry> released) => new(
        ReadComplete(path).Where(e => e.State == LedgerState.Valid).Select(e => e.SubjectKey)
            .Concat(released.Where(e => e.IsOnHold).GroupBy(e => e.SubjectKey).Where(g => g.Count() > 1).Select(g => g.Key)),
        StringComparer.Ordinal);

    static InputException? Refuse(LedgerEntry entry, RevocationReason reason, HashSet<string> taken, string path)
    {
        var which = $"{entry.SerialNumber} of '{SubjectText.Shorten(entry.EndpointName ?? "")}'";
        if (entry.CanBecome(reason))
        {
            return !taken.Contains(entry.SubjectKey) ? null : new("SubjectNotUnique", ErrorKind.AlreadyExists,
                $"{which} cannot be released: {LedgerAttributes.Rule}, and another one is valid or would be released, too.",
                "Revoke a valid one first. Of several on hold release one: -SerialNumber.", path);
        }

        return reason != RevocationReason.RemoveFromCrl
            ? new("AlreadyRevoked", ErrorKind.Conflict,
                $"{which} was revoked before{(entry.Revocation is { } before ? $", at {Lifetime.Text(before.At)}" : "")}.", null, path)
            : new("NotOnHold", ErrorKind.Conflict,
                $"{which} is {(entry.State == LedgerState.Revoked ? "revoked permanently" : "not revoked")}; "
                + "RemoveFromCrl only releases certificates that are on hold (RFC 5280, 5.3.1).",
                "See Get-IssuedCertificate -State Revoked.", path);
    }

    /// <summary>
    /// What is meant by certificates from one file or one chain: those of its devices, not of the CAs above them.
    /// </summary>
    public static IReadOnlyList<DeviceCertificate> Meant(IReadOnlyList<DeviceCertificate> certificates) =>
        CertificatePath.Leaves(certificates);

    internal static InputException Torn(string path, int line) =>
        new(TornId, ErrorKind.InvalidData,
            "the last line has no line feed and may be incomplete; it is skipped, as OpenSSL does.",
            "Either a run is just writing it, or a run was interrupted: then the next run repairs the ledger.", path, line);
}
