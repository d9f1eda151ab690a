using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds.Tests;

/// <summary>Signatures as servers verify them: each algorithm with its key, with another key, and altered.</summary>
public class ServerSignatureTests
{
    static readonly byte[] Data = [0, 1, 2, 3, 4, 5];

    public static TheoryData<string> Verified => [.. ServerKey.Verified.Select(k => k.Name)];

    public static TheoryData<string> Unverified => [.. ServerKey.Unverified.Select(k => k.Name)];

    // What is signed stands in a larger array, as a list's content does.
    static bool? Verify(ServerKey key, byte[] signature, byte[]? keyInfo = null, byte[]? data = null) =>
        ServerSignature.Verify(
            AlgorithmIdentifier.GetInstance(key.Algorithm),
            SubjectPublicKeyInfo.GetInstance(keyInfo ?? key.KeyInfo),
            new(data ?? Data, 1, Data.Length - 2),
            signature
        );

    [Theory]
    [MemberData(nameof(Verified))]
    public void A_signature_is_verified_and_nothing_else(string name)
    {
        var key = ServerKey.Verified.Single(k => k.Name == name);
        var signature = key.Sign(Data[1..^1]);
        Assert.True(Verify(key, signature));
        Assert.True(Verify(key, signature, data: [9, .. Data[1..^1], 9]));
        Assert.False(Verify(key, signature, data: [0, 1, 2, 3, 9, 5]));
        foreach (var i in new[] { 0, signature.Length / 2, signature.Length - 1 })
        {
            var altered = (byte[])signature.Clone();
            altered[i] ^= 0x40;
            Assert.False(Verify(key, altered));
        }

        Assert.False(Verify(key, []));
        Assert.False(Verify(key, [.. signature, 0]));
        Assert.All(
            ServerKey.Verified.Where(k => !k.KeyInfo.AsSpan().SequenceEqual(key.KeyInfo)),
            other => Assert.False(Verify(key, signature, other.KeyInfo))
        );
    }

    [Theory]
    [MemberData(nameof(Unverified))]
    public void Of_other_algorithms_it_is_said_that_nobody_verified_them(string name)
    {
        var key = ServerKey.Unverified.Single(k => k.Name == name);
        Assert.Null(Verify(key, key.Sign(Data)));
        Assert.Null(Verify(key, []));
        // Nobody can make an RSA signature with another kind of key, whatever the hash.
        var other = ServerKey.Verified.Single(k => k.Name == "Ed25519").KeyInfo;
        Assert.Equal(name.StartsWith("an algorithm", StringComparison.Ordinal) ? null : false, Verify(key, key.Sign(Data), other));
    }

    [Fact]
    public void A_key_that_is_not_known_or_that_would_take_seconds_is_not_verified_with()
    {
        var rsa = ServerKey.Verified[0];
        Assert.Null(Verify(rsa, [], Tlv.Sequence(Tlv.Algorithm("1.3.6.1.4.1.99999.3"), Tlv.Bits([1]))));
        Assert.Null(Verify(rsa, [], Rsa(modulus: 1025, exponent: 3)));
        Assert.Null(Verify(rsa, [], Rsa(modulus: 256, exponent: 9)));
        Assert.False(Verify(rsa, new byte[1024], Rsa(modulus: 1024, exponent: 8)));
        // An attacker's own curve.
        var curve = Tlv.Algorithm("1.2.840.10045.2.1", Tlv.Sequence(Tlv.Integer(1)));
        Assert.Null(Verify(ServerKey.Verified.Single(k => k.Name == "P-384 with SHA384"), [], Tlv.Sequence(curve, Tlv.Bits([4, 1, 1]))));

        static byte[] Rsa(int modulus, int exponent) =>
            Tlv.Sequence(
                Tlv.Algorithm("1.2.840.113549.1.1.1", [5, 0]),
                Tlv.Bits(Tlv.Sequence(Tlv.Integer(Odd(modulus)), Tlv.Integer(Odd(exponent))))
            );

        // In bytes. The highest bit is not set, so that no zero stands before it.
        static byte[] Odd(int length) => [0x7F, .. Enumerable.Repeat((byte)0xFF, length - 1)];
    }

    [Fact]
    public void Parameters_of_P256_that_are_its_name_are_verified_with()
    {
        using var folder = new TempFolder();
        var key = DeviceKey.Generate();
        folder.Write("k.pem", key.ToPem());
        Tool.Bash(
            folder.Path,
            "openssl ec -in k.pem -param_enc explicit -conv_form compressed -pubout -outform der -out p.der 2>/dev/null",
            "openssl"
        );
        var signer = ServerKey.Of(key, 4, System.Security.Cryptography.HashAlgorithmName.SHA512);
        Assert.True(Verify(signer, signer.Sign(Data[1..^1]), File.ReadAllBytes(folder.File("p.der"))));
    }
}
