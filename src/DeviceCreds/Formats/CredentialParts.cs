namespace DeviceCreds;

/// <summary>The contents of one device's files, before they become credentials.</summary>
internal sealed class CredentialParts
{
    readonly Dictionary<CredentialKind, DeviceConfiguration> _configurations = [];

    /// <summary>Certificates of devices, and those above them.</summary>
    public List<DeviceCertificate> Certificates { get; } = [];

    /// <summary>Private keys, each with the file that held it.</summary>
    public List<(DeviceKey Key, string? Path)> Keys { get; } = [];

    /// <summary>The kinds that the files name for device certificates; a file's name or an account ID tells otherwise.</summary>
    public Dictionary<DeviceCertificate, CredentialKind> Kinds { get; } = [];

    /// <summary>
    /// The chains and keys that a file states, by the device certificate; others are found by names, signatures and public
    /// keys.
    /// </summary>
    public Dictionary<DeviceCertificate, StatedChain> Chains { get; } = [];

    /// <summary>Self-signed certificates that a developer's file holds.</summary>
    public HashSet<DeviceCertificate> ForDevelopment { get; } = [];

    /// <summary>The device's configuration, when a file holds one.</summary>
    public DeviceConfiguration? Configuration { get; set; }

    /// <summary>The configuration of that kind of credential; null when no file has one.</summary>
    public DeviceConfiguration? ConfigurationOf(CredentialKind kind)
    {
        if (!_configurations.TryGetValue(kind, out var own)) return Configuration;
        return Configuration is { } shared ? ConfigurationField.Overlay(shared, own) : own;
    }

    /// <summary>Adds to the configuration of one kind: a device may have one account of each kind, each with its own server.</summary>
    public void Configure(CredentialKind kind, Func<DeviceConfiguration, DeviceConfiguration> add) =>
        _configurations[kind] = add(_configurations.TryGetValue(kind, out var known) ? known : new DeviceConfiguration());
}
