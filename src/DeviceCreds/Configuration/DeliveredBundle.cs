namespace DeviceCreds;

/// <summary>
/// What a bundle that was read says beyond its configuration. With it the device's verdict on this bundle can be
/// predicted; an export of the same configuration would add what is missing.
/// </summary>
internal sealed record DeliveredBundle
{
    /// <summary>The kind of credential: the bundle's mode, or the other kind, which the bundle also has.</summary>
    public required CredentialKind Kind { get; init; }

    /// <summary>Whether the bundle itself states the mode (mbed.UseBootstrap).</summary>
    public required bool NamesMode { get; init; }

    /// <summary>The time to which it sets the device's clock; null when it does not.</summary>
    public required DateTimeOffset? CurrentTime { get; init; }

    /// <summary>Whether the device certificate names a private key (PrKN): then the device made that key itself.</summary>
    public required bool NamesPrivateKey { get; init; }

    /// <summary>The device certificate and those stored with it, in the bundle's order.</summary>
    public required IReadOnlyList<DeviceCertificate> Chain { get; init; }
}
