using System.Text;

namespace DeviceCreds;

/// <summary>
/// The names that passwords, PINs and keys have: of columns, of fields, of options, of elements. One table for all who ask. Capitals,
/// hyphens, underscores, spaces and percent-encoding make no difference.
/// </summary>
internal static class SecretNames
{
    public const string Hidden = "(not shown)";

    // OpenSSL's way to give a password.
    const string OpenSslPassword = "PASS";
    const string Entropy = "ENTROPY";
    const string Signature = "SIG";
    const int MaximumSpaces = 8;
    const int MaximumAttributes = 128;
    const int LongestCertain = 64;
    const int ShortestPin = 4;
    const int ShortestSignature = 16;

    static readonly string[] Texts = ["(not shown", "(text like", "(PEM text"];

    /// <summary>The end of a name is enough: WifiPassword, SharedAccessKey, pin-value.</summary>
    static readonly string[] Endings =
    [
        "PASSWORD", "PASSWD", "PASSPHRASE", "PASSCODE", "PWD", "STOREPASS", "KEYPASS", "PINVALUE", "SECRET", Entropy, "ROOTOFTRUST",
        "PRIVATEKEY", "PRESHAREDKEY", "PSK", "APIKEY", "ACCESSKEY", "ACCOUNTKEY", "SYMMETRICKEY", "ACCESSTOKEN", "SHAREDACCESSSIGNATURE",
        "PASSWORT", "KENNWORT", "PINCODE", "PUKCODE", "SECRETKEY", "APPKEY", "NWKKEY", "NETWORKKEY", "ENCRYPTIONKEY", "MASTERKEY",
        "AUTHKEY",
    ];

    /// <summary>Only as words of their own: "shipping" is no PIN.</summary>
    static readonly string[] Pins = ["PIN", "PUK"];
    static readonly string[] Words = [.. Pins, Signature];
    static readonly string[] OpenSsl = [OpenSslPassword];

    /// <summary>The private members of a JSON Web Key (RFC 7518), which are secrets beside its <c>kty</c>.</summary>
    public static readonly string[] OfJsonWebKey = ["d", "k", "p", "q", "dp", "dq", "qi"];

    /// <summary>All names, in capitals and without separators.</summary>
    public static IEnumerable<string> All => Endings.Concat(Words);

    /// <summary>
    /// Whether a column or a property of this name holds a secret. A long name may stand before other words: PasswordHash, but not
    /// EntropyScore.
    /// </summary>
    public static bool IsIn(string name)
    {
        for (var end = 1; end < name.Length; end++)
        {
            if ((!IsLetter(name[end]) || IsWordStart(name, end)) && Find(name, end, Endings) is not (null or Entropy)) return true;
        }

        return Find(name, name.Length) is not null;
    }

    /// <summary>The text without the values of such names; the same object when there are none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="alsoLikely">Whether a value counts that may be none, such as "Secret: no", "LED pin=PA5" and "SIG: Huber".</param>
    public static string Hide(string text, bool alsoLikely)
    {
        StringBuilder? shown = null;
        var done = 0;
        for (var i = 1; i < text.Length; i++)
        {
            // A certain value is short. What is only likely is hidden, and not searched again.
            var last = alsoLikely ? text.Length : Math.Min(text.Length, i + LongestCertain);
            if (i < done || FindValue(text, i, last) is not { } value) continue;
            var (start, end) = Unquoted(text, value.Start, value.End);
            if (end <= start || IsHidden(text, start) || !(alsoLikely || IsCertain(text, value.Name, start, end))) continue;
            (shown ??= new StringBuilder(text.Length)).Append(text, done, start - done).Append(Hidden);
            done = end;
        }

        return shown is null ? text : shown.Append(text, done, text.Length - done).ToString();
    }

    // The value whose name ends before a position.
    static (string Name, int Start, int End)? FindValue(string text, int at, int last) => text[at] switch
    {
        '=' => OfAssignment(text, at, at + 1, last),
        '%' when IsEscape(text, at, "3D") => OfAssignment(text, at, at + 3, last),
        ':' => OfMember(text, at, last),
        '>' => OfElement(text, at, last),
        ' ' or '\t' => OfOption(text, at, last),
        _ => null,
    };

