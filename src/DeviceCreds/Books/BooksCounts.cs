namespace DeviceCreds;

/// <summary>Counts accounts as they are compared, for the summary.</summary>
internal sealed class BooksCounts
{
    readonly Dictionary<DeviceAccountState, long> _states = Enum.GetValues(typeof(DeviceAccountState)).Cast<DeviceAccountState>()
        .ToDictionary(s => s, _ => 0L);
    readonly Dictionary<LedgerState, long> _certificates = Enum.GetValues(typeof(LedgerState)).Cast<LedgerState>()
        .ToDictionary(s => s, _ => 0L);
    long _planned;
    long _unplanned;
    long _recorded;

    public void Add(DeviceAccount account)
    {
        _states[account.State]++;
        if (account.IsPlanned == true) _planned++;
        else if (account.IsPlanned == false) _unplanned++;
        foreach (var certificate in account.Certificates)
        {
            _certificates[certificate.State]++;
            if (certificate.IsRecorded) _recorded++;
        }
    }

    public BooksSummary Summarise(bool hasList, long unreadable, BooksForecast forecast) => new()
    {
        Accounts = _states.Values.Sum(),
        PlannedAccounts = hasList ? _planned : null,
        UnplannedAccounts = hasList ? _unplanned : null,
        States = new Dictionary<DeviceAccountState, long>(_states),
        Certificates = _certificates.Values.Sum(),
        ValidCertificates = _certificates[LedgerState.Valid],
        RevokedCertificates = _certificates[LedgerState.Revoked],
        ExpiredCertificates = _certificates[LedgerState.Expired],
        RecordedCertificates = _recorded,
        UnrecordedCertificates = _certificates.Values.Sum() - _recorded,
        NeedsAttention = _states.Where(s => AccountRule.NeedsAttention(s.Key)).Sum(s => s.Value),
        Unreadable = unreadable,
        Forecast = forecast,
    };
}
