namespace DeviceCreds;

/// <summary>A DER object as bytes: its size, its header, and what a parser throws at a bad one.</summary>
internal static class DerObject
{
    const int MaximumSize = 64 * 1024;

    /// <summary>A certificate, a request or a key has 64 KiB at most; BouncyCastle takes a hundred times the memory.</summary>
    /// <exception cref="InputException">It is larger.</exception>
    public static void RequireSize(InputFile file, byte[] der, string what, int? line)
    {
        if (der.Length > MaximumSize)
            throw new InputException("ObjectTooLarge", ErrorKind.LimitExceeded, FormattableString.Invariant($"{what} has {der.Length:N0} bytes; {MaximumSize:N0} are read."), "Is this the right file?", file.Path, line);
    }

    /// <summary>What BouncyCastle throws at bytes that are not what they should be.</summary>
    public static bool IsParsingError(Exception e) =>
        e is ArgumentException or IOException or InvalidCastException or InvalidOperationException or ArithmeticException or IndexOutOfRangeException or FormatException or NullReferenceException or NotSupportedException;

    /// <summary>What messages call a PKCS#12 file.</summary>
    public const string Pkcs12 = "a PKCS#12 file (.pfx, .p12)";

    /// <summary>Whether it begins as PFX does: a sequence whose first element is the integer 3, as no key or certificate does.</summary>
    public static bool IsPkcs12(byte[] der) => der.Length > 0 && der[0] == 0x30 && Content(der).StartsWith((ReadOnlySpan<byte>)[2, 1, 3]);

    /// <summary>What stands inside a DER object, and after it; empty when the header is cut short.</summary>
    public static ReadOnlySpan<byte> Content(byte[] der) => der.Length < 2 ? default : der.AsSpan().Slice(Math.Min(der[1] < 0x81 ? 2 : 2 + (der[1] & 0x7F), der.Length));

    /// <summary>The whole length, header included, of the DER object at an offset; null when the header is not DER's.</summary>
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
