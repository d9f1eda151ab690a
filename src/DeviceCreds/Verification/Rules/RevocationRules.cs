namespace DeviceCreds;

/// <summary>Whether the CAs revoked the certificates, as far as the revocation lists that the caller gave can tell.</summary>
internal static class RevocationRules
{
    const int MaximumNamed = 5;

    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "RevocationLists",
            Title = "The lists of each CA in the path are signed by it, current, and cover the certificate.",
            Compares =
                "each list's signature (ECDSA and RSA with SHA-256, SHA-384 or SHA-512, EdDSA) with the key that signed the certificate, "
                + "the CA's keyUsage with cRLSign, thisUpdate and nextUpdate with the current time, and the list's extensions with the "
                + "certificate; lists that are not used are named, also those about the trusted issuer",
            Advice =
                "Get the CA's latest complete list: New-CertificateRevocationList, or openssl ca -gencrl. "
                + "Leave out a list that was not used, or give the certificate of its CA with -Issuer.",
            Source = "RFC 5280, 5 and 6.3.3",
            Check = CheckLists,
        },
        new()
        {
            Id = "NotRevoked",
            Title = "The certificate is not revoked.",
            Compares =
                "issuer and serial number with the entries of every list of its CA, or of the issuer of lists that the certificate names "
                + "(cRLIssuer): also of expired and partial lists, and of lists with a signature that cannot be verified here; "
                + "a hold ends by a later list",
            Advice = "Issue it again with a new key, unless it is on hold: then ask the CA.",
            Source = "RFC 5280, 6.3",
            Check = c =>
                c.RevocationLists.Count == 0 ? NoList(c)
                : c.Revocation.Judge(c.Certificate) is var finding && finding.Outcome != CheckOutcome.Failed && c.Issuer is null
                    ? NoIssuer(c)
                : finding,
        },
        new()
        {
            Id = "AuthoritiesNotRevoked",
            Title = "No CA above the certificate is revoked.",
            Compares =
                "issuer and serial number of every certificate of each CA above with the entries of the lists; "
                + "below the trusted issuer each CA must be covered by a list",
            Advice =
                "Do not use what this CA issued: issue it again from another CA. "
                + "If only an older certificate of a renewed CA was revoked, leave that certificate out.",
            Source = "RFC 5280, 6.3",
            Check = CheckAuthorities,
        },
    ];

    static Finding NoList(VerificationCase c) => c.Skip("No revocation list was given: use -RevocationList.");

    static Finding NoIssuer(VerificationCase c) => c.Skip("The issuer's certificate is not at hand: use -Issuer.");

    static Finding CheckLists(VerificationCase c)
    {
        if (c.RevocationLists.Count == 0) return NoList(c);
        var below = c.Path.Take(c.Path.Count - 1).ToList();
        var used = below.Where(x => c.Revocation.ListsAbout(x).Any()).ToList();
        var unused = Sentence("Not used", c.Revocation.Unused([.. c.Path.Union(c.Revocation.Above)]));
        if (used.FirstOrDefault(x => !c.Revocation.IsCovered(x)) is { } open)
            return Finding.Fail(
                $"The {c.Revocation.ListsAbout(open).First().Name} cannot be relied on: {Names(Problems(c, open))}.{unused}");
        var foreign = c.Revocation.ListsAboutNone([.. c.Path, .. c.Revocation.Above]).Select(l => $"the {l.Name}").ToList();
        var others = Sentence("Of no CA in the path", foreign);
        if (unused.Length > 0) return Finding.Warn((unused + others).TrimStart());
        if (used.Count == 0)
            return c.Skip(
                foreign.Count == c.RevocationLists.Count
                    ? $"None of the lists given is of a CA in the path: {Names(foreign)}."
                    : $"No list of '{SubjectText.Shorten(c.Certificate.Issuer)}' was given: use -RevocationList.{others}");
        var partial = used.SelectMany(x => c.Revocation.ListsAbout(x).Select(l => (List: l, Problem: c.Revocation.FindProblem(l, x))))
            .Where(l => l.Problem is not null)
            .Select(l => $"the {l.List.Name}, as {l.Problem}");
        return c.Pass(
            $"Current lists, signed by their CAs, cover {SubjectText.Count(used.Count, "certificate")} of the path."
                + Sentence("Used for the certificates that they list alone", partial)
                + others);
    }

    static string Sentence(string beginning, IEnumerable<string> names) =>
        Names(names) is { Length: > 0 } text ? $" {beginning}: {text}." : "";

    static string Names(IEnumerable<string> names)
    {
        var all = names.Distinct().ToList();
        return string.Join("; ", all.Take(MaximumNamed)) + (all.Count > MaximumNamed ? $"; and {all.Count - MaximumNamed} more" : "");
    }

    static IEnumerable<string> Problems(VerificationCase c, DeviceCertificate certificate) =>
        c.Revocation.ListsAbout(certificate).Select(l => c.Revocation.FindProblem(l, certificate)).OfType<string>();

    static Finding CheckAuthorities(VerificationCase c)
    {
        if (c.RevocationLists.Count == 0) return NoList(c);
        // What a list says counts against every certificate of a CA above; that none says anything is asked of the path alone.
        var others = c.Revocation.Above.Except(c.Path).OrderBy(x => x.Fingerprint, StringComparer.Ordinal);
        if (c.Authorities.Concat(others).Select(c.Revocation.FindRevocation).FirstOrDefault(r => r is not null) is { } revocation)
            return Finding.Fail(revocation);
        if (c.Issuer is null) return NoIssuer(c);
        // An anchor is trusted because the caller said so: it needs no list.
        var findings = c.Authorities.Take(c.Path.Count - 2).TakeWhile(a => !c.Anchors.Contains(a)).Select(c.Revocation.Judge).ToList();
        return findings.Find(f => f.Outcome != CheckOutcome.Passed)
            ?? findings.LastOrDefault()
            ?? c.Pass("No CA stands between the certificate and the one at the top.");
    }
}
