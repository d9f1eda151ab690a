using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Math;

namespace DeviceCreds.Tests;

/// <summary>
/// Signatures that are none, and the few that are: values at the edges of the numbers, and every other way to write
/// them down.
/// </summary>
public class SignatureTests
{
    static readonly byte[] Data = [1, 2, 3];
    static readonly DeviceKey Key = DeviceKey.Generate();
    static readonly BigInteger N = ECNamedCurveTable.GetByName("P-256").N;
    static readonly (BigInteger R, BigInteger S) Good = Sign();

    /// <summary>Both begin with a bit that is taken for a sign where no zero stands before it.</summary>
    static (BigInteger R, BigInteger S) Sign()
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportECPrivateKey(Key.ToDer(), out _);
        while (true)
        {
            var raw = ecdsa.SignData(Data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            if (raw[0] >= 0x80 && raw[32] is >= 0x80 and < 0xFF) return (new(1, raw, 0, 32), new(1, raw, 32, 32));
        }
    }

    static byte[] Number(BigInteger value) => Tlv.Integer(value.ToByteArray());

    static byte[] Write(BigInteger r, BigInteger s) => Tlv.Sequence(Number(r), Number(s));

    static readonly byte[] Sound = Write(Good.R, Good.S), R = Number(Good.R), S = Number(Good.S);

    static readonly Dictionary<string, byte[]> Taken = new()
    {
        ["as it is"] = Sound,
        // ECDSA cannot tell s from n - s, and no standard for certificates asks for the smaller one.
        ["n - s in place of s"] = Write(Good.R, N.Subtract(Good.S)),
    };

    static readonly Dictionary<string, byte[]> Refused = new()
    {
        ["nothing"] = [], ["an empty SEQUENCE"] = [0x30, 0], ["r alone"] = Tlv.Sequence(R),
            ["three numbers"] = Tlv.Sequence(R, S, S), ["s before r"] = Tlv.Sequence(S, R),
        ["r is 0"] = Write(BigInteger.Zero, Good.S), ["s is 0"] = Write(Good.R, BigInteger.Zero),
            ["both are 0"] = Write(BigInteger.Zero, BigInteger.Zero), ["both are 1"] = Write(BigInteger.One, BigInteger.One),
        ["r is n"] = Write(N, Good.S), ["s is n"] = Write(Good.R, N), ["r + n"] = Write(Good.R.Add(N), Good.S),
            ["s + n"] = Write(Good.R, Good.S.Add(N)), ["r - n"] = Write(Good.R.Subtract(N), Good.S),
            ["s - n"] = Write(Good.R, Good.S.Subtract(N)),
        ["-r"] = Write(Good.R.Negate(), Good.S), ["-s"] = Write(Good.R, Good.S.Negate()),
            ["r + 2^256"] = Write(Good.R.Add(BigInteger.One.ShiftLeft(256)), Good.S),
            ["s + 2^320"] = Write(Good.R, Good.S.Add(BigInteger.One.ShiftLeft(320))),
        ["r without its zero"] = Tlv.Sequence(Tlv.Integer(Good.R.ToByteArrayUnsigned()), S),
            ["s without its zero"] = Tlv.Sequence(R, Tlv.Integer(Good.S.ToByteArrayUnsigned())),
        ["r with a zero more"] = Tlv.Sequence(Tlv.Integer([0, .. Good.R.ToByteArray()]), S),
            ["s with a zero more"] = Tlv.Sequence(R, Tlv.Integer([0, .. Good.S.ToByteArray()])),
            ["an empty r"] = Tlv.Sequence(Tlv.Integer(), S),
        ["a long length around it"] = [0x30, 0x81, .. Sound[1..]],
            ["a long length of r"] = Tlv.Sequence([0x02, 0x81, .. R[1..]], S), ["an open length"] = [0x30, 0x80, .. Sound[2..], 0, 0],
        ["a byte behind it"] = [.. Sound, 0], ["a byte behind s"] = Tlv.Sequence(R, S, [0]),
            ["NULL behind s"] = Tlv.Sequence(R, S, [5, 0]), ["cut short"] = Sound[..^1],
            ["a length of one more"] = [0x30, (byte)(Sound[1] + 1), .. Sound[2..]],
        ["r as an OCTET STRING"] = Tlv.Sequence([0x04, .. R[1..]], S), ["a SET"] = [0x31, .. Sound[1..]],
            ["twice 32 bytes without DER"] = [.. Good.R.ToByteArrayUnsigned(), .. Good.S.ToByteArrayUnsigned()],
    };

    public static TheoryData<string, bool> All => [.. Taken.Keys.Select(k => (k, true)), .. Refused.Keys.Select(k => (k, false))];

    [Theory]
    [MemberData(nameof(All))]
    public void A_signature_is_taken_or_not(string what, bool isTaken)
    {
        var signature = Taken.GetValueOrDefault(what) ?? Refused[what];
        Assert.Equal(isTaken, P256.Verify(Key.Point, Data, signature));
        Assert.False(P256.Verify(Key.Point, [.. Data, 0], signature));
    }

    [Fact]
    public void Openssl_takes_the_same()
    {
        using var folder = new TempFolder();
        folder.Write("key.pem", Key.PublicKeyPem + "\n");
        folder.Write("data", Data);
        var all = Taken.Concat(Refused).ToList();
        for (var i = 0; i < all.Count; i++) folder.Write($"{i}.sig", all[i].Value);
        var verdicts = Tool.Bash(folder.Path, $"for i in $(seq 0 {all.Count - 1}); "
            + "do openssl dgst -sha256 -verify key.pem -signature $i.sig data >/dev/null 2>&1 && echo true || echo false; "
            + "done", "openssl").Split('\n');
        // OpenSSL reads a number without its zero as the positive one, and of the file no more than a signature can have.
        string[] lenient = ["r without its zero", "s without its zero", "a byte behind it"];
        Assert.Equal(all.Select(s => Taken.ContainsKey(s.Key)).ToList(),
            all.Select((s, i) => verdicts[i] == "true" && !lenient.Contains(s.Key)).ToList());
    }

    [Fact]
    public void Another_key_s_signature_is_none() => Assert.False(P256.Verify(DeviceKey.Generate().Point, Data, Sound));
}
