namespace DeviceCreds;

/// <summary>Makes a CA's revocation list from its ledger.</summary>
public static class LedgerRevocationList
{
    /// <summary>How long a list holds, unless told otherwise: what OpenSSL's own configuration has.</summary>
    public static readonly TimeSpan DefaultPeriod = TimeSpan.FromDays(30);

    /// <summary>A list of all that the ledger says is revoked and this CA issued, with the next number.</summary>
    /// <param name="issuer">The CA, with its private key.</param>
    /// <param name="ledger">The ledger; a run may be writing to it.</param>
    /// <param name="nextUpdate">When the next list will come at the latest; by default in 30 days.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="timeout">How long to wait while another process makes a list from this ledger.</param>
    /// <param name="together">The CAs whose lists are made from this ledger at the same time. An entry without a note of its issuer
    /// is for the lists of those that are above none of the others, the CAs that issue devices; that of one of these CAs is for the list
    /// of its issuer.</param>
    /// <param name="cancel">Ends the waits.</param>
    /// <exception cref="InputException">The ledger cannot be read.</exception>
    /// <exception cref="IssuanceException">The CA may not sign lists, or the next update is not later than now.</exception>
    /// <exception cref="OutputException">The number cannot be kept.</exception>
    public static CertificateRevocationList Create(
        CertificateAuthority issuer, string ledger, DateTime? nextUpdate = null, TimeProvider? time = null, TimeSpan timeout = default,
        IReadOnlyList<CertificateAuthority>? together = null, CancellationToken cancel = default)
    {
        var path = Path.GetFullPath(ledger);
        if (!File.Exists(path))
        {
            throw new InputException("FileNotFound", ErrorKind.NotFound, "there is no such ledger.",
                "Check the path. If this CA has recorded nothing so far, begin a ledger with an empty file: New-Item <path>.", path);
        }

        var now = Lifetime.EnsureClock((time ?? TimeProvider.System).GetUtcNow().UtcDateTime);
        // The ledger is read while the number is held: a list with a higher number never knows less.
        using var number = RevocationListNumber.Open(path, new LedgerOptions { Timeout = timeout, Cancel = cancel });
        var revoked = Revoked(path, issuer, [issuer, .. together ?? []]);
        var list = CertificateRevocationList.Create(issuer, revoked, number.Next, now, nextUpdate ?? Later(now), cancel);
        number.Use();
        return list;
    }

    static DateTime Later(DateTime now) =>
        now < Lifetime.NoExpiration - DefaultPeriod ? now + DefaultPeriod : Lifetime.NoExpiration;

    static bool IsAboveOneOf(CertificateAuthority issuer, IReadOnlyList<CertificateAuthority> others) =>
        others.Any(other => other.Chain.Certificates.Skip(1).Any(above => KnownAuthority.AreOfOne(above, issuer.Own)));

    static IEnumerable<RevokedCertificate> Revoked(string path, CertificateAuthority issuer, IReadOnlyList<CertificateAuthority> all)
    {
        var (identifiers, isDefault) = (IdentifiersOf(issuer, all), !IsAboveOneOf(issuer, all));
        return from entry in Ledger.ReadComplete(path)
               let revocation = entry.Revocation
               where revocation is not null
               where entry.IssuerKeyIdentifier is { } known ? identifiers.Contains(known)
                   : IssuerOf(entry, all) is { } above ? KnownAuthority.AreOfOne(above.Own, issuer.Own) : isDefault
               select new RevokedCertificate(entry.SerialNumber, revocation.At, revocation.Reason)
               {
                   InvalidSince = revocation.InvalidSince,
               };
    }

    // Two certificates of one CA may name its key differently, and earlier versions noted what the certificate says.
    static HashSet<string> IdentifiersOf(CertificateAuthority issuer, IReadOnlyList<CertificateAuthority> all) => new(
        all.SelectMany(a => a.Chain.Certificates).Where(c => KnownAuthority.AreOfOne(c, issuer.Own))
            .SelectMany(c => new[] { KeyIdentifiers.OfKey(c), KeyIdentifiers.Of(c) }).Select(Hex.Encode),
        StringComparer.OrdinalIgnoreCase);

    // Of an entry of one of these CAs, the one of them that issued it.
    static CertificateAuthority? IssuerOf(LedgerEntry entry, IReadOnlyList<CertificateAuthority> all) =>
        all.FirstOrDefault(ca => IsOf(entry, ca.Own))?.Chain.Certificates.Skip(1).FirstOrDefault() is { } above
            ? all.FirstOrDefault(ca => KnownAuthority.AreOfOne(above, ca.Own)) : null;

    static bool IsOf(LedgerEntry entry, DeviceCertificate authority) => OneLineName.MayBeOf(entry.Subject, authority.EndpointName)
        && SerialNumbers.Normalise(entry.SerialNumber) == SerialNumbers.Normalise(authority.SerialNumber);
}
