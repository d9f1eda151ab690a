using System.Text;

namespace DeviceCreds;

/// <summary>
/// Windows-1252, which Excel writes as "CSV" in western countries: Latin-1, with characters instead of control codes from 0x80 to 0x9F.
/// The five bytes that have no meaning become U+FFFD. .NET has it on Windows, or with a package of all code pages.
/// </summary>
sealed class Windows1252 : Encoding
{
    const int First = 0x80, End = 0xA0;

    const string Characters = "€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ";

    public override string WebName => "windows-1252";

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)
    {
        for (var i = 0; i < charCount; i++) bytes[byteIndex + i] = ByteOf(chars[charIndex + i]);
        return charCount;
    }

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        Decode(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    // The decoder of the base class copies the place for the characters at each call.
    public override Decoder GetDecoder() => new ByteDecoder();

    static int Decode(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        for (var i = 0; i < bytes.Length; i++) chars[i] = bytes[i] is >= First and < End ? Characters[bytes[i] - First] : (char)bytes[i];
        return bytes.Length;
    }

    static byte ByteOf(char c)
    {
        if (c is < (char)First or >= (char)End and <= (char)0xFF) return (byte)c;
        return c != '\uFFFD' && Characters.IndexOf(c) is >= 0 and var i ? (byte)(First + i) : (byte)'?';
    }

    sealed class ByteDecoder : Decoder
    {
        public override int GetCharCount(byte[] bytes, int index, int count) => count;

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
            Decode(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

#if NET
        public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars, bool flush) => Decode(bytes, chars);
#endif
    }
}
