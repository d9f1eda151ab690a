namespace DeviceCreds;

/// <summary>A section of a report with a table, behind the summary; formats for other programs leave it out.</summary>
/// <param name="Id">A short name for links.</param>
/// <param name="Title">The heading.</param>
/// <param name="Text">What stands above the table.</param>
/// <param name="Header">The names of the columns.</param>
/// <param name="Rows">The rows; the first cell names the row.</param>
internal sealed record ReportTable(string Id, string Title, string Text, IReadOnlyList<string> Header,
    IReadOnlyList<IReadOnlyList<string>> Rows);
