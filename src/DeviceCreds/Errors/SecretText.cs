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

    const int PemLine = 64;

    const string Base64 = "[A-Za-z0-9+/=_-]";

    const string Names = "access-?key|access_token|account-?key|api[-_]?key|client_?secret|entropy|passphrase|passwd|password|pin|pin-value"
        + "|private[-_]?key|psk|pwd|root_?of_?trust|secret|sharedaccesskey|sharedaccesssignature|sig";

    // Of 100 neighbours in random Base64, 64 differ in kind (capital, small letter, digit); of words in a path, 30 at most.
    const int RandomPercent = 35;

    // A block whose END is missing is hidden to its end. A BEGIN line in quotes is one that a message speaks of.
    static readonly Regex Pem = Pattern(@"-----BEGIN [^-]{0,64}-----(?!')[\s\S]*?(?:-----END [^-]{0,64}-----|\z)");
    static readonly Regex PemWithoutBegin = Pattern(@"\A[\s\S]*-----END [^-]{0,64}-----");

    // How private keys begin: SEC 1, PKCS#8, encrypted PKCS#8. The last line of a key is shorter than the others.
    static readonly Regex KeyInBase64 = Pattern($@"(?:MHcCAQEE|MIG[HT]AgEA|M[ED]ECAQ|MIH[se0]M){Base64}{{8,}}(?:[\r\n]+{Base64}+)*");

    static readonly Regex KeyInHex = Pattern("30(?:77|81[0-9A-F]{2})0201(?:010420|00301306)[0-9A-F]{8,}", RegexOptions.IgnoreCase);

    // A private key on P-256 has at least 43 characters in Base64 and 64 in hexadecimal; a serial number or an ID has 40 at most.
    static readonly Regex LongBase64 = Pattern($@"{Base64}{{40,}}(?:[\r\n]+{Base64}+)*");
    static readonly Regex LastLine = Pattern(@"\A(?:[A-Za-z0-9+/]{4}){3,}[A-Za-z0-9+/=]{4}\z");
    static readonly Regex LongHex = Pattern(@"[0-9A-Fa-f]{48,}(?:[\r\n]+[0-9A-Fa-f]+)*");

    // As C, debuggers and PowerShell write bytes: 0x30, 0x77 or 30:77 or 48 119 or \x30\x77.
    static readonly Regex Bytes = Pattern(@"\b(?:(?:0[xX])?[0-9A-Fa-f]{1,3}[\s,;:-]+){15,}(?:0[xX])?[0-9A-Fa-f]{1,3}\b");
    static readonly Regex EscapedBytes = Pattern(@"(?:\\x[0-9A-Fa-f]{2}[""\s]*){16,}");

    static readonly Regex Named = Pattern($@"(?<=\b(?:{Names})\s*=\s*)(?:""[^""]*|'[^']*|[^;&\s,}}""']+)", RegexOptions.IgnoreCase);

    // Members of JSON, among them the private ones of a JSON Web Key (RFC 7518).
    static readonly Regex Member = Pattern(
        $@"(?<=[""'](?:{Names}|d|k|p|q|dp|dq|qi)[""']\s*:\s*)(?:""[^""]*|'[^']*)", RegexOptions.IgnoreCase);
    static readonly Regex MemberOfRow = Pattern($@"(?<=[;{{]\s*(?:d|k)=){Base64}{{16,}}");
    static readonly Regex UserPassword = Pattern(@"(?<=://[^/\s:@]{0,64}:)[^/\s@]+(?=@)");

    /// <summary>The text without its secrets; the same object when there is none.</summary>
    public static string Hide(string text) => Hide(text, alsoLikely: true);

    /// <summary>Whether a text holds a secret beyond doubt. Long random text may be a digest: some devices are named so.</summary>
    public static bool IsIn(string text) => !ReferenceEquals(Hide(text, alsoLikely: false), text);

    /// <summary>Whether a text may be the last line of a key in PEM, which is shorter than the others.</summary>
    public static bool IsLastLine(string text) => LastLine.IsMatch(text) && IsRandom(text);

    /// <summary>Whether a text is what a message shows in place of a secret.</summary>
    public static bool IsHidden(string text) => text.Contains(HiddenPem) || text.Contains(HiddenKey) || text.Contains(Hidden);

    static string Hide(string text, bool alsoLikely)
    {
        var shown = text;
        if (shown.Contains("-----")) shown = PemWithoutBegin.Replace(Pem.Replace(shown, HiddenPem), HiddenPem);
        if (shown.Length >= 16) shown = EscapedBytes.Replace(Bytes.Replace(shown, HiddenKey), HiddenKey);
        if (LongestRun(shown) >= 16)
        {
            shown = KeyInHex.Replace(KeyInBase64.Replace(shown, HiddenKey), HiddenKey);
            shown = LongBase64.Replace(shown, m => (alsoLikely || m.Length == PemLine) && IsRandom(m.Value) ? HiddenKey : m.Value);
            if (alsoLikely) shown = LongHex.Replace(shown, HiddenKey);
        }

        if (shown.IndexOf('=') >= 0) shown = MemberOfRow.Replace(Named.Replace(shown, Hidden), Hidden);
        if (shown.IndexOf(':') >= 0) shown = UserPassword.Replace(Member.Replace(shown, Hidden), Hidden);
        return shown == text ? text : shown;
    }

    static Regex Pattern(string pattern, RegexOptions options = RegexOptions.None) => new(pattern, options | RegexOptions.CultureInvariant);

    // Most texts have no piece that is long enough, and are done with here.
    static int LongestRun(string text)
    {
        int run = 0, longest = 0;
        foreach (var c in text)
        {
            run = c is >= '0' and <= '9' or >= 'A' and <= 'Z' or >= 'a' and <= 'z' or '+' or '/' or '=' or '_' or '-' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

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

        return capitals * 10 >= text.Length && small * 10 >= text.Length && changes * 100 >= text.Length * RandomPercent;
    }
}
