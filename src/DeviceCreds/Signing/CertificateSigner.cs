using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds;

/// <summary>
/// The key behind an <see cref="X509Certificate2"/>: Windows' store, a smart card, a TPM, a file that .NET opened.
/// It only signs, so a key that cannot be exported also works.
/// </summary>
internal sealed class CertificateSigner : ICertificateSigner
{
    readonly ECDsa _key;

    internal CertificateSigner(ECDsa key, byte[] point)
    {
        _key = key;
        PublicPoint = point;
    }

    public string Location => "X509Certificate2";

    public byte[] PublicPoint { get; }

    /// <summary>Null when the certificate comes without an EC private key.</summary>
    public static CertificateSigner? From(X509Certificate2 certificate, byte[] point)
    {
        try
        {
            return certificate.HasPrivateKey && certificate.GetECDsaPrivateKey() is { } key ? new CertificateSigner(key, point) : null;
        }
        catch (CryptographicException e)
        {
            throw new InputException("IssuerKeyUnusable", ErrorKind.AccessDenied,
                $"The private key of the certificate cannot be used: {e.Message}",
                "May this account use the key, and is its card or token connected?", inner: e);
        }
    }

    public byte[] Sign(byte[] data, CancellationToken cancel = default)
    {
        try
        {
            // A token's key may be unsafe for concurrent use.
            lock (_key)
            {
                cancel.ThrowIfCancellationRequested();
                return RawSignature.ToDer(_key.SignData(data, HashAlgorithmName.SHA256));
            }
        }
        catch (CryptographicException e)
        {
            throw new IssuanceException("SigningFailed", ErrorKind.AccessDenied,
                $"The CA's private key does not sign: {e.Message}", "Is its card or token still connected, and was the PIN right?");
        }
    }

    public void Dispose() => _key.Dispose();
}
