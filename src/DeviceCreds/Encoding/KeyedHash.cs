using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DeviceCreds;

/// <summary>
/// SipHash-2-4 (Aumasson and Bernstein, 2012) with a random key: 64 bits for tables of millions of names. Nobody can choose names
/// that share a hash, and it takes a tenth of a SHA-256's time.
/// </summary>
internal sealed class KeyedHash
{
    const int KeySize = 16;

    readonly ulong _key0;
    readonly ulong _key1;

    public KeyedHash()
        : this(NewKey())
    {
    }

    /// <param name="key">16 bytes.</param>
    public KeyedHash(ReadOnlySpan<byte> key)
    {
        _key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _key1 = BinaryPrimitives.ReadUInt64LittleEndian(key.Slice(8));
    }

    public ulong Of(ReadOnlySpan<byte> data)
    {
        var (v0, v1, v2, v3) = (_key0 ^ 0x736f6d6570736575, _key1 ^ 0x646f72616e646f6d, _key0 ^ 0x6c7967656e657261,
            _key1 ^ 0x7465646279746573);
        var length = (ulong)data.Length;
        for (; data.Length >= 8; data = data.Slice(8))
            Compress(BinaryPrimitives.ReadUInt64LittleEndian(data), ref v0, ref v1, ref v2, ref v3);
        var last = length << 56;
        for (var i = 0; i < data.Length; i++) last |= (ulong)data[i] << (8 * i);
        Compress(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xff;
        for (var i = 0; i < 4; i++) Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    static void Compress(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = Rotate(v1, 13) ^ v0;
        v0 = Rotate(v0, 32);
        v2 += v3;
        v3 = Rotate(v3, 16) ^ v2;
        v0 += v3;
        v3 = Rotate(v3, 21) ^ v0;
        v2 += v1;
        v1 = Rotate(v1, 17) ^ v2;
        v2 = Rotate(v2, 32);
    }

    static ulong Rotate(ulong value, int bits) => value << bits | value >> (64 - bits);

    static byte[] NewKey()
    {
        var key = new byte[KeySize];
        using var generator = RandomNumberGenerator.Create();
        generator.GetBytes(key);
        return key;
    }
}
