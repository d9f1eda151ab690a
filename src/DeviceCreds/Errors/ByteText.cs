using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// Finds bytes that a text spells out: groups of digits with any separators, prefixes and casts, as dumps, C, Java, shells and URIs have
/// them. Serial numbers, GUIDs, addresses, IDs of keys and dates are shorter, or their groups differ in length.
/// </summary>
internal static class ByteText
{
    // OpenSSL prints lines of 15 bytes. A hardware address has 8, a serial number and the ID of a key on a token have 20.
    const int Pairs = 12;
    const int ShortestPrefixed = 8;
    const int ShortestKey = 16;
    const int ShortestInUri = 24;

    // In digits: more than a serial number has.
    const int LongDigits = 48;

    // In digits: a line of xxd -p. Serial numbers of debuggers have 48.
    const int ShortestSolid = 60;

    // In digits: the fewest of any pattern, 8 bytes beside the offset of a dump.
    const int FewestDigits = 22;
    const int FewestMarks = 11;
    const int ShortestOffset = 6;

    // The tag and length of the version, an INTEGER.
    const string Version = "0201";

    const string HexDigit = "[0-9A-Fa-f]";
    const string Separator = @"[\s,;:""'|_./\\{}()[\]+-]{1,32}";
    const string Start = "(?<![0-9A-Za-z])";
    const string End = "(?![0-9A-Za-z])";
    const string Escape = @"(?:[\\/#][xu][0-9A-Fa-f]{2}|\\[0-3][0-7]{2})";

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // With the offset before the bytes and the characters after them, as xxd, od, hexdump and Format-Hex write a line. A file with a key
    // is short.
    static readonly Regex Dump = Pattern($@"(?<!{HexDigit}[ \t,:-]{{0,4}}){Start}00{HexDigit}{{4,14}}:?"
        + $"(?>{Columns(2, 8)}|{Columns(4, 4)}|{Columns(8, 3)}|{Columns(16, 2)})"
        + @"(?:[ \t]+[^\r\n]{0,18})?");

    // 48 119 2, 060 167: any small numbers.
    static readonly Regex SmallNumbers = Pattern(
        $@"\b(?>(?:0[xX])?{HexDigit}{{1,3}}[\s,;:/\\-]{{1,32}}){{15,}}(?:0[xX])?{HexDigit}{{1,3}}\b");
    static readonly Regex TwoDigits = Groups(2, Pairs, Separator);
    static readonly Regex FourDigits = Groups(4, ShortestKey / 2, @"[\s,]{1,32}");

    // As IDs have it, too: 2001-0db8-..., 00a1b2c3,00a1b2c4.
    static readonly Regex FourDigitsOfAny = Groups(4, LongDigits / 4, Separator);
    static readonly Regex EightDigits = Groups(8, LongDigits / 8, Separator);
    static readonly Regex Lines = Pattern($@"{Start}(?>{HexDigit}{{16,}}[\s-]{{1,8}})+{HexDigit}+{End}");

    static readonly Regex Solid = Pattern($@"{HexDigit}{{{ShortestSolid},}}(?:[\r\n]+{HexDigit}+)*");

    // With casts between them: (byte)0x30, (byte)0x77.
    static readonly Regex Prefixed = Pattern(@"(?:\([A-Za-z0-9_ ]{1,16}\) ?)?"
        + $@"(?>0[xX]{HexDigit}{{1,64}}(?!{HexDigit})[\s\S]{{1,32}}?(?=0[xX]{HexDigit}))+0[xX]{HexDigit}+[uUlL]*");
    static readonly Regex OnePrefixed = Pattern($"0[xX]({HexDigit}+)");

    // In strings some characters stand for themselves. On Linux '/' takes the place of '\' in a path.
    static readonly Regex Escaped = Pattern($@"(?>{Escape}[\s\S]{{0,32}}?(?={Escape})){{11,}}{Escape}[0-9A-Za-z]*");
    static readonly Regex InUri = Pattern($@"(?:\bid=)?(?>%{HexDigit}{{2}}[^%\s]{{0,8}}(?=%{HexDigit}{{2}})){{23,}}%{HexDigit}{{2}}");

    // How a private key begins: its version comes early in SEC 1 and PKCS#8. The same in words of two bytes on a processor that
    // swaps them (od -x).
    static readonly Regex Key = Pattern(
        $"(?:30(?:77|81{HexDigit}{{2}})0201(?:010420|00301306)|773001020401{HexDigit}{{2}}20|813002{HexDigit}{{2}}00011330)"
        + $"{HexDigit}{{8,}}",
        RegexOptions.IgnoreCase);

