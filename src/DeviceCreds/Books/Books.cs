namespace DeviceCreds;

/// <summary>
/// The books of a factory: what ledgers, folders and journals say of each device's certificates, compared with the list of devices.
/// Everything but the list is read first, into compact tables; then the accounts come one at a time.
/// </summary>
/// <param name="report">Gets an error for everything that could not be read; the rest is compared.</param>
/// <param name="time">The clock; by default the system's.</param>
public sealed class Books(Action<InputException> report, TimeProvider? time = null)
{
    readonly AccountTable _table = new();
    readonly BooksCounts _counts = new();
    readonly ForecastCounts _forecast = new();
    readonly List<string> _unread = [];
    Dictionary<string, string> _unreadOfDevices = new(StringComparer.Ordinal);
    string? _unreadOfAll;
    string? _unreadList;
    string? _unreadLedger;
    readonly DateTime _now = (time ?? TimeProvider.System).GetUtcNow().UtcDateTime;
    bool _isDeliveryCompared;
    bool _hasList;
    long _errors;

    /// <summary>The kinds of certificates that each row of the list plans; empty when one of any kind is enough.</summary>
    public IReadOnlyCollection<CredentialKind> Kinds { get; init; } = [];

    /// <summary>The part of the devices whose accounts are wanted; null for all.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Called after each entry that was read, for the caller's display.</summary>
    public Action? Progress { get; init; }

    /// <summary>Ends the work.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>The figures of the accounts that were compared.</summary>
    public BooksSummary Summarise() => _counts.Summarise(_hasList, _errors, _forecast.Create(_now));

    /// <summary>Reads a ledger. CAs in it are not devices.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public void AddLedger(string path)
    {
        foreach (var entry in Ledger.Read(path, e =>
        {
            _unreadLedger ??= path;
            Refuse(e);
        }))
        {
            Cancel.ThrowIfCancellationRequested();
            if (entry.IsCertificateAuthority) _forecast.Add(entry);
            else _table.Add(entry, path);
            Progress?.Invoke();
        }
    }

    /// <summary>Reads the certificates in a folder with a folder for each device.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="threads">How many folders are read at a time.</param>
    /// <exception cref="InputException">There is no such folder.</exception>
    public void AddFolder(string path, int threads)
    {
        _isDeliveryCompared = true;
        foreach (var folder in new DeliveryFolders(threads, Cancel).Read(path))
        {
            if (folder.Error is { } error)
            {
                if (error.Path == path) throw error;
                _unread.Add(folder.Path);
                Refuse(error);
            }

            foreach (var certificate in folder.Certificates) _table.Add(certificate);
            Progress?.Invoke();
        }

        Cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Reads a journal of injections.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public void AddJournal(string path)
    {
        _isDeliveryCompared = true;
        foreach (var line in InjectionJournal.Glance(path, e =>
        {
            _unread.Add(path);
            Refuse(e);
        }))
        {
            Cancel.ThrowIfCancellationRequested();
            _table.Add(line);
            Progress?.Invoke();
        }
    }

    /// <summary>The accounts without a list, in the order in which they were found.</summary>
    public IEnumerable<DeviceAccount> Compare()
    {
        FindUnread();
        return Rest();
    }

    /// <summary>
    /// The accounts: those of the list in its order, a device without certificate as well; then the others, in the order in which they were
    /// found.
    /// </summary>
    /// <param name="list">The devices, each endpoint name once.</param>
    public IEnumerable<DeviceAccount> Compare(IEnumerable<DeviceIdentity> list)
    {
        _hasList = true;
        FindUnread();
        foreach (var device in list)
        {
            foreach (var account in Planned(device)) yield return Counted(account);
        }

        foreach (var account in Rest()) yield return account;
    }

    IEnumerable<DeviceAccount> Rest()
    {
        for (var number = 1; number <= _table.Count; number++)
        {
            if (_table.IsPlanned(number) || _table.EndpointNameOf(number) is var name && Shard?.Contains(name) == false) continue;
            yield return Counted(Account(number, name, _hasList ? false : null, DeviceColumns.None));
        }
    }

    IEnumerable<DeviceAccount> Planned(DeviceIdentity device)
    {
        var known = _table.AccountsOf(device.EndpointName).Where(a => IsMeant(a, device)).ToList();
        foreach (var number in known)
        {
            _table.Plan(number);
            yield return Account(number, device.EndpointName, true, device.Columns);
        }

        if (Kinds.Count == 0 && known.Count == 0) yield return Missing(device, KindRule.Of([], device.AccountId));
        foreach (var kind in Kinds.Where(k => !known.Exists(a => _table.KindOf(a) == k))) yield return Missing(device, kind);
    }

    // Names decide, and account IDs where both have one: a bootstrap certificate has none, nor have some lists.
    bool IsMeant(int account, DeviceIdentity device) =>
        (Kinds.Count == 0 || Kinds.Contains(_table.KindOf(account)))
        && (device.AccountId is null || _table.AccountIdOf(account) is not { } id || id == device.AccountId);

    DeviceAccount Account(int number, string endpointName, bool? isPlanned, DeviceColumns columns)
    {
        var certificates = _table.CertificatesOf(number, _now);
        var state = AccountRule.StateOf(certificates, isPlanned, _isDeliveryCompared);
        return new DeviceAccount
        {
            EndpointName = endpointName,
            AccountId = _table.AccountIdOf(number),
            Kind = _table.KindOf(number),
            State = state,
            IsPlanned = isPlanned,
            Certificates = certificates,
            Columns = columns,
            IsLastSendFailed = _table.IsLastSendFailed(number),
            Unread = state == DeviceAccountState.Unplanned ? _unreadList : UnreadOf(endpointName),
        };
    }

    DeviceAccount Missing(DeviceIdentity device, CredentialKind kind) => new()
    {
        EndpointName = device.EndpointName,
        AccountId = kind == CredentialKind.Lwm2m ? device.AccountId : null,
        Kind = kind,
        State = DeviceAccountState.Missing,
        IsPlanned = true,
        Columns = device.Columns,
        Unread = _unreadLedger ?? UnreadOf(device.EndpointName),
    };

    // A folder that is named after a device holds its certificates; any other one, and a journal, may hold those of each device.
    void FindUnread()
    {
        var all = _unread.ToLookup(path => _table.AccountsOf(Uri.UnescapeDataString(Path.GetFileName(path))).Any());
        _unreadOfDevices = all[true].GroupBy(p => Path.GetFileName(p)).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        _unreadOfAll = all[false].FirstOrDefault();
    }

    string? UnreadOf(string endpointName) => _unreadOfDevices.Count > 0
        && _unreadOfDevices.TryGetValue(FileNames.FolderFor(endpointName), out var folder) ? folder : _unreadOfAll;

    DeviceAccount Counted(DeviceAccount account)
    {
        _counts.Add(account);
        foreach (var certificate in account.Certificates) _forecast.Add(certificate);
        return account;
    }

    /// <summary>Says that a row of the list was refused: its device may seem to be unplanned.</summary>
    public void RefuseRow(InputException error)
    {
        // Of duplicates, the first one is planned.
        if (error.ErrorId != DeviceList.Duplicate) _unreadList ??= error.Path ?? "the list";
        Refuse(error);
    }

    void Refuse(InputException error)
    {
        _errors++;
        report(error);
    }
}
