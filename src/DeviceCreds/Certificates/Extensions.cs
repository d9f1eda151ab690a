using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>The extensions that our certificates use (RFC 5280, 4.2.1): written, read and named.</summary>
internal static class Extensions
{
    static readonly Dictionary<DerObjectIdentifier, string> Names = new()
    {
        [X509Extensions.BasicConstraints] = "basicConstraints", [X509Extensions.KeyUsage] = "keyUsage", [X509Extensions.ExtendedKeyUsage] = "extendedKeyUsage",
        [X509Extensions.SubjectKeyIdentifier] = "subjectKeyIdentifier", [X509Extensions.AuthorityKeyIdentifier] = "authorityKeyIdentifier",
        [X509Extensions.SubjectAlternativeName] = "subjectAltName", [X509Extensions.IssuerAlternativeName] = "issuerAltName",
        [X509Extensions.NameConstraints] = "nameConstraints", [X509Extensions.CertificatePolicies] = "certificatePolicies",
        [X509Extensions.PolicyConstraints] = "policyConstraints", [X509Extensions.PolicyMappings] = "policyMappings", [X509Extensions.InhibitAnyPolicy] = "inhibitAnyPolicy",
        [X509Extensions.CrlDistributionPoints] = "cRLDistributionPoints", [X509Extensions.AuthorityInfoAccess] = "authorityInfoAccess",
        [new DerObjectIdentifier("2.16.840.1.113730.1.1")] = "netscape-cert-type",
    };

    static readonly Dictionary<DerObjectIdentifier, string> Purposes = new()
    {
        [KeyPurposeID.AnyExtendedKeyUsage] = "anyExtendedKeyUsage", [KeyPurposeID.id_kp_serverAuth] = "serverAuth", [KeyPurposeID.id_kp_clientAuth] = "clientAuth",
        [KeyPurposeID.id_kp_codeSigning] = "codeSigning", [KeyPurposeID.id_kp_emailProtection] = "emailProtection",
        [KeyPurposeID.id_kp_timeStamping] = "timeStamping", [KeyPurposeID.id_kp_OCSPSigning] = "OCSPSigning",
    };

    public static string Name(DerObjectIdentifier id) => Names.TryGetValue(id, out var name) ? name : id.Id;

    public static string PurposeName(DerObjectIdentifier id) => Purposes.TryGetValue(id, out var name) ? name : id.Id;

    public static DerSequence Write(DerObjectIdentifier id, bool critical, Asn1Encodable value)
    {
        var octets = new DerOctetString(value.GetDerEncoded());
        return critical ? new DerSequence(id, DerBoolean.True, octets) : new DerSequence(id, octets);
    }

    /// <summary>SHA-1 of the public point: RFC 5280's method 1 (4.2.1.2), which everybody's tools use.</summary>
    public static byte[] KeyIdentifier(byte[] point) => P256.Sha1(point);

    public static BasicConstraints? BasicConstraints(CertificateFields fields) => Read(fields, X509Extensions.BasicConstraints, Org.BouncyCastle.Asn1.X509.BasicConstraints.GetInstance);

    public static IReadOnlyList<DerObjectIdentifier>? ExtendedKeyUsage(CertificateFields fields) =>
        Read<IReadOnlyList<DerObjectIdentifier>>(fields, X509Extensions.ExtendedKeyUsage, value => Asn1Sequence.GetInstance(value).Select(DerObjectIdentifier.GetInstance).ToList());

    public static byte[]? SubjectKeyIdentifier(CertificateFields fields) => Read(fields, X509Extensions.SubjectKeyIdentifier, value => Asn1OctetString.GetInstance(value).GetOctets());

    public static byte[]? AuthorityKeyIdentifier(CertificateFields fields) =>
        Read(fields, X509Extensions.AuthorityKeyIdentifier, value => Org.BouncyCastle.Asn1.X509.AuthorityKeyIdentifier.GetInstance(value).KeyIdentifier?.GetOctets());

    public static X509KeyUsageFlags? KeyUsage(CertificateFields fields) => KeyUsageBits(fields) is { } bits ? (X509KeyUsageFlags)bits : null;

    // The flags of .NET are the octets of the BIT STRING, first octet lowest; so are BouncyCastle's.
    static int? KeyUsageBits(CertificateFields fields) =>
        Read(fields, X509Extensions.KeyUsage, value => (object)DerBitString.GetInstance(value).IntValue) is int bits ? bits : null;

    /// <summary>Reads an extension; null when it is absent or damaged (which <see cref="IsReadable"/> tells apart).</summary>
    static T? Read<T>(CertificateFields fields, DerObjectIdentifier id, Func<Asn1Object, T?> read)
        where T : class
    {
        if (fields.Extension(id) is not { } extension) return null;
        try
        {
            return read(Asn1Object.FromByteArray(extension.Value));
        }
        catch (Exception e) when (CertificateReader.IsParsingError(e))
        {
            return null;
        }
    }

    /// <summary>Whether an extension, when it is one that we know, has the form that RFC 5280 gives it.</summary>
    public static bool IsReadable(CertificateFields fields, ExtensionField extension)
    {
        var id = extension.Id;
        if (id.Equals(X509Extensions.BasicConstraints)) return BasicConstraints(fields) is not null;
        if (id.Equals(X509Extensions.KeyUsage)) return KeyUsage(fields) is not null;
        if (id.Equals(X509Extensions.ExtendedKeyUsage)) return ExtendedKeyUsage(fields) is not null;
        if (id.Equals(X509Extensions.SubjectKeyIdentifier)) return SubjectKeyIdentifier(fields) is not null;
        if (id.Equals(X509Extensions.AuthorityKeyIdentifier)) return Read(fields, id, Org.BouncyCastle.Asn1.X509.AuthorityKeyIdentifier.GetInstance) is not null;
        if (id.Equals(X509Extensions.SubjectAlternativeName)) return Read(fields, id, GeneralNames.GetInstance) is not null;
        return true;
    }
}
