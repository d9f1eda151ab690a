using System.Buffers.Binary;

namespace DeviceCreds.Fuzz;

/// <summary>Damages inputs as chance wants it; the same seed gives the same damage.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus)
{
    const int MaximumLength = 1024 * 1024;

    static readonly long[] Interesting = [0, 1, -1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000,
        int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    // What begins, ends, nests or refers in the languages that are read.
    static readonly byte[][] Words = [.. new[] { "{", "}", "[", "]", "\"", "\\u0000", "\\ud800", "null", "1e999", "-",
        ": ", "\n", "\r\n", "\t", "\0", "# ", "&a ", "*a", "!!x ", "- ", "? ", "| ", "'", ",", ";", "%00", "%", "=",
        "aid=", "?", "/*", "sizeof", "0x", "\\x", "\uFEFF", "\uFFFD", "-----BEGIN ", "-----END ", "-----", "#", "\\n",
        "\\", "-----BEGIN%20", "\"kty\":\"EC\"", "0x30" }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0x30, 0x80], [0x00, 0x00], [0x24, 0x80], [0x31, 0x00], [0x05, 0x00], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
            [0xBF], [0x9F], [0x5F], [0x7F], [0xFF], [0xDB], [0xFB], [0x1B], [0xC2], [0xFF, 0xFE], [0x1F, 0x8B]];

    readonly Random _random = new(seed);

    /// <summary>The next input: a file of the corpus, damaged one to several times.</summary>
    public byte[] Next()
    {
        var input = Pick(corpus);
        // Most damage is slight; now and then it is heavy.
        for (var i = 1 + (_random.Next(4) == 0 ? _random.Next(16) : _random.Next(3)); i > 0; i--) input = Damage(input);
        return input.Length > MaximumLength ? input[..MaximumLength] : input;
    }

    byte[] Damage(byte[] input)
    {
        if (input.Length == 0) return Pick(Words);
        var at = _random.Next(input.Length);
        var count = 1 + _random.Next(Math.Min(input.Length - at, 1 << _random.Next(12)));
        switch (_random.Next(12))
        {
            case 0: return Change(input, c => c[at] ^= (byte)(1 << _random.Next(8)));
            case 1: return Change(input, c => c[at] = (byte)_random.Next(256));
            case 2: return input[..at];
            case 3: return input[at..];
            case 4: return [.. input[..at], .. input[(at + count)..]];
            case 5: return Insert(input, at, Pick(Words));
            case 6: return Change(input, c => Write(c.AsSpan(at), Interesting[_random.Next(Interesting.Length)]));
            case 7: return Retag(input, at);
            case 8: return Pick(corpus) is { Length: > 0 } other ? [.. input[..at], .. other[_random.Next(other.Length)..]] : input;
            case 9: return Insert(input, at, input[at..(at + count)]);
            case 10: return Relength(input);
            // Large inputs are slow ones, so they are few.
            default: return _random.Next(16) == 0 ? Repeat(
                input, at, count, _random.Next(4) == 0 ? MaximumLength : 1 << _random.Next(8, 18)) : Insert(input, at, Pick(Words));
        }
    }

    // The length byte of something that looks like a TLV of DER, or the head of an item of CBOR.
    byte[] Relength(byte[] input)
    {
        var heads = Enumerable.Range(0, Math.Min(input.Length - 1, 4096)).Where(
            i => input[i] is 0x02 or 0x03 or 0x04 or 0x06 or 0x0C or 0x30 or 0x31 or (>= 0xA0 and <= 0xA3) or (
            >= 0x58 and <= 0x5B) or (>= 0x78 and <= 0x7B)).ToList();
        if (heads.Count == 0) return input;
        var head = heads[_random.Next(heads.Count)];
        return Change(input, c => c[head + 1] = _random.Next(4) switch { 0 => (byte)(c[head + 1] + 1),
            1 => (byte)(c[head + 1] - 1), 2 => (byte)(0x80 + _random.Next(6)), _ => (byte)_random.Next(256) });
    }

    byte[] Retag(byte[] input, int at) => Change(input, c => c[at] = (byte)(c[at] & 0x1F | _random.Next(8) << 5));

    static byte[] Repeat(byte[] input, int at, int count, int length)
    {
        var part = input.AsSpan(at, count);
        var whole = new byte[input.Length + length / count * count];
        input.AsSpan(0, at).CopyTo(whole);
        var end = at;
        for (; end + count <= whole.Length - (input.Length - at); end += count) part.CopyTo(whole.AsSpan(end));
        input.AsSpan(at).CopyTo(whole.AsSpan(end));
        return whole;
    }

    void Write(Span<byte> to, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (_random.Next(2) == 0) BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        else BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        bytes[..Math.Min(to.Length, 1 << _random.Next(4))].CopyTo(to);
    }

    static byte[] Insert(byte[] input, int at, byte[] what) => [.. input[..at], .. what, .. input[at..]];

    static byte[] Change(byte[] input, Action<byte[]> change)
    {
        var copy = (byte[])input.Clone();
        change(copy);
        return copy;
    }

    T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];
}