    static readonly Regex Group = Pattern("[0-9A-Za-z]+");
    static readonly Regex BetweenGroups = Pattern("[^0-9A-Za-z]+");
    static readonly Regex Uncounted = Pattern(@"\s+-?|(?<=,)-");

    /// <summary>The text with another one in place of the bytes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="alsoLikely">Whether also what may be a digest, or a long ID in groups, counts.</param>
    /// <param name="hidden">The text in place of the bytes.</param>
    public static string Hide(string text, bool alsoLikely, string hidden)
    {
        var shape = Measure(text);
        var shown = text;
        if (shape.Groups > 1 && shape.Digits >= FewestDigits) shown = HideGroups(shown, shape, alsoLikely, hidden);
        if (shown.Contains(Version)) shown = Key.Replace(shown, hidden);
        if (alsoLikely && shape.Longest >= ShortestSolid) shown = Solid.Replace(shown, hidden);
        if (shape.Groups >= ShortestKey) shown = Replace(SmallNumbers, shown, hidden, found => IsRow(found, ShortestKey) && !IsList(found));
        if (shape.HasPrefix) shown = Replace(Prefixed, shown, hidden, found => IsLongPrefixed(found, alsoLikely));
        if (shape.Marks < FewestMarks) return shown;
        return Replace(InUri, Escaped.Replace(shown, hidden), hidden, found => !IsIdOrText(found));
    }

    static string HideGroups(string text, Shape shape, bool alsoLikely, string hidden)
    {
        var shown = text;
        if (shape.HasOffset) shown = Dump.Replace(shown, hidden);
        if (shape.Groups >= Pairs) shown = Replace(TwoDigits, shown, hidden, found => IsMixed(found) && IsRow(found, Pairs));
        if (shape.Groups >= ShortestKey / 2) shown = Replace(FourDigits, shown, hidden, IsMixed);
        if (!alsoLikely) return shown;
        if (shape.Groups >= LongDigits / 4)
            shown = Replace(FourDigitsOfAny, shown, hidden, found => IsMixed(found) && IsRow(found, LongDigits / 4));
        if (shape.Groups >= LongDigits / 8) shown = Replace(EightDigits, shown, hidden, IsMixed);
        return shape.HasLines
            ? Replace(Lines, shown, hidden, found => IsMixed(found) && found.Count(Uri.IsHexDigit) >= LongDigits) : shown;
    }

    /// <summary>Whether a text certainly spells out bytes: no name and no ID looks like this.</summary>
    public static bool IsIn(string text) => Hide(text, alsoLikely: false, "") != text;

    /// <summary>Whether these bytes begin as a private key does.</summary>
    public static bool HoldsKey(string text)
    {
        if (Measure(text) is { Digits: < FewestDigits, Marks: < FewestMarks, HasPrefix: false }) return false;
        // The groups as hexadecimal and as decimal digits.
        var (hexadecimal, numbers) = (new StringBuilder(text.Length), new StringBuilder());
        for (int at = 0, end; at < text.Length; at = end)
        {
            for (end = at; end < text.Length && char.IsLetterOrDigit(text[end]);) end++;
            if (text[at] == '0' && at + 1 < end && text[at + 1] is 'x' or 'X') at += 2;
            else if (at < end && text[at] is 'x' or 'u') at++;
            if (at < end && AreHex(text, at, end))
            {
                if (end - at == 1) hexadecimal.Append('0');
                hexadecimal.Append(text, at, end - at);
                if (end - at > 3 || !byte.TryParse(text.Substring(at, end - at), out var number)) numbers.Append('-');
                else numbers.Append(number.ToString("X2", CultureInfo.InvariantCulture));
            }

            end = Math.Max(end, at + 1);
        }

        return Key.IsMatch(hexadecimal.ToString()) || Key.IsMatch(numbers.ToString());
    }

    static bool AreHex(string text, int at, int end)
    {
        while (at < end && Uri.IsHexDigit(text[at])) at++;
        return at == end;
    }

    static Regex Groups(int size, int count, string separator) => Pattern(
        $"{Start}(?>{HexDigit}{{{size}}}{separator}){{{count - 1},}}{HexDigit}{{{size}}}(?:{separator}{HexDigit}{{1,{size}}})?{End}");

    // Lines of 32 bytes or, as usual, of up to 16: the characters after them may look like more.
    static string Columns(int size, int least)
    {
        var one = $@"(?:[ \t]+(?:-[ \t]*)?{HexDigit}{{{size}}}{End})";
        return $"{one}{{{64 / size}}}|{one}{{{least},{32 / size}}}";
    }

