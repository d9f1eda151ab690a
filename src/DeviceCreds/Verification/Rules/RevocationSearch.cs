using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// What the given revocation lists say of the certificates of one case (RFC 5280, 6.3.3). A list of a certificate's CA, or of the
/// issuer of lists that the certificate names (cRLIssuer), counts when it says "revoked": whatever the other lists say, whatever it
/// does not cover, although it has expired, and although its algorithm is not verified here. So more lists and more certificates
/// never make a verdict better. Only a hold ends, by a later list. That a certificate is not revoked, only lists of the key that
/// signed it can say.
/// </summary>
internal sealed class RevocationSearch
{
    /// <summary>With how many keys one list is verified; only a hostile file holds more CAs of one name.</summary>
    const int MaximumKeys = 16;

    readonly VerificationCase _case;
    readonly IReadOnlyList<ListUse> _lists;

    public RevocationSearch(VerificationCase testCase)
    {
        _case = testCase;
        Above = testCase.Heap.Above(testCase.Certificate);
        var sorted = testCase.RevocationLists
            .OrderByDescending(l => l.ThisUpdateUtc)
            .ThenByDescending(l => l.Scope.Number)
            .ThenBy(l => l.Der, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        _lists = [.. sorted.Select(FindUse)];
    }

    /// <summary>Every certificate of each CA above the device's, whether the path uses it or another of the same CA.</summary>
    public HashSet<DeviceCertificate> Above { get; }

    /// <summary>The lists that have something to do with a certificate, the latest first.</summary>
    public IEnumerable<ListUse> ListsAbout(DeviceCertificate certificate) => _lists.Where(l => IsAbout(l, certificate));

    /// <summary>The lists that have nothing to do with any of these certificates.</summary>
    public IEnumerable<ListUse> ListsAboutNone(IReadOnlyCollection<DeviceCertificate> certificates) =>
        _lists.Where(l => !certificates.Any(c => IsAbout(l, c) || IsForeign(l, c)));

    /// <summary>The lists that have something to do with these certificates and are not used, each with the reason.</summary>
    public IEnumerable<string> Unused(IReadOnlyCollection<DeviceCertificate> certificates)
    {
        foreach (var list in _lists)
        {
            var about = certificates.Where(c => IsAbout(list, c)).ToList();
            if (about.Find(c => !list.IsEvidence && Said(list, c).Any(IsAgainst)) is { } revoked)
                yield return $"the {list.Name}, which revokes {NameInside(revoked)}, as {list.Defect}";
            else if (about.Count > 0 && !list.IsUsed) yield return $"the {list.Name}, as {list.Defect}";
            if (certificates.FirstOrDefault(c => IsForeign(list, c)) is { } foreign)
                yield return $"what the {list.Name} says of {NameInside(foreign)}, which does not name that issuer of lists (cRLIssuer)";
        }
    }

    bool IsAbout(ListUse list, DeviceCertificate certificate) =>
        list.List.IssuerKey == certificate.IssuerKey || CoveredReasons(list, certificate) != 0 || Said(list, certificate).Any();

    static bool IsForeign(ListUse list, DeviceCertificate certificate) =>
        !SpeaksFor(list, certificate) && list.List.Find(certificate).Any();

    /// <summary>What the lists say against a certificate, as a sentence; null when they say nothing.</summary>
    public string? FindRevocation(DeviceCertificate certificate)
    {
        var entries = Entries(certificate).ToList();
        var final = entries.Where(e => IsFinal(e.Entry)).OrderBy(e => e.List.IsUnverified).ThenBy(e => e.Entry.RevokedAt);
        if (final.ThenBy(e => e.Entry.Reason).FirstOrDefault() is { Entry: { } revoked, List: var list })
            return $"{Name(certificate)} was revoked on {Lifetime.Text(revoked.RevokedAt)}; "
                + $"the reason: {revoked.Reason ?? RevocationReason.Unspecified}.{Caveat(list)}";
        var holds = entries.Where(e => e.Entry.Reason == RevocationReason.CertificateHold && !IsReleased(e.List, certificate));
        return holds.OrderBy(e => e.List.IsUnverified).ThenBy(e => e.Entry.RevokedAt).FirstOrDefault()
            is { Entry: { } held, List: var holding }
            ? $"{Name(certificate)} is on hold since {Lifetime.Text(held.RevokedAt)}.{Caveat(holding)}"
            : null;
    }

    static string Caveat(ListUse list) => list.IsUnverified ? $" So says the {list.Name}, which cannot be verified: {list.Defect}." : "";

    /// <summary>What the lists say of a certificate.</summary>
    public Finding Judge(DeviceCertificate certificate)
    {
        if (FindRevocation(certificate) is { } revocation) return Finding.Fail(revocation);
        var lists = ListsAbout(certificate).ToList();
        if (lists.Count == 0)
            return Finding.Skip($"No list of '{SubjectText.Shorten(certificate.Issuer)}' was given: use -RevocationList.");
        if (!IsCovered(certificate))
            return Finding.Skip(
                $"The list of '{SubjectText.Shorten(lists[0].List.Issuer)}' cannot be relied on: see RevocationLists, "
                    + "and give another with -RevocationList.");
        if (lists.Any(l => l.IsUsed && l.List.Scope.BaseNumber is null
            && Said(l, certificate).Any(e => e.Reason == RevocationReason.RemoveFromCrl)))
            return Finding.Warn($"{Name(certificate)} is listed as no longer revoked, which only a delta list should say.");
        var latest = lists.First(l => l.IsUsed && FindTimeLimit(l) is null && CoveredReasons(l, certificate) != 0);
        return Finding.Pass(
            $"The serial number {SubjectText.Shorten(certificate.SerialNumber)} is not among the {latest.List.Count} "
                + $"of the list of {Lifetime.Text(latest.List.ThisUpdateUtc)}.");
    }

    /// <summary>Whether current lists together cover a certificate for every reason: if none lists it, it is not revoked.</summary>
    public bool IsCovered(DeviceCertificate certificate) =>
        _lists.Where(l => l.IsUsed && FindTimeLimit(l) is null).Aggregate(0, (reasons, l) => reasons | CoveredReasons(l, certificate))
        == RevocationScope.AllReasons;

    /// <summary>Why a list cannot show that a certificate is not revoked, as the end of a sentence; null when it can.</summary>
    public string? FindProblem(ListUse list, DeviceCertificate certificate) => list.Defect ?? FindLimit(list, certificate);

    static bool IsFinal(RevokedCertificate entry) =>
        entry.Reason is not (RevocationReason.CertificateHold or RevocationReason.RemoveFromCrl);

    static bool IsAgainst(RevokedCertificate entry) => entry.Reason != RevocationReason.RemoveFromCrl;

    IEnumerable<(ListUse List, RevokedCertificate Entry)> Entries(DeviceCertificate certificate) =>
        _lists.Where(l => l.IsEvidence).SelectMany(l => Said(l, certificate).Select(entry => (l, entry)));

    static IEnumerable<RevokedCertificate> Said(ListUse list, DeviceCertificate certificate) =>
        SpeaksFor(list, certificate) ? list.List.Find(certificate) : [];

    // RFC 5280, 6.3.3 (b) (1): another CA's list counts only for the certificates that name that CA. Otherwise each CA below an
    // issuer could revoke the certificates of all others.
    static bool SpeaksFor(ListUse list, DeviceCertificate certificate) =>
        list.List.IssuerKey == certificate.IssuerKey
        || CertificatePoint.Of(certificate.Fields).Any(p => p.Issuers?.Contains(CertificatePoint.Key(list.List.IssuerName)) == true);

    // A twin of a CA on the path has its name, and only its serial number tells the two apart.
    string Name(DeviceCertificate certificate) =>
        _case.Path.Contains(certificate)
            ? _case.Name(certificate)
            : $"{_case.Name(certificate)} (serial number {SubjectText.Shorten(certificate.SerialNumber)})";

    string NameInside(DeviceCertificate certificate) =>
        ReferenceEquals(certificate, _case.Certificate) ? "the certificate" : Name(certificate);

    // A hold ends by removeFromCRL (5.3.1), or by a later list that covers holds and no longer has the certificate.
    bool IsReleased(ListUse hold, DeviceCertificate certificate) =>
        _lists.Any(l => l.IsUsed && IsLater(l.List, hold.List) && IsInTime(l.List) && !IsOfOtherKey(l, certificate)
            && (Said(l, certificate).ToList() is { Count: > 0 } entries
                ? entries.TrueForAll(e => e.Reason == RevocationReason.RemoveFromCrl)
                : (CoveredReasons(l, certificate) & ReasonFlags.CertificateHold) != 0));

    static bool IsLater(CertificateRevocationList list, CertificateRevocationList other) =>
        list.ThisUpdateUtc > other.ThisUpdateUtc
        || (list.ThisUpdateUtc == other.ThisUpdateUtc && list.IssuerKey == other.IssuerKey && list.Scope.Number is { } number
            && other.Scope.Number is { } before && number.CompareTo(before) > 0);

    bool IsInTime(CertificateRevocationList list) => list.ThisUpdateUtc <= _case.Now && list.NextUpdateUtc >= _case.Now;

    ListUse FindUse(CertificateRevocationList list)
    {
        if (list.UnknownExtension is { } unknown)
            return ListUse.Not(list, $"it has the critical extension {unknown}, which is not processed here");
        if (!list.Scope.CoversDevices && !list.Scope.CoversAuthorities) return ListUse.Not(list, "it lists attribute certificates only");
        var named = _case.Heap.Named(list.IssuerKey).ToList();
        if (named.Count == 0) return ListUse.Not(list, "no certificate of its CA was given");
        var trusted = named.Where(c => Above.Contains(c) || _case.Heap.LeadsToAnchor(c)).ToList();
        if (trusted.Count == 0) return ListUse.Not(list, "its CA is not above the certificate, nor below an issuer that was given");
        var keys = trusted.GroupBy(c => Hex.Encode(c.KeyBytes)).ToList();
        var signers = keys.Take(MaximumKeys).Where(k => list.IsSignedBy(k.First())).SelectMany(k => k).ToList();
        if (signers.Count > 0)
            return new(list, signers, signers.Exists(MaySign) ? null : $"the CA may not sign lists: its keyUsage is {signers[0].KeyUsage}");
        if (keys.Count > MaximumKeys) return new(list, [], $"more than {MaximumKeys} CAs of its name were given", IsUnverified: true);
        return trusted.Exists(c => list.Verify(c) is null)
            ? new(list, [], $"it is signed with {list.SignatureAlgorithm}, which is not verified here", IsUnverified: true)
            : ListUse.Not(list, "its signature is not the CA's");
    }

    static bool MaySign(DeviceCertificate issuer) => issuer.KeyUsage is not { } usage || (usage & X509KeyUsageFlags.CrlSign) != 0;

    string? FindLimit(ListUse list, DeviceCertificate certificate)
    {
        if (FindTimeLimit(list) is { } time) return time;
        var scope = list.List.Scope;
        if (IsOfOtherKey(list, certificate)) return "its CA signed it with another key than the certificate";
        if (scope.BaseNumber is { } number) return $"it holds only what changed since list {SerialNumbers.Format(number)} (a delta)";
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

    string? FindTimeLimit(ListUse use)
    {
        var list = use.List;
        return list.ThisUpdateUtc > _case.Now ? $"it is of {Lifetime.Text(list.ThisUpdateUtc)}, and the time is {Lifetime.Text(_case.Now)}"
            : list.NextUpdateUtc is not { } next ? "it does not say when the next one comes, so it may not be the latest"
            : next >= _case.Now || _lists.Any(l => l.IsUsed && IsInTime(l.List) && Updates(l, use)) ? null
            : $"the next one was to come by {Lifetime.Text(next)}, and the time is {Lifetime.Text(_case.Now)}";
    }

    // RFC 5280, 5.2.4: base and delta together are a list of the delta's time, and one key signed both.
    static bool Updates(ListUse delta, ListUse list) =>
        delta.List.Scope.BaseNumber is { } since
        && list.List.Scope is { BaseNumber: null, Number: { } number }
        && number.CompareTo(since) >= 0
        && delta.List.Scope.Number is { } own
        && number.CompareTo(own) < 0
        && list.Signers.Any(s => delta.Signers.Any(d => KnownAuthority.AreOfOne(s, d)))
        && delta.List.Scope.DistributionPoint.AsSpan().SequenceEqual(list.List.Scope.DistributionPoint);

    static bool Covers(RevocationScope scope, DeviceCertificate certificate) =>
        certificate.IsCertificateAuthority ? scope.CoversAuthorities : scope.CoversDevices;

    // A CA that got a new key has two lists of one name: what is not in one of them may have been issued, and revoked, by the other key.
    // A key that may not sign certificates did neither.
    bool IsOfOtherKey(ListUse list, DeviceCertificate certificate) =>
        list.List.IssuerKey == certificate.IssuerKey
        && !list.Signers.Any(certificate.IsIssuedBy)
        && list.Signers.Any(s => _case.Heap.Authority(s).Certificates.Any(MayCertify));

    static bool MayCertify(DeviceCertificate issuer) => issuer.KeyUsage is not { } usage || (usage & X509KeyUsageFlags.KeyCertSign) != 0;

    // RFC 5280, 6.3.3 (b): the points that the certificate names, and one that has its issuer's name.
    int CoveredReasons(ListUse list, DeviceCertificate certificate)
    {
        var scope = list.List.Scope;
        if (scope.BaseNumber is not null || !Covers(scope, certificate) || IsOfOtherKey(list, certificate)) return 0;
        var points = CertificatePoint.Of(certificate.Fields)
            .Append(new([CertificatePoint.Key(certificate.Fields.Issuer)], null, RevocationScope.AllReasons));
        return scope.Reasons & points.Where(p => IsOf(list.List, p, certificate)).Aggregate(0, (reasons, p) => reasons | p.Reasons);
    }

    static bool IsOf(CertificateRevocationList list, CertificatePoint point, DeviceCertificate certificate) =>
        (point.Issuers is { } issuers
            ? list.Scope.IsIndirect && issuers.Contains(CertificatePoint.Key(list.IssuerName))
            : list.IssuerKey == certificate.IssuerKey)
        && (list.Scope.Points is not { } names || names.Intersect(point.Names).Any());
}
