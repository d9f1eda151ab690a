using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// What stands in a text around PEM, or instead of it. Words of people are left alone. Objects in Base64, hexadecimal or JSON are read,
/// and what is clearly meant for a reader, and cannot be read, is reported: nothing of a file is dropped without a word.
/// </summary>
/// <param name="file">The file, for errors.</param>
/// <param name="text">The text.</param>
/// <param name="line">The line of the file in which the text begins.</param>
/// <param name="inside">Finds the objects of a text that is wrapped in this one.</param>
internal sealed class SurroundingText(InputFile file, string text, int line, Func<string, int, IReadOnlyList<FileObject>> inside)
{
    const string Begin = "BEGIN";

    /// <summary>In characters: no line of an object is shorter, except its last.</summary>
    const int ShortestLine = 32;

    /// <summary>In characters: the marks of a comment or a quotation before a line.</summary>
    const int MaximumMarks = 64;

    // Symbol fonts have their characters there: a bullet of Word is U+F0B7.
    const char FirstSymbol = '\uF000', LastSymbol = '\uF0FF';

    readonly LineCounter _lines = new(text, line);

    // The words of the labels of RFC 7468 and of older ones.
    static readonly string[] LabelWords = ["CERTIFICATE", "CRL", "KEY", "REQUEST", "PKCS", "CMS", "X509"];

