namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-Format</c> with the formats of credentials.</summary>
public sealed class FormatCompleter : ValueCompleter
{
    private protected override IReadOnlyList<KeyValuePair<string, string>> Values => CredentialFormats.Descriptions;
}
