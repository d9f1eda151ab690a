using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>Whether a certificate's authorityKeyIdentifier (RFC 5280, 4.2.1.1) fits an issuer's certificate.</summary>
internal static class KeyIdentifiers
{
    /// <summary>By what a CA's certificates name its key: its subjectKeyIdentifier, or the usual digest of the key.</summary>
    public static byte[] Of(DeviceCertificate issuer) =>
        Extensions.SubjectKeyIdentifier(issuer.Fields) ?? OfKey(issuer);

    /// <summary>The usual digest of its key (RFC 5280, 4.2.1.2, method 1), whatever its certificate says.</summary>
    public static byte[] OfKey(DeviceCertificate authority) => Extensions.KeyIdentifier(authority.Fields.KeyInfo.PublicKey.GetBytes());

    /// <summary>What a certificate says of its issuer that this issuer contradicts, as a clause; null when nothing does.</summary>
    public static string? FindMismatch(DeviceCertificate certificate, DeviceCertificate issuer)
    {
        if (Extensions.AuthorityKey(certificate.Fields) is not { } named) return null;
        if (named.KeyIdentifier?.GetOctets() is { } authority && Extensions.SubjectKeyIdentifier(issuer.Fields) is { } subject
            && !authority.AsSpan().SequenceEqual(subject))
            return $"the key {Hex.Encode(authority)} signed it; the issuer's is {Hex.Encode(subject)}";
        return named is { AuthorityCertSerialNumber: { } serial, AuthorityCertIssuer: { } issuers }
            && !(issuer.Fields.Serial.Equals(serial) && IsNamed(issuer, issuers))
            ? $"the certificate with the serial number {SerialNumbers.Format(serial)} signed it; "
                + $"the issuer's is {issuer.SerialNumber} of '{SubjectText.Shorten(issuer.Issuer)}'"
            : null;
    }

    static bool IsNamed(DeviceCertificate issuer, GeneralNames issuers) =>
        issuers.GetNames()
            .Where(n => n.TagNo == GeneralName.DirectoryName)
            .All(n => DistinguishedName.Normalise((Asn1Sequence)n.Name.ToAsn1Object()) == issuer.IssuerKey);
}
