namespace DeviceCreds;

/// <summary>Reads DER (X.690) without making objects, for data that may have millions of elements.</summary>
/// <param name="bytes">The encoding.</param>
/// <param name="at">Where to begin.</param>
/// <param name="end">Where to stop.</param>
/// <param name="allowsLongLengths">Whether lengths may have more bytes than they need, as in BER.</param>
internal struct DerCursor(byte[] bytes, int at, int end, bool allowsLongLengths = false)
{
    public const byte Boolean = 0x01, Integer = 0x02, BitString = 0x03, OctetString = 0x04, Null = 0x05, ObjectIdentifier = 0x06;
    public const byte UtcTime = 0x17, GeneralizedTime = 0x18, Sequence = 0x30, Set = 0x31, Context0 = 0xA0;

    int _at = at;

    public readonly bool IsAtEnd => _at == end;

    public readonly int Position => _at;

    public readonly bool Is(byte tag) => _at < end && bytes[_at] == tag;

    /// <summary>Enters the element at this position, and moves after it.</summary>
    /// <exception cref="ArgumentException">There is another element, or none, or its length is not DER.</exception>
    public DerCursor Enter(byte tag)
    {
        if (!Is(tag) || end - _at < 2) throw new ArgumentException("Another element was expected.");
        var start = _at + 2;
        int length = bytes[_at + 1];
        if (length >= 0x80)
        {
            var count = length & 0x7F;
            if (count is 0 or > 4 || end - start < count) throw new ArgumentException("A length is not valid.");
            long value = 0;
            for (var i = 0; i < count; i++) value = value << 8 | bytes[start + i];
            if (!allowsLongLengths && (value < 0x80 || value >> (8 * (count - 1)) == 0))
                throw new ArgumentException("A length is not in its shortest form.");
            if (value > int.MaxValue) throw new ArgumentException("A length is not valid.");
            (start, length) = (start + count, (int)value);
        }

        if (length > end - start) throw new ArgumentException("An element is incomplete.");
        _at = start + length;
        return new DerCursor(bytes, start, _at, allowsLongLengths);
    }

    /// <summary>Moves after these bytes when they come next.</summary>
    public bool TryTake(byte[] expected)
    {
        if (!Rest.StartsWith(expected)) return false;
        _at += expected.Length;
        return true;
    }

    /// <summary>The tag of the element at this position; null at the end.</summary>
    public readonly byte? Tag => _at < end ? bytes[_at] : null;

    /// <summary>The bytes from here to the end.</summary>
    public readonly ReadOnlySpan<byte> Rest => bytes.AsSpan(_at, end - _at);

    /// <summary>The complete element at this position, with its header.</summary>
    public byte[] Whole(byte tag)
    {
        var start = _at;
        Enter(tag);
        return bytes.AsSpan(start, _at - start).ToArray();
    }

    /// <summary>The content of an INTEGER in its shortest form.</summary>
    public ReadOnlySpan<byte> EnterInteger()
    {
        var value = Enter(Integer).Rest;
        if (value.Length == 0 || (value.Length > 1 && (value[0] == 0 ? value[1] < 0x80 : value[0] == 0xFF && value[1] >= 0x80)))
            throw new ArgumentException("An integer is not in its shortest form.");
        return value;
    }

    /// <summary>UTCTime or GeneralizedTime, with seconds, in UTC (RFC 5280, 4.1.2.5).</summary>
    public DateTime EnterTime()
    {
        var isUtc = Is(UtcTime);
        var text = Enter(isUtc ? UtcTime : GeneralizedTime).Rest;
        if (text.Length != (isUtc ? 13 : 15) || text[^1] != 'Z') throw new ArgumentException("A time has another form.");
        var year = isUtc ? Number(text, 0) : 100 * Number(text, 0) + Number(text, 2);
        if (isUtc) year += year < 50 ? 2000 : 1900;
        var i = isUtc ? 2 : 4;
        // An invalid month or hour also gives an ArgumentException.
        return new DateTime(year, Number(text, i), Number(text, i + 2), Number(text, i + 4), Number(text, i + 6),
            Number(text, i + 8), DateTimeKind.Utc);
    }

    static int Number(ReadOnlySpan<byte> text, int i)
    {
        var (tens, ones) = (text[i] - '0', text[i + 1] - '0');
        return tens is >= 0 and <= 9 && ones is >= 0 and <= 9 ? 10 * tens + ones : throw new ArgumentException("A time has only digits.");
    }
}
