using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// Finds in a text what must not be shown: PEM, keys in Base64, in hexadecimal or as lists of bytes, and the values of names
/// such as password and pin-value. Serial numbers, account IDs, paths and names stay.
/// </summary>
internal static class SecretText
{
    const string Hidden = "(not shown)";
    public const string HiddenKey = "(text like a key, not shown)";
    const string HiddenPem = "(PEM text, not shown)";

    const string Dashes = "-----";
    const int PemLine = 64;
    const int ShortestList = 16;
    const int ShortestKey = 16;
    const int ShortestScalar = 40;

    static readonly char[] Separators = [' ', '\t', '\r', '\n', ',', ';', ':', '-', '"', '{', '}'];

    const string Base64 = "[A-Za-z0-9+/=_-]";

    const string Names = "access-?key|access_token|account-?key|api[-_]?key|client_?secret|entropy|passphrase|passwd|password|pin|pin-value"
        + "|private[-_]?key|psk|pwd|root_?of_?trust|secret|sharedaccesskey|sharedaccesssignature|sig";

    // Of 100 neighbours in random Base64, 64 differ in kind (capital, small letter, digit); of words in a path, 30 at most.
    const int RandomPercent = 35;

    // Of complete lines of PEM, 1 in 30,000 is below that; 1 in a million is below this, which is still above words in a path.
    const int RandomPercentOfLine = 31;

    // A block whose END is missing is hidden to its end. A BEGIN line in quotes is only mentioned in a message.
    static readonly Regex Pem = Pattern(@"-----BEGIN [^-]{0,64}-----(?!')[\s\S]*?(?:-----END [^-]{0,64}-----|\z)");
    static readonly Regex PemWithoutBegin = Pattern(@"\A[\s\S]*-----END [^-]{0,64}-----");

    static readonly Regex PrivatePem = Pattern("-----(?:BEGIN|END) [^-]{0,64}PRIVATE KEY-----(?!')");

    // How private keys begin: SEC 1, PKCS#8, encrypted PKCS#8, and PEM of them. The last line of a key is shorter than the others.
    static readonly Regex KeyInBase64 = Pattern(
        "(?:MHcCAQEE|MIG[HT]AgEA|M[ED]ECAQ|MIH[se0]M|LS0tLS1CRUdJTiB(?:QUklW|FQyBQ|FTkNS|PUEVO|SU0EgUF))"
        + $@"{Base64}{{8,}}(?:[\r\n]+{Base64}+)*");

    static readonly Regex KeyInHex = Pattern("30(?:77|81[0-9A-F]{2})0201(?:010420|00301306)[0-9A-F]{8,}", RegexOptions.IgnoreCase);

    // A private key on P-256 has at least 43 characters in Base64 and 64 in hexadecimal; a serial number or an ID has 40 at most.
    static readonly Regex LongBase64 = Pattern($@"{Base64}{{40,}}(?:[\r\n]+{Base64}+)*");
    static readonly Regex LastLine = Pattern(@"\A(?:[A-Za-z0-9+/]{4}){3,}[A-Za-z0-9+/=]{4}\z");
    static readonly Regex LongHex = Pattern(@"[0-9A-Fa-f]{48,}(?:[\r\n]+[0-9A-Fa-f]+)*");

    // As C, debuggers and PowerShell write bytes: 0x30, 0x77 or 30:77 or 48 119 or \x30\x77.
    static readonly Regex Bytes = Pattern(@"\b(?:(?:0[xX])?[0-9A-Fa-f]{1,3}[\s,;:-]+){15,}(?:0[xX])?[0-9A-Fa-f]{1,3}\b");
    static readonly Regex EscapedBytes = Pattern(@"(?:\\x[0-9A-Fa-f]{2}[""\s]*){16,}");

    static readonly Regex Named = Pattern(
        $@"(?<=\b(?:{Names})\s{{0,8}}=\s{{0,8}})(?!\(not shown\))(?:""[^""]*|'[^']*|[^;&\s,}}""']+)", RegexOptions.IgnoreCase);

    // A PIN has four digits or more.
    static readonly Regex PinOfBoard = Pattern(@"\bpin\s*=\s*[0-9]{1,3}\b", RegexOptions.IgnoreCase);

    // Members of JSON, among them the private ones of a JSON Web Key (RFC 7518).
    static readonly Regex Member = Pattern(
        $@"(?<=[""'](?:{Names}|d|k|p|q|dp|dq|qi)[""']\s{{0,8}}:\s{{0,8}})(?:""[^""]*|'[^']*)", RegexOptions.IgnoreCase);
    static readonly Regex MemberOfRow = Pattern($@"(?<=[;{{]\s{{0,8}}(?:d|k)=){Base64}{{16,}}");
    static readonly Regex UserPassword = Pattern(@"(?<=://[^/\s:@]{0,64}:)[^/\s@]+(?=@)");

    /// <summary>The text without its secrets; the same object when there is none.</summary>
    public static string Hide(string text) => Hide(text, alsoLikely: true);

    /// <summary>Whether a text certainly holds a secret. Long random text may be a digest, which some devices have as a name.</summary>
    public static bool IsIn(string text) => !ReferenceEquals(Hide(text, alsoLikely: false), text);

