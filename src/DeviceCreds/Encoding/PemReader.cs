using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>Goes from block to block of a PEM text, in one pass.</summary>
internal sealed class PemReader
{
    /// <summary>The longest label in use has 26 characters.</summary>
    public const int LongestLabel = 60;

    /// <summary>How a web server passes a certificate in a header: percent-encoded.</summary>
    public const string EncodedBegin = "-----BEGIN%20";

    /// <summary>The same from a web form, with a plus sign for each space.</summary>
    public const string FormBegin = "-----BEGIN+";

    /// <summary>It has no END: a signature follows the text (RFC 9580, 7).</summary>
    const string SignedMessage = "PGP SIGNED MESSAGE";

    const string DashEscape = "- ";

    /// <summary>A line of a block has more characters; a word of a sentence has fewer.</summary>
    const int ShortestLine = 16;

    // A mail's lines have 76 characters at most. A sentence may break there, too, but no line of a block follows it.
    static readonly Regex BrokenLabel = new(@"\G[A-Z0-9 ]{0,60}=?\r?\n[A-Z0-9 ]{1,60}-----(?:\s|\\[nr])*[A-Za-z0-9+/]{16}",
        RegexOptions.CultureInvariant);

    static readonly char[] LineEnds = ['\r', '\n'];

    static readonly char[] Quotes = ['"', '\''];

    // In programs.
    static readonly char[] Around = [' ', '\t', '"', '\'', '\\', '+'];

    readonly InputFile _file;
    readonly string _text;
    readonly LineCounter _lines;
    int _at;

    /// <param name="file">The file, for errors.</param>
    /// <param name="text">Its text, or a text in it.</param>
    /// <param name="line">The line of the file in which the text begins.</param>
    public PemReader(InputFile file, string text, int line = 1)
    {
        _file = file;
        if (text.Contains(FormBegin)) text = text.Replace('+', ' ').Replace(Pem.Begin, EncodedBegin);
        _text = Markup.Remove(text.Contains(EncodedBegin) ? Uri.UnescapeDataString(text) : text);
        _lines = new LineCounter(_text, line);
    }

    /// <summary>The text without its percent-encoding, and its blocks without markup.</summary>
    public string Text => _text;

    /// <summary>Where the last block begins.</summary>
    public int BlockStart { get; private set; }

    /// <summary>Where the last block ends.</summary>
    public int BlockEnd => _at;

    /// <summary>The next block; null when there is none.</summary>
    public PemBlock? Next()
    {
        while (_text.IndexOf(Pem.Begin, _at, StringComparison.Ordinal) is >= 0 and var begin)
        {
            _at = begin + Pem.Begin.Length;
            if (BrokenLabel.IsMatch(_text, _at)) throw _file.Invalid("PemTruncated", "a BEGIN line is broken in two.",
                "A program has broken the lines: write or copy the file again.", _lines.LineOf(begin));
            if (TakeLabel() is not (not null and not SignedMessage and var label) || IsMention(begin)) continue;
            BlockStart = begin;
            return ReadBlock(label, begin, _lines.LineOf(begin));
        }

        return null;
    }

    // A sentence or a script may mention a BEGIN, also with its END: no line of a block follows.
    bool IsMention(int begin)
    {
        var end = _text.IndexOf(Pem.Dashes, _at, StringComparison.Ordinal);
        var isEnd = end >= 0 && IsAt(end, Pem.End);
        if (end < 0) end = _text.Length;
        if (isEnd && end - _at <= ShortestLine && _text.Substring(_at, end - _at).Trim() is "..." or "\u2026") return true;
        var lineEnd = EndOfLine(_at, end);
        var rest = _text.Substring(_at, lineEnd - _at);
        if (isEnd && lineEnd == end) return IsPhrase(rest);
        if (IsPhrase(rest)) return !IsLine(lineEnd, end);
        return !HasLine(_text, _at, end) && ((rest.StartsWith(" ", StringComparison.Ordinal) && rest.Any(char.IsLetter))
            || (IsAt(end, Pem.Begin) && begin > 0 && _text[begin - 1] == ' '));
    }

