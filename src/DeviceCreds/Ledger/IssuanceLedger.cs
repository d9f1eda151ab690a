using System.Diagnostics;

namespace DeviceCreds;

/// <summary>
/// The record of every certificate that was issued: OpenSSL's CA database (index.txt), which <c>openssl ca</c> and
/// <c>openssl ocsp</c> accept unchanged. One process writes to it at a time; any thread of it may.
/// </summary>
public sealed class IssuanceLedger : IDisposable
{
    /// <summary>How often another program may change the ledger first before this one gives up.</summary>
    const int MostRewrites = 100;

    /// <summary>How much longer another program needs to read, change and write a ledger than this one needs to read it.</summary>
    const int ScansOfRewrite = 4;

    /// <summary>How many serial numbers a warning names.</summary>
    const int MostNamed = 10;

    readonly object _gate = new();
    readonly LedgerLock _lock;
    readonly LedgerRun _run;
    readonly LedgerOptions _options;
    LedgerScan _tables = null!;
    LedgerTail _tail;
    TimeSpan _scanTime;
    long _lost;
    bool _isWritten;
    bool _isDisturbed;

    IssuanceLedger(string path, LedgerLock taken, LedgerOptions options, bool allowDuplicates)
    {
        Path = path;
        _lock = taken;
        _options = options;
        _run = new(path, Now);
        IsSubjectUnique = LedgerAttributes.IsSubjectUnique(path);
        var scan = Scan(allowDuplicates, taken.WasInterrupted);
        if (scan.IsTorn)
        {
            Warn(LedgerFile.Mend(path, scan.Tail.End));
            scan = Scan(allowDuplicates);
        }

        var lost = FindLostIn(scan);
        if (lost.Count == 0) return;
        WriteAgain(lost, []);
        Warn($"{path}: another program replaced the ledger after the last run. {Missing(lost.Count)}");
    }

    /// <summary>The ledger's path.</summary>
    public string Path { get; }

    /// <summary>
    /// Whether OpenSSL's file of attributes allows a subject only one certificate that is marked as valid
    /// (<c>unique_subject = yes</c>).
    /// </summary>
    public bool IsSubjectUnique { get; }

    /// <summary>
    /// Opens a ledger for writing, or begins one. Every line is checked, and damage by an interrupted run or another program
    /// is repaired.
    /// </summary>
    /// <param name="path">The ledger.</param>
    /// <param name="options">How long to wait for it, and who is warned.</param>
    /// <exception cref="OutputException">Another run has it open, or it cannot be written.</exception>
    /// <exception cref="InputException">The file exists and is not a ledger, or has a wrong line.</exception>
    /// <exception cref="OperationCanceledException">The wait for another run was ended.</exception>
    public static IssuanceLedger Open(string path, LedgerOptions? options = null) => Open(path, options, allowDuplicates: false);

