using System.Text;

namespace DeviceCreds;

/// <summary>
/// Base64 of objects and of PEM between other text: values of YAML, of an environment file, of a table, in one line or in lines of one
/// length. Many words are Base64 by chance: only an object of a known form counts, and only what is clearly an object is missed.
/// </summary>
/// <param name="file">The file, for errors.</param>
/// <param name="text">The text.</param>
/// <param name="lines">Its lines in the file.</param>
/// <param name="inside">Finds the objects of a text that is wrapped in this one.</param>
internal sealed class Base64Words(InputFile file, string text, LineCounter lines, Func<string, int, IReadOnlyList<FileObject>> inside)
{
    /// <summary><c>-----BEGIN</c> in Base64, and at which digit of a group of four it begins: that depends on what precedes it.</summary>
    static readonly (string Digits, int Place)[] PemInBase64 = [("LS0tLS1CRUdJT", 0), ("0tLS0tQkVHSU", 2), ("tLS0tLUJFR0lO", 3)];

    /// <summary>In characters. The lines of an object are longer; few words are as long.</summary>
    const int ShortestLine = 16;

    /// <summary>In characters. No tool writes longer digests, and most write lines of 60, 64 or 76.</summary>
    const int Digest = 100, FullLine = 60;

    /// <summary>In dashes: fewer are no frame, and so many are no digits.</summary>
    const int Frame = 4, LongestRun = 8;

    /// <summary>In characters: nine bytes, which hold every length, and the version of a key.</summary>
    const int Header = 12;

    readonly List<FileObject> _objects = [];
    (int Start, int End, int FirstLine) _run;
    (int First, int End, bool AreFrame, bool AreDigits) _dashes;
    bool _isReported;

    /// <summary>The objects of a part of the text.</summary>
    public IReadOnlyList<FileObject> Find(int start, int end)
    {
        for (int at = start, wordEnd = start; at < end;)
        {
            // Dashes also frame words.
            if (!IsInWord(at) || text[at] is '-' or '_')
            {
                at++;
                continue;
            }

            // A word may hold several objects.
            if (wordEnd <= at) wordEnd = EndOfWord(at, end);
            at = wordEnd - at < ShortestLine ? wordEnd : Read(at, wordEnd, end);
        }

        return _objects;
    }

    int EndOfWord(int at, int end)
    {
        while (at < end && IsInWord(at)) at++;
        return at;
    }

    // A dash is a digit of Base64 for URLs; several frame a label.
    bool IsInWord(int at) => text[at] == '-' ? !Dashes(at).AreFrame : text[at] != '=' && Base64.IsDigit(text[at]);

    // In an object of known length, several may be digits, which is seldom.
    bool IsDigit(int at) => IsInWord(at) || (text[at] == '-' && Dashes(at) is { AreDigits: true });

    (int First, int End, bool AreFrame, bool AreDigits) Dashes(int at)
    {
        if (at >= _dashes.First && at < _dashes.End) return _dashes;
        var (first, end) = (at, at);
        while (first > 0 && at - first < LongestRun && text[first - 1] == '-') first--;
        while (end < text.Length && end - first < LongestRun && text[end] == '-') end++;
        var areDigits = end - first < LongestRun && first > 0 && end < text.Length && Base64.IsDigit(text[first - 1])
            && Base64.IsDigit(text[end]) && !IsBeside(first, end, "BEGIN") && !IsBeside(first, end, "END");
        return _dashes = (first, end, end - first >= Frame, areDigits);
    }

