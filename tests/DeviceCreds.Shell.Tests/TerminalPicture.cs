using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds.Shell.Tests;

/// <summary>What stands on a terminal, as an SVG picture: colours and weights of ECMA-48 (SGR), nothing that moves the cursor.</summary>
static partial class TerminalPicture
{
    const int LineHeight = 17, Margin = 16, CharacterWidth = 8;
    const string Plain = "#adbac7";

    static readonly Dictionary<int, string> Colours = new() { [31] = "#f47067", [32] = "#8ddb8c", [33] = "#daaa3f",
        [34] = "#6cb6ff", [36] = "#76e3ea" };

    internal static string Paint(string title, string screen, int columns)
    {
        var lines = Movement().Replace(screen, "").ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{2 * Margin + columns * CharacterWidth}\" "
                + $"height=\"{2 * Margin + lines.Length * LineHeight}\" font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, "
                + $"'DejaVu Sans Mono', monospace\" font-size=\"14\" role=\"img\" aria-label=\"{title}\">\n");
        svg.Append(CultureInfo.InvariantCulture,
            $"<title>{title}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#22272e\"/>\n");
        var style = new Style();
        for (var i = 0; i < lines.Length; i++)
        {
            var spans = Spans(lines[i], style);
            if (spans.Length > 0)
                svg.Append(CultureInfo.InvariantCulture,
                    $"<text x=\"{Margin}\" y=\"{Margin + 12 + i * LineHeight}\" xml:space=\"preserve\">{spans}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    static string Spans(string line, Style style)
    {
        var spans = new StringBuilder();
        var at = 0;
        foreach (Match change in Rendition().Matches(line))
        {
            Append(line[at..change.Index]);
            style.Change(change.Groups[1].Value);
            at = change.Index + change.Length;
        }

        Append(line[at..]);
        return spans.ToString();

        void Append(string text)
        {
            if (text.Length == 0) return;
            var weight = style.IsBold ? " font-weight=\"bold\"" : "";
            var opacity = style.IsFaint ? " opacity=\"0.6\"" : "";
            spans.Append(CultureInfo.InvariantCulture,
                $"<tspan fill=\"{style.Colour}\"{weight}{opacity}>{WebUtility.HtmlEncode(text)}</tspan>");
        }
    }

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-ln-z]")]
    private static partial Regex Movement();

    [GeneratedRegex("\u001b\\[([0-9;]*)m")]
    private static partial Regex Rendition();

    sealed class Style
    {
        internal string Colour { get; private set; } = Plain;

        internal bool IsBold { get; private set; }

        internal bool IsFaint { get; private set; }

        internal void Change(string codes)
        {
            foreach (var code in codes.Split(';').Select(c => c.Length == 0 ? 0 : int.Parse(c, CultureInfo.InvariantCulture)))
            {
                if (code == 1) IsBold = true;
                else if (code == 2) IsFaint = true;
                else if (code == 22) (IsBold, IsFaint) = (false, false);
                else if (Colours.TryGetValue(code, out var colour)) Colour = colour;
                else if (code == 39) Colour = Plain;
                else if (code == 0) (Colour, IsBold, IsFaint) = (Plain, false, false);
            }
        }
    }
}
