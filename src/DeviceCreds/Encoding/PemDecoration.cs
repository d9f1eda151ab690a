using System.Text;

namespace DeviceCreds;

/// <summary>
/// What other programs put around the lines of a PEM block: the marks of a quoted mail (<c>&gt;</c>), of a comment (<c>#</c>, <c>//</c>,
/// <c>*</c>) or of a difference (<c>+</c>), and the quotes of source code that joins texts (<c>"..." +</c>).
/// </summary>
internal static class PemDecoration
{
    const int LongestMark = 16;

    /// <summary>The text between BEGIN and END without its decoration; null when it has none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="begin">Where the BEGIN is.</param>
    /// <param name="start">Where the body begins.</param>
    /// <param name="end">Where the body ends.</param>
    public static string? Strip(string text, int begin, int start, int end)
    {
        if (begin > 0 && text[begin - 1] is '"' or '\'') return StripQuotes(text, text[begin - 1], start, end);
        var lineStart = begin;
        while (lineStart > 0 && begin - lineStart <= LongestMark && text[lineStart - 1] is not ('\n' or '\r')) lineStart--;
        var mark = text.Substring(lineStart, begin - lineStart).Trim();
        return mark.Length is > 0 and <= LongestMark && !mark.Any(char.IsLetterOrDigit) ? StripMarks(text, mark, start, end) : null;
    }

    // Every line must have the mark, except empty ones and what follows the BEGIN.
    static string? StripMarks(string text, string mark, int start, int end)
    {
        var body = new StringBuilder(end - start);
        for (var at = start; at < end;)
        {
            var lineEnd = text.IndexOfAny(['\r', '\n'], at, end - at);
            if (lineEnd < 0) lineEnd = end;
            if (at > start)
            {
                while (at < lineEnd && char.IsWhiteSpace(text[at])) at++;
                if (string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0) at = Math.Min(at + mark.Length, lineEnd);
                else if (at < lineEnd) return null;
            }

            body.Append(text, at, lineEnd - at).Append('\n');
            at = lineEnd + 1;
        }

        return body.ToString();
    }

    // The body begins inside quotes. Outside of them there is nothing but the signs that join texts.
    static string? StripQuotes(string text, char quote, int start, int end)
    {
        var body = new StringBuilder(end - start);
        var (isInside, isJoined) = (true, false);
        for (var at = start; at < end; at++)
        {
            var c = text[at];
            if (c == quote)
            {
                isInside = !isInside;
            }
            else if (isInside)
            {
                body.Append(c);
                if (c == '\\' && at + 1 < end) body.Append(text[++at]);
            }
            else if (!char.IsWhiteSpace(c))
            {
                if (c is not ('+' or ',' or ';' or '.' or '&' or '_' or '\\' or '(' or ')')) return null;
                isJoined = true;
            }
        }

        return isJoined ? body.ToString() : null;
    }
}
