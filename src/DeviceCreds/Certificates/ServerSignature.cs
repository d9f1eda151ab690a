using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace DeviceCreds;

/// <summary>
/// Signatures as servers verify them: ECDSA and RSA with SHA-256, SHA-384 and SHA-512, and EdDSA. A device verifies fewer:
/// see <see cref="DeviceCertificate.IsSignedBy"/>.
/// </summary>
internal static class ServerSignature
{
    /// <summary>In bits: a file may hold any key, and verifying with a larger one would take seconds.</summary>
    const int LargestModulus = 8192,
        LargestExponent = 64;

    static readonly Dictionary<DerObjectIdentifier, HashAlgorithmName> Ecdsa = new()
    {
        [X9ObjectIdentifiers.ECDsaWithSha256] = HashAlgorithmName.SHA256,
        [X9ObjectIdentifiers.ECDsaWithSha384] = HashAlgorithmName.SHA384,
        [X9ObjectIdentifiers.ECDsaWithSha512] = HashAlgorithmName.SHA512,
    };

    static readonly Dictionary<DerObjectIdentifier, HashAlgorithmName> Rsa = new()
    {
        [PkcsObjectIdentifiers.Sha256WithRsaEncryption] = HashAlgorithmName.SHA256,
        [PkcsObjectIdentifiers.Sha384WithRsaEncryption] = HashAlgorithmName.SHA384,
        [PkcsObjectIdentifiers.Sha512WithRsaEncryption] = HashAlgorithmName.SHA512,
    };

    static readonly Dictionary<DerObjectIdentifier, HashAlgorithmName> Hashes = new()
    {
        [NistObjectIdentifiers.IdSha256] = HashAlgorithmName.SHA256,
        [NistObjectIdentifiers.IdSha384] = HashAlgorithmName.SHA384,
        [NistObjectIdentifiers.IdSha512] = HashAlgorithmName.SHA512,
    };

    // RFC 8017, A, and X9.62, 6.4.
    static readonly DerObjectIdentifier RsaFamily = new("1.2.840.113549.1.1"),
        EcdsaFamily = new("1.2.840.10045.4");

    static readonly DerObjectIdentifier[] RsaKeys = [PkcsObjectIdentifiers.RsaEncryption, PkcsObjectIdentifiers.IdRsassaPss];
    static readonly DerObjectIdentifier[] EcKeys = [X9ObjectIdentifiers.IdECPublicKey];
    static readonly DerObjectIdentifier[] EdwardsKeys = [EdECObjectIdentifiers.id_Ed25519, EdECObjectIdentifiers.id_Ed448];

    /// <summary>Whether a signature is a key's; null when that cannot be verified here.</summary>
    /// <param name="algorithm">What the signature says of itself.</param>
    /// <param name="key">The key.</param>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public static bool? Verify(AlgorithmIdentifier algorithm, SubjectPublicKeyInfo key, ArraySegment<byte> data, byte[] signature)
    {
        var (id, kind) = (algorithm.Algorithm, key.Algorithm.Algorithm);
        if (KeysFor(id) is not { } keys) return null;
        // A key of another known kind did not make the signature; what a key of an unknown kind did, nobody knows.
        if (Array.IndexOf(keys, kind) < 0) return EcKeys.Concat(RsaKeys).Concat(EdwardsKeys).Contains(kind) ? false : null;
        try
        {
            return Ecdsa.TryGetValue(id, out var hash) ? VerifyEcdsa(key, Hash(data, hash), signature)
                : Rsa.TryGetValue(id, out hash) ? VerifyRsa(key, Hash(data, hash), hash, signature)
                : id.Equals(PkcsObjectIdentifiers.IdRsassaPss)
                    ? VerifyPss(key, RsassaPssParameters.GetInstance(algorithm.Parameters), data, signature)
                : Array.IndexOf(EdwardsKeys, id) >= 0 ? VerifyEdwards(key, data, signature)
                : null;
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            // The key is damaged, or the platform does not take it.
            return null;
        }
    }

