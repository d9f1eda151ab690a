namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-Delimiter</c> with what lists use.</summary>
public sealed class DelimiterCompleter : ValueCompleter
{
    private protected override IReadOnlyList<KeyValuePair<string, string>> Values { get; } =
    [
        new(",", "Comma"),
        new(";", "Semicolon, as Excel writes in many countries"),
        new("\t", "Tab"),
        new("|", "Bar"),
    ];
}