    /// <summary>Whether a text certainly holds a private key or a password. Public PEM and long random texts do not count.</summary>
    public static bool HoldsKey(string text)
    {
        var (longest, digits, separators) = Measure(text);
        return (longest >= Dashes.Length && text.Contains(Dashes) && PrivatePem.IsMatch(text))
            || (longest >= ShortestKey && (KeyInBase64.IsMatch(text) || KeyInHex.IsMatch(text)))
            || (((separators >= ShortestList - 1 && digits >= ShortestList / 2) || text.Contains("\\x")) && IsKeyInBytes(text))
            || HoldsNamed(text);
    }

    static bool HoldsNamed(string text)
    {
        var rest = PinOfBoard.Replace(text, "");
        return HideNamed(rest) != rest;
    }

    /// <summary>Whether a text may be the last line of a key in PEM, which is shorter than the others.</summary>
    public static bool IsLastLine(string text) => LastLine.IsMatch(text) && IsRandom(text);

    /// <summary>Whether a text is what a message shows in place of a secret.</summary>
    public static bool IsHidden(string text) => text.Contains(HiddenPem) || text.Contains(HiddenKey) || text.Contains(Hidden);

    // Each pattern is tried only on a text that can match it: messages are made for every check of every device.
    static string Hide(string text, bool alsoLikely)
    {
        var shown = text;
        var (longest, digits, separators) = Measure(shown);
        if (longest >= Dashes.Length && shown.Contains(Dashes)) shown = PemWithoutBegin.Replace(Pem.Replace(shown, HiddenPem), HiddenPem);
        if (separators >= ShortestList - 1 && digits >= ShortestList / 2) shown = Bytes.Replace(shown, HiddenKey);
        if (shown.Contains("\\x")) shown = EscapedBytes.Replace(shown, HiddenKey);
        if (longest >= ShortestKey) shown = KeyInHex.Replace(KeyInBase64.Replace(shown, HiddenKey), HiddenKey);
        if (longest >= ShortestScalar)
        {
            shown = LongBase64.Replace(shown, m => (alsoLikely || IsPemLine(m.Value)) && IsRandom(m.Value) ? HiddenKey : m.Value);
            if (alsoLikely) shown = LongHex.Replace(shown, HiddenKey);
        }

        return HideNamed(shown) is var rest && rest == text ? text : rest;
    }

    // The values of names that secrets have.
    static string HideNamed(string text)
    {
        var shown = text;
        if (HasLongName(shown)) shown = MemberOfRow.Replace(Named.Replace(shown, Hidden), Hidden);
        if (shown.Contains("://") && shown.IndexOf('@') >= 0) shown = UserPassword.Replace(shown, Hidden);
        if (shown.IndexOfAny(['"', '\'']) >= 0 && shown.IndexOf(':') >= 0) shown = Member.Replace(shown, Hidden);
        return shown == text ? text : shown;
    }

    // A list of bytes that begins as a key does, in hexadecimal or decimal.
    static bool IsKeyInBytes(string text)
    {
        var bytes = text.Replace("0x", " ").Replace("0X", " ").Replace("\\x", " ").Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        return KeyInHex.IsMatch(string.Concat(bytes.Select(b => b.PadLeft(2, '0'))))
            || KeyInHex.IsMatch(string.Concat(bytes.Select(b => byte.TryParse(b, out var value) ? value.ToString("X2") : "-")));
    }

    // A text of only letters and digits may be a device's name; 13 in 100 full lines of PEM are such texts, and 2 in 100 keys.
    static bool IsPemLine(string text) => text.Length == PemLine && text.IndexOfAny(['+', '/']) >= 0;

    static Regex Pattern(string pattern, RegexOptions options = RegexOptions.None) => new(pattern, options | RegexOptions.CultureInvariant);

    // The longest run of Base64's characters, the digits, and the separators between the bytes of a list.
    static (int Longest, int Digits, int Separators) Measure(string text)
    {
        int run = 0, longest = 0, digits = 0, separators = 0;
        foreach (var c in text)
        {
            var isDigit = c is >= '0' and <= '9';
            if (isDigit) digits++;
            if (c is ' ' or ',' or ';' or ':' or '-' or '\t' or '\r' or '\n') separators++;
            run = isDigit || c is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or '+' or '/' or '=' or '_' or '-' ? run + 1 : 0;
            if (run > longest) longest = run;
        }

        return (longest, digits, separators);
    }

    // A name and a value: CN= and OU= of a subject are too short to be a secret's.
    static bool HasLongName(string text)
    {
        for (var at = text.IndexOf('='); at >= 0; at = text.IndexOf('=', at + 1))
        {
            var end = at;
            while (end > 0 && text[end - 1] == ' ') end--;
            if (end < 1 || !IsLetter(text[end - 1])) continue;
            if (text[end - 1] is 'd' or 'k' || (end > 2 && IsLetter(text[end - 2]) && IsLetter(text[end - 3]))) return true;
        }

        return false;
    }

    static bool IsLetter(char c) => c is >= 'A' and <= 'Z' or >= 'a' and <= 'z';

    static bool IsRandom(string text)
    {
        int capitals = 0, small = 0, changes = 0, before = 0;
        foreach (var c in text)
        {
            var kind = c switch { >= 'A' and <= 'Z' => 1, >= 'a' and <= 'z' => 2, >= '0' and <= '9' => 3, _ => before };
            if (kind == 1) capitals++;
            if (kind == 2) small++;
            if (kind != before) changes++;
            before = kind;
        }

        var percent = text.Length == PemLine ? RandomPercentOfLine : RandomPercent;
        return capitals * 10 >= text.Length && small * 10 >= text.Length && changes * 100 >= text.Length * percent;
    }
}
