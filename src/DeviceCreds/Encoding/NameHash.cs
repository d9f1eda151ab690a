using System.Buffers.Binary;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// The first 16 bytes of a name's SHA-256 (of its UTF-8): enough to tell millions of names apart in little memory, and the
/// same on every machine.
/// </summary>
internal readonly record struct NameHash(ulong High, ulong Low)
{
    public static NameHash Of(string name)
    {
#if NET
        Span<byte> utf8 = name.Length <= 256 ? stackalloc byte[3 * name.Length] : new byte[3 * name.Length];
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(utf8.Slice(0, Encoding.UTF8.GetBytes(name, utf8)), hash);
#else
        ReadOnlySpan<byte> hash = Digest.Sha256(Encoding.UTF8.GetBytes(name));
#endif
        return new(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash.Slice(8)));
    }

    // The bits are as good as random already.
    public override int GetHashCode() => (int)Low;
}
