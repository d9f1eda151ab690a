using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>What the certificate may be used for.</summary>
internal static class ExtensionRules
{
    public static readonly IReadOnlyList<Rule> All =
    [
        new()
        {
            Id = "ExtensionsWellFormed",
            Title = "Each extension comes once and has the form that RFC 5280 gives it, here and in the certificates above.",
            Compares = "the extensions with each other, and the known ones with their definitions",
            Advice = "Issue it again with a tool that writes each extension once and complete.",
            Source = "RFC 5280, 4.2",
            Check = CheckForm,
        },
        new()
        {
            Id = "CriticalExtensions",
            Title = "The device knows every critical extension in its certificate and in those stored with it; "
                + "those in certificates above are processed here.",
            Compares =
                "the critical extensions with basicConstraints, keyUsage, extendedKeyUsage, subjectAltName and netscape-cert-type; "
                    + "above those stored on the device also with nameConstraints "
                    + "and those of policies",
            Advice = "Issue it again without that extension, or with it as non-critical.",
            Source = "RFC 5280, 4.2, 6.1.4 (o) and 6.1.5 (f); device-side code",
            Check = CheckCritical,
        },
        new()
        {
            Id = "BasicConstraints",
            IsRelaxedForDevelopment = true,
            Title = "The certificate is not a CA's.",
            Compares = "basicConstraints with CA:FALSE (absent means the same)",
            Advice = "If this is your CA's certificate, test the device's instead; "
                + "otherwise issue it again with basicConstraints CA:FALSE.",
            Source = "RFC 5280, 4.2.1.9",
            Check = CheckBasicConstraints,
        },
        new()
        {
            Id = "KeyUsage",
            Title = "The key may be used for digital signatures, and not to sign certificates.",
            Compares = "keyUsage with digitalSignature (absent means every use)",
            Advice = "Issue it again with keyUsage digitalSignature, critical.",
            Source = "RFC 5280, 4.2.1.3; TLS 1.2 client authentication (RFC 5246, 7.4.6)",
            Check = CheckKeyUsage,
        },
        new()
        {
            Id = "ExtendedKeyUsage",
            Title = "The extended key usage is absent, or includes clientAuth (or any).",
            Compares = "extendedKeyUsage with clientAuth and anyExtendedKeyUsage",
            Advice = "Issue it again with extendedKeyUsage clientAuth.",
            Source = "RFC 5280, 4.2.1.12; device-side code",
            Check = CheckExtendedKeyUsage,
        },
        new()
        {
            Id = "KeyIdentifiers",
            Title = "The authority key identifier is the issuer's subject key identifier, from the device up to the root.",
            Compares =
                "authorityKeyIdentifier of each certificate with the next one's subjectKeyIdentifier, issuer and serial number, "
                    + "as far as it names them",
            Advice = "Issue it again with the certificate of the CA that really signs.",
            Source = "RFC 5280, 4.2.1.1 and 4.2.1.2",
            Check = CheckKeyIdentifiers,
        },
    ];

    static readonly HashSet<DerObjectIdentifier> KnownToDevice =
        [X509Extensions.BasicConstraints, X509Extensions.KeyUsage, X509Extensions.ExtendedKeyUsage,
            X509Extensions.SubjectAlternativeName, X509Extensions.CertificatePolicies, new("2.16.840.1.113730.1.1")];

    static Finding CheckForm(VerificationCase c)
    {
        foreach (var certificate in c.All)
        {
            if (certificate.Facts.MalformedExtension is { } problem) return Finding.Fail($"{Place(c, certificate)}{problem}.");
        }

        var own = c.Fields.Extensions;
        return own.Length == 0
            ? c.Pass("No extensions.")
            : c.Pass($"{SubjectText.Count(own.Length, "extension")}: {Extensions.Names(own)}.");
    }

    static Finding CheckCritical(VerificationCase c)
    {
        foreach (var certificate in c.StoredPath)
        {
            if (!Array.Exists(certificate.Fields.Extensions, IsUnknownToDevice)) continue;
            var unknown = Extensions.Names(certificate.Fields.Extensions.Where(IsUnknownToDevice));
            return Finding.Fail($"{Place(c, certificate)}Critical and not known to the device: {unknown}.");
        }

        foreach (var authority in c.Authorities)
        {
            if (authority.Facts.UnprocessedExtensions is { Length: > 0 } unknown)
                return Finding.Fail(
                    $"{Place(c, authority)}Critical and not supported, so that the certificate must be refused: {unknown}.");
        }

        return Array.Exists(c.Fields.Extensions, e => e.IsCritical)
            ? c.Pass($"Critical: {Extensions.Names(c.Fields.Extensions.Where(e => e.IsCritical))}.")
            : c.Pass("None is critical.");
    }

