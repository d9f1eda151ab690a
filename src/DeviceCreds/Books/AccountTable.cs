using System.Text;

namespace DeviceCreds;

/// <summary>
/// Every certificate that ledgers, folders and journals know, by device, in about 140 bytes each. A certificate is known by its subject,
/// its serial number and its expiry, so that the same line in two ledgers is one certificate.
/// </summary>
internal sealed class AccountTable
{
    readonly ByteStore _texts = new();
    readonly RowStore<AccountRow> _accounts = new();
    readonly RowStore<CertificateRow> _certificates = new();
    readonly RowStore<RevocationRow> _revocations = new();
    readonly RowStore<PlaceRow> _places = new();

    // A device has one certificate or a few; those of an account with more are not searched one by one.
    const int Few = 16;

    // The first account with this endpoint name.
    readonly NameSet _names = new(withNotes: true);

    // The serial numbers of accounts with many certificates.
    readonly NameSet _serials = new();
    readonly List<string> _ledgers = [];

    /// <summary>How many accounts there are; they are numbered from 1.</summary>
    public int Count => _accounts.Count;

    /// <summary>Adds a line of a ledger.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="ledger">The ledger's path.</param>
    public void Add(LedgerEntry entry, string ledger)
    {
        if (_ledgers.Count == 0 || _ledgers[_ledgers.Count - 1] != ledger) _ledgers.Add(ledger);
        var account = FindOrAdd(entry.EndpointName ?? entry.Subject, entry.AccountId, null);
        var serial = LedgerFormat.SerialKey(entry.SerialNumber);
        var number = Find(account, serial, entry.ExpiresAtUtc.Ticks) is > 0 and var known ? known
            : Add(account, serial, entry.ExpiresAtUtc.Ticks);
        ref var row = ref _certificates[number];
        if (row.Ledger == 0) row.Ledger = (short)Math.Min(_ledgers.Count, short.MaxValue);
        if (row.Renews == 0 && entry.Renews is { } old) row.Renews = _texts.Add(LedgerFormat.SerialKey(old));
        Merge(ref row, entry);
    }

    /// <summary>Adds a certificate that was found in a folder.</summary>
    public void Add(FoundCertificate found)
    {
        var account = FindOrAdd(found.EndpointName, found.AccountId, found.Kind);
        var serial = LedgerFormat.SerialKey(found.SerialNumber);
        var number = Find(account, serial, found.NotAfter.Ticks) is > 0 and var known ? known : Add(account, serial, found.NotAfter.Ticks);
        ref var row = ref _certificates[number];
        row.Place = _places.Add(new() { NotBefore = found.NotBefore.Ticks, Path = _texts.Add(Bytes(found.Path)), Next = row.Place });
    }

    /// <summary>
    /// Adds the result of an injection. What was sent last counts: the first message erases what a device has.
    /// </summary>
    public void Add(JournalLine line)
    {
        if (!line.IsSent && !line.Succeeded) return;
        var first = FirstOf(line.EndpointName);
        var certificate = 0;
        if (line is { Succeeded: true, SerialNumber: { } text })
        {
            var serial = LedgerFormat.SerialKey(text);
            certificate = FindInjected(first, line, serial);
            if (certificate == 0) certificate = Add(AccountOfInjection(first, line), serial, 0);
        }
        else if (first == 0) return;

        ref var head = ref _accounts[FirstOf(line.EndpointName)];
        if (line.Time.Ticks < head.SentAt) return;
        (head.SentAt, head.Injected) = (line.Time.Ticks, certificate);
    }

    /// <summary>The accounts of an endpoint name, in the order in which they were found.</summary>
    public IEnumerable<int> AccountsOf(string endpointName)
    {
        for (var at = FirstOf(endpointName); at > 0; at = NextOf(at, endpointName)) yield return at;
    }

    /// <summary>Marks an account as one that is in the list.</summary>
    public void Plan(int account) => _accounts[account].IsPlanned = true;

    /// <summary>Whether an account is in the list.</summary>
    public bool IsPlanned(int account) => _accounts[account].IsPlanned;

