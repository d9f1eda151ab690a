using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Multiplier;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace DeviceCreds;

/// <summary>
/// The curve NIST P-256 (secp256r1, prime256v1; SEC 2, FIPS 186-5). A private scalar has 32 bytes, a public point 65:
/// 04, X, Y (SEC 1, 2.3.3). The arithmetic is the platform's on .NET, BouncyCastle's on .NET Framework.
/// </summary>
internal static partial class P256
{
    public const int ScalarSize = 32;
    public const int PointSize = 65;

    static readonly X9ECParameters Curve = CustomNamedCurves.GetByOid(X9ObjectIdentifiers.Prime256v1);

    /// <summary>Whether the bytes are a scalar from 1 to n-1.</summary>
    public static bool IsScalar(byte[] scalar)
    {
        var value = new BigInteger(1, scalar);
        return scalar.Length == ScalarSize && value.SignValue > 0 && value.CompareTo(Curve.N) < 0;
    }

    /// <summary>Whether the bytes are an uncompressed point on the curve.</summary>
    public static bool IsPoint(byte[] point) => point.Length == PointSize && point[0] == 4 && TryDecode(point) is not null;

    /// <summary>The public point of a private scalar.</summary>
    public static byte[] PublicPoint(byte[] scalar) => PlatformPublicPoint(scalar) ?? ManagedPublicPoint(scalar);

    internal static byte[] ManagedPublicPoint(byte[] scalar) =>
        new FixedPointCombMultiplier().Multiply(Curve.G, new BigInteger(1, scalar)).Normalize().GetEncoded(false);

    /// <summary>The uncompressed form of a point given compressed (or uncompressed); null when it is not on the curve.</summary>
    public static byte[]? Decompress(byte[] point) => TryDecode(point)?.GetEncoded(false);

    /// <summary>Whether a DER-encoded ECDSA signature over the SHA-256 digest of the data is this key's.</summary>
    public static bool Verify(byte[] point, byte[] data, byte[] signature) => new Verifier(point).Verify(data, signature);

    /// <summary>
    /// What is wrong with the encoding of a signature, which must be SEQUENCE { r, s } in DER (RFC 3279, 2.2.3) with both
    /// positive and of 32 octets at most: programs differ in what else they accept. Null when it is right.
    /// </summary>
    public static string? FindSignatureFault(byte[] der)
    {
        const string Other = "it is not a sequence of two numbers";
        if (der.Length < 2 || der[0] != 0x30) return Other;
        if (der[1] != der.Length - 2) return "its length does not fit its content";
        var at = 2;
        for (var i = 0; i < 2; i++)
        {
            if (at + 2 >= der.Length || der[at] != 2) return Other;
            var (first, length) = (at + 2, (int)der[at + 1]);
            if (length == 0 || length > der.Length - first) return Other;
            var name = i == 0 ? "r" : "s";
            if (der[first] >= 0x80) return $"its number {name} is negative: the zero byte before it is missing";
            // A zero byte comes first only where the highest bit would otherwise be the sign.
            if (der[first] == 0 && (length == 1 || der[first + 1] < 0x80)) return length == 1
                ? $"its number {name} is zero" : $"its number {name} has a zero byte before it that is not needed";
            if (length - (der[first] == 0 ? 1 : 0) > ScalarSize) return $"its number {name} has more than {ScalarSize} bytes";
            at = first + length;
        }

        return at == der.Length ? null : "something follows its two numbers";
    }

    static bool IsSignature(byte[] der) => FindSignatureFault(der) is null;

    static ECPoint? TryDecode(byte[] point)
    {
        try
        {
            var decoded = Curve.Curve.DecodePoint(point);
            return decoded.IsInfinity ? null : decoded;
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            return null;
        }
    }
}
