namespace DeviceCreds;

/// <summary>The size of a DER object, and its limit.</summary>
internal static class DerObject
{
    const int MaximumSize = 64 * 1024;

    /// <summary>A certificate, a request or a key has 64 KiB at most; BouncyCastle needs a hundred times the memory.</summary>
    /// <exception cref="InputException">It is larger.</exception>
    public static void RequireSize(InputFile file, byte[] der, string what, int? line)
    {
        if (der.Length > MaximumSize)
            throw new InputException("ObjectTooLarge", ErrorKind.LimitExceeded,
                FormattableString.Invariant($"{what} has {der.Length:N0} bytes; the limit is {MaximumSize:N0}."),
                "Is this the right file?", file.Path, line);
    }

    /// <summary>The length with header of the DER object at an offset; null when the header is not DER.</summary>
    public static int? Length(byte[] bytes, int at)
    {
        if (at + 2 > bytes.Length) return null;
        int first = bytes[at + 1];
        if (first < 0x80) return first + 2;
        var count = first & 0x7F;
        if (count is 0 or > 4 || at + 2 + count > bytes.Length) return null;
        long length = 0;
        for (var i = 0; i < count; i++) length = length << 8 | bytes[at + 2 + i];
        return length + 2 + count <= int.MaxValue ? (int)length + 2 + count : null;
    }
}
