using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds;

/// <summary>Whether the CAs have taken the certificates back, as far as the revocation lists that the caller gave can tell.</summary>
internal static class RevocationRules
{
    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "RevocationLists",
            Title = "A revocation list of a CA in the path is signed by it, current, and covers all its certificates.",
            Compares = "the list's signature with the CA's key, the CA's keyUsage with cRLSign, thisUpdate and nextUpdate with the current time, and the list's extensions with those that narrow it",
            Advice = "Get the CA's latest complete list: New-CertificateRevocationList, or openssl ca -gencrl.",
            Source = "RFC 5280, 5 and 6.3.3",
            Check = CheckLists,
        },
        new()
        {
            Id = "NotRevoked",
            Title = "The certificate is not revoked.",
            Compares = "the serial number with the entries of its issuer's revocation list",
            Advice = "Issue it again with a new key, unless it is on hold: then ask the CA.",
            Source = "RFC 5280, 6.3",
            Check = c => c.RevocationLists.Count == 0 ? NoList() : c.Issuer is null ? Finding.Skip("The issuer's certificate is not at hand: use -Issuer.") : Judge(c, 0),
        },
        new()
        {
            Id = "AuthoritiesNotRevoked",
            Title = "No CA between the certificate and the issuer that is trusted is revoked.",
            Compares = "the serial number of each CA below the trusted one with the entries of its issuer's revocation list",
            Advice = "Do not use what this CA has issued: issue it again from another CA.",
            Source = "RFC 5280, 6.3",
            Check = CheckAuthorities,
        },
    ];

    static Finding NoList() => Finding.Skip("No revocation list was given: use -RevocationList.");

    static Finding CheckLists(VerificationCase c)
    {
        if (c.RevocationLists.Count == 0) return NoList();
        var used = 0;
        for (var i = 0; i + 1 < c.Path.Count; i++)
        {
            var lists = Lists(c, i);
            if (lists.Count == 0) continue;
            if (lists.All(l => FindProblem(c, l, c.Path[i + 1]) is not null)) return Finding.Fail($"The list of '{SubjectText.Shorten(lists[0].Issuer)}' cannot be relied on: {FindProblem(c, lists[0], c.Path[i + 1])}.");
            used++;
        }

        return used == 0 ? Finding.Skip("None of the lists given is of a CA in the path.") : Finding.Pass($"{used} lists, current and signed by their CAs.");
    }

    static Finding CheckAuthorities(VerificationCase c)
    {
        if (c.RevocationLists.Count == 0) return NoList();
        if (c.Issuer is null) return Finding.Skip("The issuer's certificate is not at hand: use -Issuer.");
        Finding? worst = null;
        // An anchor is trusted because somebody said so, and what is above it has nothing to say.
        for (var i = 1; i + 1 < c.Path.Count && !c.Anchors.Contains(c.Path[i]); i++)
        {
            var finding = Judge(c, i);
            if (finding.Outcome == CheckOutcome.Failed) return finding;
            if (worst is null || finding.Outcome != CheckOutcome.Passed) worst = finding;
        }

        return worst ?? Finding.Pass("No CA stands between the certificate and the one at the top.");
    }

    static Finding Judge(VerificationCase c, int place)
    {
        var (certificate, issuer, lists) = (c.Path[place], c.Path[place + 1], Lists(c, place));
        if (lists.Count == 0) return Finding.Skip($"No list of '{SubjectText.Shorten(certificate.Issuer)}' was given: use -RevocationList.");
        // The latest list decides, since a hold may have ended; but what a stale one of the CA's says against a certificate still counts.
        var usable = lists.Where(l => FindProblem(c, l, issuer) is null).ToList();
        var latest = usable.Count > 0 ? usable[0] : lists.FirstOrDefault(l => MaySign(issuer) && l.IsSignedBy(issuer) && l.Find(certificate.Fields.Serial) is not null);
        if (latest is null) return Finding.Skip($"The list of '{SubjectText.Shorten(issuer.Subject)}' cannot be relied on: see RevocationLists, and give another with -RevocationList.");
        return latest.Find(certificate.Fields.Serial) switch
        {
            null => Finding.Pass($"The serial number {SubjectText.Shorten(certificate.SerialNumber)} is not among the {latest.Count} of the list of {Lifetime.Text(latest.ThisUpdateUtc)}."),
            { Reason: RevocationReason.RemoveFromCrl } => Finding.Warn($"{c.Name(certificate)} is listed as no longer revoked, which only a delta list should say."),
            { Reason: RevocationReason.CertificateHold } hold => Finding.Fail($"{c.Name(certificate)} is on hold since {Lifetime.Text(hold.RevokedAt)}."),
            var entry => Finding.Fail($"{c.Name(certificate)} was revoked on {Lifetime.Text(entry.RevokedAt)}; the reason: {entry.Reason ?? RevocationReason.Unspecified}."),
        };
    }

    static List<CertificateRevocationList> Lists(VerificationCase c, int place) =>
        c.RevocationLists.Where(l => l.IssuerKey == c.Path[place].IssuerKey).OrderByDescending(l => l.ThisUpdateUtc).ToList();

    static bool MaySign(DeviceCertificate issuer) => issuer.KeyUsage is not { } usage || (usage & X509KeyUsageFlags.CrlSign) != 0;

    static string? FindProblem(VerificationCase c, CertificateRevocationList list, DeviceCertificate issuer) =>
        !list.IsSignedBy(issuer) ? "its signature is not the CA's"
        : !MaySign(issuer) ? $"the CA may not sign lists: its keyUsage is {issuer.KeyUsage}"
        : list.Restriction is { } restriction ? restriction
        : list.ThisUpdateUtc > c.Now ? $"it is of {Lifetime.Text(list.ThisUpdateUtc)}, and the time is {Lifetime.Text(c.Now)}"
        : list.NextUpdateUtc is not { } next ? "it does not say when the next one comes, so nobody knows whether it is the latest"
        : next < c.Now ? $"the next one was to come by {Lifetime.Text(next)}, and the time is {Lifetime.Text(c.Now)}"
        : null;
}
