using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace DeviceCreds.Tests;

/// <summary>A CA's key with a signature algorithm, most of them such that devices do not verify them.</summary>
/// <param name="Name">The name for people.</param>
/// <param name="KeyInfo">The public key.</param>
/// <param name="Algorithm">What a signature says of itself.</param>
/// <param name="Sign">Signs.</param>
sealed record ServerKey(string Name, byte[] KeyInfo, byte[] Algorithm, Func<byte[], byte[]> Sign)
{
    static readonly byte[] Null = [5, 0];
    static readonly HashAlgorithmName Sha1 = HashAlgorithmName.SHA1,
        Sha256 = HashAlgorithmName.SHA256,
        Sha384 = HashAlgorithmName.SHA384,
        Sha512 = HashAlgorithmName.SHA512;
    static readonly RSA RsaKey = RSA.Create(2048);
    static readonly ECDsa P384 = ECDsa.Create(ECCurve.NamedCurves.nistP384),
        LargeKey = ECDsa.Create(ECCurve.NamedCurves.nistP521);

    static ServerKey Rsa(int number, HashAlgorithmName hash) =>
        new(
            $"RSA with {hash}",
            RsaKey.ExportSubjectPublicKeyInfo(),
            Tlv.Algorithm($"1.2.840.113549.1.1.{number}", Null),
            data => RsaKey.SignData(data, hash, RSASignaturePadding.Pkcs1)
        );

    static ServerKey Pss(string hash, string mask, int salt)
    {
        AlgorithmIdentifier Digest(string name) => new(DigestUtilities.GetObjectIdentifier(name), DerNull.Instance);
        var parameters = new RsassaPssParameters(
            Digest(hash),
            new AlgorithmIdentifier(PkcsObjectIdentifiers.IdMgf1, Digest(mask)),
            DerInteger.ValueOf(salt),
            DerInteger.ValueOf(1)
        );
        return new(
            $"RSA-PSS with {hash}, {mask} and {salt} bytes of salt",
            RsaKey.ExportSubjectPublicKeyInfo(),
            new AlgorithmIdentifier(PkcsObjectIdentifiers.IdRsassaPss, parameters).GetDerEncoded(),
            Signer(
                new PssSigner(new RsaBlindedEngine(), DigestUtilities.GetDigest(hash), DigestUtilities.GetDigest(mask), salt),
                DotNetUtilities.GetRsaKeyPair(RsaKey).Private
            )
        );
    }

    static ServerKey Ec(ECDsa key, int number, HashAlgorithmName hash) =>
        new(
            $"P-{key.KeySize} with {hash}",
            key.ExportSubjectPublicKeyInfo(),
            Tlv.Algorithm(number == 1 ? "1.2.840.10045.4.1" : $"1.2.840.10045.4.3.{number}"),
            data => key.SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence)
        );

    static ServerKey Edwards(string name, string oid, AsymmetricCipherKeyPair key) =>
        new(
            name,
            SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(key.Public).GetDerEncoded(),
            Tlv.Algorithm(oid),
            Signer(SignerUtilities.GetSigner(name), key.Private)
        );

    static Func<byte[], byte[]> Signer(ISigner signer, AsymmetricKeyParameter key) =>
        data =>
        {
            lock (signer)
            {
                signer.Init(true, key);
                signer.BlockUpdate(data, 0, data.Length);
                return signer.GenerateSignature();
            }
        };

    static AsymmetricCipherKeyPair Generate(IAsymmetricCipherKeyPairGenerator generator, KeyGenerationParameters parameters)
    {
        generator.Init(parameters);
        return generator.GenerateKeyPair();
    }

    /// <summary>A new key on P-521.</summary>
    public static ServerKey P521() => Ec(ECDsa.Create(ECCurve.NamedCurves.nistP521), 4, Sha512);

    /// <summary>The same algorithms with a key that devices know.</summary>
    public static ServerKey Of(DeviceKey key, int number, HashAlgorithmName hash) =>
        new(
            $"P-256 with {hash}",
            key.PublicKeyInfo,
            Tlv.Algorithm(number == 1 ? "1.2.840.10045.4.1" : $"1.2.840.10045.4.3.{number}"),
            Draft.Ecdsa(key, hash)
        );

    /// <summary>The algorithms that servers verify.</summary>
    public static readonly IReadOnlyList<ServerKey> Verified =
    [
        Rsa(11, Sha256),
        Rsa(12, Sha384),
        Rsa(13, Sha512),
        Pss("SHA-256", "SHA-256", 32),
        Pss("SHA-384", "SHA-256", 0),
        Pss("SHA-512", "SHA-512", 190),
        Ec(P384, 3, Sha384),
        Ec(P384, 2, Sha256),
        Ec(LargeKey, 4, Sha512),
        Edwards("Ed25519", "1.3.101.112", Generate(new Ed25519KeyPairGenerator(), new Ed25519KeyGenerationParameters(new()))),
        Edwards("Ed448", "1.3.101.113", Generate(new Ed448KeyPairGenerator(), new Ed448KeyGenerationParameters(new()))),
    ];

    /// <summary>Algorithms that are not verified, as they are broken or rare.</summary>
    public static readonly IReadOnlyList<ServerKey> Unverified =
    [
        Rsa(5, Sha1),
        Pss("SHA-1", "SHA-1", 20),
        Ec(P384, 1, Sha1),
        Rsa(11, Sha256) with
        {
            Name = "an algorithm that nobody knows",
            Algorithm = Tlv.Algorithm("1.3.6.1.4.1.99999.2"),
        },
    ];

    /// <summary>A root CA with this key.</summary>
    public Draft Root(byte[] name) =>
        Signed(Scene.Authority(Scene.RootKey, name, Scene.RootKey, name, 2, "2020-01-01", "2060-01-01"))
            .Without(DraftExtension.AuthorityKey)
            .Without(DraftExtension.SubjectKey) with
        {
            KeyInfo = KeyInfo,
        };

    /// <summary>A certificate that this key signs.</summary>
    public Draft Signed(Draft certificate) =>
        certificate.Without(DraftExtension.AuthorityKey) with
        {
            Sign = Sign,
            InnerAlgorithm = Algorithm,
            OuterAlgorithm = Algorithm,
        };

    /// <summary>A list that this key signs.</summary>
    public ListDraft Signed(ListDraft list) => list with { Sign = Sign, InnerAlgorithm = Algorithm, OuterAlgorithm = Algorithm };

    public override string ToString() => Name;
}