    internal static IssuanceLedger Open(string path, LedgerOptions? options, bool allowDuplicates)
    {
        path = System.IO.Path.GetFullPath(path);
        LedgerFile.EnsureRegular(path);
        LedgerFile.CreateFolder(path);
        var taken = LedgerLock.Take(path, options ?? new());
        try
        {
            LedgerFile.Sweep(path);
            LedgerFile.Sweep(path + ".attr");
            LedgerFile.Create(path, options?.IsNewSubjectUnique == true);
            return new(path, taken, options ?? new(), allowDuplicates);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>The recorded certificate of a device that is neither revoked nor expired; null when there is none.</summary>
    /// <param name="endpointName">The endpoint name (CN).</param>
    /// <param name="accountId">The account ID (OU); null for a subject without one.</param>
    public LedgerEntry? FindValid(string endpointName, string? accountId = null) =>
        FindMarkedValid(endpointName, accountId) is { } entry && entry.At(Now).State == LedgerState.Valid ? entry : null;

    /// <summary>The same, also when the certificate has expired and the ledger does not say so yet.</summary>
    internal LedgerEntry? FindMarkedValid(string endpointName, string? accountId) =>
        FindMarkedValid(LedgerFormat.Bytes(OneLineName.Create(endpointName, accountId)));

    LedgerEntry? FindMarkedValid(byte[] key) =>
        Find(LedgerState.Valid, tables => tables.Valid.Find(key),
            e => OneLineName.Key(LedgerFormat.Bytes(e.Subject)).SequenceEqual(key));

    /// <summary>The certificate that renews another one and is neither revoked nor expired; null when there is none.</summary>
    /// <param name="serialNumber">The serial number, in hexadecimal, of the one that may have been renewed.</param>
    public LedgerEntry? FindRenewal(string serialNumber)
    {
        var serial = LedgerFormat.SerialKey(serialNumber).ToArray();
        var renewal = Find(LedgerState.Valid, tables => tables.Renewed.Find(serial),
            e => LedgerFormat.SerialKey(e.Renews ?? "").SequenceEqual(serial));
        return renewal?.At(Now).State == LedgerState.Valid ? renewal : null;
    }

    /// <summary>Whether a certificate is recorded as revoked.</summary>
    /// <param name="serialNumber">Its serial number in hexadecimal.</param>
    public bool IsRevoked(string serialNumber)
    {
        lock (_gate) return _tables.Revoked.Contains(LedgerFormat.SerialKey(serialNumber));
    }

    /// <summary>
    /// Checks that no certificate of a CA's chain is recorded as revoked or on hold, and that none may have the key of one that was
    /// revoked because somebody else may have that.
    /// </summary>
    /// <param name="issuer">The CA that is to issue.</param>
    /// <exception cref="IssuanceException">One is; the message names it.</exception>
    public void EnsureNotRevoked(CertificateAuthority issuer)
    {
        foreach (var authority in issuer.Chain.Certificates)
        {
            var which = $"The CA '{SubjectText.Shorten(authority.Subject)}' (serial number {authority.SerialNumber})";
            if (FindRevoked(authority) is { } entry)
            {
                throw new IssuanceException("IssuerRevoked", ErrorKind.Conflict,
                    $"{which} is {(entry.IsOnHold ? "on hold" : "revoked")} in {Path}: what is issued below it is not valid.",
                    "Issue from another CA" + (entry.IsOnHold
                        ? ", or release this one from the hold: Revoke-DeviceCertificate -Reason RemoveFromCrl."
                        : "."),
                    "AuthoritiesNotRevoked");
            }

            if (MayHaveCompromisedKey(authority))
            {
                throw new IssuanceException("IssuerKeyCompromised", ErrorKind.Conflict,
                    $"{which} may have the same key as one that it renews, or that renews it, and that was revoked in {Path} because its "
                        + "key was compromised.",
                    "Issue from another CA, or from this one with a new key: Update-CertificateAuthority -NewKey. Revoke this certificate, "
                        + "too.",
                    "AuthoritiesNotRevoked");
            }
        }
    }

    /// <summary>Checks that a device's key may be certified again.</summary>
    /// <inheritdoc cref="EnsureKeyMayBeKept(string, string, string)" path="/exception"/>
    public void EnsureKeyMayBeKept(DeviceCredential credential) =>
        EnsureKeyMayBeKept(credential.SerialNumber, credential.EndpointName, "Give the device a new key (-NewKey).");

    /// <summary>Checks that the key of a certificate may be certified again.</summary>
    /// <param name="serialNumber">The certificate's serial number in hexadecimal.</param>
    /// <param name="name">Whose it is.</param>
    /// <param name="advice">What to do when the key may not be certified again.</param>
    /// <exception cref="IssuanceException">The certificate is revoked, or it may have the key of one that was revoked because
    /// somebody else may have the key.</exception>
    internal void EnsureKeyMayBeKept(string serialNumber, string name, string advice)
    {
        lock (_gate)
        {
            if (IsRevoked(serialNumber))
                throw Refused("CertificateRevoked", $"is revoked in {Path}, and its key is not certified again: no revocation list would "
                    + "name the new certificate.");
            if (_tables.MayHaveCompromisedKey(serialNumber))
                throw Refused("KeyCompromised", "may have the same key as one that it renews, or that renews it, and that was revoked "
                    + $"in {Path} because its key was compromised.");
        }

        IssuanceException Refused(string id, string problem) => new(id, ErrorKind.Conflict,
            $"The certificate {serialNumber} of '{SubjectText.Shorten(name)}' {problem}", advice);
    }

    // The serial number alone may be that of another CA's device.
    bool MayHaveCompromisedKey(DeviceCertificate authority)
    {
        lock (_gate)
        {
            if (!_tables.MayHaveCompromisedKey(authority.SerialNumber)) return false;
            var serials = new SerialNumberSet([authority.SerialNumber]);
            return Ledger.ReadFile(Path, _ => { }).Any(e => OneLineName.MayBeOf(e.Subject, authority.EndpointName)
                && (serials.Contains(e.SerialNumber) || (e.Renews is { } old && serials.Contains(old))));
        }
    }

    // Ledgers that were merged have certificates of several CAs, and two CAs may use one serial number.
    LedgerEntry? FindRevoked(DeviceCertificate certificate)
    {
        var serial = LedgerFormat.SerialKey(certificate.SerialNumber).ToArray();
        return Find(LedgerState.Revoked, tables => tables.Revoked.Find(serial),
            e => LedgerFormat.SerialKey(e.SerialNumber).SequenceEqual(serial)
                && OneLineName.MayBeOf(e.Subject, certificate.EndpointName));
    }

    /// <summary>
    /// Records certificates: when this returns, the disk has them all; when it throws, it has none. A group of a hundred costs
    /// little more than one.
    /// </summary>
    /// <exception cref="OutputException">The disk is full, or another program replaced the ledger by something else.</exception>
    /// <exception cref="IssuanceException">The ledger allows a subject only one valid certificate.</exception>
    public void Record(params IEnumerable<DeviceCredential> credentials)
    {
        var entries = credentials.Select(LedgerEntry.Of).ToList();
        if (entries.Count > 0) RecordNew(entries);
    }

    /// <summary>Records a CA's certificate, with a note of who issued it.</summary>
    /// <param name="authority">The CA; its issuer's certificate is in its chain.</param>
    /// <param name="renews">The serial number of the certificate that this one renews; null when it renews none.</param>
    /// <param name="hasNewKey">Whether a key was made when it was renewed.</param>
    /// <exception cref="OutputException">The disk is full, or another program left something else in the ledger's place.</exception>
    /// <exception cref="IssuanceException">The ledger allows a subject only one valid certificate.</exception>
    public void Record(CertificateAuthority authority, string? renews = null, bool hasNewKey = false)
    {
        RecordNew([LedgerEntry.Of(authority, renews, hasNewKey)]);
    }

    /// <summary>Records the certificates of several CAs: all, or none.</summary>
    /// <exception cref="OutputException">The disk is full, or another program left something else in the ledger's place.</exception>
    /// <exception cref="IssuanceException">The ledger allows a subject only one valid certificate.</exception>
    public void RecordChain(IReadOnlyList<CertificateAuthority> authorities)
    {
        RecordNew([.. authorities.Select(a => LedgerEntry.Of(a, null))]);
    }

    /// <summary>
    /// Marks certificates as revoked, or releases them from a hold: all of them or, when it throws, none. The file is replaced by a
    /// new one in one step. When the key was compromised, other valid certificates that may have it are named in a warning.
    /// </summary>
    /// <param name="serialNumbers">Their serial numbers in hexadecimal; one that is unknown, or for which the reason is not
    /// possible, changes nothing. Neither does the release of one whose subject has another valid certificate, where subjects are
    /// unique.</param>
    /// <param name="reason">Why; RemoveFromCrl releases.</param>
    /// <param name="time">When; now by default.</param>
    /// <returns>The entries that were changed, as they are now.</returns>
    /// <exception cref="InputException">A serial number is not hexadecimal, or another program made a line wrong.</exception>
    /// <exception cref="OutputException">The ledger cannot be written.</exception>
    /// <exception cref="IssuanceException">The clock cannot be right.</exception>
    public IReadOnlyList<LedgerEntry> Revoke(IEnumerable<string> serialNumbers,
        RevocationReason reason = RevocationReason.Unspecified, DateTime? time = null)
    {
        var wanted = new SerialNumberSet(serialNumbers);
        RevocationReason? known = reason == RevocationReason.Unspecified ? null : reason;
        var revocation = new Revocation(Lifetime.Seconds(time?.ToUniversalTime() ?? Lifetime.EnsureClock(Now)), known);
        var released = new HashSet<string>(StringComparer.Ordinal);
        LedgerEntry Change(LedgerEntry entry) => !wanted.Contains(entry.SerialNumber) || !entry.CanBecome(reason) ? entry
            : reason != RevocationReason.RemoveFromCrl ? entry with { State = LedgerState.Revoked, Revocation = revocation }
            : IsSubjectUnique && (IsMarkedValid(entry) || !released.Add(entry.SubjectKey)) ? entry
            : entry with { State = LedgerState.Valid, Revocation = null };
        lock (_gate)
        {
            for (var rewrites = 0; rewrites < MostRewrites; rewrites++)
            {
                if (IsDisturbed()) Restore([]);
                released.Clear();
                if (TryChange(Change) is not { } revoked) continue;
                if (revoked.Exists(e => e.IsCompromised)) WarnOfSharedKeys(revoked);
                return revoked;
            }

            throw ChangedTooOften();
        }
    }

    /// <summary>
    /// Ends the run: checks that everything that was written is there, and writes again what another program lost. If one was
    /// at work, this waits until it can no longer put back an older copy.
    /// </summary>
    /// <exception cref="OutputException">The ledger cannot be written.</exception>
    public void Complete()
    {
        lock (_gate)
        {
            Settle();
            if (_lost > 0) Warn($"{Path}: another program replaced the ledger during this run. {Missing(_lost)} None is missing now.");
        }
    }

    /// <summary>Releases the ledger.</summary>
    public void Dispose()
    {
        try
        {
            lock (_gate) Settle();
        }
        catch (DeviceCredsException)
        {
            // The next run finds what is missing, and writes it again.
        }

        _run.Dispose();
        _lock.Dispose();
    }

    /// <summary>Replaces all entries.</summary>
    /// <param name="entries">The new ones.</param>
    /// <param name="before">The stamp of the ledger before they were collected.</param>
    /// <exception cref="OutputException">Another program has changed the ledger since then, or it cannot be written.</exception>
    internal void Replace(IEnumerable<LedgerEntry> entries, FileStamp before)
    {
        lock (_gate)
        {
            var isReplaced = LedgerFile.Replace(Path, file =>
            {
                foreach (var entry in entries) WriteLine(file, entry);
            }, () => FileStamp.Of(Path) == before);
            if (!isReplaced) throw Changed("nothing was written.");
            Keep(Scan());
        }
    }

    // A program that read the ledger before our last lines may still replace the ledger by its copy.
    TimeSpan Rewriting => _options.RewriteTime + TimeSpan.FromTicks(ScansOfRewrite * _scanTime.Ticks);

    void Settle()
    {
        if (!_isWritten) return;
        if (IsDisturbed()) Restore([]);
        for (var quiet = Stopwatch.StartNew(); _isDisturbed && quiet.Elapsed < Rewriting && !_options.Cancel.IsCancellationRequested;)
        {
            Thread.Sleep(50);
            if (IsDisturbed() && Restore([])) quiet.Restart();
        }

        _isWritten = false;
    }

    bool IsMarkedValid(LedgerEntry entry) => _tables.Valid.Find(OneLineName.Key(LedgerFormat.Bytes(entry.Subject))) is not null;

    DateTime Now => _options.Time.GetUtcNow().UtcDateTime;

    LedgerScan Scan(bool allowDuplicates = false, bool isInterrupted = false)
    {
        for (var rewrites = 0; rewrites < MostRewrites; rewrites++)
        {
            var time = Stopwatch.StartNew();
            var scan = LedgerScan.Of(Path, Now, allowDuplicates, isInterrupted);
            _scanTime = time.Elapsed;
            if (!scan.IsUnended) return scan;
            // OpenSSL drops a line without one.
            if (LedgerFile.TryAppend(Path, scan.Tail, [(byte)'\n']))
                Warn($"{Path}: the last line had no line feed, as some editors leave it. It is complete, and its line feed was added.");
        }

        throw ChangedTooOften();
    }

    void Keep(LedgerScan scan)
    {
        // Only the search for lost lines needs the serial numbers.
        scan.ForgetSerials();
        (_tables, _tail) = (scan, scan.Tail);
        _run.Forget();
    }

    LedgerEntry? Find(LedgerState state, Func<LedgerScan, long?> place, Func<LedgerEntry, bool> isMeant)
    {
        lock (_gate)
        {
            for (var isSecond = false; place(_tables) is { } at; isSecond = true)
            {
                if (Ledger.ReadAt(Path, at) is { } entry && entry.State == state && isMeant(entry)) return entry;
                // Either two names have one digest, or another program has moved the lines.
                if (isSecond || !IsDisturbed()) return null;
                Restore([]);
            }

            return null;
        }
    }

    void RecordNew(IReadOnlyList<LedgerEntry> entries)
    {
        lock (_gate)
        {
            if (IsSubjectUnique) EnsureUnique(entries);
            Append(entries);
        }
    }

    void EnsureUnique(IReadOnlyList<LedgerEntry> entries)
    {
        var others = new Dictionary<string, LedgerEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var key = OneLineName.Key(LedgerFormat.Bytes(entry.Subject)).ToArray();
            var name = LedgerFormat.Text(key);
            if (FindMarkedValid(key) is { } earlier || others.TryGetValue(name, out earlier))
                throw SubjectNotUnique(entry.EndpointName ?? entry.Subject, earlier);
            others[name] = entry;
        }
    }

    internal IssuanceException SubjectNotUnique(string name, LedgerEntry earlier) => new("SubjectNotUnique", ErrorKind.AlreadyExists,
        $"{Path}: {LedgerAttributes.Rule}, and '{SubjectText.Shorten(name)}' has one: {earlier.Describe()}.",
        "Revoke that one first, or write unique_subject = no into the .attr file: then the old and the new certificate can be valid at "
            + "the same time.");

    void Append(IReadOnlyList<LedgerEntry> entries)
    {
        var lines = Bytes(entries);
        if (LedgerFile.TryAppend(Path, _tail, lines)) Note(entries, [], lines);
        else Restore(entries);
    }

    /// <summary>
    /// Notes what was appended. A line that is only in the ledger, and not in this run's own file, would be lost with the ledger.
    /// </summary>
    /// <param name="entries">All of it.</param>
    /// <param name="again">The lines that this run's file has already.</param>
    /// <param name="more">The new lines after them.</param>
    void Note(IReadOnlyList<LedgerEntry> entries, byte[] again, byte[] more)
    {
        if (entries.Count == 0) return;
        var tail = _tail.After(again).After(more);
        try
        {
            _run.Add(more, tail);
        }
        catch (OutputException)
        {
            LedgerFile.Truncate(Path, _tail.End);
            throw;
        }

        _tables.Add(entries, _tail.End);
        _tail = tail;
        _isWritten = true;
    }

    bool IsDisturbed() => !LedgerFile.TryAppend(Path, _tail, []);

    /// <summary>Finds out what another program did to the ledger, and writes again what it lost, and then further entries.</summary>
    /// <returns>Whether anything was missing.</returns>
    bool Restore(IReadOnlyList<LedgerEntry> entries)
    {
        _isDisturbed = true;
        try
        {
            var lost = FindLost();
            WriteAgain(lost, entries);
            if (lost.Count > 0 && _lost == 0)
                Warn($"{Path}: another program replaced the ledger while this run had it open. {Missing(lost.Count)} "
                    + "Do not use openssl ca on a ledger during a run.");
            _lost += lost.Count;
            return lost.Count > 0;
        }
        catch (InputException e)
        {
            throw Changed(e.Problem, e);
        }
    }

    /// <summary>Writes entries that are missing, and further ones.</summary>
    void WriteAgain(IReadOnlyList<LostLine> lost, IReadOnlyList<LedgerEntry> entries)
    {
        for (var rewrites = 0; rewrites < MostRewrites; rewrites++)
        {
            var before = lost.Where(l => l.IsThere).ToDictionary(l => l.Entry.SerialNumber, l => l.Entry);
            if (before.Count == 0 || TryChange(entry => before.TryGetValue(entry.SerialNumber, out var after) ? after : entry) is not null)
            {
                IReadOnlyList<LedgerEntry> missing = [.. lost.Where(l => !l.IsThere).Select(l => l.Entry)];
                var (again, more) = (Bytes(missing), Bytes(entries));
                if (LedgerFile.TryAppend(Path, _tail, [.. again, .. more]))
                {
                    Note([.. missing, .. entries], again, more);
                    return;
                }
            }

            lost = FindLost();
        }

        throw ChangedTooOften();
    }

    /// <summary>What this run wrote and another program lost.</summary>
    IReadOnlyList<LostLine> FindLost()
    {
        if (FindLostBehindTail() is { } few) return few;
        var scan = Scan();
        if (scan.IsTorn) throw Changed("its last line has no end.");
        return FindLostIn(scan);
    }

    IReadOnlyList<LostLine> FindLostIn(LedgerScan scan)
    {
        var lost = LedgerRun.Lost(Path, scan);
        Keep(scan);
        if (lost.Count == 0) _run.Begin(_tail);
        return lost;
    }

    /// <summary>
    /// The same, reading only what follows the last line that is in its place; null when that is not possible.
    /// </summary>
    IReadOnlyList<LostLine>? FindLostBehindTail()
    {
        try
        {
            using var file = LedgerFile.OpenAgain(Path);
            if (_run.LastIn(file) is not { } tail) return null;
            var there = new HashSet<string>(StringComparer.Ordinal);
            var end = tail;
            using var lines = new LineReader(file, Path, tail.End);
            while (lines.Read())
            {
                if (!lines.IsWhole) return null;
                end = new(lines.NextOffset, lines.WholeLine.ToArray());
                if (LedgerFormat.IsComment(lines.Line)) continue;
                var entry = LedgerFormat.Read(lines.Line);
                there.Add(entry.SerialNumber);
                _tables.Add([entry], lines.Offset);
            }

            IReadOnlyList<LostLine> lost = [.. _run.After(tail).Where(e => there.Add(e.SerialNumber)).Select(e =>
                new LostLine(e, IsThere: false))];
            _tail = end;
            return lost;
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            // The complete search reports what is wrong.
            return null;
        }
    }

    /// <summary>
    /// Reads all entries, and replaces the ledger by a new file with the changed ones. All other lines stay as they are, byte for byte.
    /// </summary>
    /// <returns>The changed entries; null when another program changed the ledger in between: its lines must not be lost.</returns>
    List<LedgerEntry>? TryChange(Func<LedgerEntry, LedgerEntry> change)
    {
        var before = FileStamp.Of(Path);
        var (changed, history) = (new List<LedgerEntry>(), new List<LedgerEntry>());
        var isReplaced = LedgerFile.Replace(Path, file =>
        {
            using var lines = LedgerFile.ReadLines(Path);
            while (lines.Read())
            {
                if (!lines.IsWhole && LedgerFormat.IsCut(lines.Line, isWriting: true)) throw Ledger.Torn(Path, lines.Number);
                var entry = LedgerFormat.IsComment(lines.Line) ? null : LedgerFormat.Read(lines.Line, Path, lines.Number);
                var now = entry is null ? null : change(entry);
                if (entry is null || now is null || ReferenceEquals(now, entry))
                {
                    var line = lines.WholeLine.ToArray();
                    file.Write(line, 0, line.Length);
                    if (!lines.IsWhole) file.WriteByte((byte)'\n');
                    continue;
                }

                WriteLine(file, now);
                changed.Add(now);
                // Another program's copy may still have the earlier reason: an earlier run, or nobody here, noted it.
                if (entry.State == LedgerState.Revoked) history.Add(entry);
                history.Add(now);
            }
        }, () => FileStamp.Of(Path) == before);
        if (!isReplaced) return null;
        Keep(Scan());
        if (changed.Count > 0) _run.Add(Bytes(history), _tail, areChanges: true);
        // Whether lines are still missing is unknown here.
        _run.Forget();
        _isWritten = true;
        return changed;
    }

    void WarnOfSharedKeys(List<LedgerEntry> revoked)
    {
        var serials = new HashSet<string>(revoked.Select(e => e.SerialNumber), StringComparer.Ordinal);
        var shared = SharedKeys.Of(Path, e => serials.Contains(e.SerialNumber));
        var valid = Ledger.ReadFile(Path, _ => { })
            .Where(e => e.At(Now).State == LedgerState.Valid && shared.Contains(SharedKeys.DigestOf(e.SerialNumber)))
            .Select(e => e.SerialNumber).ToList();
        if (valid.Count == 0) return;
        var more = valid.Count > MostNamed ? FormattableString.Invariant($" and {valid.Count - MostNamed:N0} others") : "";
        Warn($"{Path}: valid certificates may have a key that was compromised, since one renews the other: "
            + $"{string.Join(", ", valid.Take(MostNamed))}{more}. Revoke them for the same reason: -SerialNumber.");
    }

    OutputException ChangedTooOften() => Changed("other programs keep changing it.");

    OutputException Changed(string problem, Exception? inner = null) => new("LedgerChanged", ErrorKind.Conflict,
        $"another program changed the ledger while this run had it open, and this run cannot write to it: {problem}",
        $"Correct the ledger and run again. This run's records are in {System.IO.Path.GetFileName(LedgerRun.PathOf(Path))}: the next "
            + "run writes again what is missing.", Path, inner);

    void Warn(string warning) => _options.Warn?.Invoke(warning);

    static string Missing(long count) => count == 1
        ? "1 line that was recorded was missing and has been written again."
        : FormattableString.Invariant($"{count:N0} lines that were recorded were missing and have been written again.");

    static byte[] Bytes(IEnumerable<LedgerEntry> entries) => LedgerFormat.Bytes(string.Concat(entries.Select(e => e + "\n")));

    static void WriteLine(Stream file, LedgerEntry entry)
    {
        var line = LedgerFormat.Bytes(entry + "\n");
        file.Write(line, 0, line.Length);
    }
}
