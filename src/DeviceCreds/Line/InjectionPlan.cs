namespace DeviceCreds;

/// <summary>What one device is sent.</summary>
/// <param name="identity">The device.</param>
/// <param name="kind">Which service its credential opens.</param>
internal abstract class InjectionPlan(DeviceIdentity identity, CredentialKind kind)
{
    public DeviceIdentity Identity { get; } = identity;

    public CredentialKind Kind { get; } = kind;

    /// <summary>The credential; null until there is one.</summary>
    public abstract DeviceCredential? Credential { get; }

    /// <summary>Tests what will be sent, as the device will test it.</summary>
    /// <param name="run">The run.</param>
    /// <returns>What the device refuses, in a sentence; null when it accepts everything.</returns>
    /// <exception cref="DeviceCredsException">It cannot be tested.</exception>
    public abstract string? FindRefusal(InjectionRun run);

    /// <summary>Sends it.</summary>
    /// <exception cref="DeviceCredsException">The device did not accept it.</exception>
    public abstract Task SendAsync(DeviceDialogue dialogue, InjectionRun run);

    /// <summary>Why a device will refuse, from a credential's report; null when it passes.</summary>
    protected static string? Refusal(IEnumerable<DeviceCertificateCheck> failed) =>
        string.Join(" ", failed.Select(c => $"{c.Id}: {c.Message}")) is { Length: > 0 } text ? text : null;
}