    // password=x, "pin" => 'x', $env:PASSWORD = "x"
    static (string, int, int)? OfAssignment(string text, int nameEnd, int valueStart, int last)
    {
        if (Find(text, BeforeQuotes(text, nameEnd)) is not { } name) return null;
        while (valueStart < text.Length && text[valueStart] is '=' or '>') valueStart++;
        valueStart = AfterSpaces(text, valueStart);
        return (name, valueStart, EndOfValue(text, valueStart, last));
    }

    // JSON, also with escaped quotes, and YAML; openssl's pass:x. Our own sentences are like YAML: "Password: expected a text."
    static (string, int, int)? OfMember(string text, int at, int last)
    {
        var nameEnd = BeforeQuotes(text, at);
        var start = AfterSpaces(text, at + 1);
        var isTogether = start == at + 1;
        if (start == text.Length || (isTogether && text[start] is '/' or ':')) return null;
        if ((Find(text, nameEnd) ?? (isTogether ? Find(text, nameEnd, OpenSsl) : null)) is not { } name) return null;
        var end = EndOfValue(text, start, last);
        var isQuoted = IsQuote(text, start) || (nameEnd < at && IsQuote(text, nameEnd));
        return isTogether || isQuoted || IsValue(text, start, end) ? (name, start, end) : null;
    }

    // <password>x</password>, also with attributes.
    static (string, int, int)? OfElement(string text, int at, int last)
    {
        if (at + 1 == text.Length || text[at + 1] == '<') return null;
        var begin = text.LastIndexOf('<', at, Math.Min(at, MaximumAttributes) + 1);
        if (begin < 0 || text[begin + 1] == '/') return null;
        var nameEnd = begin + 1;
        while (nameEnd < at && !char.IsWhiteSpace(text[nameEnd])) nameEnd++;
        if (Find(text, nameEnd) is not { } name) return null;
        var end = text.IndexOf('<', at, last - at);
        return (name, at + 1, end < 0 ? last : end);
    }

    // --password x, -storepass x. Sentences name PowerShell's parameters, which begin with a capital: "-NoPassword leaves it unencrypted".
    static (string, int, int)? OfOption(string text, int at, int last)
    {
        var first = at;
        while (first > 0 && (IsLetter(text[first - 1]) || text[first - 1] == '-')) first--;
        if (first == at || text[first] != '-' || Find(text, at) is not { } name) return null;
        while (text[first] == '-') first++;
        var start = AfterSpaces(text, at);
        if (start == text.Length || text[start] is '-' or '<' or '(' or '$') return null;
        var end = EndOfValue(text, start, last);
        return text[first] is >= 'a' and <= 'z' || IsQuote(text, start) || HasDigit(text, start, end) ? (name, start, end) : null;
    }

    // A sentence begins with a small word, or with a word and a space.
    static bool IsValue(string text, int start, int end)
    {
        var (isDigits, isSmall) = (true, true);
        for (var i = start; i < end && text[i] != '.'; i++)
        {
            isDigits &= text[i] is >= '0' and <= '9';
            isSmall &= text[i] is >= 'a' and <= 'z';
        }

        var isLast = end == text.Length || text[end] is not (' ' or '\t');
        if (isDigits) return end - start >= ShortestPin;
        return isLast ? !isSmall || text[end - 1] != '.' : HasDigit(text, start, end) && HasLetter(text, start, end);
    }

    // A PIN has four digits or more, and a signature is random. A password that is a word is only certain in quotes or in an element.
    static bool IsCertain(string text, string name, int start, int end)
    {
        var value = text.Substring(start, end - start).TrimEnd('\\');
        if (Array.IndexOf(Pins, name) >= 0)
            return value.Length >= ShortestPin && value.All(c => c is >= '0' and <= '9') && (end == text.Length || text[end] != ' ');
        if (name is OpenSslPassword or Signature) return value.Length >= ShortestSignature && Base64Text.IsRandom(value);
        return text[start - 1] is '"' or '\'' or '>' || (value.Length >= ShortestPin && !IsWord(value));
    }

    static bool IsWord(string value) => value.All(char.IsLetter) && (value.Skip(1).All(char.IsLower) || value.All(char.IsUpper));