    /// <summary>Whether the last message to the device failed: what it has is unknown.</summary>
    public bool IsLastSendFailed(int account) =>
        _accounts[FirstOf(EndpointNameOf(account))] is { SentAt: > 0, Injected: 0 };

    /// <summary>The account ID; null for none.</summary>
    public string? AccountIdOf(int account) =>
        _accounts[account].AccountId is > 0 and var number ? LedgerFormat.Text(_texts[number]) : null;

    /// <summary>The kind of the account's certificates.</summary>
    public CredentialKind KindOf(int account) => _accounts[account].Kind;

    /// <summary>The endpoint name.</summary>
    public string EndpointNameOf(int account) => LedgerFormat.Text(_texts[_accounts[account].EndpointName]);

    /// <summary>The account's certificates, in the order in which they were found.</summary>
    /// <param name="account">The account.</param>
    /// <param name="now">What decides whether a certificate has expired.</param>
    public IReadOnlyList<AccountCertificate> CertificatesOf(int account, DateTime now)
    {
        var name = EndpointNameOf(account);
        var injected = _accounts[FirstOf(name)] is var head && head.Injected > 0 ? head.Injected : 0;
        var all = new List<AccountCertificate>(1);
        for (var at = _accounts[account].FirstCertificate; at > 0; at = _certificates[at].Next)
            all.Add(Certificate(_certificates[at], name, at == injected ? new DateTime(head.SentAt, DateTimeKind.Utc) : null, now));
        return all.Count == 1 ? all : Renewed(all);
    }

    AccountCertificate Certificate(CertificateRow row, string endpointName, DateTime? injected, DateTime now)
    {
        var (paths, notBefore) = Places(row.Place);
        var revocation = row.Revocation == 0 ? default : _revocations[row.Revocation];
        return new AccountCertificate
        {
            Device = endpointName,
            SerialNumber = LedgerFormat.Text(_texts[row.SerialNumber]),
            State = row.State == LedgerState.Valid && row.ExpiresAt > 0 && row.ExpiresAt <= now.Ticks ? LedgerState.Expired : row.State,
            Ledger = row.Ledger == 0 ? null : _ledgers[row.Ledger - 1],
            Paths = paths,
            IssuedAt = notBefore,
            ExpiresAt = Local(row.ExpiresAt),
            RevokedAt = Local(revocation.At),
            Reason = revocation.Reason,
            InjectedAt = injected is { } time ? Lifetime.Local(time) : null,
            Renews = row.Renews == 0 ? null : LedgerFormat.Text(_texts[row.Renews]),
        };
    }

    (IReadOnlyList<string> Paths, DateTime? NotBefore) Places(int first)
    {
        if (first == 0) return ([], null);
        var paths = new List<string>(1);
        for (var at = first; at > 0; at = _places[at].Next) paths.Insert(0, LedgerFormat.Text(_texts[_places[at].Path]));
        return (paths, Local(_places[first].NotBefore));
    }

    // Of certificates that renew each other, as no run makes them, none counts as renewed.
    static IReadOnlyList<AccountCertificate> Renewed(List<AccountCertificate> all)
    {
        var renewed = new HashSet<string>(all.Where(c => c.State == LedgerState.Valid && c.Renews is not null).Select(c => c.Renews!),
            StringComparer.Ordinal);
        if (renewed.Count == 0 || all.All(c => c.State != LedgerState.Valid || renewed.Contains(c.SerialNumber))) return all;
        return all.ConvertAll(c => renewed.Contains(c.SerialNumber) ? c with { IsRenewed = true } : c);
    }

    static DateTime? Local(long ticks) => ticks == 0 ? null : Lifetime.Local(new DateTime(ticks, DateTimeKind.Utc));

    // As LedgerMerge: revoked wins over expired, expired over valid, and of two revocations the one with the higher rank.
    void Merge(ref CertificateRow row, LedgerEntry entry)
    {
        if (entry.Revocation is { } revocation)
        {
            var added = new RevocationRow { At = revocation.At.Ticks, Reason = revocation.Reason };
            if (row.Revocation == 0) row.Revocation = _revocations.Add(added);
            else if (Rank(added) > Rank(_revocations[row.Revocation])) _revocations[row.Revocation] = added;
            row.State = LedgerState.Revoked;
        }
        else if (row.State == LedgerState.Valid) row.State = entry.State;
    }

