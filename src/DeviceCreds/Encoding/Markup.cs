using System.Net;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// What web pages and XML put into the blocks of PEM: tags (<c>&lt;br/&gt;</c>) and references to characters (<c>&amp;#13;</c>,
/// <c>&amp;#x2F;</c>). Spaces take their place, so that every other character stays in its line and column. Around the blocks they stay:
/// there a tag ends an object.
/// </summary>
internal static class Markup
{
    // In a block, nothing else has these signs.
    static readonly Regex Block = Pattern(@"-----BEGIN [^-\r\n]{1,60}-----[\s\S]*?(?=-----|\z)");

    static readonly Regex Tag = Pattern(@"</?[A-Za-z!?][^<>\r\n]{0,399}>");

    static readonly Regex Reference = Pattern("&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|nbsp);");

    /// <summary>The text without the markup of its blocks, as long as it was.</summary>
    public static string Remove(string text) =>
        text.IndexOf('<') < 0 && text.IndexOf('&') < 0 ? text : Block.Replace(text, block => RemoveIn(block.Value));

    static string RemoveIn(string block) => Reference.Replace(Tag.Replace(block, tag => new string(' ', tag.Length)),
        r => Padded(WebUtility.HtmlDecode(r.Value), r.Length));

    // The text's lines are those of the file.
    static string Padded(string value, int length) => (value is "\r" or "\n" ? " " : value).PadRight(length);

    static Regex Pattern(string pattern) => new(pattern, RegexOptions.CultureInvariant);
}
