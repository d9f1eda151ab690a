using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// What a certificate of one kind must be. Certificates are minted from it and tested against it, so that the two can
/// never disagree. Source: the vendor's "Properties for manually generated keys and certificates", and RFC 5280.
/// </summary>
internal sealed class CertificateProfile
{
    public static readonly CertificateProfile Bootstrap = new()
    {
        Name = "bootstrap device certificate",
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsage = KeyPurposeID.id_kp_clientAuth,
    };

    public static readonly CertificateProfile Lwm2m = new()
    {
        Name = "LwM2M device certificate",
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsage = KeyPurposeID.id_kp_clientAuth,
        NeedsAccountId = true,
    };

    public static readonly CertificateProfile Authority = new()
    {
        Name = "CA certificate",
        IsCertificateAuthority = true,
        KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
    };

    /// <summary>Of a certificate that proves to a service who has a CA's key, and is for nothing else.</summary>
    public static readonly CertificateProfile Proof = new()
    {
        Name = "proof of possession",
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
    };

    public required string Name { get; init; }

    public bool IsCertificateAuthority { get; private init; }

    public required X509KeyUsageFlags KeyUsage { get; init; }

    public DerObjectIdentifier? ExtendedKeyUsage { get; private init; }

    public bool NeedsAccountId { get; private init; }

    public static CertificateProfile For(CredentialKind kind) => kind == CredentialKind.Bootstrap ? Bootstrap : Lwm2m;
}
