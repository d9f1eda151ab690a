namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-Format</c> with the formats of reports.</summary>
public sealed class ReportFormatCompleter : ValueCompleter
{
    private protected override IReadOnlyList<KeyValuePair<string, string>> Values => ReportFormats.Descriptions;
}
