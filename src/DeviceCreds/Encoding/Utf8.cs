using System.Text;

namespace DeviceCreds;

/// <summary>UTF-8 for what is a text or an error: other bytes throw a <see cref="DecoderFallbackException"/>.</summary>
internal static class Utf8
{
    /// <summary>Without a byte-order mark.</summary>
    public static readonly Encoding Strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    static readonly Encoding Latin1 = Encoding.GetEncoding("iso-8859-1");

    /// <summary>The text of bytes that are UTF-8, or else Latin-1: no byte is lost.</summary>
    public static string OrLatin1(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Text(Strict, bytes);
        }
        catch (DecoderFallbackException)
        {
            return Text(Latin1, bytes);
        }
    }

    static string Text(Encoding encoding, ReadOnlySpan<byte> bytes)
#if NET
        => encoding.GetString(bytes);
#else
        => encoding.GetString(bytes.ToArray());
#endif
}
