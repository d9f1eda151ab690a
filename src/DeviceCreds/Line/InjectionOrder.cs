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

    /// <summary>The other columns of the device's row.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = DeviceIdentity.NoColumns;

    /// <summary>What the caller wants to find again.</summary>
    public object? Tag { get; init; }

    internal InjectionPlan Plan { get; }

    /// <summary>A device that gets a credential.</summary>
    public static InjectionOrder Of(DeviceCredential credential, DeviceAddress address) => new(new CredentialPlan(credential), address);

    /// <summary>A device that makes its own key, and gets a certificate for it.</summary>
    /// <param name="identity">The device.</param>
    /// <param name="kind">Which service its credential opens.</param>
    /// <param name="issuer">Signs the device's request; of the same kind.</param>
    /// <param name="issued">Told of the certificate before it is sent, so that it can be recorded.</param>
    /// <param name="address">Where the device is reached.</param>
    public static InjectionOrder WithKeyOnDevice(DeviceIdentity identity, CredentialKind kind, CredentialIssuer issuer, Action<DeviceCredential> issued, DeviceAddress address) =>
        new(new DeviceKeyPlan(identity, kind, issuer, issued), address);
}
