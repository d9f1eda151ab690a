#if !NET
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Utilities;

namespace DeviceCreds;

internal static partial class P256
{
    // Not a field of this class: the order of fields in a partial class is undefined, and this one needs the curve.
    static class Managed
    {
        public static readonly ECNamedDomainParameters Domain = new(X9ObjectIdentifiers.Prime256v1, Curve);
    }

    /// <summary>A new key pair from the system's generator.</summary>
    public static (byte[] Scalar, byte[] Point) Generate()
    {
        var generator = new ECKeyPairGenerator();
        generator.Init(new ECKeyGenerationParameters(Managed.Domain, new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        var scalar = BigIntegers.AsUnsignedByteArray(ScalarSize, ((ECPrivateKeyParameters)pair.Private).D);
        return (scalar, ((ECPublicKeyParameters)pair.Public).Q.GetEncoded(false));
    }

    static byte[]? PlatformPublicPoint(byte[] scalar) => null;

    /// <summary>Signs with one key, from any number of threads; the data's SHA-256 digest is signed, the signature is DER.</summary>
    public sealed class Signer : IDisposable
    {
        readonly ECPrivateKeyParameters _key;

        public Signer(byte[] scalar, byte[] point) => _key = new(new BigInteger(1, scalar), Managed.Domain);

        public byte[] Sign(byte[] data) => Run(true, _key, data).GenerateSignature();

        public void Dispose()
        {
        }
    }

    /// <summary>Verifies with one public key, from any number of threads.</summary>
    public sealed class Verifier(byte[] point)
    {
        readonly ECPublicKeyParameters _key = new(Managed.Domain.Curve.DecodePoint(point), Managed.Domain);

        /// <summary>Whether a DER-encoded ECDSA signature over the SHA-256 digest of the data is this key's.</summary>
        public bool Verify(byte[] data, byte[] signature) => IsSignature(signature) && Run(false, _key, data).VerifySignature(signature);
    }

    static ISigner Run(bool forSigning, AsymmetricKeyParameter key, byte[] data)
    {
        var signer = SignerUtilities.InitSigner(X9ObjectIdentifiers.ECDsaWithSha256, forSigning, key, forSigning
            ? new SecureRandom() : null);
        signer.BlockUpdate(data, 0, data.Length);
        return signer;
    }
}
#endif
