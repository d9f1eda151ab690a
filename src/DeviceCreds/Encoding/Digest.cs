using System.Security.Cryptography;

namespace DeviceCreds;

/// <summary>Digests of bytes, computed by the platform.</summary>
internal static class Digest
{
    public static byte[] Sha1(byte[] data)
    {
#if NET
        return SHA1.HashData(data);
#else
        using var sha = SHA1.Create();
        return sha.ComputeHash(data);
#endif
    }

    public static byte[] Sha256(byte[] data)
    {
#if NET
        return SHA256.HashData(data);
#else
        using var sha = SHA256.Create();
        return sha.ComputeHash(data);
#endif
    }

    public static byte[] Sha512(byte[] data)
    {
#if NET
        return SHA512.HashData(data);
#else
        using var sha = SHA512.Create();
        return sha.ComputeHash(data);
#endif
    }
}
