namespace DeviceCreds.PowerShell;

/// <summary>Completes <c>-Binding</c> with the binding modes of LwM2M.</summary>
public sealed class BindingCompleter : ValueCompleter
{
    private protected override IReadOnlyList<KeyValuePair<string, string>> Values { get; } =
    [
        new("U", "UDP"),
        new("UQ", "UDP with queue mode (LwM2M 1.0)"),
        new("S", "SMS"),
        new("SQ", "SMS with queue mode (LwM2M 1.0)"),
        new("US", "UDP and SMS"),
        new("UQS", "UDP with queue mode, and SMS (LwM2M 1.0)"),
        new("T", "TCP (LwM2M 1.1)"),
        new("N", "Non-IP (LwM2M 1.1)"),
    ];
}
