using System.Diagnostics;
using System.Formats.Asn1;
using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>
/// Files that are no P-256 private key: each is refused with a name of its own, and with nothing but an <see
/// cref="InputException"/>.
/// </summary>
public class BadKeyTests
{
    static readonly DeviceKey Good = DeviceKey.Generate();
    static readonly byte[] Scalar = Good.ToDer()[7..39];
    static readonly byte[] Order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    public static readonly IReadOnlyDictionary<string, (string ErrorId, Func<byte[]> Make)> Cases = new Dictionary<string,
        (string, Func<byte[]>)>
    {
        ["the scalar 0"] = ("KeyOutOfRange", () => Given.Sec1(new byte[32])),
        ["the scalar n"] = ("KeyOutOfRange", () => Given.Sec1(Order)),
        ["a scalar of 33 octets that are needed"] = ("KeyOutOfRange", () => Given.Sec1([1, .. Scalar])),
        ["an empty scalar"] = ("KeyOutOfRange", () => Given.Sec1([])),
        ["another key's point"] = ("KeyHalvesDiffer", () => Given.Sec1(Scalar, point: DeviceKey.Generate().Point)),
        ["a point off the curve"] = ("KeyHalvesDiffer", () => Given.Sec1(Scalar, point: [.. Good.Point[..64], (byte)(Good.Point[64] ^ 1)])),
        ["a point cut short"] = ("KeyHalvesDiffer", () => Given.Sec1(Scalar, point: Good.Point[..64])),
        ["the point at infinity"] = ("KeyHalvesDiffer", () => Given.Sec1(Scalar, point: [0])),
        ["no curve"] = ("KeyWithoutCurve", () => Given.Sec1(Scalar, curve: null)),
        ["the curve secp256k1"] = ("KeyUnsupported", () => Given.Sec1(Scalar, curve: "1.3.132.0.10")),
        ["two different curves"] = ("KeyCurvesDiffer", () => Given.Pkcs8(Given.Sec1(Scalar, curve: "1.3.132.0.34"))),
        ["the algorithm id-ecDH"] = ("KeyUnsupported", () => Given.Pkcs8(Given.Sec1(Scalar), algorithm: "1.3.132.1.12")),
        ["version 2 of SEC 1"] = ("KeyMalformed", () => Given.Sec1(Scalar, version: 2)),
        ["PKCS#8 around nothing"] = ("KeyMalformed", () => Given.Pkcs8([])),
        ["bytes after the key"] = ("KeyMalformed", () => [.. Good.ToDer(), 0]),
        ["an empty sequence"] = ("KeyMalformed", () => [0x30, 0]),
        ["a sequence of indefinite length without end"] = ("KeyMalformed", () => [0x30, 0x80, 2, 1]),
        ["30,000 sequences inside each other"] = (
            "KeyMalformed", () => [.. Enumerable.Repeat<byte[]>([0x30, 0x80], 30_000).SelectMany(b => b)]),
        ["a public key"] = ("KeyIsPublic", () => Good.PublicKeyInfo),
        ["a public key in PEM"] = ("KeyNotFound", () => Ascii(Good.PublicKeyPem)),
        ["a certificate"] = ("KeyIsCertificate", () => CertificateAuthority.Create("Root").Chain.Leaf.CertificateDer),
        ["a certificate in PEM"] = ("KeyNotFound", () => Ascii(CertificateAuthority.Create("Root").CertificatePem)),
        ["a request"] = ("KeyIsCertificate", () => DeviceCertificateRequest.Create("device").Der),
        ["two keys"] = ("KeySeveral", () => Ascii(Good.ToPem() + "\n" + DeviceKey.Generate().ToPem())),
        ["OpenSSH's own format, cut short"] = ("KeyMalformed", () => Ascii(Pem.Encode("OPENSSH PRIVATE KEY", Ascii("openssh-key-v1\0")))),
        ["no END"] = ("PemTruncated", () => Ascii(Good.ToPem()[..^30])),
        // The same key twice is one key, and is read: see OneKeyTests.
        ["blocks of two keys glued together"] = ("KeySeveral", () => Ascii(Good.ToPem() + DeviceKey.Generate().ToPem())),
        ["text"] = ("KeyNotRecognised", () => Ascii("Dear device, your key is lost.")),
        ["binary"] = ("KeyNotRecognised", () => [1, 2, 3, 0, 255, 254]),
        ["one byte"] = ("KeyNotRecognised", () => [0x30]),
        ["an absurd number of PBKDF2 rounds"] = ("KeyDerivationTooCostly", () => Encrypted(Pbkdf2(int.MaxValue))),
        ["more PBKDF2 rounds than 64 bits count"] = (
            "KeyDerivationTooCostly", () => Encrypted(Pbkdf2(System.Numerics.BigInteger.Pow(2, 80)))),
        ["a negative number of PBKDF2 rounds"] = ("KeyDerivationTooCostly", () => Encrypted(Pbkdf2(-1))),
        ["a scrypt that takes all memory"] = ("KeyDerivationTooCostly", () => Encrypted(Scrypt(1 << 30, 8, 1))),
        ["a scrypt in too many lanes"] = ("KeyDerivationTooCostly", () => Encrypted(Scrypt(2, 8, 1 << 20))),
        ["an absurd number of PKCS#12 rounds"] = ("KeyDerivationTooCostly", () => Encrypted(Pkcs12(int.MaxValue))),
        ["an unknown key derivation"] = ("KeyEncryptionUnsupported", () => Encrypted(Derivation("1.2.3.4", w => w.WriteNull()))),
        ["an unknown cipher"] = ("KeyEncryptionUnsupported", () => Encrypted(Pbkdf2(1), "1.2.3.4")),
        ["an encryption scheme of one element"] = ("KeyMalformed", () => Convert.FromHexString(
            "3081F6306106092A864886F70D01050D3054303306092A864886F70D01050C30260410442E922BB955D7C70A317C0488E01BAC"
            + "020102020120300C06082A864886F70D02090500"
            + "301D061B60864801650304012A0410D253980950A9E1BD63095A8C4037603B048190" + new string('0', 288))),
        // The length of the key is the cipher's, whatever the file says: a gigabyte would take hours.
        ["an absurd length of the derived key"] = ("PasswordWrong", () => Encrypted(Pbkdf2(2048, 1 << 30))),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void A_file_that_is_no_device_key_is_refused_by_name(string name)
    {
        var (id, make) = Cases[name];
        var bytes = make();
        var time = Stopwatch.StartNew();
        var error = Assert.Throws<InputException>(() => DeviceKey.Read(new InputFile(bytes, "some/key.pem"), "secret".ToCharArray()));
        Assert.Equal(id, error.ErrorId);
        Assert.StartsWith("some/key.pem", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Secrets.AssertAbsent(Good, error.ToString());
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(10), $"refused only after {time.Elapsed}");
    }

    [Fact]
    public void Keys_of_other_kinds_are_refused_by_what_they_are()
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, """
            set -e
            openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out rsa.pem
            openssl rsa -in rsa.pem -traditional -out rsa-traditional.pem
            openssl rsa -in rsa.pem -outform der -out rsa.der
            openssl genpkey -algorithm ed25519 -out ed25519.pem
            openssl ecparam -name secp384r1 -genkey -out p384.pem
            openssl pkey -in p384.pem -outform der -out p384.der
            openssl ecparam -name secp256k1 -genkey -param_enc explicit -out explicit.pem
            openssl pkcs8 -topk8 -nocrypt -in explicit.pem -out explicit-pkcs8.pem
            openssl ec -in p384.pem -aes256 -passout pass:secret -out p384-legacy.pem
            openssl pkcs8 -topk8 -in rsa.pem -passout pass:secret -out rsa-encrypted.pem
            """, "openssl");
        foreach (var (file, kind) in new[]
        {
            ("rsa.pem", "RSA"), ("rsa-traditional.pem", "RSA"), ("rsa.der", "RSA"), ("rsa-encrypted.pem", "RSA"),
                ("ed25519.pem", "Ed25519"),
            ("p384.pem", "secp384r1"), ("p384.der", "secp384r1"), ("p384-legacy.pem", "secp384r1"),
                ("explicit.pem", "explicit"), ("explicit-pkcs8.pem", "explicit"),
        })
        {
            var error = Assert.Throws<InputException>(() => DeviceKey.Read(InputFile.Read(folder.File(file)), "secret".ToCharArray()));
            Assert.True(error.ErrorId == "KeyUnsupported" && error.Message.Contains(kind)
                && error.Path == folder.File(file), $"{file}: {error}");
        }
    }

    [Fact]
    public void Whatever_happens_to_a_key_file_no_reader_throws_anything_else_or_shows_the_key() =>
        (from scalar in Given.Scalar from form in Gen.Int[0, 3] from damage in Damage.Any select (scalar, form, damage)).Sample(t =>
        {
            var key = Given.Key(t.scalar);
            var bytes = t.damage(t.form switch { 0 => key.ToDer(), 1 => key.ToDer(KeyEncoding.Pkcs8),
                2 => Ascii(key.ToPem()), _ => Ascii(key.ToPem(KeyEncoding.Pkcs8)) });
            foreach (var read in Damage.Readers)
            {
                try
                {
                    read(Given.Input(bytes));
                }
                catch (InputException e)
                {
                    Secrets.AssertAbsent(key, e.ToString());
                    Assert.DoesNotContain(e.Message, char.IsControl);
                }
            }
        }, iter: 400);

    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    static byte[] Encrypted(Action<AsnWriter> derivation, string cipher = "2.16.840.1.101.3.4.1.42") => Given.Der(w =>
    {
        using var _ = w.PushSequence();
        if (derivation.Method.Name.Contains(nameof(Pkcs12)))
        {
            derivation(w);
        }
        else
        {
            using var algorithm = w.PushSequence();
            w.WriteObjectIdentifier("1.2.840.113549.1.5.13");
            using var parameters = w.PushSequence();
            derivation(w);
            using var scheme = w.PushSequence();
            w.WriteObjectIdentifier(cipher);
            w.WriteOctetString(new byte[16]);
        }

        w.WriteOctetString(new byte[144]);
    });

    static Action<AsnWriter> Derivation(string oid, Action<AsnWriter> parameters) => w =>
    {
        using var _ = w.PushSequence();
        w.WriteObjectIdentifier(oid);
        parameters(w);
    };

    static Action<AsnWriter> Pbkdf2(System.Numerics.BigInteger rounds, int? keyLength = null) => Derivation("1.2.840.113549.1.5.12", w =>
    {
        using var _ = w.PushSequence();
        w.WriteOctetString(new byte[8]);
        w.WriteInteger(rounds);
        if (keyLength is { } length) w.WriteInteger(length);
    });

    static Action<AsnWriter> Scrypt(int n, int r, int p) => Derivation("1.3.6.1.4.1.11591.4.11", w =>
    {
        using var _ = w.PushSequence();
        w.WriteOctetString(new byte[8]);
        foreach (var value in new[] { n, r, p }) w.WriteInteger(value);
    });

    static Action<AsnWriter> Pkcs12(int rounds) => w =>
    {
        using var _ = w.PushSequence();
        w.WriteObjectIdentifier("1.2.840.113549.1.12.1.3");
        using var parameters = w.PushSequence();
        w.WriteOctetString(new byte[8]);
        w.WriteInteger(rounds);
    };
}