    static long Rank(RevocationRow row) => LedgerMerge.Rank(row.Reason == RevocationReason.CertificateHold, row.At);

    int FindOrAdd(string endpointName, string? accountId, CredentialKind? kind)
    {
        var first = FirstOf(endpointName);
        for (var at = first; at > 0; at = NextOf(at, endpointName))
        {
            if (AccountIdOf(at) == accountId) return at;
        }

        return AddAccount(endpointName, accountId, kind ?? KindRule.Of([], accountId));
    }

    int AddAccount(string endpointName, string? accountId, CredentialKind kind)
    {
        var name = Bytes(endpointName);
        var number = _accounts.Add(new()
        {
            EndpointName = _texts.Add(name), AccountId = accountId is null ? 0 : _texts.Add(Bytes(accountId)), Kind = kind,
        });
        if (_names.Add(name, number)) return number;
        var last = (int)_names.Find(name)!.Value;
        while (_accounts[last].Next > 0) last = _accounts[last].Next;
        _accounts[last].Next = number;
        return number;
    }

    // Accounts with one digest are linked; almost always they also have one name.
    int FirstOf(string endpointName) =>
        _names.Find(Bytes(endpointName)) is not { } first ? 0 : IsNamed((int)first, endpointName) ? (int)first
        : NextOf((int)first, endpointName);

    int NextOf(int account, string endpointName)
    {
        do account = _accounts[account].Next;
        while (account > 0 && !IsNamed(account, endpointName));
        return account;
    }

    bool IsNamed(int account, string endpointName) => _texts[_accounts[account].EndpointName].SequenceEqual(Bytes(endpointName));

    // The account's certificate with a serial number and an expiry, or with any expiry; 0 when the account has no such certificate.
    int Find(int account, ReadOnlySpan<byte> serial, long? expiresAt)
    {
        if (_accounts[account].Count > Few && !_serials.Contains(Key(account, serial))) return 0;
        for (var at = _accounts[account].FirstCertificate; at > 0; at = _certificates[at].Next)
        {
            ref var row = ref _certificates[at];
            if ((expiresAt is null || row.ExpiresAt == expiresAt) && _texts[row.SerialNumber].SequenceEqual(serial)) return at;
        }

        return 0;
    }

    int Add(int account, ReadOnlySpan<byte> serial, long expiresAt)
    {
        var number = _certificates.Add(new() { SerialNumber = _texts.Add(serial), ExpiresAt = expiresAt });
        ref var row = ref _accounts[account];
        if (row.LastCertificate > 0) _certificates[row.LastCertificate].Next = number;
        else row.FirstCertificate = number;
        row.LastCertificate = number;
        if (row.Count < Few) row.Count++;
        else NoteMany(account, number);
        return number;
    }

    void NoteMany(int account, int number)
    {
        ref var row = ref _accounts[account];
        if (row.Count > Few) _serials.Add(Key(account, _texts[_certificates[number].SerialNumber]));
        else for (var at = row.FirstCertificate; at > 0; at = _certificates[at].Next)
            _serials.Add(Key(account, _texts[_certificates[at].SerialNumber]));
        row.Count = Few + 1;
    }

    // A journal does not say which account a certificate is for, nor when it expires. Serial numbers that are counted may be equal.
    int FindInjected(int first, JournalLine line, ReadOnlySpan<byte> serial)
    {
        var other = 0;
        for (var at = first; at > 0; at = NextOf(at, line.EndpointName))
        {
            if (Find(at, serial, null) is not (> 0 and var found)) continue;
            if (_accounts[at].Kind == line.Kind) return found;
            if (other == 0) other = found;
        }

        return other;
    }

    int AccountOfInjection(int first, JournalLine line)
    {
        for (var at = first; at > 0; at = NextOf(at, line.EndpointName))
        {
            if (_accounts[at].Kind == line.Kind) return at;
        }

        return AddAccount(line.EndpointName, null, line.Kind);
    }

    static byte[] Key(int account, ReadOnlySpan<byte> serial) => [.. BitConverter.GetBytes(account), .. serial];

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
