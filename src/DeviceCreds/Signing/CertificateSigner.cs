using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>
/// The key behind an <see cref="X509Certificate2"/>: Windows' store, a smart card, a TPM, a file that .NET opened.
/// It is only asked to sign, so a key that cannot be exported works as well.
/// </summary>
internal sealed class CertificateSigner : ICertificateSigner
{
    readonly ECDsa _key;

    CertificateSigner(ECDsa key, byte[] point)
    {
        _key = key;
        PublicPoint = point;
    }

    public string Location => "X509Certificate2";

    public byte[] PublicPoint { get; }

    /// <summary>Null when the certificate comes without an EC private key.</summary>
    public static CertificateSigner? From(X509Certificate2 certificate, byte[] point) =>
        certificate.HasPrivateKey && certificate.GetECDsaPrivateKey() is { } key ? new CertificateSigner(key, point) : null;

    public byte[] Sign(byte[] data)
    {
        // A token's key is not promised to be safe for concurrent use.
        lock (_key)
        {
#if NET
            return _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
#else
            var raw = _key.SignData(data, HashAlgorithmName.SHA256);
            var half = raw.Length / 2;
            return new DerSequence(new DerInteger(new BigInteger(1, raw, 0, half)), new DerInteger(new BigInteger(1, raw, half, half))).GetDerEncoded();
#endif
        }
    }

    public void Dispose() => _key.Dispose();
}
