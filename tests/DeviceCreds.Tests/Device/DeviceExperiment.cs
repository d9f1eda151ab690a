namespace DeviceCreds.Tests;

/// <summary>One kind of input to a device, and the rule that looks at it.</summary>
/// <param name="Place">Where in the bundle: "device", "server CA", "update certificate", "custom certificate", "configuration", "key" or "chain".</param>
/// <param name="Kind">What is special, in words.</param>
/// <param name="Rules">The ids of the rules that speak of it.</param>
/// <param name="Bundle">Makes the bundle.</param>
sealed record DeviceExperiment(string Place, string Kind, IReadOnlyList<string> Rules, Func<DeviceBundle> Bundle)
{
    public string Title => $"{Place}: {Kind}";

    public override string ToString() => Title;
}
