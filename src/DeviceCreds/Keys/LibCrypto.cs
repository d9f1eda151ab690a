#if NET
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DeviceCreds;

/// <summary>
/// P-256 keys directly from OpenSSL 3. .NET makes the same key with the same library, and then has it
/// checked by multiplying the new point by the curve's order (EC_KEY_check_key), which takes several times as long as
/// making it; a key that was made a moment ago on a named curve needs no such check.
/// </summary>
internal static class LibCrypto
{
    // The name with its version: a library with this name has this interface.
    const string Library = "libcrypto.so.3";
    const int EcKey = 408;
    const int Prime256v1 = 415;

    [ThreadStatic]
    static GeneratorHandle? s_generator;

    /// <summary>
    /// The AppContext switch that turns this off, for machines where all cryptography must go through the platform. The library is
    /// not even loaded then.
    /// </summary>
    public const string Switch = "DeviceCreds.DisableDirectOpenSsl";

    const int Uncompressed = 4;

    static readonly Lazy<bool> Works = new(Try);
    static readonly Lazy<IntPtr> Curve = new(() => EC_GROUP_new_by_curve_name(Prime256v1));

    /// <summary>Whether OpenSSL 3 is there, makes keys that the platform accepts as pairs, and may be used.</summary>
    public static bool IsUsable => !(AppContext.TryGetSwitch(Switch, out var isOff) && isOff) && Works.Value;

    /// <summary>A new key pair; null when the library refuses.</summary>
    public static (byte[] Scalar, byte[] Point)? Generate()
    {
        var generator = s_generator ??= CreateGenerator();
        var key = IntPtr.Zero;
        var number = IntPtr.Zero;
        var scalar = new byte[P256.ScalarSize];
        var point = new byte[P256.PointSize];
        try
        {
            return EVP_PKEY_keygen(generator, ref key) == 1
                && EVP_PKEY_get_octet_string_param(key, "pub", point, (nuint)point.Length, out var length) == 1
                    && length == P256.PointSize && point[0] == 4
                && EVP_PKEY_get_bn_param(key, "priv", ref number) == 1
                && BN_bn2binpad(number, scalar, scalar.Length) == scalar.Length
                    ? (scalar, point) : null;
        }
        finally
        {
            // Both overwrite their content.
            if (number != IntPtr.Zero) BN_clear_free(number);
            if (key != IntPtr.Zero) EVP_PKEY_free(key);
        }
    }

    /// <summary>The public point of a private number from 1 to n-1; null when the library refuses.</summary>
    public static byte[]? PublicPoint(byte[] scalar)
    {
        var result = EC_POINT_new(Curve.Value);
        var number = BN_bin2bn(scalar, scalar.Length, IntPtr.Zero);
        var point = new byte[P256.PointSize];
        try
        {
            return result != IntPtr.Zero && number != IntPtr.Zero
                && EC_POINT_mul(Curve.Value, result, number, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero) == 1
                && EC_POINT_point2oct(Curve.Value, result, Uncompressed, point, (nuint)point.Length, IntPtr.Zero) == P256.PointSize
                    ? point : null;
        }
        finally
        {
            if (number != IntPtr.Zero) BN_clear_free(number);
            if (result != IntPtr.Zero) EC_POINT_free(result);
        }
    }

    static GeneratorHandle CreateGenerator()
    {
        var generator = EVP_PKEY_CTX_new_id(EcKey, IntPtr.Zero);
        if (!generator.IsInvalid && EVP_PKEY_keygen_init(generator) == 1
            && EVP_PKEY_CTX_set_ec_paramgen_curve_nid(generator, Prime256v1) == 1) return generator;
        generator.Dispose();
        throw new System.Security.Cryptography.CryptographicException("OpenSSL has no P-256.");
    }

    static bool Try()
    {
        try
        {
            if (!OperatingSystem.IsLinux() || Generate() is not var (scalar, point)) return false;
            if (PublicPoint(scalar) is not { } computed || !computed.AsSpan().SequenceEqual(point)) return false;
            using var signer = new P256.Signer(scalar, point);
            byte[] data = [1, 2, 3];
            return P256.Verify(point, data, signer.Sign(data));
        }
        catch (Exception e) when (
            e is DllNotFoundException or EntryPointNotFoundException or System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }

    sealed class GeneratorHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle()
        {
            EVP_PKEY_CTX_free(handle);
            return true;
        }
    }

    [DllImport(Library)]
    static extern GeneratorHandle EVP_PKEY_CTX_new_id(int type, IntPtr engine);

    [DllImport(Library)]
    static extern void EVP_PKEY_CTX_free(IntPtr context);

    [DllImport(Library)]
    static extern int EVP_PKEY_keygen_init(GeneratorHandle context);

    [DllImport(Library)]
    static extern int EVP_PKEY_CTX_set_ec_paramgen_curve_nid(GeneratorHandle context, int curve);

    [DllImport(Library)]
    static extern int EVP_PKEY_keygen(GeneratorHandle context, ref IntPtr key);

    [DllImport(Library, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int EVP_PKEY_get_octet_string_param(IntPtr key, string name, byte[] buffer, nuint size, out nuint length);

    [DllImport(Library, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int EVP_PKEY_get_bn_param(IntPtr key, string name, ref IntPtr number);

    [DllImport(Library)]
    static extern IntPtr EC_GROUP_new_by_curve_name(int curve);

    [DllImport(Library)]
    static extern IntPtr EC_POINT_new(IntPtr group);

    [DllImport(Library)]
    static extern int EC_POINT_mul(IntPtr group, IntPtr result, IntPtr generatorTimes, IntPtr point, IntPtr times, IntPtr context);

    [DllImport(Library)]
    static extern nuint EC_POINT_point2oct(IntPtr group, IntPtr point, int form, byte[] buffer, nuint size, IntPtr context);

    [DllImport(Library)]
    static extern void EC_POINT_free(IntPtr point);

    [DllImport(Library)]
    static extern IntPtr BN_bin2bn(byte[] bytes, int length, IntPtr result);

    [DllImport(Library)]
    static extern int BN_bn2binpad(IntPtr number, byte[] buffer, int size);

    [DllImport(Library)]
    static extern void BN_clear_free(IntPtr number);

    [DllImport(Library)]
    static extern void EVP_PKEY_free(IntPtr key);
}
#endif
