using System.Net;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// What web pages and XML put into PEM and Base64: tags (<c>&lt;br/&gt;</c>) and references to characters (<c>&amp;#13;</c>,
/// <c>&amp;#x2F;</c>). Spaces take their place, so that every other character stays in its line and column.
/// </summary>
internal static class Markup
{
    // Shorter than any object that an attribute might hold.
    static readonly Regex Tag = Pattern(@"</?[A-Za-z][^<>\r\n]{0,39}>");

    static readonly Regex Reference = Pattern("&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|nbsp|lt|gt|quot|amp);");

    /// <summary>The text without markup, as long as it was.</summary>
    public static string Remove(string text)
    {
        if (text.IndexOf('<') >= 0) text = Tag.Replace(text, tag => new string(' ', tag.Length));
        if (text.IndexOf('&') >= 0) text = Reference.Replace(text, r => Padded(WebUtility.HtmlDecode(r.Value), r.Length));
        return text;
    }

    // The text's lines are those of the file.
    static string Padded(string value, int length) => (value is "\r" or "\n" ? " " : value).PadRight(length);

    static Regex Pattern(string pattern) => new(pattern, RegexOptions.CultureInvariant);
}
