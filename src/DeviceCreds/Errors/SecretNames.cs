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
    const int MaximumSpaces = 8;
    const int MaximumAttributes = 128;
    const int ShortestPin = 4;

    static readonly string[] Texts = ["(not shown", "(text like", "(PEM text"];

    /// <summary>The end of a name is enough: WifiPassword, SharedAccessKey, pin-value.</summary>
    static readonly string[] Endings =
    [
        "PASSWORD", "PASSWD", "PASSPHRASE", "PASSCODE", "PWD", "STOREPASS", "KEYPASS", "PINVALUE", "SECRET", "ENTROPY", "ROOTOFTRUST",
        "PRIVATEKEY", "PRESHAREDKEY", "PSK", "APIKEY", "ACCESSKEY", "ACCOUNTKEY", "SYMMETRICKEY", "ACCESSTOKEN", "SHAREDACCESSSIGNATURE",
    ];

    /// <summary>Only as words of their own: "shipping" is no PIN.</summary>
    static readonly string[] Words = ["PIN", "PUK", "SIG"];

    /// <summary>All names, in capitals and without separators.</summary>
    public static IEnumerable<string> All => Endings.Concat(Words);

    /// <summary>Whether a column or a property of this name holds a secret. A long name may stand anywhere in it: PasswordHash.</summary>
    public static bool IsIn(string name)
    {
        var letters = new string([.. name.ToUpperInvariant().Where(char.IsLetter)]);
        return Endings.Any(letters.Contains) || IsSecret(name, name.Length);
    }

    /// <summary>The text without the values of such names; the same object when there are none.</summary>
    public static string Hide(string text)
    {
        StringBuilder? shown = null;
        var done = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (i < done || FindValue(text, i) is not { } value) continue;
            var (start, end) = Unquoted(text, value.Start, value.End);
            if (end <= start || IsHidden(text, start)) continue;
            (shown ??= new StringBuilder(text.Length)).Append(text, done, start - done).Append(Hidden);
            done = end;
        }

        return shown is null ? text : shown.Append(text, done, text.Length - done).ToString();
    }

    // The value whose name ends before a position.
    static (int Start, int End)? FindValue(string text, int at) => text[at] switch
    {
        '=' => OfAssignment(text, at, at + 1),
        '%' when IsEscape(text, at, "3D") => OfAssignment(text, at, at + 3),
        ':' => OfMember(text, at),
        '>' => OfElement(text, at),
        ' ' or '\t' => OfOption(text, at),
        _ => null,
    };

    // password=x, "pin" => 'x', $env:PASSWORD = "x"
    static (int, int)? OfAssignment(string text, int nameEnd, int valueStart)
    {
        if (!IsSecret(text, BeforeQuotes(text, nameEnd))) return null;
        while (valueStart < text.Length && text[valueStart] is '=' or '>') valueStart++;
        valueStart = AfterSpaces(text, valueStart);
        return (valueStart, EndOfValue(text, valueStart));
    }

    // JSON, also with escaped quotes, and YAML; openssl's pass:x. Our own sentences are like YAML: "Password: expected a text."
    static (int, int)? OfMember(string text, int at)
    {
        var nameEnd = BeforeQuotes(text, at);
        var start = AfterSpaces(text, at + 1);
        var isTogether = start == at + 1;
        if (start == text.Length || (isTogether && text[start] is '/' or ':')) return null;
        if (!IsSecret(text, nameEnd) && !(isTogether && IsWord(text, nameEnd, OpenSslPassword))) return null;
        var end = EndOfValue(text, start);
        var isQuoted = IsQuote(text, start) || (nameEnd < at && IsQuote(text, nameEnd));
        return isTogether || isQuoted || IsValue(text, start, end) ? (start, end) : null;
    }

    // <password>x</password>, also with attributes.
    static (int, int)? OfElement(string text, int at)
    {
        if (at + 1 == text.Length || text[at + 1] == '<') return null;
        var begin = text.LastIndexOf('<', at, Math.Min(at, MaximumAttributes) + 1);
        if (begin < 0 || text[begin + 1] == '/') return null;
        var nameEnd = begin + 1;
        while (nameEnd < at && !char.IsWhiteSpace(text[nameEnd])) nameEnd++;
        if (!IsSecret(text, nameEnd)) return null;
        var end = text.IndexOf('<', at);
        return (at + 1, end < 0 ? text.Length : end);
    }

    // --password x, -storepass x. Sentences name PowerShell's parameters, which begin with a capital: "-NoPassword leaves it unencrypted".
    static (int, int)? OfOption(string text, int at)
    {
        var name = at;
        while (name > 0 && (IsLetter(text[name - 1]) || text[name - 1] == '-')) name--;
        if (name == at || text[name] != '-' || !IsSecret(text, at)) return null;
        while (text[name] == '-') name++;
        var start = AfterSpaces(text, at);
        if (start == text.Length || text[start] is '-' or '<' or '(' or '$') return null;
        var end = EndOfValue(text, start);
        return text[name] is >= 'a' and <= 'z' || IsQuote(text, start) || HasDigit(text, start, end) ? (start, end) : null;
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

    static bool IsSecret(string text, int end)
    {
        while (end > 0 && text[end - 1] is >= '0' and <= '9') end--;
        if (end == 0 || !IsLetter(text[end - 1])) return false;
        foreach (var name in Endings)
        {
            if (Begin(text, end, name) >= 0) return true;
        }

        foreach (var name in Words)
        {
            if (IsWord(text, end, name)) return true;
        }

        return false;
    }

    static bool IsWord(string text, int end, string name)
    {
        var begin = Begin(text, end, name);
        return begin == 0 || (begin > 0
            && (!IsLetter(text[begin - 1]) || (text[begin] is >= 'A' and <= 'Z' && text[begin - 1] is >= 'a' and <= 'z')));
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

    static int BeforeSeparator(string text, int end)
    {
        if (end > 0 && text[end - 1] is '-' or '_' or '.' or ' ') return end - 1;
        return end > 3 && (IsEscape(text, end - 3, "2D") || IsEscape(text, end - 3, "5F") || IsEscape(text, end - 3, "20")) ? end - 3 : end;
    }

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

    static int EndOfValue(string text, int start)
    {
        var quote = start;
        while (quote < text.Length && text[quote] == '\\') quote++;
        var isQuoted = quote < text.Length && text[quote] is '"' or '\'';
        var end = isQuoted ? quote + 1 : start;
        // Inside quotes, a quote after a backslash belongs to the value, unless the first one has a backslash, too.
        while (end < text.Length && !(isQuoted
            ? text[end] == text[quote] && (quote > start || text[end - 1] != '\\') : IsEnd(text[end]))) end++;
        return end;
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
