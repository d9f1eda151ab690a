using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds.Tests;

public class FormatRuleTests
{
    public static TheoryData<string> Titles => FormatCases.Titles;

    [Theory]
    [MemberData(nameof(Titles))]
    public void One_thing_wrong(string title) => FormatCases.All.Single(c => c.Title == title).Check();

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(400)]
    public void A_truncated_certificate_is_no_certificate(int missing)
    {
        var der = new Scene().Leaf.Der();
        var error = Assert.Throws<InputException>(() => CertificateReader.Read(Given.Input(der[..^missing])));
        Assert.Equal("CertificateTruncated", error.ErrorId);
        Assert.Equal("CertificateMalformed",
            Assert.Throws<InputException>(() => CertificateReader.Read(Given.Input(Scene.Pem([der[..^missing]])))).ErrorId);
    }

    [Fact]
    public void A_byte_after_the_certificate_is_not_swallowed()
    {
        byte[] der = [.. new Scene().Leaf.Der(), 0];
        Assert.Equal("CertificateTrailingData", Assert.Throws<InputException>(() => CertificateReader.Read(Given.Input(der))).ErrorId);
        Assert.Equal("CertificateMalformed",
            Assert.Throws<InputException>(() => CertificateReader.Read(Given.Input(Scene.Pem([der])))).ErrorId);
    }

    [Theory]
    [InlineData("BootstrapDeviceCert.der", FileEncoding.Pem, CheckOutcome.Warning)]
    [InlineData("BootstrapDeviceCert.der", FileEncoding.Der, CheckOutcome.Passed)]
    [InlineData("BootstrapDeviceCert.pem", FileEncoding.Pem, CheckOutcome.Passed)]
    public void PEM_in_a_file_that_says_DER_is_noticed(string name, FileEncoding encoding, CheckOutcome expected)
    {
        var leaf = new Scene().Leaf.Certificate(name, encoding);
        var check = Assert.Single(new Scene().Verifier().Test([leaf])).Checks.Single(c => c.Id == "EncodingIsDer");
        Assert.Equal(expected, check.Outcome);
        Assert.Equal(expected == CheckOutcome.Warning, check.Message.Contains("18 KCM_CRYPTO_ERROR"));
    }

    /// <summary>Fields that no version has, twice or out of their order: no rule could say which one counts.</summary>
    [Theory]
    [InlineData("extensions twice")]
    [InlineData("unique identifiers out of order")]
    [InlineData("an unknown field")]
    [InlineData("a second version")]
    public void A_signed_part_with_fields_that_do_not_belong_there_is_refused(string what)
    {
        var leaf = new Scene().Leaf;
        byte[] hidden = Tlv.Of(0xA3, Tlv.Sequence(new DraftExtension(DraftExtension.BasicConstraints, true, DraftExtension.True).Encode()));
        byte[] between = what switch
        {
            "extensions twice" => hidden,
            "unique identifiers out of order" => [.. Tlv.Of(0x82, [0, 1]), .. Tlv.Of(0x81, [0, 1])],
            "an unknown field" => Tlv.Of(0xA4, Tlv.Sequence()),
            _ => Draft.VersionOf(2),
        };
        var der = (leaf with { Between = between }).Der();
        Assert.Equal("CertificateMalformed", Assert.Throws<InputException>(() => CertificateReader.Read(Given.Input(der))).ErrorId);
    }

    [Fact]
    public void Unique_identifiers_are_read_over_but_not_by_the_device()
    {
        var scene = new Scene();
        var report = (scene with { Leaf = scene.Leaf with { Between = [.. Tlv.Of(0x81, [0, 1]), .. Tlv.Of(0x82, [0, 2])] } }).Test();
        Assert.All(Scene.WithoutRevocation(report),
            c => Assert.Equal(c.Id == "ParsedByDevice" ? CheckOutcome.Failed : CheckOutcome.Passed, c.Outcome));
    }
}

sealed class FormatCases : CaseTable
{
    const string EcPublicKey = "1.2.840.10045.2.1", P256Oid = "1.2.840.10045.3.1.7";

    static readonly byte[] Point = Scene.LeafKey.Point;

    static readonly byte[] Compressed = [(byte)(2 | (Point[64] & 1)), .. Point[1..33]];

    // Its last bit is 0, so that a reader who drops that bit has a point on the curve, and one who keeps it as well.
    static readonly byte[] EvenPoint = Enumerable.Repeat(0, 1_000).Select(_ => DeviceKey.Generate().Point).First(p => (p[64] & 1) == 0);

    static readonly byte[] OffCurve = [.. Point[..64], (byte)(Point[64] ^ 1)];

