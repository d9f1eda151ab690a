namespace DeviceCreds;

/// <summary>Whether a device can store the chain that it gets: judged once for an issuer, by what the rules of testing look at.</summary>
internal static class StorableChain
{
    /// <summary>The part of a CA's chain that devices get above their own certificate.</summary>
    /// <param name="sample">A device's certificate as the CA would make it.</param>
    /// <param name="authorities">The CA's certificate and those above it.</param>
    /// <param name="depth">How many certificates a device gets at most, its own among them; 0 for all.</param>
    /// <param name="excludeRoot">Whether to leave a root at the end out.</param>
    /// <exception cref="IssuanceException">The device would refuse it; the message says why, and what to do.</exception>
    public static IReadOnlyList<DeviceCertificate> Select(DeviceCertificate sample, IReadOnlyList<DeviceCertificate> authorities, int depth, bool excludeRoot)
    {
        if (sample.ParserProblem is { } unreadable)
        {
            throw new IssuerProblem("ParsedByDevice", "IssuerChainUnsupported", $"The device cannot read what this CA issues: {unreadable}.",
                "Issue from another CA: New-CertificateAuthority makes one.").ToError();
        }

        var issuers = CertificateChain.Above(authorities, depth, excludeRoot).ToList();
        return FindProblem(issuers) is { } problem ? throw (problem with { Advice = Cure(issuers) }).ToError() : issuers;
    }

    /// <summary>The first thing that the device refuses in certificates above its own; null when there is none.</summary>
    static IssuerProblem? FindProblem(IReadOnlyList<DeviceCertificate> issuers)
    {
        // With a root alone above it, a device stores its own certificate and nothing else.
        if (issuers.All(c => c.IsSelfIssued)) return null;
        if (issuers.Count >= FccLimits.ChainLength)
            return Problem("ChainLength", "IssuerChainTooLong", $"The chain would have {issuers.Count + 1} certificates, the device's own among them; a device stores {FccLimits.ChainLength}.");
        return issuers.Select(FindProblem).FirstOrDefault(p => p is not null);
    }

    static IssuerProblem? FindProblem(DeviceCertificate issuer)
    {
        const string unsupported = "IssuerChainUnsupported";
        var name = SubjectText.Shorten(issuer.Subject);
        if (Algorithms.FindProblem(issuer) is { } algorithm) return Problem("ChainAlgorithms", unsupported, $"A device does not accept this certificate in its chain: {algorithm}");
        if (issuer.ParserProblem is { } unreadable) return Problem("ParsedByDevice", unsupported, $"The device cannot read the certificate of '{name}' in its chain: {unreadable}.");
        return issuer.IsBefore1970 ? Problem("DatesFrom1970", unsupported, $"'{name}' has a date before 1970, which the device does not accept in its chain.") : null;
    }

    static IssuerProblem Problem(string rule, string error, string text) => new(rule, error, text, "");

    // The longest chain that a device takes.
    static string Cure(List<DeviceCertificate> issuers)
    {
        const string other = " Or issue from another CA: New-CertificateChain makes one.";
        var kept = issuers.Count - 1;
        while (FindProblem(issuers.GetRange(0, kept)) is not null) kept--;
        return kept == issuers.Count - 1 && issuers[kept].IsSelfIssued
            ? "Leave the root out of the device's chain: -ExcludeRoot." + other
            : $"Shorten the device's chain: -ChainDepth {kept + 1}." + other;
    }
}
