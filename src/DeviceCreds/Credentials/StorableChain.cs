namespace DeviceCreds;

/// <summary>The chain that a CA's devices get above their own certificate, and whether they can store it.</summary>
internal sealed class StorableChain
{
    /// <param name="sample">A device's certificate as the CA would make it, with the longest names.</param>
    /// <param name="authorities">The CA's certificate and those above it.</param>
    /// <param name="depth">How many certificates a device gets at most, its own among them; 0 for all.</param>
    /// <param name="excludeRoot">Whether to leave out a root at the end.</param>
    /// <exception cref="IssuanceException">A device would refuse the CA's own certificate, or any that it issues.</exception>
    public StorableChain(DeviceCertificate sample, IReadOnlyList<DeviceCertificate> authorities, int depth, bool excludeRoot)
    {
        if (sample.Facts.ParserProblem is { } unreadable)
        {
            throw new IssuerProblem("ParsedByDevice", "IssuerChainUnsupported",
                $"The device cannot read what this CA issues: {unreadable}.",
                "Issue from another CA: New-CertificateAuthority makes one.").ToError();
        }

        if (sample.CertificateDer.Length > FccLimits.CertificateBuffer)
        {
            Warning = FormattableString.Invariant(
                $"With the longest names, the certificates that this CA issues have {sample.CertificateDer.Length:N0} bytes; ")
                + FormattableString.Invariant($"the device's buffer has {FccLimits.CertificateBuffer:N0} by default. ")
                + "Use shorter URIs, or build the device's client with a larger MAX_CERTIFICATE_SIZE.";
        }

        Issuers = CertificateChain.Above(authorities, depth, excludeRoot).ToList();
        if (FindProblem(Issuers) is not { } problem) return;
        var kept = Issuers.Count - 1;
        while (FindProblem([.. Issuers.Take(kept)]) is not null) kept--;
        if (kept == 0)
        {
            const string advice = "Issue from another CA, or give devices only their own certificate: -ChainDepth 1.";
            throw (problem with { Advice = advice }).ToError();
        }

        var cure = kept == Issuers.Count - 1 && Issuers[kept].IsSelfIssued ? "-ExcludeRoot" : $"-ChainDepth {kept + 1}";
        var shorter = $"{problem.ToError().Problem} Use {cure}, here or in Export-DeviceCredential, or issue from another CA.";
        Warning = Warning is null ? shorter : $"{Warning} {shorter}";
    }

    /// <summary>The certificates above the device's own.</summary>
    public IReadOnlyList<DeviceCertificate> Issuers { get; }

    /// <summary>What a device may refuse, and how to shorten it; null when nothing.</summary>
    public string? Warning { get; }

    /// <summary>The first thing that a device refuses in certificates above its own; null when there is none.</summary>
    static IssuerProblem? FindProblem(IReadOnlyList<DeviceCertificate> issuers)
    {
        // With only a root above it, a device stores just its own certificate.
        if (issuers.All(c => c.IsSelfIssued)) return null;
        if (issuers.Count < FccLimits.ChainLength) return issuers.Select(FindProblem).FirstOrDefault(p => p is not null);
        return Problem("ChainLength", "IssuerChainTooLong",
            $"The chain has {issuers.Count + 1} certificates, including the device's own; a device stores {FccLimits.ChainLength}.");
    }

    static IssuerProblem? FindProblem(DeviceCertificate issuer)
    {
        const string unsupported = "IssuerChainUnsupported";
        var name = SubjectText.Shorten(issuer.Subject);
        if (Algorithms.FindProblem(issuer) is { } algorithm)
            return Problem("ChainAlgorithms", unsupported, $"A device does not accept a certificate of its chain: {algorithm}");
        if (issuer.Facts.ParserProblem is { } unreadable)
            return Problem("ParsedByDevice", unsupported, $"A device cannot read the certificate of '{name}' in its chain: {unreadable}.");
        return issuer.IsBefore1970
            ? Problem("DatesFrom1970", unsupported, $"'{name}' has a date before 1970, which a device does not accept in its chain.")
            : null;
    }

    static IssuerProblem Problem(string rule, string error, string text) => new(rule, error, text, "");
}
