using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// What Eclipse Mosquitto with require_certificate requires of a device's certificate: what OpenSSL requires of a TLS client, and
/// what its own options add.
/// </summary>
internal static class MosquittoRules
{
    const string Page = "mosquitto.conf(5) of Mosquitto 2.1 at commit 7b8aba1, https://github.com/eclipse-mosquitto/mosquitto "
        + "(read on 2026-11-26)";
    const string OpenSsl = "openssl-verification-options(1) at commit 02c7b2e, https://github.com/openssl/openssl (read on 2026-11-26)";

    const X509KeyUsageFlags ClientUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyAgreement;

    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "MosquittoName",
            Severity = CheckOutcome.Warning,
            Title = "There is a common name, which use_identity_as_username makes the user name.",
            Compares = "the common name with no value",
            Advice = "Issue it again with a CN if the broker uses use_identity_as_username.",
            Source = Page,
            Check = c => ServiceFindings.Name(c,
                Finding.Warn("There is no common name: with use_identity_as_username, mosquitto refuses the device."), _ => null,
                CheckOutcome.Warning),
        },
        new()
        {
            Id = "MosquittoPurpose",
            Title = "The certificate may be used by a TLS client, and no CA above excludes that.",
            Compares = "keyUsage with digitalSignature and keyAgreement, netscape-cert-type with SSL client, "
                + "and extendedKeyUsage of each certificate with clientAuth (absent means every use)",
            Advice = "Issue it again with keyUsage digitalSignature and extendedKeyUsage clientAuth.",
            Source = OpenSsl,
            Check = CheckPurpose,
        },
        new()
        {
            Id = "MosquittoChain",
            Title = "Each CA above is in the broker's cafile or sent by the device, and the root is in the cafile.",
            Compares = "the path from the device's certificate, and its signatures, with the issuers given as the cafile; "
                + "basicConstraints, pathLenConstraint, keyUsage and nameConstraints of each CA, also with a common name of two labels or "
                + "more where no subjectAltName is a DNS name",
            Advice = "Export the credential with its chain, or write all CAs into the cafile, the root included.",
            Source = $"{Page}; {OpenSsl}",
            Check = CheckChain,
        },
        new()
        {
            Id = "MosquittoValidity",
            Title = "The certificate and every CA above it are valid, the root included.",
            Compares = "notBefore and notAfter of each certificate of the path with the current time",
            Advice = "Issue it again, from a CA that is valid. Only disable_client_cert_date_checks makes mosquitto accept it.",
            Source = $"{OpenSsl}; {Page}",
            Check = c => ServiceFindings.Validity(c, c.Path),
        },
        new()
        {
            Id = "MosquittoRevocation",
            Title = "With a crlfile, a current list of the certificate's CA is in it and does not name the certificate.",
            Compares = "issuer and serial number of the device's certificate with the lists given as the crlfile; "
                + "CAs above are not looked up",
            Advice = "Issue a revoked device again. Write the CA's latest list into the crlfile: New-CertificateRevocationList makes it.",
            Source = Page,
            Check = CheckRevocation,
        },
    ];

    static Finding CheckPurpose(VerificationCase c)
    {
        if (c.Certificate.KeyUsage is { } usage && (usage & ClientUsage) == 0)
            return Finding.Fail($"keyUsage is {usage}, without DigitalSignature.");
        if (!Extensions.AllowsNetscapeClient(c.Fields)) return Finding.Fail("netscape-cert-type is without SSL client.");
        foreach (var certificate in c.Path)
        {
            if (Extensions.ExtendedKeyUsage(certificate.Fields) is not { } purposes || purposes.Contains(KeyPurposeID.id_kp_clientAuth))
                continue;
            var names = string.Join(", ", purposes.Take(8).Select(Extensions.PurposeName));
            return purposes.Contains(KeyPurposeID.AnyExtendedKeyUsage)
                ? Finding.Warn($"{c.Name(certificate)} has the extendedKeyUsage {names}, which OpenSSL 3.0 refuses without clientAuth.")
                : Finding.Fail($"{c.Name(certificate)} has the extendedKeyUsage {names}, without clientAuth.");
        }

        return c.Pass("A TLS client may use it.");
    }

    static Finding CheckChain(VerificationCase c)
    {
        if (c.Anchors.Count == 0) return c.Skip("No CA was given that is in the cafile: use -Issuer.");
        for (var i = 1; i < c.Path.Count; i++)
        {
            if (c.Path[i - 1].IsSignedBy(c.Path[i])) continue;
            return c.Path[i - 1].FindUnverifiable(c.Path[i]) is { } reason
                ? Finding.Skip($"The signature of '{SubjectText.Shorten(c.Path[i - 1].Subject)}' cannot be verified: {reason}.")
                : Finding.Fail($"'{SubjectText.Shorten(c.Path[i - 1].Subject)}' is not signed by the key of "
                    + $"'{SubjectText.Shorten(c.Path[i].Subject)}'.");
        }

        var top = c.Path[^1];
        if (!top.IsSelfIssued)
            return Finding.Fail($"The issuer '{SubjectText.Shorten(top.Issuer)}' is neither sent by the device nor among the issuers "
                + "given.");
        if (!c.Anchors.Contains(top)) return Finding.Fail($"The root '{SubjectText.Shorten(top.Subject)}' is not among the issuers given.");
        return (new SentChain(c).FindAuthorityProblem() ?? ChainRules.FindForbiddenName(c) ?? FindForbiddenHost(c)) is { } problem
            ? Finding.Fail(problem)
            : c.Pass($"The path leads to the root '{SubjectText.Shorten(top.Subject)}'.");
    }

    static string? FindForbiddenHost(VerificationCase c)
    {
        foreach (var authority in c.Authorities)
        {
            if (ConstrainedNames.FindHost(authority, c.Certificate) is { } reason)
                return $"OpenSSL takes the common name for a DNS name: below '{SubjectText.Shorten(authority.Subject)}', {reason}.";
        }

        return null;
    }

    static Finding CheckRevocation(VerificationCase c)
    {
        if (c.RevocationLists.Count == 0) return c.Skip("No revocation list was given: use -RevocationList.");
        if (c.Revocation.FindRevocation(c.Certificate) is { } revocation) return Finding.Fail(revocation);
        return c.Revocation.IsCovered(c.Certificate)
            ? c.Pass("A current list covers it and does not name it.")
            : Finding.Fail($"No current list of '{SubjectText.Shorten(c.Certificate.Issuer)}' was given; "
                + "with a crlfile that lacks it, mosquitto refuses every device of this CA.");
    }
}
