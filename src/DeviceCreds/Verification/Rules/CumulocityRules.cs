namespace DeviceCreds;

/// <summary>What Cumulocity requires of a device's certificate and of the CA that a tenant trusts.</summary>
internal static class CumulocityRules
{
    const string Certificates = "Cumulocity documentation, \"Device certificates\", "
        + "https://cumulocity.com/docs/device-integration/device-certificates (read on 2026-11-26)";

    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "CumulocityName",
            Severity = CheckOutcome.Warning,
            Title = "The common name has no colon, which Cumulocity does not recommend for MQTT client IDs.",
            Compares = "the common name with ':'",
            Advice = "Issue it again with another name if the device connects over MQTT.",
            Source = "Cumulocity documentation at commit 37ef822, mqtt-bundle/device-certificates.md, "
                + "https://github.com/Cumulocity-IoT/c8y-docs (read on 2026-11-26)",
            Check = c => ServiceFindings.Name(c, c.Skip("There is no common name."), ServiceNames.FindCumulocityProblem,
                CheckOutcome.Warning),
        },
        new()
        {
            Id = "CumulocityAuthority",
            Title = "The CA that the tenant trusts can be uploaded: X.509 version 3, CA:TRUE, not expired.",
            Compares = "version, basicConstraints and dates of the issuer given with 3, CA:TRUE and the current time",
            Advice = "Use a CA whose certificate says so: New-CertificateAuthority makes one.",
            Source = "Cumulocity documentation, \"Managing trusted certificates\", "
                + "https://cumulocity.com/docs/device-management-application/managing-device-data/ (read on 2026-11-26)",
            Check = CheckAuthority,
        },
        new()
        {
            Id = "CumulocityChain",
            Title = "The device sends its chain with the trusted CA's certificate, or its own certificate alone "
                + "when the trusted CA signed it.",
            Compares = "the certificates that the device sends with the issuers given as the trusted ones; "
                + "basicConstraints, pathLenConstraint and keyUsage of each CA",
            Advice = "Export the credential with its chain, the trusted CA's certificate included, or upload the CA that issues.",
            Source = Certificates,
            Check = CheckChain,
        },
    ];

    static Finding CheckAuthority(VerificationCase c)
    {
        if (c.Authorities.FirstOrDefault(c.Anchors.Contains) is not { } authority)
            return c.Skip("No CA above the certificate was given as the trusted one: use -Issuer.");
        var name = SubjectText.Shorten(authority.Subject);
        if (authority.Fields.Version != 3) return Finding.Fail($"'{name}' is X.509 version {authority.Fields.Version}, expected 3.");
        if (!authority.IsCertificateAuthority) return Finding.Fail($"The basicConstraints of '{name}' do not say CA:TRUE.");
        return ServiceFindings.Validity(c, [authority]) is { Outcome: CheckOutcome.Failed } expired
            ? expired
            : c.Pass($"'{name}' can be uploaded.");
    }

    static Finding CheckChain(VerificationCase c)
    {
        var chain = new SentChain(c);
        if (chain.Unknown is { } unknown) return unknown;
        if (chain.Authority is not { } authority) return Finding.Fail(chain.Missing);
        if (chain.FindAuthorityProblem() is { } problem) return Finding.Fail(problem);
        var name = SubjectText.Shorten(authority.Subject);
        return chain.Known is null && c.StoredPath.Count > 1
            ? Finding.Fail($"The device sends {chain.Sent}, and the certificate of '{name}' is not among them.")
            : c.Pass($"The chain leads to '{name}'.");
    }
}
