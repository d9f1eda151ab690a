using System.Text;

namespace DeviceCreds;

/// <summary>
/// Which encoding a text has that does not begin with a byte-order mark. All of its bytes count, until a thousand are not UTF-8.
/// </summary>
/// <param name="beginning">The first bytes, which show whether it is UTF-16.</param>
/// <param name="maximum">How many bytes are added at once at most.</param>
sealed class EncodingDetector(byte[] beginning, int maximum)
{
    // The decoder writes this for bytes that are not UTF-8. Text does not have it: it is no character (Unicode, 23.7).
    const char Invalid = '\uFFFF';

    // The decoder takes memory for each invalid byte.
    const int Enough = 1000;

    // A byte-order mark is looked for and dropped here.
    static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true);

    readonly Decoder _decoder = Encoding.GetEncoding(Utf8.CodePage, EncoderFallback.ExceptionFallback,
        new DecoderReplacementFallback(Invalid.ToString())).GetDecoder();

    readonly char[] _chars = new char[Utf8.GetMaxCharCount(maximum)];
    long _valid;
    long _invalid;

    /// <summary>Adds the next bytes.</summary>
    public void Add(byte[] bytes, int count) => Add(bytes, count, isEnd: false);

    /// <summary>The encoding of what was added.</summary>
    public Encoding Detect()
    {
        Add([], 0, isEnd: true);
        // A list in UTF-8 with a few rows in another encoding is UTF-8: these rows alone are damaged.
        return Utf16() ?? (_invalid == 0 || _valid > _invalid ? Utf8 : DeviceList.Windows1252);
    }

    void Add(byte[] bytes, int count, bool isEnd)
    {
        if (_invalid >= Enough) return;
        var length = _decoder.GetChars(bytes, 0, count, _chars, 0, isEnd);
        foreach (var c in _chars.AsSpan(0, length))
        {
            if (c < 0x80) continue;
            if (c == Invalid) _invalid++;
            else _valid++;
        }
    }

    // UTF-16 of mostly Latin text has a zero in every second byte.
    Encoding? Utf16()
    {
        int even = 0, odd = 0;
        for (var i = 0; i < beginning.Length; i++)
        {
            if (beginning[i] != 0) continue;
            if (i % 2 == 0) even++;
            else odd++;
        }

        if (odd > beginning.Length / 4) return Encoding.Unicode;
        return even > beginning.Length / 4 ? Encoding.BigEndianUnicode : null;
    }
}
