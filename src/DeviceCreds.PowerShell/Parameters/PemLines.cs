namespace DeviceCreds.PowerShell;

/// <summary>
/// Joins PEM that comes line by line, as Get-Content gives it: everything from the first BEGIN line to the
/// last END line is one text. Other texts are passed on.
/// </summary>
sealed class PemLines
{
    const string Begin = "-----BEGIN ";
    const string End = "-----END ";

    readonly List<string> _lines = [];

    /// <summary>Whether a BEGIN line came, and its END line did not yet.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The texts that are complete by now, in order.</summary>
    public IEnumerable<string> Add(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            if (Take(text))
            {
                _lines.Add(text);
                continue;
            }

            if (TakeRest() is { } whole) yield return whole;
            yield return text;
        }
    }

    /// <summary>Whether a text is a line of PEM, by itself or because of the lines before it.</summary>
    public bool Take(string text)
    {
        if (!IsOpen && !IsBeginLine(text)) return false;
        IsOpen = IsBeginLine(text) || !text.Contains(End);
        return true;
    }

    /// <summary>The lines that are left at the end; null when there are none.</summary>
    public string? TakeRest()
    {
        if (_lines.Count == 0) return null;
        var whole = string.Join("\n", _lines);
        _lines.Clear();
        IsOpen = false;
        return whole;
    }

    // Begins a block that does not end in the same text.
    static bool IsBeginLine(string text) =>
        text.LastIndexOf(Begin, StringComparison.Ordinal) > text.LastIndexOf(End, StringComparison.Ordinal);
}
