namespace DeviceCreds;

/// <summary>A value of a list and its place in the file.</summary>
/// <param name="Name">The column's name; empty where there are no columns.</param>
/// <param name="Value">Its text.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in the line, from 1.</param>
readonly record struct ListCell(string Name, string Value, int Line, int Column);