    // Words, or signs that stand neither in Base64 nor around it.
    static bool IsPhrase(string text)
    {
        var words = text.Replace("\\n", "").Replace("\\r", "").Trim(Around);
        return !HasLine(words, 0, words.Length) && (words is "and" or "to"
            || words.Any(c => !Base64.IsDigit(c) && Array.IndexOf(Around, c) < 0)
            || (words.Length > 0 && (words.Any(char.IsWhiteSpace) || text.IndexOfAny(Quotes) >= 0) && words.Any(char.IsLetter)));
    }

    // Whether the next line may be one of a block.
    bool IsLine(int lineEnd, int end)
    {
        while (lineEnd < end && _text[lineEnd] is '\r' or '\n') lineEnd++;
        var line = _text.Substring(lineEnd, EndOfLine(lineEnd, end) - lineEnd).Trim(Around);
        return HasLine(line, 0, line.Length) && !line.Any(char.IsWhiteSpace);
    }

    int EndOfLine(int at, int end) => _text.IndexOfAny(LineEnds, at, end - at) is >= 0 and var found ? found : end;

    static bool HasLine(string text, int start, int end)
    {
        for (int i = start, length = 0; i < end; i++)
        {
            length = Base64.IsDigit(text[i]) ? length + 1 : 0;
            if (length == ShortestLine) return true;
        }

        return false;
    }

    PemBlock ReadBlock(string label, int begin, int line)
    {
        var start = _at;
        var end = _text.IndexOf(Pem.Dashes, start, StringComparison.Ordinal);
        if (end < 0 || IsAt(end, Pem.Begin))
            throw _file.Invalid("PemTruncated", $"the block '{Pem.Printable(label)}' has no END line.",
                "The file is incomplete: write or copy it again.", line);
        if (!IsAt(end, Pem.End)) throw NotBase64(end);
        _at = end + Pem.End.Length;
        if (TakeLabel() is var ended && ended != label)
        {
            throw _file.Invalid("PemLabelMismatch", $"the block '{Pem.Printable(label)}' that begins in line {line} ends "
                + $"with {(ended is null ? "an incomplete END line" : $"the END of '{Pem.Printable(ended)}'")}.",
                "The file was cut or joined wrongly: write it again.", _lines.LineOf(end));
        }

        // PGP's armour has a checksum of its own and is never read.
        if (label.StartsWith("PGP ", StringComparison.Ordinal)) return new(label, [], line, PemBody.NoHeaders);
        // PGP puts it before dashes.
        if (end - start >= DashEscape.Length && IsAt(end - DashEscape.Length, DashEscape)) end -= DashEscape.Length;
        var plain = PemDecoration.Strip(_text, begin, start, end);
        var body = plain is null ? new PemBody(_text, start, end) : new PemBody(plain, 0, plain.Length);
        var headers = body.TakeHeaders();
        var bytes = body.Decode(out var problem);
        if (bytes is null) throw problem >= 0 ? NotBase64(plain is null ? problem : start)
            : _file.Invalid("PemNotBase64", $"the block '{Pem.Printable(label)}' is not complete Base64: "
            + "there are too few or too many characters.", "The file is damaged: write or copy it again.", line);
        if (bytes.Length == 0) throw _file.Invalid(
            "PemEmpty", $"the block '{Pem.Printable(label)}' is empty.", "Write the file again.", line);
        return new(label, bytes, line, headers);
    }

    // The text between BEGIN or END and the next dashes on the same line; null when it is not a label.
    string? TakeLabel()
    {
        var room = Math.Min(LongestLabel + Pem.Dashes.Length, _text.Length - _at);
        var length = _text.IndexOf(Pem.Dashes, _at, room, StringComparison.Ordinal) - _at;
        if (length < 0 || EndOfLine(_at, _at + length) < _at + length) return null;
        var label = _text.Substring(_at, length);
        _at += length + Pem.Dashes.Length;
        return label;
    }

    bool IsAt(int at, string text) => string.CompareOrdinal(_text, at, text, 0, text.Length) == 0;

    // The wrong character is not shown: in a key's block it would be key material.
    InputException NotBase64(int at) => _file.Invalid("PemNotBase64", "a PEM block contains a character that is not Base64.",
        "The file is damaged: write or copy it again.", _lines.LineOf(at), _lines.ColumnOf(at));
}
