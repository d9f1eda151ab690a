namespace DeviceCreds;

/// <summary>Counts certificates for a forecast.</summary>
internal sealed class ForecastCounts
{
    readonly SortedDictionary<DateTime, (long Certificates, long Authorities)> _months = [];
    readonly Dictionary<string, LedgerEntry> _authorities = new(StringComparer.Ordinal);
    long _revoked;
    long _bytes;

    /// <summary>Adds a certificate of a device.</summary>
    public void Add(AccountCertificate certificate)
    {
        if (certificate is { State: LedgerState.Valid, ExpiresAt: { } expires }) Count(expires, 1, 0);
        if (certificate is not { RevokedAt: { } at, IsRecorded: true }) return;
        _revoked++;
        _bytes += RevocationListWriter.SizeOf(new(certificate.SerialNumber, at, certificate.Reason));
    }

    /// <summary>Adds a CA. In several ledgers it is one CA, and revoked when one of them says so.</summary>
    public void Add(LedgerEntry authority)
    {
        var key = $"{authority.SerialNumber} {authority.Subject}";
        if (!_authorities.TryGetValue(key, out var known) || known.State != LedgerState.Revoked) _authorities[key] = authority;
    }

    public BooksForecast Create(DateTime now)
    {
        var authorities = _authorities.Values.Select(a => a.At(now)).OrderBy(a => a.ExpiresAtUtc).ToList();
        foreach (var authority in authorities.Where(a => a.State == LedgerState.Valid)) Count(authority.ExpiresAt, 0, 1);
        return new()
        {
            Expiries = _months.Select(m => new ExpiryMonth(m.Key, m.Value.Certificates, m.Value.Authorities)).ToArray(),
            Authorities = authorities,
            RevocationListEntries = _revoked,
            RevocationListBytes = RevocationListWriter.SizeWith(_bytes),
        };
    }

    void Count(DateTime expires, long certificates, long authorities)
    {
        var utc = expires.ToUniversalTime();
        var month = new DateTime(utc.Year, utc.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        _months.TryGetValue(month, out var known);
        _months[month] = (known.Certificates + certificates, known.Authorities + authorities);
    }
}
