using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>Who a certificate is for: a name and a public key.</summary>
/// <param name="Name">The subject's name.</param>
/// <param name="Point">The key's point on P-256.</param>
internal sealed record CertificateSubject(Asn1Sequence Name, byte[] Point)
{
    /// <summary>The subjectKeyIdentifier; by default the usual digest of the key.</summary>
    public byte[] KeyIdentifier { get; init; } = Extensions.KeyIdentifier(Point);

    /// <summary>The subjectAltName; null when there is none.</summary>
    public GeneralNames? AlternativeNames { get; init; }
}
