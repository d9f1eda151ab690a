using System.Text;

namespace DeviceCreds;

/// <summary>
/// Objects in hexadecimal between other text, in any of the ways in which tools print bytes: in words, with separators, as a list of C,
/// as a dump with offsets. Many numbers are hexadecimal by chance: only an object of a known form counts.
/// </summary>
/// <param name="file">The file, for errors.</param>
/// <param name="text">The text.</param>
/// <param name="lines">Its lines in the file.</param>
internal sealed class HexWords(InputFile file, string text, LineCounter lines)
{
    /// <summary>In bytes. No tool writes longer digests.</summary>
    const int Digest = 64;

    /// <summary>In digits of a dump's offset.</summary>
    const int ShortestOffset = 4, LongestOffset = 16;

    /// <summary>In bytes: after the first half of a line, some dumps have two spaces.</summary>
    const int HalfOfLine = 8;

    /// <summary>In bytes: of an object, then of the first element in it.</summary>
    const int Headers = 12;

    static readonly char[] LineEnds = ['\r', '\n'];

    readonly List<FileObject> _objects = [];
    readonly StringBuilder _digits = new();

    // Where words begin, in the digits and in the text.
    readonly List<(int Digit, int At)> _words = [];
    int _offset;
    bool _isReported;

    /// <summary>The objects of a part of the text.</summary>
    public IReadOnlyList<FileObject> Find(int start, int end)
    {
        for (var at = start; at < end;)
        {
            var lineEnd = text.IndexOfAny(LineEnds, at, end - at);
            if (lineEnd < 0) lineEnd = end;
            if (AfterOffset(at, lineEnd) is { } bytes) TakeDumped(bytes, lineEnd);
            else TakeWords(at, lineEnd);
            at = lineEnd + 1;
        }

        ReadTaken();
        return _objects;
    }

    // A dump begins with the offset 0, and its other offsets are of the same length.
    int? AfterOffset(int at, int lineEnd)
    {
        while (at < lineEnd && text[at] is ' ' or '\t') at++;
        var end = EndOfWord(at, lineEnd);
        var isFirst = end - at is >= ShortestOffset and <= LongestOffset && IsZero(at, end);
        if (!isFirst && (_offset == 0 || end - at != _offset || !IsHex(at, end)))
        {
            if (_offset > 0) ReadTaken();
            _offset = 0;
            return null;
        }

        if (isFirst) ReadTaken();
        _offset = end - at;
        while (end < lineEnd && text[end] is ':' or ' ' or '\t' or '-') end++;
        return end;
    }

    // The characters that the bytes stand for follow them after some spaces.
    void TakeDumped(int at, int lineEnd)
    {
        for (var count = 0; at < lineEnd;)
        {
            var end = EndOfWord(at, lineEnd);
            if (end == at || (end - at) % 2 != 0 || !IsHex(at, end) || (end < lineEnd && text[end] is not (' ' or '\t' or '-'))) return;
            Take(at, end);
            count += (end - at) / 2;
            for (at = end; at < lineEnd && text[at] is ' ' or '\t' or '-';) at++;
            if (at - end > (count == HalfOfLine ? 2 : 1)) return;
        }
    }

    void TakeWords(int at, int lineEnd)
    {
        while (at < lineEnd)
        {
            var end = EndOfWord(at, lineEnd);
            if (end == at)
            {
                if (!FileObjects.IsHexadecimal(text[at])) ReadTaken();
                at++;
                continue;
            }

            var digits = AfterPrefix(at, end);
            if (!IsHex(digits, end)) ReadTaken();
            else if ((end - digits) % 2 == 0 || (end - digits == 1 && digits > at)) Take(digits, end);
            else TakeLast(digits, end);
            at = end;
        }
    }

    // Of a text that is incomplete, the last digit may be missing.
    void TakeLast(int at, int end)
    {
        if (end - at > 1) Take(at, end - 1);
        ReadTaken();
    }

    // Some programs write 0x5.
    void Take(int at, int end)
    {
        _words.Add((_digits.Length, at));
        if (end - at == 1) _digits.Append('0');
        _digits.Append(text, at, end - at);
    }

    // 0x30, \x30.
    int AfterPrefix(int at, int end) => end - at > 2 && text[at] == '0' && text[at + 1] is 'x' or 'X' ? at + 2
        : end - at > 1 && text[at] is 'x' or 'X' && at > 0 && text[at - 1] == '\\' ? at + 1 : at;

    int EndOfWord(int at, int end)
    {
        while (at < end && char.IsLetterOrDigit(text[at])) at++;
        return at;
    }

    bool IsHex(int at, int end)
    {
        while (at < end && Uri.IsHexDigit(text[at])) at++;
        return at == end;
    }

    bool IsZero(int at, int end)
    {
        while (at < end && text[at] == '0') at++;
        return at == end;
    }

    // An object begins with a word, or after another one.
    void ReadTaken()
    {
        var (digits, done) = (_digits.ToString(), 0);
        foreach (var (digit, at) in _words)
        {
            if (digit < done) continue;
            var begin = digit;
            while (ReadObject(digits, begin, at) is { } next) done = begin = next;
        }

        _words.Clear();
        _digits.Clear();
    }

    // Where the next one may begin.
    int? ReadObject(string digits, int begin, int at)
    {
        if (string.CompareOrdinal(digits, begin, "30", 0, 2) != 0) return null;
        var available = (digits.Length - begin) / 2;
        var head = Decode(digits, begin, Math.Min(Headers, available));
        var header = DerElement.At(head, 0, head.Length);
        var inner = DerElement.At(head, header.Start, head.Length);
        // A length in the second byte is also that of many other words, and of signatures.
        var isLong = header.Start > 2;
        if (header.Length is null || header.End < FileObjects.Shortest
            || inner.Tag is not (DerCursor.Sequence or DerCursor.Integer or DerCursor.ObjectIdentifier)
            || inner.End > header.End) return null;
        if (header.End > available)
        {
            if ((isLong || FileShapes.BeginsAsKey(head)) && available > Math.Min(Digest, header.End / 2)) Report(at, header.End, available);
            return null;
        }

        var der = Decode(digits, begin, header.End);
        var isObject = FileShapes.IsObject(der);
        if (isObject) _objects.Add(new FileObject(der, FileShapes.Of(der), FileEncoding.Der));
        return isObject || isLong ? begin + 2 * header.End : null;
    }

    static byte[] Decode(string digits, int begin, int count) => Hex.TryDecode(digits.AsSpan(begin, 2 * count))!;

    void Report(int at, int needed, int available)
    {
        if (_isReported) return;
        _isReported = true;
        _objects.Add(FileObject.Unread(file, lines.LineOf(at),
            $"the hexadecimal text that begins here is damaged or incomplete: expected {needed:N0} bytes, found {available:N0}."));
    }
}
