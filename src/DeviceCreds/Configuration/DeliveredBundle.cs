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

    /// <summary>The private key that the device certificate names (PrKN); null when it names no key. A key that the bundle
    /// lacks was made by the device itself.</summary>
    public required string? PrivateKeyName { get; init; }

    /// <summary>The device certificate and those stored with it, in the bundle's order.</summary>
    public required IReadOnlyList<DeviceCertificate> Chain { get; init; }
}
