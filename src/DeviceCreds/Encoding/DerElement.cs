namespace DeviceCreds;

/// <summary>The header of a BER element (X.690, 8.1) in place; the content is not checked.</summary>
/// <param name="Tag">The first octet of the tag; 0 where there is no header.</param>
/// <param name="Start">Where the content begins.</param>
/// <param name="Length">The content's length; null when it is indefinite.</param>
internal readonly record struct DerElement(byte Tag, int Start, int? Length)
{
    /// <summary>Where the next element begins; <see cref="int.MaxValue"/> when unknown.</summary>
    public int End => Length is { } length && length <= int.MaxValue - Start ? Start + length : int.MaxValue;

    /// <summary>The header at an offset; one with tag 0 when it is incomplete or has an unusual tag or length.</summary>
    public static DerElement At(byte[] bytes, int at, int end)
    {
        if (at < 0 || end - at < 2 || (bytes[at] & 0x1F) == 0x1F) return default;
        int length = bytes[at + 1];
        if (length < 0x80) return new(bytes[at], at + 2, length);
        var count = length & 0x7F;
        if (count == 0) return new(bytes[at], at + 2, null);
        if (count > 4 || end - at - 2 < count) return default;
        long value = 0;
        for (var i = 0; i < count; i++) value = value << 8 | bytes[at + 2 + i];
        return value <= int.MaxValue ? new(bytes[at], at + 2 + count, (int)value) : default;
    }

    /// <summary>The elements inside, as far as the bytes reach: elements after one of indefinite length are unknown.</summary>
    public IEnumerable<DerElement> Elements(byte[] bytes)
    {
        var end = Math.Min(End, bytes.Length);
        for (var at = Start; at < end;)
        {
            var element = At(bytes, at, end);
            if (element.Tag == 0) yield break;
            yield return element;
            at = element.End;
        }
    }

    /// <summary>The content, as far as the bytes reach.</summary>
    public ReadOnlySpan<byte> Content(byte[] bytes) =>
        Start >= bytes.Length ? default : bytes.AsSpan(Start, Math.Min(End, bytes.Length) - Start);
}