    // The keys for an algorithm, also for one that is not verified; null when it is unknown.
    static DerObjectIdentifier[]? KeysFor(DerObjectIdentifier algorithm) =>
        algorithm.On(EcdsaFamily) ? EcKeys
        : algorithm.On(RsaFamily) ? RsaKeys
        : Array.IndexOf(EdwardsKeys, algorithm) >= 0 ? [algorithm]
        : null;

    static bool? VerifyEcdsa(SubjectPublicKeyInfo key, byte[] hash, byte[] signature)
    {
        // Named curves alone: their cost is known.
        if (CurveParameters.AreP256(key.Algorithm.Parameters)) key = P256Key(key);
        return key.Algorithm.Parameters?.ToAsn1Object() is DerObjectIdentifier
            ? Verify(new DsaDigestSigner(new ECDsaSigner(), new NullDigest()), PublicKeyFactory.CreateKey(key), new(hash), signature)
            : null;
    }

    // Its curve may be written with all of its parameters.
    static SubjectPublicKeyInfo P256Key(SubjectPublicKeyInfo key) =>
        new(new AlgorithmIdentifier(X9ObjectIdentifiers.IdECPublicKey, X9ObjectIdentifiers.Prime256v1), key.PublicKey.GetBytes());

    // The platform's is hundreds of times faster than BouncyCastle's, which proves of each key that it is no prime.
    static bool? VerifyRsa(SubjectPublicKeyInfo key, byte[] hash, HashAlgorithmName name, byte[] signature)
    {
        var numbers = RsaPublicKeyStructure.GetInstance(key.ParsePublicKey());
        if (!IsModest(numbers)) return null;
        using var rsa = RSA.Create();
        rsa.ImportParameters(
            new() { Modulus = numbers.Modulus.ToByteArrayUnsigned(), Exponent = numbers.PublicExponent.ToByteArrayUnsigned() });
        return rsa.VerifyHash(hash, signature, name, RSASignaturePadding.Pkcs1);
    }

    // No platform takes every length of the salt.
    static bool? VerifyPss(SubjectPublicKeyInfo key, RsassaPssParameters parameters, ArraySegment<byte> data, byte[] signature)
    {
        var mask = parameters.MaskGenAlgorithm;
        if (!Hashes.TryGetValue(parameters.HashAlgorithm.Algorithm, out var hash) || !mask.Algorithm.Equals(PkcsObjectIdentifiers.IdMgf1)
            || !Hashes.ContainsKey(AlgorithmIdentifier.GetInstance(mask.Parameters).Algorithm) || !parameters.TrailerField.HasValue(1)
            || !IsModest(RsaPublicKeyStructure.GetInstance(key.ParsePublicKey())))
            return null;
        var signer = PssSigner.CreateRawSigner(new RsaEngine(), DigestUtilities.GetDigest(parameters.HashAlgorithm.Algorithm),
            DigestUtilities.GetDigest(AlgorithmIdentifier.GetInstance(mask.Parameters).Algorithm),
            parameters.SaltLength.IntPositiveValueExact, PssSigner.TrailerImplicit);
        return Verify(signer, PublicKeyFactory.CreateKey(key), new(Hash(data, hash)), signature);
    }

    static bool? VerifyEdwards(SubjectPublicKeyInfo key, ArraySegment<byte> data, byte[] signature) =>
        Verify(SignerUtilities.GetSigner(key.Algorithm.Algorithm), PublicKeyFactory.CreateKey(key), data, signature);

    static bool Verify(ISigner signer, AsymmetricKeyParameter key, ArraySegment<byte> data, byte[] signature)
    {
        signer.Init(false, key);
        signer.BlockUpdate(data.Array, data.Offset, data.Count);
        try
        {
            return signer.VerifySignature(signature);
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            // Too long, or too large a number.
            return false;
        }
    }

    static bool IsModest(RsaPublicKeyStructure key) =>
        key.Modulus.BitLength <= LargestModulus && key.PublicExponent.BitLength <= LargestExponent;

    static byte[] Hash(ArraySegment<byte> data, HashAlgorithmName name)
    {
        using HashAlgorithm hash =
            name == HashAlgorithmName.SHA256 ? SHA256.Create()
            : name == HashAlgorithmName.SHA384 ? SHA384.Create()
            : SHA512.Create();
        return hash.ComputeHash(data.Array!, data.Offset, data.Count);
    }
}