    static byte[] EcKey(byte[] parameters, byte[] point, string algorithm = EcPublicKey) =>
        Tlv.Sequence(Tlv.Algorithm(algorithm, parameters), Tlv.Bits(point));

    static byte[] KeyOn(string curve)
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromValue(curve));
        return ecdsa.ExportSubjectPublicKeyInfo();
    }

    static byte[] RsaKey(int bits)
    {
        using var rsa = RSA.Create(bits);
        return rsa.ExportSubjectPublicKeyInfo();
    }

    /// <summary>A key that is not ours to compare fails one rule, and the comparison with the device's key is left out.</summary>
    static Case Key(string title, byte[] info, string found, string says = "") => Leaf(title, d => d with { KeyInfo = info },
        Fails("KeyIsP256", $"{found}.{says}"), Skips("PrivateKeyMatches"));

    /// <summary>A signature that is not verified here fails the rules that would have needed it.</summary>
    static Case Signature(string title, string oid, HashAlgorithmName hash, string status) =>
        Leaf(title, d => d.SignedWith(oid, Draft.Ecdsa(Scene.SubKey, hash)),
        Fails("SignatureAlgorithm", status), Fails("ChainSignatures", "only ecdsa-with-SHA256"),
        Fails("TrustedIssuer", "only ecdsa-with-SHA256"));

    static byte[] LongLength(byte[] der) => [der[0], 0x83, 0, .. der[2..]];

    static Draft Padded(Draft leaf, int length)
    {
        // A signature has 70 to 72 bytes: padding and signature are drawn until they fit.
        while (true)
        {
            var padded = leaf.With(DraftExtension.Unknown, false, new byte[length - leaf.Der().Length - 22]);
            var der = padded.Der();
            if (der.Length == length) return padded with { BendWhole = _ => der };
        }
    }

    public static readonly IReadOnlyList<Case> All =
    [
        Sound("nothing wrong", s => s),

        Leaf("BER: a length longer than it need be, around the whole", d => d with { BendWhole = LongLength }, Fails("EncodingIsDer")),
        Leaf("BER: a length longer than it need be, in the signed part", d => d with { BendSigned = LongLength }, Fails("EncodingIsDer")),
        Leaf("BER: an indefinite length around the whole", d => d with { BendWhole = der => [0x30, 0x80, .. der[4..], 0, 0] },
            Fails("EncodingIsDer")),
        Leaf("BER: TRUE written as 01",
            d => d with { Extensions = [.. d.Extensions!.Select(e => e.Critical ? e with { Flag = [0x01, 0x01, 0x01] } : e)] },
            Fails("EncodingIsDer")),
        Leaf("BER: the default FALSE written out",
            d => d with { Extensions = [.. d.Extensions!.Select(e => e.Critical ? e : e with { Flag = [0x01, 0x01, 0x00] })] },
            Fails("EncodingIsDer")),

        Leaf("v1", d => d with { Version = [], Extensions = null }, Fails("VersionIs3"), Warns("KeyIdentifiers")),
        Leaf("v1, its default written out", d => d with { Version = Draft.VersionOf(0), Extensions = null },
            Fails("EncodingIsDer"), Fails("VersionIs3"), Warns("KeyIdentifiers")),
        Leaf("v2", d => d with { Version = Draft.VersionOf(1), Extensions = null }, Fails("VersionIs3"), Warns("KeyIdentifiers")),
        Leaf("v1 with extensions", d => d with { Version = [] }, Fails("VersionIs3")),
        Leaf("v2 with extensions", d => d with { Version = Draft.VersionOf(1) }, Fails("VersionIs3")),
        Leaf("v4", d => d with { Version = Draft.VersionOf(3) }, Fails("VersionIs3")),
        Leaf("version -1", d => d with { Version = Draft.VersionOf(0xFF) }, Fails("VersionIs3")),

        Leaf("serial number 0", d => d with { Serial = Tlv.Integer(0) }, Fails("SerialNumber")),
        Leaf("serial number negative", d => d with { Serial = Tlv.Integer(0x80, 1) }, Fails("SerialNumber")),
        Leaf("serial number of 21 octets", d => d with { Serial = Tlv.Integer([1, .. new byte[20]]) }, Fails("SerialNumber", "21 octets")),
        Leaf("serial number of 20 octets and a sign octet", d => d with { Serial = Tlv.Integer([0, 0x80, .. new byte[19]]) },
            Fails("SerialNumber", "21 octets")),
        Leaf("serial number of 20 octets", d => d with { Serial = Tlv.Integer([0x7F, .. new byte[19]]) }),
        Leaf("serial number 1", d => d with { Serial = Tlv.Integer(1) }),

        Key("P-384", KeyOn("1.3.132.0.34"), "an EC key on the curve secp384r1"),
        Key("P-521", KeyOn("1.3.132.0.35"), "an EC key on the curve secp521r1"),
        Key("secp256k1", EcKey(Tlv.Oid("1.3.132.0.10"), Point), "an EC key on the curve secp256k1"),
        Key("RSA", RsaKey(2048), "an RSA key"),
        Key("Ed25519", Tlv.Sequence(Tlv.Algorithm("1.3.101.112"), Tlv.Bits(new byte[32])), "an Ed25519 key"),
        Key("explicit curve parameters", EcKey(ECNamedCurveTable.GetByOid(X9ObjectIdentifiers.Prime256v1).GetDerEncoded(), Point),
            "an EC key with explicit curve parameters instead of the curve's name"),
        Key("no curve parameters", Tlv.Sequence(Tlv.Algorithm(EcPublicKey), Tlv.Bits(Point)), "an EC key that does not name its curve"),
        Key("the curve of the CA implied", EcKey([0x05, 0], Point), "an EC key that does not name its curve"),
        Key("compressed point", EcKey(Tlv.Oid(P256Oid), Compressed), "a compressed point on P-256"),
        Key("point off the curve", EcKey(Tlv.Oid(P256Oid), OffCurve), "a point that is not on P-256"),
        Key("point at infinity", EcKey(Tlv.Oid(P256Oid), [0]), "a point that is not on P-256"),
        Key("hybrid point", EcKey(Tlv.Oid(P256Oid), [(byte)(6 | (Point[64] & 1)), .. Point[1..]]), "a point that is not on P-256"),
        Key("a point with a bit left over",
            Tlv.Sequence(Tlv.Algorithm(EcPublicKey, Tlv.Oid(P256Oid)), Tlv.Of(0x03, [1], EvenPoint)),
            "a point that does not end with a whole byte"),
        Key("empty point", EcKey(Tlv.Oid(P256Oid), []), "a point that is not on P-256"),
        Key("id-ecDH", EcKey(Tlv.Oid(P256Oid), Point, "1.3.132.1.12"), "a key of the algorithm id-ecDH",
            " The device answers 34 CERTIFICATE_PUBLIC_KEY_CORRELATION_ERROR"),
        Key("id-ecMQV", EcKey(Tlv.Oid(P256Oid), Point, "1.3.132.1.13"), "a key of the algorithm 1.3.132.1.13"),

        Signature("signed with SHA-1", "1.2.840.10045.4.1", HashAlgorithmName.SHA1, "ecdsa-with-SHA1."),
        Signature("signed with SHA-384", "1.2.840.10045.4.3.3", HashAlgorithmName.SHA384, "ecdsa-with-SHA384."),
        Signature("signed with SHA-512", "1.2.840.10045.4.3.4", HashAlgorithmName.SHA512, "ecdsa-with-SHA512."),
        Leaf("signed with SHA-224, which the device takes", d => d.SignedWith("1.2.840.10045.4.3.1", Sha224),
            Fails("SignatureAlgorithm"), Fails("ChainSignatures"), Fails("TrustedIssuer")),
        Leaf("two signature algorithms, SHA-256 inside", d => d with { OuterAlgorithm = Tlv.Algorithm("1.2.840.10045.4.3.3") },
            Fails("SignatureAlgorithm",
                $"The signed part says ecdsa-with-SHA256, the certificate ecdsa-with-SHA384, or their parameters differ."),
            Fails("ChainSignatures"), Fails("TrustedIssuer")),
        Leaf("two signature algorithms, SHA-256 outside", d => d with { InnerAlgorithm = Tlv.Algorithm("1.2.840.10045.4.3.3") },
            Fails("SignatureAlgorithm")),
        Leaf("NULL as the signature's parameters", d => d.SignedWith(Draft.EcdsaWithSha256, d.Sign, [0x05, 0]),
            Fails("SignatureAlgorithm")),
        Leaf("NULL as the signature's parameters in one place",
            d => d with { OuterAlgorithm = Tlv.Algorithm(Draft.EcdsaWithSha256, [0x05, 0]) }, Fails("SignatureAlgorithm")),

        Leaf("1,024 bytes", d => Padded(d, 1024)),
        Leaf("1,025 bytes", d => Padded(d, 1025), Warns("CertificateSize", "1025 bytes")),
    ];

    public static TheoryData<string> Titles => TitlesOf(All);

    // .NET has no SHA-224, and the rule does not look at the signature's value.
    static byte[] Sha224(byte[] data) => Scene.SubKey.Sign(data);
}
