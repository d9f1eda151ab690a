using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace DeviceCreds.Tests;

/// <summary>
/// A certificate before it is signed: every field is bytes that a test may bend, and the result is signed as it then stands.
/// </summary>
sealed record Draft
{
    public const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";

    /// <summary>Makes the signature over the signed part's bytes.</summary>
    public required Func<byte[], byte[]> Sign { get; init; }

    public byte[] Version { get; init; } = VersionOf(2);

    public byte[] Serial { get; init; } = Tlv.Integer(0x4D, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08);

    public byte[] InnerAlgorithm { get; init; } = Tlv.Algorithm(EcdsaWithSha256);

    public byte[] OuterAlgorithm { get; init; } = Tlv.Algorithm(EcdsaWithSha256);

    public required byte[] Issuer { get; init; }

    public required byte[] Subject { get; init; }

    public required byte[] NotBefore { get; init; }

    public required byte[] NotAfter { get; init; }

    public required byte[] KeyInfo { get; init; }

    /// <summary>What stands between key and extensions: unique identifiers, or what does not belong there.</summary>
    public byte[] Between { get; init; } = [];

    /// <summary>Null for no extensions at all.</summary>
    public IReadOnlyList<DraftExtension>? Extensions { get; init; }

    /// <summary>A last change to the signed part, before it is signed.</summary>
    public Func<byte[], byte[]> BendSigned { get; init; } = tbs => tbs;

    /// <summary>A last change to the whole, after it is signed.</summary>
    public Func<byte[], byte[]> BendWhole { get; init; } = der => der;

    public static byte[] VersionOf(byte value) => Tlv.Of(0xA0, Tlv.Integer(value));

    // ECDSA signs differently each time; a certificate is to have the same bytes wherever a scene shows it.
    static readonly ConditionalWeakTable<Draft, byte[]> Signed = [];

    public byte[] Der() => (byte[])Signed.GetValue(this, d => d.Build()).Clone();

    byte[] Build()
    {
        var extensions = Extensions is null ? [] : Tlv.Of(0xA3, Tlv.Sequence([.. Extensions.Select(e => e.Encode())]));
        var tbs =
            BendSigned(
                Tlv.Sequence(Version, Serial, InnerAlgorithm, Issuer, Tlv.Sequence(NotBefore, NotAfter), Subject, KeyInfo,
                    Between, extensions));
        return BendWhole(Tlv.Sequence(tbs, OuterAlgorithm, Tlv.Bits(Sign(tbs))));
    }

    public DeviceCertificate Certificate(string? path = null, FileEncoding encoding = FileEncoding.Pem) => new(Der(), path, 1, encoding);

    /// <summary>The extension with this value, in its place when it is there already.</summary>
    public Draft With(string oid, bool critical, byte[] value)
    {
        var extension = new DraftExtension(oid, critical, value);
        var list = Extensions ?? [];
        return this with { Extensions = list.Any(e => e.Oid == oid)
            ? [.. list.Select(e => e.Oid == oid ? extension : e)] : [.. list, extension] };
    }

    public Draft Without(string oid) => this with { Extensions = [.. Extensions!.Where(e => e.Oid != oid)] };

    public Draft Twice(string oid) => this with { Extensions = [.. Extensions!, Extensions!.First(e => e.Oid == oid)] };

    /// <summary>Another signature algorithm, named in both places and really used.</summary>
    public Draft SignedWith(string algorithm, Func<byte[], byte[]> sign, params byte[][] parameters) =>
        this with { Sign = sign, InnerAlgorithm = Tlv.Algorithm(algorithm, parameters),
            OuterAlgorithm = Tlv.Algorithm(algorithm, parameters) };

    public static Func<byte[], byte[]> Ecdsa(DeviceKey key, HashAlgorithmName hash) => data =>
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportECPrivateKey(key.ToDer(), out _);
        return ecdsa.SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence);
    };
}

sealed record DraftExtension(string Oid, bool Critical, byte[] Value)
{
    public const string BasicConstraints = "2.5.29.19", KeyUsage = "2.5.29.15", ExtendedKeyUsage = "2.5.29.37", SubjectKey =
        "2.5.29.14", AuthorityKey = "2.5.29.35",
        AlternativeName = "2.5.29.17", NameConstraints = "2.5.29.30", PolicyConstraints = "2.5.29.36", Policies =
            "2.5.29.32", PolicyMappings = "2.5.29.33", InhibitAnyPolicy = "2.5.29.54", NetscapeType = "2.16.840.1.113730.1.1",
            Unknown = "1.3.6.1.4.1.99999.1",
        ClientAuth = "1.3.6.1.5.5.7.3.2", ServerAuth = "1.3.6.1.5.5.7.3.1", AnyPurpose = "2.5.29.37.0";

    public static readonly byte[] False = Tlv.Sequence(), True = Tlv.Sequence([0x01, 0x01, 0xFF]);

    /// <summary>How the flag is written; null for as DER has it.</summary>
    public byte[]? Flag { get; init; }

    public byte[] Encode() => Tlv.Sequence(Tlv.Oid(Oid), Flag ?? (Critical ? [0x01, 0x01, 0xFF] : []), Tlv.Octets(Value));

    /// <summary>CA:TRUE with a number of CAs below.</summary>
    public static byte[] PathLength(byte length) => Tlv.Sequence([0x01, 0x01, 0xFF], Tlv.Integer(length));

    /// <summary>A BIT STRING of usages: 0x80 is digitalSignature, 0x04 keyCertSign, 0x02 cRLSign.</summary>
    public static byte[] Usage(byte unused, params byte[] bits) => Tlv.Of(0x03, [unused], bits);

    public static byte[] PolicyList(params string[] oids) => Tlv.Sequence([.. oids.Select(o => Tlv.Sequence(Tlv.Oid(o)))]);

    /// <summary>policyConstraints with requireExplicitPolicy.</summary>
    public static byte[] RequirePolicy(byte skip) => Tlv.Sequence(Tlv.Of(0x80, [skip]));

    public static byte[] Purposes(params string[] oids) => Tlv.Sequence([.. oids.Select(Tlv.Oid)]);

    public static byte[] Identifier(DeviceKey key) => Tlv.Octets(Digest.Sha1(key.Point));

    public static byte[] Authority(DeviceKey key) => Tlv.Sequence(Tlv.Of(0x80, Digest.Sha1(key.Point)));
}
