namespace DeviceCreds;

/// <summary>Texts in CSV files that people open with a spreadsheet, which must not run them.</summary>
internal static class CsvCell
{
    const string Signs = "=+-@|%＝＋－＠";

    /// <summary>Whether a spreadsheet may read the text as a formula.</summary>
    public static bool IsFormula(string text)
    {
        // Spreadsheets ignore leading spaces, and accept the wide forms of these signs.
        var start = text.TrimStart();
        return text.Length > 0 && (start.Length == 0 || Signs.IndexOf(start[0]) >= 0 || char.IsControl(text[0]));
    }

    /// <summary>The text as a spreadsheet shows it: one that begins like a formula gets an apostrophe before it.</summary>
    public static string Guard(string text) => IsFormula(text.TrimStart('\'')) ? "'" + text : text;

    /// <summary>The text before <see cref="Guard"/>.</summary>
    public static string Unguard(string text) =>
        text.StartsWith("'", StringComparison.Ordinal) && IsFormula(text.TrimStart('\'')) ? text.Substring(1) : text;

    /// <summary>The text in quotes.</summary>
    public static string Quote(string text) => $"\"{text.Replace("\"", "\"\"")}\"";
}
