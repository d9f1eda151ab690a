namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-ChainDepth</c>.</summary>
public sealed class ChainDepthCompleter : ValueCompleter
{
    private protected override IReadOnlyList<KeyValuePair<string, string>> Values { get; } =
    [
        new("1", "Only the device certificate"),
        new("2", "The device certificate and its issuer"),
        new("3", "Three certificates at most"),
        new("4", "Four certificates at most"),
        new("5", "Five certificates at most: what a device can store"),
    ];
}
