using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Text;

namespace DeviceCreds.Shell;

/// <summary>Edits one line on a terminal: cursor keys, history, Tab.</summary>
sealed class LineEditor
{
    readonly List<string> history = [];
    readonly StringBuilder text = new();
    string prompt = "";
    int cursor;
    int row;
    int recalled;
    Completion? completion;
    int match;

    /// <summary>The line; null on Ctrl+D. Ctrl+C is an <see cref="OperationCanceledException"/>.</summary>
    /// <param name="label">What stands before the line.</param>
    /// <param name="complete">What Tab does.</param>
    /// <param name="remember">Whether the line can be recalled later.</param>
    internal string? Read(string label, Func<string, int, Completion>? complete = null, bool remember = false)
    {
        // Only the label's last line shares its row with the text.
        var head = label.LastIndexOf('\n') + 1;
        Terminal.Dialogue.Write(label[..head]);
        prompt = label[head..];
        text.Clear();
        (cursor, row, recalled, completion) = (0, 0, history.Count, null);

        Console.TreatControlCAsInput = true;
        try
        {
            Render();
            var line = ReadKeys(complete, remember);
            if (remember && !string.IsNullOrWhiteSpace(line) && (history.Count == 0 || history[^1] != line))
                history.Add(line);
            return line;
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }
    }

    string? ReadKeys(Func<string, int, Completion>? complete, bool remember)
    {
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key != ConsoleKey.Tab)
                completion = null;
            var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Finish();
                    return text.ToString();
                case ConsoleKey.C when control:
                    Finish();
                    throw new OperationCanceledException();
                case ConsoleKey.D when control && text.Length == 0:
                    Finish();
                    return null;
                case ConsoleKey.D when control:
                case ConsoleKey.Delete:
                    Remove(cursor, Next());
                    break;
                case ConsoleKey.Backspace:
                case ConsoleKey.H when control:
                    Remove(Previous(), cursor);
                    break;
                case ConsoleKey.W when control:
                    Remove(PreviousWord(), cursor);
                    break;
                case ConsoleKey.U when control:
                    Remove(0, cursor);
                    break;
                case ConsoleKey.K when control:
                    Remove(cursor, text.Length);
                    break;
                case ConsoleKey.Escape:
                    Replace("");
                    break;
                case ConsoleKey.LeftArrow:
                    cursor = control ? PreviousWord() : Previous();
                    break;
                case ConsoleKey.RightArrow:
                    cursor = control ? NextWord() : Next();
                    break;
                case ConsoleKey.Home:
                case ConsoleKey.A when control:
                    cursor = 0;
                    break;
                case ConsoleKey.End:
                case ConsoleKey.E when control:
                    cursor = text.Length;
                    break;
                case ConsoleKey.UpArrow when remember:
                    Recall(-1);
                    break;
                case ConsoleKey.DownArrow when remember:
                    Recall(+1);
                    break;
                case ConsoleKey.L when control:
                    Terminal.Dialogue.Write("\x1b[H\x1b[2J");
                    row = 0;
                    break;
                case ConsoleKey.Tab when complete is not null:
                    Complete(complete, key.Modifiers.HasFlag(ConsoleModifiers.Shift) ? -1 : +1);
                    break;
                default:
                    if (char.IsControl(key.KeyChar))
                        continue;
                    text.Insert(cursor++, key.KeyChar);
                    break;
            }

            // Pasted text is drawn once, at its end.
            if (!Console.KeyAvailable)
                Render();
        }
    }

    void Complete(Func<string, int, Completion> complete, int step)
    {
        if (completion is null)
        {
            completion = complete(text.ToString(), cursor);
            match = step > 0 ? -1 : completion.Matches.Count;
        }

        if (completion.Matches.Count == 0)
            return;
        match = (match + step + completion.Matches.Count) % completion.Matches.Count;
        text.Remove(completion.Start, completion.Length).Insert(completion.Start, completion.Matches[match]);
        // The next Tab replaces this match.
        completion = completion with { Length = completion.Matches[match].Length };
        cursor = completion.Start + completion.Length;
    }

    void Recall(int step)
    {
        recalled = Math.Clamp(recalled + step, 0, history.Count);
        Replace(recalled < history.Count ? history[recalled] : "");
    }

    void Replace(string line)
    {
        text.Clear().Append(line);
        cursor = text.Length;
    }

    void Remove(int start, int end)
    {
        text.Remove(start, end - start);
        cursor = start;
    }

    int Previous() => cursor == 0 ? 0 : cursor - (cursor > 1 && char.IsLowSurrogate(text[cursor - 1]) ? 2 : 1);

    int Next() => cursor == text.Length ? cursor : cursor + (cursor + 1 < text.Length && char.IsHighSurrogate(text[cursor]) ? 2 : 1);

    int PreviousWord()
    {
        var at = cursor;
        while (at > 0 && char.IsWhiteSpace(text[at - 1]))
            at--;
        while (at > 0 && !char.IsWhiteSpace(text[at - 1]))
            at--;
        return at;
    }

    int NextWord()
    {
        var at = cursor;
        while (at < text.Length && !char.IsWhiteSpace(text[at]))
            at++;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    void Finish()
    {
        cursor = text.Length;
        Render();
        Terminal.Dialogue.Write("\n");
    }

    // Everything is drawn again from the prompt's first column; asking the terminal where the cursor stands would be slow.
    void Render()
    {
        var line = text.ToString();
        var end = PositionAfter(line);
        var at = PositionAfter(line[..cursor]);
        var frame = new StringBuilder();
        if (row > 0)
            frame.Append($"\x1b[{row}A");
        frame.Append('\r').Append(prompt).Append(line);
        // A full last row leaves the cursor on it until something more is written.
        if (end is { Row: > 0, Column: 0 })
            frame.Append("\r\n");
        frame.Append("\x1b[J");
        if (end.Row > at.Row)
            frame.Append($"\x1b[{end.Row - at.Row}A");
        frame.Append('\r');
        if (at.Column > 0)
            frame.Append($"\x1b[{at.Column}C");
        row = at.Row;
        Terminal.Dialogue.Write(frame.ToString());
    }

    (int Row, int Column) PositionAfter(string typed)
    {
        var width = Math.Max(2, Terminal.Width);
        var (atRow, column) = (0, 0);
        foreach (var rune in (new StringDecorated(prompt).ToString(OutputRendering.PlainText) + typed).EnumerateRunes())
        {
            var cells = Terminal.Cells(rune);
            if (column + cells > width)
                (atRow, column) = (atRow + 1, 0);
            column += cells;
            if (column == width)
                (atRow, column) = (atRow + 1, 0);
        }

        return (atRow, column);
    }
}
