using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds;

/// <summary>
/// What RFC 5280 demands of every issuing certificate, except dates and signatures: one definition for issuing, for
/// testing, and for choosing among several CAs of one name. A trust anchor is not exempt, as it would be in RFC 5280.
/// </summary>
internal sealed class IssuerRights
{
    const string MaySign = "AuthoritiesMaySign";

    IssuerRights(DeviceCertificate authority) => Own = [.. Find(authority)];

    IReadOnlyList<IssuerProblem> Own { get; }

    /// <summary>Everything that forbids a CA to have these certificates below it, the worst first.</summary>
    /// <param name="authority">The CA.</param>
    /// <param name="authoritiesBelow">How many CAs stand below it, as <see cref="Count"/> counts them.</param>
    public static IReadOnlyList<IssuerProblem> Problems(DeviceCertificate authority, int authoritiesBelow)
    {
        // Asked several times for each device, always about the same CAs.
        var own = (authority.Facts.Rights ??= new(authority)).Own;
        return authority.PathLength is { } limit && authoritiesBelow > limit ? [TooLong(authority, limit, authoritiesBelow), .. own] : own;
    }

    /// <summary>What an issuing certificate lacks, wherever it is in the path.</summary>
    public static IReadOnlyList<IssuerProblem> ProblemsAnywhere(DeviceCertificate authority) => Problems(authority, 0);

    /// <summary>The CAs that count against the path length of the one above (4.2.1.9): not those that only renew a key.</summary>
    /// <param name="path">A path, the leaf first.</param>
    /// <param name="length">How many of its certificates stand below the CA.</param>
    public static int Count(IReadOnlyList<DeviceCertificate> path, int length)
    {
        var count = 0;
        for (var i = 1; i < length; i++)
        {
            if (!path[i].IsSelfIssued) count++;
        }

        return count;
    }

    static IssuerProblem TooLong(DeviceCertificate authority, int limit, int below) =>
        new(MaySign, "PathLengthExceeded",
            $"'{SubjectText.Shorten(authority.Subject)}' allows {limit} CAs below it (pathLenConstraint), not {below}.",
            "Issue from a CA that allows more, or shorten the chain.");

    static IEnumerable<IssuerProblem> Find(DeviceCertificate authority) =>
        FindOfCertificate(authority).Concat(FindOfExtensions(authority)).Concat(FindMalformed(authority));

    static IEnumerable<IssuerProblem> FindOfCertificate(DeviceCertificate authority)
    {
        var (fields, name) = (authority.Fields, SubjectText.Shorten(authority.Subject));
        if (fields.Version > 3 || (fields.Version < 3 && fields.Extensions.Length > 0))
        {
            var why = fields.Version < 3 ? " and has extensions, which only v3 has" : "";
            yield return new(MaySign, "IssuerNotAuthority", $"'{name}' is X.509 v{fields.Version}{why}.",
                "Use a CA's certificate of version 3.");
        }
        else if (!authority.IsCertificateAuthority)
        {
            var why =
                fields.Version < 3
                    ? $"it is X.509 v{fields.Version}, which cannot say that it is one"
                    : "its basicConstraints do not say CA:TRUE";
            yield return new(MaySign, "IssuerNotAuthority", $"'{name}' is not a CA: {why}.",
                "Use a CA's certificate; openssl x509 -req needs -extfile to make one.");
        }

        if (authority.KeyUsage is { } usage && (usage & X509KeyUsageFlags.KeyCertSign) == 0)
            yield return new(MaySign, "IssuerMayNotSign", $"'{name}' may not sign certificates: its keyUsage is {usage}.",
                "Use a CA's certificate with keyCertSign.");
    }

    static IEnumerable<IssuerProblem> FindOfExtensions(DeviceCertificate authority)
    {
        var (fields, name) = (authority.Fields, SubjectText.Shorten(authority.Subject));
        if (authority.Facts.MalformedExtension is { } malformed)
        {
            yield return new("ExtensionsWellFormed", "IssuerExtensionsMalformed",
                $"The extensions of '{name}' cannot be relied on: {malformed}.",
                "Use a CA whose certificate has each extension once and complete.");
        }

        if (authority.Facts.UnprocessedExtensions is { Length: > 0 } unknown)
        {
            yield return new("CriticalExtensions", "IssuerExtensionUnknown",
                $"'{name}' has critical extensions that are not processed here: {unknown}.",
                "Use a CA without them: a reader that does not know a critical extension must refuse the certificate.");
        }

        if (!Extensions.AllowsPurpose(fields, CertificateProfile.Bootstrap.ExtendedKeyUsage!))
        {
            var purposes = string.Join(", ", authority.EnhancedKeyUsage.Take(8));
            yield return new("AuthorityPurposes", "IssuerPurpose",
                $"'{name}' is restricted to {purposes} (extendedKeyUsage), without clientAuth.",
                "Use a CA without an extended key usage, or with clientAuth among them.");
        }
    }

    static IEnumerable<IssuerProblem> FindMalformed(DeviceCertificate authority)
    {
        const string advice = "Use a CA whose certificate is well-formed: New-CertificateAuthority makes one.";
        var (fields, name) = (authority.Fields, SubjectText.Shorten(authority.Subject));
        var text =
            !fields.IsDer ? $"'{name}' is BER, not DER: programs may read it differently."
            : fields.Subject.Count == 0 ? $"'{name}' has an empty subject."
            : fields.Issuer.Count == 0 ? $"'{name}' has an empty issuer."
            : TimeEncoding.FindProblem(fields) is { } time ? $"'{name}': {time}"
            : null;
        if (text is not null) yield return new("AuthoritiesWellFormed", "IssuerMalformed", text, advice);
    }
}
