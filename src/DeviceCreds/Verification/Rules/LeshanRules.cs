using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// What an Eclipse Leshan server requires of a device's certificate: its own check of the endpoint name, and the default certificate
/// verifier of Eclipse Californium, on which it stands.
/// </summary>
internal static class LeshanRules
{
    const string Verifier = "Eclipse Californium 4.0 at commit d595d12, StaticCertificateVerifier and CertPathUtil, "
        + "https://github.com/eclipse-californium/californium (read on 2026-11-26)";

    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "LeshanName",
            Title = "Leshan reads the common name unchanged, to compare it with the endpoint name.",
            Compares = "the common name with the characters that the text of a subject (RFC 2253) escapes: , = + < > # ; \" \\ anywhere, "
                + "a space at the beginning or the end",
            Advice = "Give the device another name, and issue its certificate again.",
            Source = "Eclipse Leshan 2.0 at commit 4810538, SecurityChecker and X509CertUtil.extractCN, "
                + "https://github.com/eclipse-leshan/leshan (read on 2026-11-26)",
            Check = c => ServiceFindings.Name(c, Finding.Fail("There is no common name to compare the endpoint name with."),
                ServiceNames.FindLeshanProblem, CheckOutcome.Failed),
        },
        new()
        {
            Id = "LeshanPurpose",
            Title = "The certificate may be used by a client.",
            Compares = "keyUsage with digitalSignature, and extendedKeyUsage with clientAuth itself (absent means every use)",
            Advice = "Issue it again with keyUsage digitalSignature and extendedKeyUsage clientAuth.",
            Source = Verifier,
            Check = CheckPurpose,
        },
        new()
        {
            Id = "LeshanChain",
            Title = "The device sends its chain in order, up to a CA in Leshan's trust store.",
            Compares = "the order and the signatures of the certificates that the device sends with the issuers given as the trust store; "
                + "basicConstraints, pathLenConstraint and keyUsage of each CA",
            Advice = "Export the credential with its chain, or add the CA that issues to the trust store. "
                + "Leshan with an empty trust store accepts every chain.",
            Source = Verifier,
            Check = CheckChain,
        },
        new()
        {
            Id = "LeshanValidity",
            Title = "The certificate, and every CA below the trust store's, is valid.",
            Compares = "notBefore and notAfter of each certificate below the trusted one with the current time",
            Advice = "Issue it again, from a CA that is valid.",
            Source = Verifier,
            Check = c => ServiceFindings.Validity(c, c.Path.TakeWhile((x, i) => i == 0 || !c.Anchors.Contains(x))),
        },
        new()
        {
            Id = "LeshanRevocation",
            Severity = CheckOutcome.Warning,
            Title = "No certificate is revoked: Leshan itself does not look at revocation lists.",
            Compares = "issuer and serial number with the entries of the lists given",
            Advice = "Remove the device from Leshan's security store: without that, a revoked device still connects.",
            Source = Verifier,
            Check = CheckRevocation,
        },
    ];

    static Finding CheckPurpose(VerificationCase c)
    {
        if (c.Certificate.KeyUsage is { } usage && (usage & CertificateProfile.Bootstrap.KeyUsage) == 0)
            return Finding.Fail($"keyUsage is {usage}, without DigitalSignature.");
        return Extensions.ExtendedKeyUsage(c.Fields) is { Count: > 0 } purposes && !purposes.Contains(KeyPurposeID.id_kp_clientAuth)
            ? Finding.Fail($"extendedKeyUsage is {string.Join(", ", purposes.Take(8).Select(Extensions.PurposeName))}, without clientAuth.")
            : c.Pass("A client may use it.");
    }

    static Finding CheckChain(VerificationCase c)
    {
        var chain = new SentChain(c);
        if (!c.Bundle.SequenceEqual(c.StoredPath))
            return Finding.Fail("The certificates that the device sends do not form a chain: expected its own first, then each issuer.");
        if (chain.Unknown is { } unknown) return unknown;
        if (chain.Authority is not { } authority) return Finding.Fail(chain.Missing);
        return chain.FindAuthorityProblem() is { } problem
            ? Finding.Fail(problem)
            : c.Pass($"The chain leads to '{SubjectText.Shorten(authority.Subject)}'.");
    }

    static Finding CheckRevocation(VerificationCase c) =>
        c.RevocationLists.Count == 0 ? c.Skip("No revocation list was given: use -RevocationList.")
        : c.Path.Select(c.Revocation.FindRevocation).FirstOrDefault(r => r is not null) is { } revocation ? Finding.Warn(revocation)
        : c.Pass("No list given says that a certificate is revoked.");
}
