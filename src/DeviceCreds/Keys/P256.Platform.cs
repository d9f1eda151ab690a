#if NET
using System.Security.Cryptography;

namespace DeviceCreds;

internal static partial class P256
{
    /// <summary>A new key pair from the system's generator.</summary>
    public static (byte[] Scalar, byte[] Point) Generate()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = ecdsa.ExportParameters(includePrivateParameters: true);
        return (parameters.D!, Point(parameters.Q));
    }

    /// <summary>A DER-encoded ECDSA signature over the SHA-256 digest of the data.</summary>
    public static byte[] Sign(byte[] scalar, byte[] point, byte[] data)
    {
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar, Q = Coordinates(point) });
        return ecdsa.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Whether a DER-encoded ECDSA signature over the SHA-256 digest of the data is this key's.</summary>
    public static bool Verify(byte[] point, byte[] data, byte[] signature)
    {
        try
        {
            using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Coordinates(point) });
            return ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    internal static byte[] Point(ECPoint q)
    {
        var point = new byte[PointSize];
        point[0] = 4;
        q.X!.CopyTo(point, 1);
        q.Y!.CopyTo(point, 1 + ScalarSize);
        return point;
    }

    static ECPoint Coordinates(byte[] point) => new() { X = point[1..33], Y = point[33..65] };
}
#endif
