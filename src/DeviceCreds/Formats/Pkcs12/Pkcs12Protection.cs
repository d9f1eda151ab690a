using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Oiw;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>How a PKCS#12 file is protected.</summary>
/// <param name="Digest">The digest of its MAC.</param>
/// <param name="Iterations">The rounds of each of its three key derivations.</param>
/// <param name="Encrypt">Encrypts content with a password, in so many rounds.</param>
internal sealed record Pkcs12Protection(DerObjectIdentifier Digest, int Iterations, Func<byte[], char[], int,
    (AlgorithmIdentifier Algorithm, byte[] Encrypted)> Encrypt)
{
    /// <summary>AES-256 and SHA-256. More rounds than these, .NET's own loader refuses unless it is told otherwise.</summary>
    public static readonly Pkcs12Protection Modern = new(NistObjectIdentifiers.IdSha256, 300_000, KeyEncryption.Encrypt);

    /// <summary>Triple DES and SHA-1: what Windows knew before Windows 10 1709 and Windows Server 2019.</summary>
    public static readonly Pkcs12Protection Legacy = new(OiwObjectIdentifiers.IdSha1, 100_000, KeyEncryption.EncryptLegacy);
}