    // The name of the table that ends before a position.
    static string? Find(string text, int end) => Find(text, end, Endings) ?? Find(text, end, Words);

    static string? Find(string text, int end, string[] names)
    {
        while (end > 0 && text[end - 1] is >= '0' and <= '9') end--;
        if (end == 0 || !IsLetter(text[end - 1])) return null;
        foreach (var name in names)
        {
            if (Begin(text, end, name) is >= 0 and var begin
                && (IsWordStart(text, begin) || (names == Endings && IsOneWord(text, begin, end)))) return name;
        }

        return null;
    }

    // Where a name begins that ends at a position; -1 when it does not.
    static int Begin(string text, int end, string name)
    {
        for (var i = name.Length - 1; i >= 0; i--)
        {
            if (i < name.Length - 1) end = BeforeSeparator(text, end);
            if (end == 0 || (text[end - 1] & ~0x20) != name[i]) return -1;
            end--;
        }

        return end;
    }

    // The words of BypassCode and Backup WD are other ones.
    static bool IsOneWord(string text, int begin, int end)
    {
        while (++begin < end && IsLetter(text[begin]) && !IsWordStart(text, begin)) { }
        return begin == end;
    }

    static bool IsWordStart(string text, int at) => at == 0 || !IsLetter(text[at - 1]) || (at >= 3 && IsSeparator(text, at - 3))
        || (text[at] is >= 'A' and <= 'Z'
            && (text[at - 1] is >= 'a' and <= 'z' || (at + 1 < text.Length && text[at + 1] is >= 'a' and <= 'z')));

    static int BeforeSeparator(string text, int end)
    {
        if (end > 0 && text[end - 1] is '-' or '_' or '.' or ' ') return end - 1;
        return end > 3 && IsSeparator(text, end - 3) ? end - 3 : end;
    }

    static bool IsSeparator(string text, int at) => IsEscape(text, at, "2D") || IsEscape(text, at, "5F") || IsEscape(text, at, "20");

    static int BeforeQuotes(string text, int end)
    {
        var least = Math.Max(0, end - MaximumSpaces);
        while (end > least && text[end - 1] is ' ' or '"' or '\'' or '\\' or ']' or '}') end--;
        return end;
    }

    static int AfterSpaces(string text, int start)
    {
        var most = Math.Min(text.Length, start + MaximumSpaces);
        while (start < most && text[start] is ' ' or '\t') start++;
        return start;
    }

    static int EndOfValue(string text, int start, int last)
    {
        var quote = start;
        while (quote < text.Length && text[quote] == '\\') quote++;
        var isQuoted = quote < text.Length && text[quote] is '"' or '\'';
        var end = isQuoted ? quote + 1 : start;
        // Inside quotes, a quote after a backslash belongs to the value, unless the first one has a backslash, too.
        while (end < last && !(isQuoted
            ? text[end] == text[quote] && (quote > start || text[end - 1] != '\\') : IsEnd(text[end]))) end++;
        return Math.Max(end, start);
    }

    // Quotes are shown.
    static (int Start, int End) Unquoted(string text, int start, int end)
    {
        while (start < end && text[start] is '\\') start++;
        return start < end && text[start] is '"' or '\'' ? (start + 1, end) : (start, end);
    }

    static bool IsQuote(string text, int at) => text[at] is '"' or '\'' or '\\';

    static bool IsEnd(char c) => c is ';' or '&' or ',' or '}' or '"' or '\'' or '<' or '>' || char.IsWhiteSpace(c);

    static bool IsHidden(string text, int at) => Array.Exists(Texts, t => string.CompareOrdinal(text, at, t, 0, t.Length) == 0);

    static bool IsEscape(string text, int at, string digits) =>
        text[at] == '%' && string.Compare(text, at + 1, digits, 0, 2, StringComparison.OrdinalIgnoreCase) == 0;

    static bool HasDigit(string text, int start, int end) => text.IndexOfAny(Digits, start, end - start) >= 0;

    static bool HasLetter(string text, int start, int end)
    {
        while (start < end && !IsLetter(text[start])) start++;
        return start < end;
    }

    static readonly char[] Digits = [.. "0123456789"];

    static bool IsLetter(char c) => c is >= 'A' and <= 'Z' or >= 'a' and <= 'z';
}
