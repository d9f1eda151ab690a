using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// Finds in a text what must not be shown: PEM, keys in any digits (<see cref="ByteText"/>, <see cref="Base64Text"/>), and the values of
/// names such as password and pin-value (<see cref="SecretNames"/>). Serial numbers, account IDs, paths and names stay.
/// </summary>
internal static class SecretText
{
    public const string HiddenKey = "(text like a key, not shown)";
    const string HiddenPem = "(PEM text, not shown)";

    const string Dashes = "-----";
    const string Base64 = "[A-Za-z0-9+/=_-]";

    // A space in a URI is %20 or +.
    const string BeginLine = "-----BEGIN(?: |%20|[+])[^-]{0,64}";

    // A block whose END is missing is hidden to its end. A BEGIN line in quotes is only mentioned in a message.
    static readonly Regex Pem = Pattern($@"{BeginLine}-----(?!')[\s\S]*?(?:-----END(?: |%20|[+])[^-]{{0,64}}-----|\z)");
    static readonly Regex PemWithoutBegin = Pattern(@"\A[\s\S]*-----END(?: |%20|[+])[^-]{0,64}-----");

    // DER that was read as text, in SEC 1 and PKCS#8: the version comes early.
    static readonly Regex Der = Pattern(@"0[\s\S]{1,3}\x02\x01[\x00\x01][\x040][\s\S]*");

    static readonly Regex PrivatePem = Pattern("-----(?:BEGIN|END)(?: |%20|[+])[^-]{0,64}PRIVATE(?: |%20|[+])KEY-----(?!')");

    static readonly Regex Member = Pattern($@"(?<=[""'](?:{string.Join("|", SecretNames.OfJsonWebKey)})"
        + @"\\{0,4}[""']\s{0,8}:\s{0,8}\\{0,4})(?:""[^""]*|'[^']*)", RegexOptions.IgnoreCase);
    static readonly Regex MemberOfRow = Pattern($@"(?<=[;{{]\s{{0,8}}(?:d|k)=){Base64}{{16,}}");
    // As in the names of folders and in URIs.
    static readonly Regex EscapedBase64 = Pattern("(?<![A-Za-z0-9+=_-])[A-Za-z0-9+=_-]{0,128}(?:%(?:2[BF]|3D)[A-Za-z0-9+=_-]{0,128})+",
        RegexOptions.IgnoreCase);
    static readonly Regex UserPassword = Pattern(@"(?<=://[^/\s:@]{0,64}:)[^/\s@]+(?=@)");

    /// <summary>The text without its secrets; the same object when there is none.</summary>
    public static string Hide(string text) => Hide(text, alsoLikely: true);

    /// <summary>Whether a text certainly holds a secret. Long random text may be a digest, which some devices have as a name.</summary>
    public static bool IsIn(string text) => !ReferenceEquals(Hide(text, alsoLikely: false), text);

    /// <summary>Whether a text certainly holds a private key or a password. Public PEM and long random texts do not count.</summary>
    public static bool HoldsKey(string text) => (text.Contains(Dashes) && PrivatePem.IsMatch(text))
        || HoldsDer(text) || Base64Text.HoldsKey(text) || ByteText.HoldsKey(text)
        || !ReferenceEquals(HideNamed(text, alsoLikely: false), text);

    /// <summary>Whether a text is what a message shows in place of a secret.</summary>
    public static bool IsHidden(string text) => text.Contains(HiddenPem) || text.Contains(HiddenKey) || text.Contains(SecretNames.Hidden);

    static string Hide(string text, bool alsoLikely)
    {
        var shown = text;
        if (shown.Contains(Dashes)) shown = PemWithoutBegin.Replace(Pem.Replace(shown, HiddenPem), HiddenPem);
        if (HoldsDer(shown)) shown = Der.Replace(shown, HiddenKey);
        shown = ByteText.Hide(shown, alsoLikely, HiddenKey);
        if (shown.IndexOf('%') >= 0) shown = EscapedBase64.Replace(shown, m => HideEscaped(m.Value, alsoLikely));
        shown = Base64Text.Hide(shown, alsoLikely, HiddenKey);
        return HideNamed(shown, alsoLikely) is var rest && rest == text ? text : rest;
    }

    static string HideEscaped(string text, bool alsoLikely)
    {
        var plain = Uri.UnescapeDataString(text);
        return Base64Text.Hide(plain, alsoLikely, HiddenKey) == plain ? text : HiddenKey;
    }

    static bool HoldsDer(string text) => text.IndexOf('\u0002') >= 0 && Der.IsMatch(text);

    // The values of names that secrets have.
    static string HideNamed(string text, bool alsoLikely)
    {
        var shown = SecretNames.Hide(text, alsoLikely);
        if (shown.Contains("://") && shown.IndexOf('@') >= 0) shown = UserPassword.Replace(shown, SecretNames.Hidden);
        // Other texts also have members of one letter.
        if (!alsoLikely && !shown.Contains("kty")) return shown == text ? text : shown;
        if (shown.Contains("d=") || shown.Contains("k=")) shown = MemberOfRow.Replace(shown, SecretNames.Hidden);
        if ((shown.IndexOf('"') >= 0 || shown.IndexOf('\'') >= 0) && shown.IndexOf(':') >= 0)
            shown = Member.Replace(shown, SecretNames.Hidden);
        return shown == text ? text : shown;
    }

    static Regex Pattern(string pattern, RegexOptions options = RegexOptions.None) => new(pattern, options | RegexOptions.CultureInvariant);
}
