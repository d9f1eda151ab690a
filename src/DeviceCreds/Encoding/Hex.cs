using System.Text;

namespace DeviceCreds;

/// <summary>Upper-case hexadecimal without separators: how PowerShell's own certificate objects show bytes.</summary>
internal static class Hex
{
    public const string Digits = "0123456789ABCDEF";

    public static string Encode(byte[] bytes)
    {
#if NET
        return Convert.ToHexString(bytes);
#else
        var text = new StringBuilder(bytes.Length * 2);
        foreach (var b in bytes) text.Append(Digits[b >> 4]).Append(Digits[b & 15]);
        return text.ToString();
#endif
    }

    /// <summary>The bytes of hexadecimal digits in either case; null for any other text.</summary>
    public static byte[]? TryDecode(string text) => TryDecode(text.AsSpan());

    /// <inheritdoc cref="TryDecode(string)"/>
    public static byte[]? TryDecode(ReadOnlySpan<char> text)
    {
        if (text.Length % 2 != 0) return null;
        var bytes = new byte[text.Length / 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (Digit(text[2 * i]) is not { } high || Digit(text[2 * i + 1]) is not { } low) return null;
            bytes[i] = (byte)(high << 4 | low);
        }

        return bytes;
    }

    static int? Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => null,
    };
}
