namespace DeviceCreds;

/// <summary>When valid certificates expire, and how large the next revocation list of the CA that issued them is.</summary>
public sealed record BooksForecast
{
    /// <summary>The months in which anything expires, the first one first.</summary>
    public IReadOnlyList<ExpiryMonth> Expiries { get; init; } = [];

    /// <summary>The CAs in the ledgers, in the order in which they expire.</summary>
    public IReadOnlyList<LedgerEntry> Authorities { get; init; } = [];

    /// <summary>How many certificates of devices the next revocation list holds.</summary>
    public long RevocationListEntries { get; init; }

    /// <summary>
    /// About how many bytes the next revocation list has (DER). The size of the entries is exact; the rest depends on the CA's name.
    /// </summary>
    public long RevocationListBytes { get; init; }

    /// <summary>The next revocation list, and when certificates expire first.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"next CRL: {RevocationListEntries:N0} entries, about {RevocationListBytes:N0} bytes")
        + (Expiries.Count == 0 ? "" : FormattableString.Invariant($"; first expiry: {Expiries[0].Month:yyyy-MM}"));
}
