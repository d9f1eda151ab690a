namespace DeviceCreds;

/// <summary>Counts the lines of a text, which end with CRLF, LF or CR. It goes from each position to the next one.</summary>
/// <param name="text">The text.</param>
/// <param name="first">The number of its first line.</param>
internal sealed class LineCounter(string text, int first = 1)
{
    int _at;
    int _line = first;

    /// <summary>The line of a position.</summary>
    public int LineOf(int at)
    {
        for (; _at < at; _at++) _line += EndsLine(_at) ? 1 : 0;
        for (; _at > at; _at--) _line -= EndsLine(_at - 1) ? 1 : 0;
        return _line;
    }

    /// <summary>The column of a position, from 1.</summary>
    public int ColumnOf(int at)
    {
        var start = at;
        while (start > 0 && !EndsLine(start - 1)) start--;
        return at - start + 1;
    }

    bool EndsLine(int at) => text[at] == '\n' || (text[at] == '\r' && (at + 1 == text.Length || text[at + 1] != '\n'));
}
