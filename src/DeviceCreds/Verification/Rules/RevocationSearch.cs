using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// What the given revocation lists say of the certificates of one case (RFC 5280, 6.3.3). A list that says "revoked" counts,
/// whatever the other lists say, whatever it does not cover, and although it has expired: more lists and more certificates
/// never make a verdict better. Only a hold ends, by a later word of the CA. That a certificate is not revoked, only lists of the key
/// that signed it can say.
/// </summary>
internal sealed class RevocationSearch
{
    readonly VerificationCase _case;
    readonly IReadOnlyList<ListUse> _lists;

    public RevocationSearch(VerificationCase testCase)
    {
        _case = testCase;
        Above = testCase.Heap.Above(testCase.Certificate);
        var sorted = testCase
            .RevocationLists.OrderByDescending(l => l.ThisUpdateUtc)
            .ThenByDescending(l => l.Scope.Number)
            .ThenBy(l => l.Der, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        _lists = [.. sorted.Select(l => new ListUse(l, FindDefect(l)))];
    }

    /// <summary>Every certificate of each CA above the device's, whether the path uses it or another of the same CA.</summary>
    public HashSet<DeviceCertificate> Above { get; }

    /// <summary>The lists that have something to do with a certificate, the latest first.</summary>
    public IEnumerable<ListUse> ListsAbout(DeviceCertificate certificate) => _lists.Where(l => IsAbout(l, certificate));

    /// <summary>The lists that have nothing to do with any of these certificates.</summary>
    public IEnumerable<ListUse> ListsAboutNone(IReadOnlyCollection<DeviceCertificate> certificates) =>
        _lists.Where(l => !certificates.Any(c => IsAbout(l, c)));

    bool IsAbout(ListUse list, DeviceCertificate certificate) =>
        list.List.IssuerKey == certificate.IssuerKey || CoveredReasons(list.List, certificate) != 0 || list.List.Find(certificate).Any();

    /// <summary>A valid list's words against a certificate, as a sentence; null when there are none.</summary>
    public string? FindRevocation(DeviceCertificate certificate)
    {
        var entries = Entries(certificate).ToList();
        if (
            entries.Where(e => IsFinal(e.Entry)).OrderBy(e => e.Entry.RevokedAt).ThenBy(e => e.Entry.Reason).FirstOrDefault().Entry is
            { } revoked
        )
            return $"{Name(certificate)} was revoked on {Lifetime.Text(revoked.RevokedAt)}; "
                + $"the reason: {revoked.Reason ?? RevocationReason.Unspecified}.";
        var holds = entries.Where(e => e.Entry.Reason == RevocationReason.CertificateHold && !IsReleased(e.List, certificate)).ToList();
        return holds.Count > 0 ? $"{Name(certificate)} is on hold since {Lifetime.Text(holds.Min(e => e.Entry.RevokedAt))}." : null;
    }

    /// <summary>What the lists say of a certificate.</summary>
    public Finding Judge(DeviceCertificate certificate)
    {
        if (FindRevocation(certificate) is { } revocation)
            return Finding.Fail(revocation);
        var lists = ListsAbout(certificate).ToList();
        if (lists.Count == 0)
            return Finding.Skip($"No list of '{SubjectText.Shorten(certificate.Issuer)}' was given: use -RevocationList.");
        if (!IsCovered(certificate))
            return Finding.Skip(
                $"The list of '{SubjectText.Shorten(lists[0].List.Issuer)}' cannot be relied on: see RevocationLists, "
                    + "and give another with -RevocationList."
            );
        if (
            lists.Any(l =>
                IsUsed(l)
                && l.List.Scope.BaseNumber is null
                && l.List.Find(certificate).Any(e => e.Reason == RevocationReason.RemoveFromCrl)
            )
        )
            return Finding.Warn($"{Name(certificate)} is listed as no longer revoked, which only a delta list should say.");
        var latest = lists.First(l => IsUsed(l) && FindTimeLimit(l.List) is null && CoveredReasons(l.List, certificate) != 0);
        return Finding.Pass(
            $"The serial number {SubjectText.Shorten(certificate.SerialNumber)} is not among the {latest.List.Count} "
                + $"of the list of {Lifetime.Text(latest.List.ThisUpdateUtc)}."
        );
    }

    /// <summary>Whether current lists together cover a certificate for every reason: if none lists it, it is not revoked.</summary>
    public bool IsCovered(DeviceCertificate certificate) =>
        _lists
            .Where(l => IsUsed(l) && FindTimeLimit(l.List) is null)
            .Aggregate(0, (reasons, l) => reasons | CoveredReasons(l.List, certificate)) == RevocationScope.AllReasons;

    /// <summary>Why a list cannot show that a certificate is not revoked, as the end of a sentence; null when it can.</summary>
    public string? FindProblem(ListUse list, DeviceCertificate certificate) => list.Defect ?? FindLimit(list.List, certificate);

    static bool IsUsed(ListUse list) => list.Defect is null;

    static bool IsFinal(RevokedCertificate entry) =>
        entry.Reason is not (RevocationReason.CertificateHold or RevocationReason.RemoveFromCrl);

    IEnumerable<(CertificateRevocationList List, RevokedCertificate Entry)> Entries(DeviceCertificate certificate) =>
        _lists.Where(IsUsed).SelectMany(l => l.List.Find(certificate).Select(entry => (l.List, entry)));

    // A twin of a CA on the path has its name, and only its serial number tells the two apart.
    string Name(DeviceCertificate certificate) =>
        _case.Path.Contains(certificate)
            ? _case.Name(certificate)
            : $"{_case.Name(certificate)} (serial number {SubjectText.Shorten(certificate.SerialNumber)})";

    // A hold ends by removeFromCRL (5.3.1), or by a later list that covers holds and no longer has the certificate.
    bool IsReleased(CertificateRevocationList hold, DeviceCertificate certificate) =>
        _lists.Any(l =>
            IsUsed(l)
            && IsLater(l.List, hold)
            && IsInTime(l.List)
            && !IsOfOtherKey(l.List, certificate)
            && (
                l.List.Find(certificate).ToList() is { Count: > 0 } entries
                    ? entries.TrueForAll(e => e.Reason == RevocationReason.RemoveFromCrl)
                    : (CoveredReasons(l.List, certificate) & ReasonFlags.CertificateHold) != 0
            )
        );

    static bool IsLater(CertificateRevocationList list, CertificateRevocationList other) =>
        list.ThisUpdateUtc > other.ThisUpdateUtc
        || (
            list.ThisUpdateUtc == other.ThisUpdateUtc
            && list.IssuerKey == other.IssuerKey
            && list.Scope.Number is { } number
            && other.Scope.Number is { } before
            && number.CompareTo(before) > 0
        );

    bool IsInTime(CertificateRevocationList list) => list.ThisUpdateUtc <= _case.Now && list.NextUpdateUtc >= _case.Now;

    /// <summary>Why what a list says is no evidence at all, as the end of a sentence; null when it is.</summary>
    string? FindDefect(CertificateRevocationList list)
    {
        if (list.UnknownExtension is { } unknown)
            return $"it has the critical extension {unknown}, which is not processed here";
        if (!list.Scope.CoversDevices && !list.Scope.CoversAuthorities)
            return "it lists attribute certificates only";
        var named = _case.Heap.Named(list.IssuerKey).ToList();
        if (named.Count == 0)
            return "no certificate of its CA was given";
        var trusted = named.Where(c => Above.Contains(c) || _case.Heap.LeadsToAnchor(c)).ToList();
        if (trusted.Count == 0)
            return "its CA is not above the certificate, nor below an issuer that was given";
        if (!list.IsVerifiable)
            return $"it is signed with {list.SignatureAlgorithm}, and only ecdsa-with-SHA256 is verified";
        var signers = trusted.Where(list.IsSignedBy).ToList();
        if (signers.Count == 0)
            return "its signature is not the CA's";
        return signers.Any(MaySign) ? null : $"the CA may not sign lists: its keyUsage is {signers[0].KeyUsage}";
    }

    static bool MaySign(DeviceCertificate issuer) => issuer.KeyUsage is not { } usage || (usage & X509KeyUsageFlags.CrlSign) != 0;

    string? FindLimit(CertificateRevocationList list, DeviceCertificate certificate)
    {
        if (FindTimeLimit(list) is { } time)
            return time;
        var scope = list.Scope;
        if (IsOfOtherKey(list, certificate))
            return "its CA signed it with another key than the certificate";
        if (scope.BaseNumber is { } number)
            return $"it holds only what changed since list {SerialNumbers.Format(number)} (a delta)";
        if (!Covers(scope, certificate))
            return $"it covers only {(scope.CoversDevices ? "certificates that are not a CA's" : "CA certificates")}";
        return CoveredReasons(list, certificate) switch
        {
            RevocationScope.AllReasons => null,
            0 => scope.PointText is { } point
                ? $"it covers only the certificates of the distribution point {point}"
                : "it covers other certificates",
            _ => "it covers only some reasons for revoking",
        };
    }

    string? FindTimeLimit(CertificateRevocationList list) =>
        list.ThisUpdateUtc > _case.Now ? $"it is of {Lifetime.Text(list.ThisUpdateUtc)}, and the time is {Lifetime.Text(_case.Now)}"
        : list.NextUpdateUtc is not { } next ? "it does not say when the next one comes, so it may not be the latest"
        : next >= _case.Now || _lists.Any(l => IsUsed(l) && IsInTime(l.List) && Updates(l.List, list)) ? null
        : $"the next one was to come by {Lifetime.Text(next)}, and the time is {Lifetime.Text(_case.Now)}";

    // RFC 5280, 5.2.4: base and delta together are a list of the delta's time, and one key signed both.
    bool Updates(CertificateRevocationList delta, CertificateRevocationList list) =>
        delta.Scope.BaseNumber is { } since
        && list.Scope is { BaseNumber: null, Number: { } number }
        && number.CompareTo(since) >= 0
        && delta.Scope.Number is { } own
        && number.CompareTo(own) < 0
        && delta.IssuerKey == list.IssuerKey
        && IsOneKey(list, delta.IsSignedBy)
        && delta.Scope.DistributionPoint.AsSpan().SequenceEqual(list.Scope.DistributionPoint);

    static bool Covers(RevocationScope scope, DeviceCertificate certificate) =>
        certificate.IsCertificateAuthority ? scope.CoversAuthorities : scope.CoversDevices;

    // A CA that got a new key has two lists of one name: what is not in one of them may have been issued, and revoked, by the other key.
    // A key that may not sign certificates did neither.
    bool IsOfOtherKey(CertificateRevocationList list, DeviceCertificate certificate) =>
        list.IssuerKey == certificate.IssuerKey && !IsOneKey(list, certificate.IsSignedBy)
        && _case.Heap.Named(list.IssuerKey).Where(list.IsSignedBy).Any(MayCertify);

    static bool MayCertify(DeviceCertificate issuer) => issuer.KeyUsage is not { } usage || (usage & X509KeyUsageFlags.KeyCertSign) != 0;

    bool IsOneKey(CertificateRevocationList list, Func<DeviceCertificate, bool> isSignedBy) =>
        _case.Heap.Named(list.IssuerKey).Any(issuer => list.IsSignedBy(issuer) && isSignedBy(issuer));

    // RFC 5280, 6.3.3 (b): the points that the certificate names, and one that has its issuer's name.
    int CoveredReasons(CertificateRevocationList list, DeviceCertificate certificate)
    {
        var scope = list.Scope;
        if (scope.BaseNumber is not null || !Covers(scope, certificate) || IsOfOtherKey(list, certificate))
            return 0;
        var points = CertificatePoint
            .Of(certificate.Fields)
            .Append(new([CertificatePoint.Key(certificate.Fields.Issuer)], null, RevocationScope.AllReasons));
        return scope.Reasons & points.Where(p => IsOf(list, p, certificate)).Aggregate(0, (reasons, p) => reasons | p.Reasons);
    }

    static bool IsOf(CertificateRevocationList list, CertificatePoint point, DeviceCertificate certificate) =>
        (
            point.Issuers is { } issuers
                ? list.Scope.IsIndirect && issuers.Contains(CertificatePoint.Key(list.IssuerName))
                : list.IssuerKey == certificate.IssuerKey
        ) && (list.Scope.Points is not { } names || names.Intersect(point.Names).Any());
}
