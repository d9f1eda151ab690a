using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds;

/// <summary>
/// What RFC 5280, 6.1.4, asks of every certificate above another, but for dates and signatures: one definition for issuing,
/// for testing, and for choosing among several CAs of one name. A trust anchor is not exempt, as RFC 5280 would have it.
/// </summary>
internal sealed class IssuerRights
{
    readonly int _authoritiesBelow;
    readonly List<IssuerProblem> _problems;

    IssuerRights(DeviceCertificate authority, int authoritiesBelow) => (_authoritiesBelow, _problems) = (authoritiesBelow, [.. Find(authority, authoritiesBelow)]);

    /// <summary>All that forbids a CA to have these certificates below it, the worst first.</summary>
    /// <param name="authority">The CA.</param>
    /// <param name="authoritiesBelow">How many CAs stand below it, those not counted that only renew a key of their own name (4.2.1.9).</param>
    public static IReadOnlyList<IssuerProblem> Problems(DeviceCertificate authority, int authoritiesBelow)
    {
        // Asked several times for each device below, and always of the same CAs.
        var rights = authority.Rights;
        if (rights?._authoritiesBelow != authoritiesBelow) authority.Rights = rights = new(authority, authoritiesBelow);
        return rights._problems;
    }

    static IEnumerable<IssuerProblem> Find(DeviceCertificate authority, int authoritiesBelow)
    {
        const string MaySign = "AuthoritiesMaySign";
        var (fields, name) = (authority.Fields, SubjectText.Shorten(authority.Subject));
        if (fields.Version > 3 || (fields.Version < 3 && fields.Extensions.Count > 0))
            yield return new(MaySign, "IssuerNotAuthority", $"'{name}' is X.509 v{fields.Version}{(fields.Version < 3 ? " and has extensions, which only v3 has" : "")}.", "Use a CA's certificate of version 3.");
        else if (!authority.IsCertificateAuthority)
            yield return new(MaySign, "IssuerNotAuthority", $"'{name}' is not a CA: {(fields.Version < 3 ? $"it is X.509 v{fields.Version}, which cannot say that it is one" : "its basicConstraints do not say CA:TRUE")}.", "Use a CA's certificate; openssl x509 -req needs -extfile to make one.");
        if (authority.KeyUsage is { } usage && (usage & X509KeyUsageFlags.KeyCertSign) == 0)
            yield return new(MaySign, "IssuerMayNotSign", $"'{name}' may not sign certificates: its keyUsage is {usage}.", "Use a CA's certificate with keyCertSign.");
        if (authority.PathLength is { } limit && authoritiesBelow > limit)
            yield return new(MaySign, "PathLengthExceeded", $"'{name}' allows {limit} CAs below it (pathLenConstraint), not {authoritiesBelow}.", "Issue from a CA that allows more, or shorten the chain.");
        if (Extensions.FindMalformed(fields) is { } malformed)
            yield return new("ExtensionsWellFormed", "IssuerExtensionsMalformed", $"The extensions of '{name}' cannot be relied on: {malformed.Text}.", "Use a CA whose certificate has each extension once and complete.");
        if (Extensions.NotProcessed(fields) is { Length: > 0 } strangers)
            yield return new("CriticalExtensions", "IssuerExtensionUnknown", $"'{name}' has critical extensions that are not processed here: {strangers}.", "Use a CA without them: who does not know a critical extension must refuse the certificate.");
        if (!Extensions.AllowsPurpose(fields, CertificateProfile.Bootstrap.ExtendedKeyUsage!))
            yield return new("AuthorityPurposes", "IssuerPurpose", $"'{name}' is restricted to {string.Join(", ", authority.EnhancedKeyUsage.Take(8))} (extendedKeyUsage), without clientAuth.", "Use a CA without an extended key usage, or with clientAuth among them.");
    }

    /// <summary>The CAs that count against the path length of the one above them.</summary>
    public static int Count(IEnumerable<DeviceCertificate> below) => below.Skip(1).Count(c => !c.IsSelfIssued);
}
