namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-MatchingType</c> with the values of LwM2M 1.1.</summary>
public sealed class MatchingTypeCompleter : ValueCompleter
{
    private protected override IReadOnlyList<KeyValuePair<string, string>> Values { get; } =
    [
        new("0", "The complete certificate of the server"),
        new("1", "Its SHA-256"),
        new("3", "Its SHA-512"),
    ];
}
