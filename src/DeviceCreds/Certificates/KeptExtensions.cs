using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// What a CA's new certificate takes from the one before, byte for byte: the extensions that say what the CA may be used for, and the
/// other names of the CA. A new certificate must not allow more than the old one did.
/// </summary>
internal static class KeptExtensions
{
    static readonly HashSet<DerObjectIdentifier> Kept =
    [
        X509Extensions.KeyUsage, X509Extensions.ExtendedKeyUsage, X509Extensions.NameConstraints, X509Extensions.CertificatePolicies,
        X509Extensions.PolicyMappings, X509Extensions.PolicyConstraints, X509Extensions.InhibitAnyPolicy,
        X509Extensions.SubjectAlternativeName, Extensions.NetscapeCertificateType,
    ];

    /// <summary>Each certificate has its own: they depend on its keys, and on the path length that its issuer allows.</summary>
    static readonly HashSet<DerObjectIdentifier> Rewritten =
    [
        X509Extensions.BasicConstraints, X509Extensions.SubjectKeyIdentifier, X509Extensions.AuthorityKeyIdentifier,
    ];

    /// <summary>The extensions that the new certificate has as the old one has them.</summary>
    /// <exception cref="IssuanceException">One that restricts the CA cannot be kept.</exception>
    public static IReadOnlyList<ExtensionField> Of(DeviceCertificate old)
    {
        var name = SubjectText.Shorten(old.Subject);
        if (old.Facts.MalformedExtension is { } malformed) throw NotKept($"The extensions of '{name}' cannot be relied on: {malformed}.");
        // A critical extension may restrict in a way that is not known here (RFC 5280, 4.2).
        var unknown = old.Fields.Extensions.Where(e => e.IsCritical && !Kept.Contains(e.Id) && !Rewritten.Contains(e.Id)).ToList();
        if (unknown.Count > 0)
            throw NotKept($"'{name}' has critical extensions that are not known here: {Extensions.Names(unknown)}. "
                + "Its new certificate would not have them, and might allow more.");
        return [.. old.Fields.Extensions.Where(e => Kept.Contains(e.Id))];
    }

    /// <summary>The names of the extensions that a CA's new certificate does not have; empty when it has all.</summary>
    public static string Missing(DeviceCertificate old, DeviceCertificate renewed) => Extensions.Names(
        old.Fields.Extensions.Where(e => !Rewritten.Contains(e.Id) && renewed.Fields.Extension(e.Id) is null));

    static IssuanceException NotKept(string problem) => new("RestrictionsNotKept", ErrorKind.InvalidData, problem,
        "Renew this CA with the program that made it, or make a new CA: New-CertificateAuthority.");
}
