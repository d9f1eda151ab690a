using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// Finds keys in a text that are written in Base64 or Base32: by their first bytes, or because the characters are random, which those of
/// names and paths are not.
/// </summary>
internal static class Base64Text
{
    const int PemLine = 64;
    const int ShortestKey = 16;

    // A private key on P-256 has at least 43 characters in Base64, 51 in Base32.
    const int ShortestScalar = 40;
    const int ShortestPiece = 4;
    const int LongPiece = 8;
    const int MaximumBetween = 8;

    const string Digit = "[A-Za-z0-9+/=_-]";

    // Capitals, vowels, other small letters, digits, signs: how much more often one kind (a column) follows another (a row) in random
    // Base64 than in names and paths, as twice the natural logarithm. Counted in the mixed ones of 13,000 names of files.
    static readonly sbyte[,] Surprise =
    {
        { -1, -1, 4, 7, -3 },
        { 6, 1, -2, 8, -3 },
        { 5, -3, 0, 5, -4 },
        { 8, 8, 7, -2, -5 },
        { 0, -1, -1, 2, 6 },
    };

    // How private keys begin: SEC 1, PKCS#8, encrypted PKCS#8, and PEM of them, also in UTF-16. The last line of a key is shorter than
    // the others.
    static readonly Regex Key = Pattern(
        "(?:MHcCAQEE|MIG[HT]AgEA|M[ED]ECAQ|MIH[se0]M|LS0tLS1CRUdJTiB(?:QUklW|FQyBQ|FTkNS|PUEVO|SU0EgUF)"
        + "|LQAtAC0ALQAtAEIARQBHAEkATgAgA(?:EUA|FAAUg|FIA|E8A)|AC0ALQAtAC0ALQBCAEUARwBJAE4AIAB(?:F|QAFI|S|P)"
        + "|AC0ALQAtAC0AQgBFAEcASQBOACAA(?:RQ|UABS|Ug|Tw))"
        + $@"{Digit}{{8,}}(?:[\r\n]+{Digit}+)*");

    static readonly Regex Long = Pattern($@"{Digit}{{{ShortestScalar},}}(?:[\r\n]+{Digit}+)*");
    static readonly Regex LongBase32 = Pattern("(?<![A-Za-z0-9])(?>[A-Z2-7]{40,}|[a-z2-7]{40,})=*(?![A-Za-z0-9])");
    // Projects, FwBuild1234, Line2A: a part of a path.
    static readonly Regex Word = Pattern(@"\A[A-Za-z]*[a-z]{3}[A-Za-z]*[0-9]{0,8}[A-Z]?\z");

    // No word looks more like random text.
    static readonly Regex Protocol = Pattern("L[Ww][Mm]2[Mm]|lwm2m");

    // Names have these; of 16 characters of Base64, three texts in four have not.
    static readonly Regex SmallLetters = Pattern("[a-z]{4}");
    static readonly Regex LastLine = Pattern(@"\A(?:[A-Za-z0-9+/]{4}){3,}[A-Za-z0-9+/=]{4}\z");

    /// <summary>The text with another one in place of the keys.</summary>
    /// <param name="text">The text.</param>
    /// <param name="alsoLikely">Whether random text counts that may be a digest.</param>
    /// <param name="hidden">The text in place of a key.</param>
    public static string Hide(string text, bool alsoLikely, string hidden)
    {
        var shown = text;
        var longest = LongestWord(text);
        if (longest >= ShortestKey) shown = Key.Replace(shown, hidden);
        if (longest >= ShortestScalar)
        {
            shown = Long.Replace(shown, m => IsKey(m.Value, alsoLikely) ? hidden : m.Value);
            if (alsoLikely) shown = LongBase32.Replace(shown, m => IsRandomBase32(m.Value) ? hidden : m.Value);
        }

        return alsoLikely ? HidePieces(shown, hidden) : shown;
    }

    /// <summary>Whether one begins as a private key does.</summary>
    public static bool HoldsKey(string text) => LongestWord(text) >= ShortestKey && Key.IsMatch(text);

    /// <summary>Whether a text may be the last line of a key in PEM, which is shorter than the others.</summary>
    /// <param name="text">The text.</param>
    /// <param name="orName">Whether also what may be the name of a folder counts, such as Batch2026Week48A.</param>
    public static bool IsLastLine(string text, bool orName) => LastLine.IsMatch(text) && IsRandom(text)
        && (orName || text.IndexOfAny(['+', '=']) >= 0 || !SmallLetters.IsMatch(text));

    /// <summary>
    /// Whether the characters of a text are random, which those of names are not: of 300,000 texts of 40 random characters, three are
    /// taken for names.
    /// </summary>
    public static bool IsRandom(string text)
    {
        text = Protocol.Replace(text, "");
        var (capitals, small, _) = Kinds(text);
        if (capitals * 10 < text.Length || small * 10 < text.Length) return false;
        var surprise = 0;
        for (var i = 1; i < text.Length; i++) surprise += Surprise[Kind(text[i - 1]), Kind(text[i])];
        return surprise > 0;
    }

