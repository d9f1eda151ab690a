namespace DeviceCreds;

/// <summary>One device to inject: what it is sent, and where it is reached.</summary>
public sealed class InjectionOrder
{
    InjectionOrder(InjectionPlan plan, DeviceAddress address) => (Plan, Address) = (plan, address);

    /// <summary>The device's endpoint name.</summary>
    public string EndpointName => Plan.Identity.EndpointName;

    /// <summary>Which service its credential opens.</summary>
    public CredentialKind Kind => Plan.Kind;

    /// <summary>Where it is reached.</summary>
    public DeviceAddress Address { get; }

    /// <summary>The device and its address, for a message.</summary>
    public string Title => $"'{SubjectText.Shorten(EndpointName)}' at {Address}";

    /// <summary>The caller's own data.</summary>
    public object? Tag { get; private init; }

    internal InjectionPlan Plan { get; }

    /// <summary>A device that gets a credential.</summary>
    /// <param name="credential">The credential.</param>
    /// <param name="address">Where the device is reached.</param>
    /// <param name="tag">The caller's own data.</param>
    public static InjectionOrder Of(DeviceCredential credential, DeviceAddress address, object? tag = null) =>
        new(new CredentialPlan(credential), address) { Tag = tag };

    /// <summary>A device that makes its own key, and gets a certificate for it.</summary>
    /// <param name="identity">The device.</param>
    /// <param name="kind">Which service its credential opens.</param>
    /// <param name="issuer">Signs the device's request; of the same kind.</param>
    /// <param name="issued">Gets the certificate before it is sent, so that it can be recorded.</param>
    /// <param name="address">Where the device is reached.</param>
    /// <param name="tag">The caller's own data.</param>
    public static InjectionOrder WithKeyOnDevice(
        DeviceIdentity identity, CredentialKind kind, CredentialIssuer issuer, Action<DeviceCredential> issued, DeviceAddress address,
            object? tag = null) =>
        new(new DeviceKeyPlan(identity, kind, issuer, issued), address) { Tag = tag };
}
