using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>Signature algorithms by the names that RFC 3279, 5758 and OpenSSL give them.</summary>
internal static class Algorithms
{
    static readonly Dictionary<DerObjectIdentifier, string> Names = new()
    {
        [X9ObjectIdentifiers.ECDsaWithSha1] = "ecdsa-with-SHA1",
        [X9ObjectIdentifiers.ECDsaWithSha224] = "ecdsa-with-SHA224",
        [X9ObjectIdentifiers.ECDsaWithSha256] = "ecdsa-with-SHA256",
        [X9ObjectIdentifiers.ECDsaWithSha384] = "ecdsa-with-SHA384",
        [X9ObjectIdentifiers.ECDsaWithSha512] = "ecdsa-with-SHA512",
        [PkcsObjectIdentifiers.MD5WithRsaEncryption] = "md5WithRSAEncryption",
        [PkcsObjectIdentifiers.Sha1WithRsaEncryption] = "sha1WithRSAEncryption",
        [PkcsObjectIdentifiers.Sha256WithRsaEncryption] = "sha256WithRSAEncryption",
        [PkcsObjectIdentifiers.Sha384WithRsaEncryption] = "sha384WithRSAEncryption",
        [PkcsObjectIdentifiers.Sha512WithRsaEncryption] = "sha512WithRSAEncryption",
        [PkcsObjectIdentifiers.IdRsassaPss] = "rsassaPss",
        [Org.BouncyCastle.Asn1.EdEC.EdECObjectIdentifiers.id_Ed25519] = "Ed25519",
        [Org.BouncyCastle.Asn1.EdEC.EdECObjectIdentifiers.id_Ed448] = "Ed448",
    };

    /// <summary>ecdsa-with-SHA256; its parameters are absent (RFC 5758, 3.2).</summary>
    public static readonly AlgorithmIdentifier EcdsaWithSha256 = new(X9ObjectIdentifiers.ECDsaWithSha256);

    /// <summary>What is wrong with the algorithms of a CA's certificate for a device, in a sentence; null when they are right.</summary>
    public static string? FindProblem(DeviceCertificate authority)
    {
        var (fields, name) = (authority.Fields, SubjectText.Shorten(authority.Subject));
        if (authority.Point is null) return $"'{name}' holds {authority.KeyAlgorithm}.";
        if (!fields.OuterAlgorithm.Algorithm.Equals(X9ObjectIdentifiers.ECDsaWithSha256))
            return $"'{name}' is signed with {authority.SignatureAlgorithm}.";
        if (!fields.InnerAlgorithm.Equals(fields.OuterAlgorithm)) return $"'{name}' names two signature algorithms.";
        return fields.OuterAlgorithm.Parameters is null ? null : $"'{name}' names ecdsa-with-SHA256 with parameters, expected none.";
    }

    public static string Name(DerObjectIdentifier oid) => Names.TryGetValue(oid, out var name) ? name : oid.Id;
}
