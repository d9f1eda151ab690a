using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>The certificates above the device's, and whether they lead to an issuer that the caller trusts.</summary>
internal static class ChainRules
{
    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "ChainInPem",
            Title = "A chain is in PEM.",
            Compares = "the encoding of a file with more than one certificate with PEM",
            Advice = "Write the chain as PEM, device first: Export-DeviceCredential -Format Pem.",
            Source = "Property table, Encoding format and note: for chains only PEM",
            Check = c => c.Bundle.Count < 2 ? c.Skip("The certificate came alone.")
                : c.Bundle.Any(x => x.Encoding == FileEncoding.Der && x.Position > 1)
                ? Finding.Fail($"{c.Bundle.Count} certificates follow each other in DER; a chain must be in PEM.")
                : c.Pass("PEM."),
        },
        new()
        {
            Id = "ChainOrder",
            Title = "A chain has the device's certificate first, then each issuer, and nothing else.",
            Compares = "the order of the certificates with who issued whom",
            Advice = "Order it with New-CertificateChain and write its ToPem(), or export the credential again.",
            Source = "Property table, chain example: device, intermediate, root; device-side code",
            Check = CheckOrder,
        },
        new()
        {
            Id = "ChainLength",
            Title = "The chain is no longer than the device stores.",
            Compares = "the number of certificates with -ChainDepth (device-certificate-chain-depth), or with 5",
            Advice = "Export with -ChainDepth or -ExcludeRoot, or use fewer intermediate CAs.",
            Source = "Property table, note on device-certificate-chain-depth; device-side code",
            Check = c => c.Bundle.Count > Math.Min(c.ChainDepth ?? FccLimits.ChainLength, FccLimits.ChainLength)
                ? Finding.Fail(
                    $"The chain has {c.Bundle.Count} certificates; "
                        + $"the device stores {Math.Min(c.ChainDepth ?? FccLimits.ChainLength, FccLimits.ChainLength)}.",
                    c.Bundle.Count > FccLimits.ChainLength ? DeviceStatus.Bundle : null)
                : c.Pass($"{c.Bundle.Count} of at most {Math.Min(c.ChainDepth ?? FccLimits.ChainLength, FccLimits.ChainLength)}."),
        },
        new()
        {
            Id = "ChainAlgorithms",
            Title = "Every certificate above is on P-256 and signed with ecdsa-with-SHA256.",
            Compares = "key and signature algorithm of each certificate above with the device's",
            Advice = "Use CAs on P-256: New-CertificateChain makes them.",
            Source = "Vendor's portal, CA certificates: P-256, ecdsa-with-SHA256",
            Check = CheckAlgorithms,
        },
        new()
        {
            Id = "ChainSignatures",
            Title = "Each certificate of the chain is signed by the next.",
            Compares = "each signature with the next certificate's key",
            Advice = "Give the certificates of one chain: one of these was altered, or comes from a CA of the same name with another key.",
            Source = "RFC 5280, 6.1.3 (a)(1)",
            Check = CheckSignatures,
        },
        new()
        {
            Id = "AuthoritiesMaySign",
            Title = "Every certificate above is a CA's that may sign and allows the CAs below it.",
            Compares =
                "basicConstraints, pathLenConstraint and keyUsage of each certificate above with CA:TRUE, the CAs below it, "
                    + "and keyCertSign (without digitalSignature or cRLSign, which the vendor's portal asks for, it only warns)",
            Advice = "Use a CA whose certificate says so: New-CertificateAuthority, or openssl x509 -req with -extfile.",
            Source = "RFC 5280, 4.2.1.3, 4.2.1.9 and 6.1.4 (k) to (n); vendor's portal, CA certificates",
            Check = CheckAuthorities,
        },
        new()
        {
            Id = "AuthorityPurposes",
            Title = "No certificate above is restricted to other purposes.",
            Compares = "extendedKeyUsage of each certificate above with clientAuth and anyExtendedKeyUsage (absent means every use)",
            Advice = "Use a CA without an extended key usage, or one with clientAuth among them.",
            Source = "RFC 5280, 4.2.1.12, applied to CAs as OpenSSL and GnuTLS do",
            Check = CheckPurposes,
        },
        new()
        {
            Id = "AuthoritiesWellFormed",
            Title = "Every certificate above is in DER, with names, times and a serial number as RFC 5280 says.",
            Compares =
                "the bytes with their canonical encoding; subject and issuer with an empty name; "
                    + "times and serial number as for the device's certificate",
            Advice = "Use a CA whose certificate is well-formed. A wrong serial number, which many old roots have, only warns.",
            Source = "RFC 5280, 4.1, 4.1.2.2, 4.1.2.4 to 4.1.2.6",
            Check = CheckForm,
        },
        new()
        {
            Id = "NameConstraints",
            Title = "Every CA above allows the names in the certificate.",
            Compares =
                "subject and subjectAltName of the certificate, and of the CAs between, with nameConstraints of each certificate above: "
                    + "directory, DNS, mail, URI and IP names",
            Advice = "Issue it from a CA whose name constraints allow this name.",
            Source = "RFC 5280, 4.2.1.10, 6.1.3 (b) and (c)",
            Check = CheckNames,
        },
        new()
        {
            Id = "CertificatePolicies",
            Title = "The certificate has a policy where it or a certificate above requires one.",
            Compares = "policyConstraints with requireExplicitPolicy, critical or not, with the certificate policies "
                + "of the certificate and of the CAs between",
            Advice = "Issue it from a CA that does not require a policy (openssl x509 -text shows it as Require Explicit Policy).",
            Source = "RFC 5280, 4.2.1.11, 6.1.3 (d) to (f), 6.1.4 (h) to (j) and 6.1.5 (g)",
            Check = CheckPolicies,
        },
        new()
        {
            Id = "TrustedIssuer",
            Title = "The chain leads to the issuer that was given.",
            Compares = "the certificates above, by signature, subject and key, with those of -Issuer",
            Advice = "Give the CA that really issued it as -Issuer, and the intermediate CAs in the chain or as further issuers.",
            Source = "RFC 5280, 6.1",
            Check = CheckTrust,
        },
    ];

    static string? Unverifiable(DeviceCertificate certificate, DeviceCertificate issuer) =>
        certificate.FindUnverifiable(issuer) is { } reason
        ? $"The signature of '{SubjectText.Shorten(certificate.Subject)}' cannot be verified: {reason}."
        : null;

    static string Above(VerificationCase c) => SubjectText.Count(c.All.Count - 1, "certificate") + " above";

    static Finding CheckOrder(VerificationCase c)
    {
        if (c.Bundle.Count < 2) return c.Skip("The certificate came alone.");
        if (c.Bundle.FirstOrDefault(x => !c.StoredPath.Contains(x)) is { } stray)
            return Finding.Fail($"'{SubjectText.Shorten(stray.Subject)}' does not belong to the chain, or the link to it is missing.",
                DeviceStatus.KcmCrypto);
        if (c.Bundle.Distinct().Count() < c.Bundle.Count) return Finding.Fail("A certificate occurs twice.", DeviceStatus.KcmCrypto);
        if (c.Bundle.SequenceEqual(c.StoredPath)) return c.Pass($"{c.Bundle.Count} certificates, device first.");
        var order = string.Join(", ", c.Bundle.Select(x => $"'{SubjectText.Shorten(x.Subject)}'"));
        return Finding.Fail($"Expected the device's certificate first, then its issuer, and so on; found the order {order}.",
            DeviceStatus.KcmCrypto);
    }

    // The device verifies what it stores, link by link; trust needs the path.
    static Finding CheckSignatures(VerificationCase c)
    {
        if (c.All.Count < 2) return NoIssuer(c);
        var links = (c.IsStoredPathOnPath ? Links(c.Path) : Links(c.StoredPath).Concat(Links(c.Path)).Distinct()).ToList();
        if (links.FirstOrDefault(l => !l.Certificate.IsSignedBy(l.Issuer)) is not { Certificate: { } certificate, Issuer: { } issuer })
            return c.Pass($"{SubjectText.Count(links.Count, "signature")} verified.");
        return Unverifiable(certificate, issuer) is { } reason ? Finding.Fail(reason)
            : Finding.Fail(
                $"'{SubjectText.Shorten(certificate.Subject)}' is not signed by the key of '{SubjectText.Shorten(issuer.Subject)}'.",
                c.IsStored(issuer) ? DeviceStatus.KcmCrypto : null);
    }

    static IEnumerable<(DeviceCertificate Certificate, DeviceCertificate Issuer)> Links(IReadOnlyList<DeviceCertificate> path) =>
        Enumerable.Range(1, path.Count - 1).Select(i => (path[i - 1], path[i]));

    static Finding CheckAlgorithms(VerificationCase c)
    {
        if (c.All.Count < 2) return NoIssuer(c);
        var problems = c.All.Skip(1).Select(a => (Authority: a, Text: Algorithms.FindProblem(a))).Where(p => p.Text is not null).ToList();
        // The device does not see the signature of a CA that it does not store; its key verifies those below it.
        if (problems.Find(p => c.IsStored(p.Authority) || p.Authority.Point is null).Text is { } problem) return Finding.Fail(problem);
        return problems.Count > 0 ? Finding.Warn(problems[0].Text!) : c.Pass($"{Above(c)}, on P-256 with SHA-256.");
    }

    static Finding CheckAuthorities(VerificationCase c)
    {
        if (c.Issuer is null) return NoIssuer(c);
        string? warning = null;
        for (var i = 1; i < c.Path.Count; i++)
        {
            var (authority, name) = (c.Path[i], SubjectText.Shorten(c.Path[i].Subject));
            if (IssuerRights.Problems(authority, IssuerRights.Count(c.Path, i))
                .FirstOrDefault(p => p.RuleId == "AuthoritiesMaySign") is { } problem)
                return Finding.Fail(problem.Text);
            if (authority.Fields.Extension(X509Extensions.BasicConstraints) is { IsCritical: false })
                warning ??= $"The basicConstraints of '{name}' are not critical, as RFC 5280 demands of a CA.";
            if (authority.KeyUsage is not { } usage)
                warning ??= $"The keyUsage of '{name}' is absent; RFC 5280 demands it of a CA.";
            else if ((CertificateProfile.Authority.KeyUsage & ~usage) is var missing && missing != 0)
                warning ??= $"The keyUsage of '{name}' is {usage}, without {missing}. "
                    + "The vendor's portal asks for it, RFC 5280 does not: a CA that is not uploaded there needs no change.";
        }

        return warning is null ? c.Pass($"{Above(c)}, of CAs that may sign.") : Finding.Warn(warning);
    }

    static Finding CheckPurposes(VerificationCase c)
    {
        if (c.Issuer is null) return NoIssuer(c);
        return c.Authorities.SelectMany(IssuerRights.ProblemsAnywhere).FirstOrDefault(p => p.RuleId == "AuthorityPurposes") is { } problem
            ? Finding.Fail(problem.Text)
            : c.Pass("No CA above excludes clientAuth.");
    }

    static Finding CheckForm(VerificationCase c)
    {
        if (c.Issuer is null) return NoIssuer(c);
        if (c.All.Skip(1).SelectMany(IssuerRights.ProblemsAnywhere).FirstOrDefault(p => p.RuleId == "AuthoritiesWellFormed") is { } problem)
            return Finding.Fail(problem.Text);
        var warning = c.All.Skip(1)
            .Select(a => FormatRules.FindSerialProblem(a) is { } serial ? $"'{SubjectText.Shorten(a.Subject)}': {serial}" : null)
            .FirstOrDefault(w => w is not null);
        return warning is null
            ? c.Pass($"{Above(c)}, in DER, with names, times and serial numbers as RFC 5280 says.")
            : Finding.Warn(warning);
    }

    static Finding CheckNames(VerificationCase c)
    {
        if (c.Issuer is null) return NoIssuer(c);
        if (FindForbiddenName(c) is { } problem) return Finding.Fail(problem);
        var constrained = c.Authorities.Count(a => a.Fields.Extension(X509Extensions.NameConstraints) is not null);
        return c.Pass(
            constrained == 0 ? "No CA above constrains names." : $"{constrained} CAs above constrain names, and allow these.");
    }

    /// <summary>Which CA of the path does not allow a name below it, in a sentence; null when each allows all.</summary>
    public static string? FindForbiddenName(VerificationCase c)
    {
        for (var i = 1; i < c.Path.Count; i++)
        {
            for (var below = 0; below < i; below++)
            {
                if (ConstrainedNames.Find(c.Path[i], c.Path[below], isLast: below == 0) is { } reason)
                    return $"'{SubjectText.Shorten(c.Path[i].Subject)}' may not have "
                        + $"'{SubjectText.Shorten(c.Path[below].Subject)}' below it: {reason}.";
            }
        }

        return null;
    }

    static Finding CheckPolicies(VerificationCase c)
    {
        if (c.Issuer is null) return NoIssuer(c);
        return ExplicitPolicy.FindProblem(c.Path) is { } problem ? Finding.Fail(problem)
            : c.Pass("Every policy that is required is there.");
    }

    static Finding NoIssuer(VerificationCase c) => c.Skip("No certificate above it is at hand: use -Issuer.");

    static Finding CheckTrust(VerificationCase c)
    {
        if (c.Anchors.Count == 0) return c.Skip("No issuer was given to trust, so it is unknown who signed this: use -Issuer.");
        if (c.Anchors.Any(a => KnownAuthority.AreOfOne(a, c.Certificate)))
            return Finding.Fail("This is a certificate of the issuer itself, not a device's.");
        for (var i = 1; i < c.Path.Count; i++)
        {
            if (!c.Path[i - 1].IsSignedBy(c.Path[i]))
                return Finding.Fail(
                    Unverifiable(c.Path[i - 1], c.Path[i])
                        ?? $"'{SubjectText.Shorten(c.Path[i].Subject)}' has the issuer's name, "
                        + $"but its key did not sign {(i == 1 ? "this certificate" : "the one below it")}.");
            if (c.Anchors.Contains(c.Path[i]))
                return c.Pass(
                    $"Signed by '{SubjectText.Shorten(c.Path[i].Subject)}'{(i > 1 ? $" through {i - 1} intermediate CAs" : "")}.");
        }

        var last = c.Path[c.Path.Count - 1];
        if (c.Heap.IsExhausted && c.Heap.Named(last.IssuerKey).Any())
            return Finding.Fail(
                $"Too many CAs are called '{SubjectText.Shorten(last.Issuer)}' to try them all: test fewer files at a time.");
        return Finding.Fail(last.IsSelfIssued
            ? $"The chain ends at '{SubjectText.Shorten(last.Subject)}', which is not among the issuers given."
            : $"The issuer '{SubjectText.Shorten(last.Issuer)}' is neither in the chain nor among those given.");
    }
}