    static bool IsUnknownToDevice(ExtensionField extension) => extension.IsCritical && !KnownToDevice.Contains(extension.Id);

    static string Place(VerificationCase c, DeviceCertificate certificate) =>
        ReferenceEquals(certificate, c.Certificate) ? "" : $"{c.Name(certificate)}: ";

    static Finding CheckBasicConstraints(VerificationCase c)
    {
        if (c.Fields.Extension(X509Extensions.BasicConstraints) is null) return c.Pass("Absent, which means no CA.");
        if (Extensions.BasicConstraints(c.Fields) is not { } constraints) return Finding.Fail("basicConstraints are damaged.");
        if (constraints.IsCA())
            return Finding.Fail("basicConstraints say CA:TRUE: this is a CA's certificate, or a device that could issue others.");
        return constraints.PathLenConstraint is null
            ? c.Pass("CA:FALSE.")
            : Finding.Fail("basicConstraints say CA:FALSE and have a pathLenConstraint, which only a CA may have.");
    }

    static Finding CheckKeyUsage(VerificationCase c)
    {
        if (c.Fields.Extension(X509Extensions.KeyUsage) is not { } extension) return c.Pass("Absent, which means every use.");
        if (c.Certificate.KeyUsage is not { } usage) return Finding.Fail("keyUsage is damaged.");
        if (usage == X509KeyUsageFlags.None) return Finding.Fail("keyUsage is empty: the key may be used for nothing.");
        var needed = c.Profile.KeyUsage;
        if ((usage & needed) != needed)
            return Finding.Fail($"keyUsage is {usage}; {needed} is missing, without which the device cannot authenticate.");
        if ((usage & X509KeyUsageFlags.KeyCertSign) != 0) return Finding.Fail($"keyUsage is {usage}: a device must not sign certificates.");
        return extension.IsCritical ? c.Pass($"{usage}, critical.") : Finding.Warn($"keyUsage is {usage}, but not marked critical.");
    }

    static Finding CheckExtendedKeyUsage(VerificationCase c)
    {
        if (c.Fields.Extension(X509Extensions.ExtendedKeyUsage) is null) return c.Pass("Absent, which means every use.");
        if (Extensions.ExtendedKeyUsage(c.Fields) is not { Count: > 0 } purposes)
            return Finding.Fail("extendedKeyUsage is empty or damaged.");
        return Extensions.AllowsPurpose(c.Fields, c.Profile.ExtendedKeyUsage!)
            ? c.Pass($"{Names(purposes)}.")
            : Finding.Fail($"extendedKeyUsage is {Names(purposes)}, without clientAuth.", DeviceStatus.InvalidCertificate);
    }

    static string Names(IEnumerable<DerObjectIdentifier> purposes) =>
        string.Join(", ", purposes.Take(8).Select(Extensions.PurposeName));

    static Finding CheckKeyIdentifiers(VerificationCase c)
    {
        string? warning = null;
        for (var i = 0; i < c.Path.Count; i++)
        {
            var certificate = c.Path[i];
            if (i > 0 && Extensions.SubjectKeyIdentifier(certificate.Fields) is null)
                warning ??= $"{c.Name(certificate)} has no subjectKeyIdentifier, which RFC 5280 demands of a CA.";
            if (certificate.IsSelfIssued) break;
            if (Extensions.AuthorityKeyIdentifier(certificate.Fields) is null)
                warning ??= $"{c.Name(certificate)} has no authorityKeyIdentifier that names a key: where two CAs have one name, "
                    + "a reader must try both.";
            if (i + 1 == c.Path.Count) continue;
            // A renewed CA has one key and several certificates: it is enough that one fits.
            var mismatches =
                c.Heap.Authority(c.Path[i + 1]).Certificates.Select(issuer => KeyIdentifiers.FindMismatch(certificate, issuer));
            if (!mismatches.Contains(null)) return Finding.Fail($"{c.Name(certificate)} says that {mismatches.First()}.");
        }

        if (warning is not null) return Finding.Warn(warning);
        if (c.Certificate.IsSelfIssued) return c.Pass("A self-signed certificate needs none.");
        return c.Issuer is null
            ? c.Skip("The issuer's certificate is not at hand: use -Issuer.")
            : c.Pass($"{Hex.Encode(Extensions.AuthorityKeyIdentifier(c.Fields)!)}.");
    }
}