    // As JSON and XML write them.
    static readonly Regex Escape = new(@"\\(?:/|u002[BF]|u003D)|&#(?:43|47|61|10|13|x(?:2B|2F|3D|A|D));",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    // Joined files have marks and NULs between them, and an odd byte at the end of UTF-16 becomes U+FFFD.
    static readonly char[] Ends = [' ', '\t', '\r', '\n', '\f', '\v', '"', '\'', '\uFEFF', '\uFFFD', '\0', '\x1A'];

    /// <summary>The objects of a part of the text, and what cannot be read.</summary>
    public List<FileObject> Find(int start, int end)
    {
        var objects = new List<FileObject>();
        var isComplete = start == 0 && end == text.Length;
        (start, end) = Trim(start, end);
        if (start == end) return objects;
        // A complete text was tried before.
        if (text[start] is '{' or '[' && !isComplete
            && new JsonObjects(text.Substring(start, end - start), _lines.LineOf(start), inside).Find() is { Count: > 0 } json)
            return [.. json];
        objects.AddRange(FindBase64(start, end));
        objects.AddRange(new HexWords(file, text, _lines).Find(start, end));
        if (FindLookAlike(start, end, objects) is { } lookAlike) objects.Add(Unread(lookAlike,
            "a block of PEM seems to begin here, but not with '-----BEGIN' and a label such as 'X509 CRL' between five dashes."));
        var shape = FileShapes.OfBeginning(Encoding.UTF8.GetBytes(text.Substring(start, Math.Min(end - start, 64))));
        if (shape is FileShape.PuttyKey or FileShape.EncryptedFile) objects.Add(Unread(start, $"{FileShapes.Name(shape)} begins here."));
        return objects;
    }

    // In a line of a log that is JSON, and in XML, signs of Base64 and the ends of its lines may be escaped.
    IReadOnlyList<FileObject> FindBase64(int start, int end)
    {
        if (text.IndexOfAny(['\\', '&'], start, end - start) < 0) return new Base64Words(file, text, _lines, inside).Find(start, end);
        var plain = Escape.Replace(text.Substring(start, end - start), e => e.Value.ToUpperInvariant() switch
        {
            "\\U002B" or "&#43;" or "&#X2B;" => "+",
            "\\U003D" or "&#61;" or "&#X3D;" => "=",
            "\\/" or "\\U002F" or "&#47;" or "&#X2F;" => "/",
            _ => " ",
        });
        return new Base64Words(file, plain, new LineCounter(plain, _lines.LineOf(start)), inside).Find(0, plain.Length);
    }

    /// <summary>What is no text in a part of the text; null when all of it is.</summary>
    public FileObject? FindBinary(int start, int end)
    {
        (start, end) = Trim(start, end);
        for (var at = start; at < end; at++)
        {
            if (IsBinary(text[at])) return Unread(at,
                "something that is not text begins here or shortly before, such as DER, a compressed file, or text in another encoding.");
        }

        return null;
    }

    (int Start, int End) Trim(int start, int end)
    {
        while (start < end && Array.IndexOf(Ends, text[start]) >= 0) start++;
        while (start < end && Array.IndexOf(Ends, text[end - 1]) >= 0) end--;
        return (start, end);
    }

    FileObject Unread(int at, string problem) => FileObject.Unread(file, _lines.LineOf(at), problem);

    // Logs have escapes and bells, old manuals backspaces, and records separators. What is no UTF-8 may be text in Windows-1252. What
    // is no UTF-16 is no text, and U+2D2D are two dashes of ASCII.
    bool IsBinary(char c) =>
        c is < ' ' and not (>= '\a' and <= '\r' or >= '\x1A' and <= '\x1F')
        || (file.IsWide && (c is '\uFFFD' or '\u2D2D'
            || (c is not (>= FirstSymbol and <= LastSymbol)
                && char.GetUnicodeCategory(c) is UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)));

    // A BEGIN with fewer dashes, with others, or in small letters, and a body that nobody read.
    int? FindLookAlike(int start, int end, List<FileObject> read)
    {
        var (next, lineEnd) = (0, start);
        for (var at = start; (at = text.IndexOf(Begin, at, end - at, StringComparison.OrdinalIgnoreCase)) >= 0; at += Begin.Length)
        {
            if (!IsAfterDashes(at, start) || (at + Begin.Length < end && char.IsLetterOrDigit(text[at + Begin.Length]))) continue;
            if (lineEnd <= at) lineEnd = text.IndexOfAny(['\r', '\n', '\\'], at, end - at);
            if (lineEnd < 0) lineEnd = end;
            var label = text.Substring(at + Begin.Length, Math.Min(lineEnd - at - Begin.Length, PemReader.LongestLabel)).ToUpperInvariant();
            if (!LabelWords.Any(label.Contains) || FindBody(at, lineEnd, end) is not { } body) continue;
            var known = read.FindIndex(next, o => body.Length > 0 && o.Bytes.AsSpan().StartsWith(body));
            if (known < 0) return at;
            next = known + 1;
        }

        return null;
    }

    bool IsAfterDashes(int at, int start)
    {
        while (at > start && text[at - 1] is ' ' or '+' or '\u00A0') at--;
        return at > start && IsDash(text[at - 1]) && (text[at - 1] != '-' || (at - 1 > start && IsDash(text[at - 2])));
    }

    static bool IsDash(char c) => c == '\u2212' || char.GetUnicodeCategory(c) == UnicodeCategory.DashPunctuation;

    // Few paths have letters of both kinds and digits.
    static bool IsMixed(string line) => line.Any(c => c is >= 'A' and <= 'Z') && line.Any(c => c is >= 'a' and <= 'z')
        && line.Any(c => c is >= '0' and <= '9');

    // After the label or in the line below.
    byte[]? FindBody(int at, int lineEnd, int end)
    {
        var labelEnd = Math.Min(lineEnd, at + Begin.Length + PemReader.LongestLabel);
        for (at += Begin.Length; at < labelEnd; at++)
        {
            if (IsDash(text[at]) && BodyAt(at, lineEnd) is { } body) return body;
        }

        return BodyAt(lineEnd + (lineEnd + 1 < end && text[lineEnd] == '\\' ? 2 : 0), end);
    }

    // The first bytes of a body, without the marks of a comment or a quotation; empty when it is a header, as of an encrypted key;
    // null when it is neither.
    byte[]? BodyAt(int at, int end)
    {
        end = Math.Min(end, at + MaximumMarks + ShortestLine);
        while (at < end && !char.IsLetterOrDigit(text[at])) at++;
        if (string.CompareOrdinal(text, at, "Proc-Type:", 0, 10) == 0) return [];
        var stop = at;
        while (stop < end && stop - at < ShortestLine && Base64.IsDigit(text[stop])) stop++;
        return stop - at == ShortestLine && (text[at] == 'M' || IsMixed(text.Substring(at, ShortestLine)))
            ? Base64.TryDecode(text.ToCharArray(at, ShortestLine), ShortestLine) : null;
    }
}
