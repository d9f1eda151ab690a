using System.Text;

namespace DeviceCreds;

/// <summary>UTF-8 for what is a text or an error: other bytes throw a <see cref="DecoderFallbackException"/>.</summary>
internal static class Utf8
{
    /// <summary>Without a byte-order mark.</summary>
    public static readonly Encoding Strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