    static Regex Pattern(string pattern, RegexOptions options = RegexOptions.None) => new(pattern, options | RegexOptions.CultureInvariant);

    static string Replace(Regex pattern, string text, string hidden, Func<string, bool> isHidden) =>
        pattern.Replace(text, m => isHidden(m.Value) ? hidden : m.Value);

    // Of 24 random digits, one in 80,000 has no letter; numbers of devices, years and times have none.
    static bool IsMixed(string text) => text.Any(c => c > '9' && Uri.IsHexDigit(c));

    // Whether so many groups have one separator: those of addresses in a list have two. White space and the sign of a number do not count.
    static bool IsRow(string text, int least)
    {
        var (count, before) = (1, "");
        foreach (var separator in BetweenGroups.Matches(text).Cast<Match>().Select(m => Uncounted.Replace(m.Value, "")))
        {
            count = separator == before || count == 1 ? count + 1 : 2;
            before = separator;
            if (count == least) return true;
        }

        return false;
    }

    // 1, 5, 9: numbers of lines.
    static bool IsList(string text)
    {
        var last = -1;
        return Group.Matches(text).Cast<Match>().All(g => int.TryParse(g.Value, out var number) && number > last && (last = number) >= 0);
    }

    // Two IDs of 8 bytes may be a name.
    static bool IsLongPrefixed(string text, bool alsoLikely)
    {
        var sizes = OnePrefixed.Matches(text).Cast<Match>().Select(m => (m.Groups[1].Length + 1) / 2).ToList();
        return sizes.Sum() >= (alsoLikely ? ShortestKey : 2 * ShortestKey)
            || (sizes.Count >= ShortestPrefixed && sizes.TrueForAll(size => size == 1));
    }

    // A token's object has an ID of any bytes (RFC 7512), and a name in another script is UTF-8.
    static bool IsIdOrText(string uri)
    {
        if (uri.StartsWith("id=", StringComparison.OrdinalIgnoreCase)) return true;
        var bytes = new List<byte>();
        for (var i = 0; i < uri.Length; i++)
        {
            bytes.Add(uri[i] == '%' ? Convert.ToByte(uri.Substring(i + 1, 2), 16) : (byte)Math.Min(uri[i], '?'));
            if (uri[i] == '%') i += 2;
        }

        try
        {
            var text = Utf8.GetString([.. bytes]);
            return ReferenceEquals(SecretText.Hide(text), text);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    // What a text has that a pattern can match: messages are made for every check of every device.
    static Shape Measure(string text)
    {
        Shape shape = default;
        int groups = 0, digits = 0, word = 0, run = 0;
        var isHex = true;
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : ' ';
            if (c is >= '0' and <= '9' or >= 'A' and <= 'Z' or >= 'a' and <= 'z')
            {
                var isPrefix = c is 'x' or 'X' && word == 1 && text[i - 1] == '0';
                var isDigit = c is <= 'F' or >= 'a' and <= 'f';
                shape.HasPrefix |= isPrefix;
                isHex &= isDigit || isPrefix;
                run = isDigit ? run + 1 : 0;
                if (run > shape.Longest) shape.Longest = run;
                word++;
                continue;
            }

            if (c is '\\' or '/' or '%' or '#' && i + 1 < text.Length && IsAfterMark(text[i + 1], c)) shape.Marks++;
            if (word == 0) continue;
            if (isHex)
            {
                (groups, digits) = (groups + 1, digits + word);
                if (groups > shape.Groups) shape.Groups = groups;
                if (digits > shape.Digits) shape.Digits = digits;
                if (word >= ShortestOffset && text[i - word] == '0' && text[i - word + 1] == '0') shape.HasOffset = true;
                if (word >= ShortestKey && groups > 1) shape.HasLines = true;
            }
            else
            {
                (groups, digits) = (0, 0);
            }

            (word, run, isHex) = (0, 0, true);
        }

        return shape;
    }

    static bool IsAfterMark(char c, char mark) => mark == '%' ? Uri.IsHexDigit(c) : c is 'x' or 'u' or >= '0' and <= '3';

    struct Shape
    {
        /// <summary>The most hexadecimal words in a row, the most digits in such a row, and in one run.</summary>
        public int Groups, Digits, Longest;

        /// <summary>The signs before escaped bytes.</summary>
        public int Marks;

        public bool HasPrefix, HasOffset, HasLines;
    }
}