    // Words of one length, or long ones, with hardly anything between them. What follows a hidden word is the rest of it.
    static string HidePieces(string text, string hidden)
    {
        StringBuilder? shown = null;
        int done = 0, begin = 0, end = 0, last = 0, count = 0;
        var isRest = false;
        for (var word = NextWord(text, 0); ; word = NextWord(text, word.End))
        {
            var size = word.End - word.Start;
            var isPiece = size >= ShortestPiece && (size < LongPiece || IsMixed(text, word.Start, word.End));
            if (isPiece && (size == last || (size >= LongPiece && last >= LongPiece)) && IsBetween(text, end, word.Start))
            {
                count++;
            }
            else
            {
                if (isRest || (count > 1 && end - begin > ShortestScalar && IsRandomInPieces(text, begin, end)))
                {
                    (shown ??= new StringBuilder()).Append(text, done, begin - done).Append(hidden);
                    done = end;
                }

                (begin, count) = (word.Start, 1);
                isRest = isPiece && size >= LongPiece && Follows(text, begin, hidden);
            }

            if (size == 0) break;
            (end, last) = (word.End, isPiece ? size : 0);
        }

        return shown is null ? text : shown.Append(text, done, text.Length - done).ToString();
    }

    static bool Follows(string text, int at, string hidden)
    {
        var end = at;
        while (end > 0 && IsBetween(text, end - 1, end)) end--;
        return end < at && end >= hidden.Length && string.CompareOrdinal(text, end - hidden.Length, hidden, 0, hidden.Length) == 0;
    }

    // Letters of one kind are a word, and hexadecimal digits a serial number or a fingerprint.
    static bool IsMixed(string text, int start, int end)
    {
        var word = text.Substring(start, end - start);
        var (capitals, small, digits) = Kinds(word);
        return Math.Max(capitals, Math.Max(small, digits)) < word.Length && !word.All(Uri.IsHexDigit);
    }

    // A sign alone joins texts in a program.
    static (int Start, int End) NextWord(string text, int at)
    {
        while (at < text.Length && (!IsDigit(text[at]) || (IsSign(text[at]) && (at + 1 == text.Length || !IsDigit(text[at + 1]))))) at++;
        var start = at;
        while (at < text.Length && IsDigit(text[at])) at++;
        return (start, at);
    }

    static bool IsBetween(string text, int start, int end)
    {
        if (end - start > MaximumBetween || (end - start == 1 && text[start] == '\\')) return false;
        while (start < end && (char.IsWhiteSpace(text[start]) || text[start] is '"' or '\'' or ',' or ';' or '\\' or '+')) start++;
        return start == end;
    }

    static bool IsRandomInPieces(string text, int begin, int end) =>
        HasRandomPart(new string([.. text.Substring(begin, end - begin).Where(IsDigit)]));

    static bool IsKey(string text, bool alsoLikely) => alsoLikely ? HasRandomPart(text) || IsWide(text) : IsPemLine(text) && IsRandom(text);

    // A path is words, and a key may stand between them. A line of PEM and a complete text in Base64 are no paths.
    static bool HasRandomPart(string text)
    {
        var parts = text.Split('/');
        var isPath = text.Length != PemLine && text.IndexOfAny(['+', '=']) < 0 && parts.Count(IsWord) > 1;
        if (!isPath && IsLongRandom(text)) return true;
        for (int i = 0, end; i < parts.Length; i = end + 1)
        {
            for (end = i; end < parts.Length && !IsWord(parts[end]);) end++;
            if (end - i < parts.Length && IsLongRandom(string.Join("/", parts, i, end - i))) return true;
        }

        return false;
    }

    static bool IsWord(string part) => part.Length < PemLine && (Word.IsMatch(part)
        ? part.Length < ShortestKey || !IsRandom(part) : part.Length >= LongPiece && part.All(Uri.IsHexDigit));

    static bool IsLongRandom(string text) => text.Length >= ShortestScalar && IsRandom(text);

    // A text of only letters and digits may be a device's name; 13 in 100 full lines of PEM are such texts, and 2 in 100 keys.
    static bool IsPemLine(string text) => text.Length == PemLine && text.IndexOfAny(['+', '/']) >= 0;

    // UTF-16: each second byte is 0, so that one character in four is an A.
    static bool IsWide(string text) => text.Count(c => c == 'A') * 5 >= text.Length;

    // A fifth of random characters are digits: 30 of 100 neighbours differ in kind. A text of hexadecimal digits may be a serial number.
    static bool IsRandomBase32(string text)
    {
        var changes = 0;
        for (var i = 1; i < text.Length; i++)
            if (IsNumber(text[i]) != IsNumber(text[i - 1])) changes++;
        return text.Count(IsNumber) * 32 >= text.Length && changes * 16 >= text.Length && text.Any(c => (c | 0x20) is > 'f' and <= 'z');
    }

    static (int Capitals, int Small, int Digits) Kinds(string text)
    {
        var counts = new int[5];
        foreach (var c in text) counts[Kind(c)]++;
        return (counts[0], counts[1] + counts[2], counts[3]);
    }

    // A row, and a column, of the table.
    static int Kind(char c) => c switch
    {
        >= 'A' and <= 'Z' => 0,
        'a' or 'e' or 'i' or 'o' or 'u' => 1,
        >= 'a' and <= 'z' => 2,
        >= '0' and <= '9' => 3,
        _ => 4,
    };

    static bool IsNumber(char c) => c is >= '0' and <= '9';

    static int LongestWord(string text)
    {
        int run = 0, longest = 0;
        foreach (var c in text)
        {
            run = IsDigit(c) ? run + 1 : 0;
            if (run > longest) longest = run;
        }

        return longest;
    }

    static bool IsDigit(char c) => c is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' || IsSign(c);

    static bool IsSign(char c) => c is '+' or '/' or '=' or '_' or '-';

    static Regex Pattern(string pattern) => new(pattern, RegexOptions.CultureInvariant);
}
