#if NET
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace DeviceCreds;

internal static partial class P256
{
    /// <summary>A new key pair from the system's generator.</summary>
    public static (byte[] Scalar, byte[] Point) Generate()
    {
        if (LibCrypto.IsUsable && LibCrypto.Generate() is { } pair) return pair;
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = ecdsa.ExportParameters(includePrivateParameters: true);
        return (parameters.D!, Point(parameters.Q));
    }

    /// <summary>Signs with one key, from any number of threads; the data's SHA-256 digest is signed, the signature is DER.</summary>
    public sealed class Signer(byte[] scalar, byte[] point) : IDisposable
    {
        // Importing a key costs more than signing with it, and a platform key may be unsafe for concurrent use.
        readonly ConcurrentBag<ECDsa> _idle = [];

        public byte[] Sign(byte[] data)
        {
            if (!_idle.TryTake(out var key)) key = ECDsa.Create(
                new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar, Q = Coordinates(point) });
            var signature = key.SignHash(SHA256.HashData(data), DSASignatureFormat.Rfc3279DerSequence);
            _idle.Add(key);
            return signature;
        }

        public void Dispose()
        {
            while (_idle.TryTake(out var key)) key.Dispose();
        }
    }

    /// <summary>Verifies with one public key, from any number of threads.</summary>
    public sealed class Verifier(byte[] point)
    {
        readonly ConcurrentBag<ECDsa> _idle = [];

        /// <summary>Whether a DER-encoded ECDSA signature over the SHA-256 digest of the data is this key's.</summary>
        public bool Verify(byte[] data, byte[] signature)
        {
            if (!IsSignature(signature)) return false;
            try
            {
                if (!_idle.TryTake(out var key)) key = ECDsa.Create(
                    new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Coordinates(point) });
                var verified = key.VerifyHash(SHA256.HashData(data), signature, DSASignatureFormat.Rfc3279DerSequence);
                _idle.Add(key);
                return verified;
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }

    // Many times faster than managed code. Not every platform accepts only a private number.
    static byte[]? PlatformPublicPoint(byte[] scalar)
    {
        if (LibCrypto.IsUsable && LibCrypto.PublicPoint(scalar) is { } point) return point;
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
            return key.ExportParameters(includePrivateParameters: false).Q is { X.Length: ScalarSize,
                Y.Length: ScalarSize } q ? Point(q) : null;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    static byte[] Point(ECPoint q)
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