    bool IsBeside(int first, int end, string word) =>
        string.Compare(text, end, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
            || text.LastIndexOf(word, first - 1, Math.Min(first, PemReader.LongestLabel), StringComparison.OrdinalIgnoreCase) >= 0;

    // Where to go on.
    int Read(int at, int wordEnd, int end)
    {
        if (at >= _run.End) ReadPem(at, wordEnd, end);
        if (text[at] != 'M' || text[at + 1] is not (>= 'A' and <= 'P')) return wordEnd;
        var head = Decode(at, at + Header, Header)!;
        var header = DerElement.At(head, 0, head.Length);
        // BER may leave its length open: it then reaches to the end of the Base64.
        var isOpen = header is { Tag: DerCursor.Sequence, Length: null };
        if (header.Tag == 0 || (!isOpen && header.End < FileObjects.Shortest)) return wordEnd;
        var needed = isOpen ? long.MaxValue : (header.End * 4L + 2) / 3;
        var (count, stop) = Measure(at, end, needed);
        // A short length is also the beginning of many other words; no word begins as a key by chance.
        var isKey = FileShapes.BeginsAsKey(head);
        var isObject = header.Start > 2 || isOpen || isKey;
        // The lines of something else, such as an attachment of a mail, are no beginnings.
        var isFirst = at == _run.Start || wordEnd - at != _run.FirstLine;
        if (count < needed && !isOpen)
            return !isObject || !(isKey || IsClear(wordEnd - at, count)) ? wordEnd : isFirst ? Report(at, stop, needed, count) : stop;
        var isWhole = stop == end || !IsInWord(stop) || text[stop] == '-';
        if (!isWhole && !isObject) return wordEnd;
        var der = Decode(at, stop, (int)count);
        if (der is not null && FileShapes.IsObject(der)) _objects.Add(new FileObject(der, FileShapes.Of(der), FileEncoding.Pem));
        else if (!isFirst) return EndOfWord(stop, end);
        else if (isOpen && IsClear(wordEnd - at, count)) Report(at, stop, needed, count);
        // Without padding the next object may follow at once; otherwise nobody knows what follows.
        return isWhole || header.End % 3 == 0 ? stop : Report(at, stop, needed, needed + 1);
    }

    // Words may stand before PEM, in its lines of Base64 and in front of them.
    void ReadPem(int at, int wordEnd, int end)
    {
        var (count, stop) = Measure(at, end, long.MaxValue);
        _run = (at, stop, wordEnd - at);
        if (count < Digest || FindPem(new string(Digits(at, stop, (int)count))) is not { } digits) return;
        // One digit that is left over says nothing.
        var pem = Base64.TryDecode(digits, digits.Length % 4 == 1 ? digits.Length - 1 : digits.Length);
        var found = pem is null ? [] : inside(Encoding.UTF8.GetString(pem), lines.LineOf(at));
        _objects.AddRange(found);
        if (found.Count == 0) Report(at, stop, long.MaxValue, count);
    }

    // The digits from the group of four in which PEM begins.
    static char[]? FindPem(string digits)
    {
        var begins = PemInBase64.Select(p => digits.IndexOf(p.Digits, StringComparison.Ordinal) - p.Place)
            .Where(begin => begin >= 0).ToList();
        return begins.Count == 0 ? null : digits.ToCharArray(begins.Min(), digits.Length - begins.Min());
    }

    static bool IsClear(int firstLine, long count) => firstLine >= FullLine || count >= Digest;

    int Report(int at, int stop, long needed, long count)
    {
        if (_isReported) return stop;
        _isReported = true;
        var found = needed == long.MaxValue ? "it is not a known object"
            : count > needed ? $"more than {needed:N0} characters are there" : $"expected {needed:N0} characters, found {count:N0}";
        _objects.Add(FileObject.Unread(file, lines.LineOf(at), $"the Base64 that begins here is damaged or incomplete: {found}."));
        return stop;
    }

    // How many digits there are, up to those that are needed, and where they end. Only full lines go on in the next one.
    (long Count, int Stop) Measure(int at, int end, long needed)
    {
        long count = 0;
        var length = 0;
        while (at < end && count < needed)
        {
            if (needed == long.MaxValue ? IsInWord(at) : IsDigit(at))
            {
                (at, length, count) = (at + 1, length + 1, count + 1);
                continue;
            }

            var next = length < ShortestLine ? at : SkipBetween(at, end);
            if (next == at || next == end || !IsInWord(next) || text[next] == '-') break;
            (at, length) = (next, 0);
        }

        return (count, at);
    }

    // Line breaks, also as escapes, and the quotes of source code.
    int SkipBetween(int at, int end)
    {
        for (; at < end; at++)
        {
            if (text[at] == '\\' && at + 1 < end && text[at + 1] is 'n' or 'r' or 't' or '\r' or '\n') at++;
            else if (!char.IsWhiteSpace(text[at]) && text[at] is not ('"' or '\'')) break;
        }

        return at;
    }

    byte[]? Decode(int start, int end, int count)
    {
        var digits = Digits(start, end, count);
        var bytes = Base64.TryDecode(digits, count);
        Array.Clear(digits, 0, digits.Length);
        return bytes;
    }

    char[] Digits(int start, int end, int count)
    {
        var digits = new char[count];
        var filled = 0;
        for (var at = start; at < end && filled < count; at++)
        {
            if (IsDigit(at)) digits[filled++] = text[at];
            else if (text[at] == '\\') at++;
        }

        return digits;
    }
}
