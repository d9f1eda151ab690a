namespace DeviceCreds;

/// <summary>
/// Notices that devices get the same entropy or root of trust: each needs its own, since its keys are made or protected with them.
/// </summary>
public sealed class SharedSecrets
{
    DeviceConfiguration? _last;
    bool _isTold;

    /// <summary>The warning about a configuration of all devices that has such a value; null for none.</summary>
    public static string? Find(DeviceConfiguration configuration) =>
        configuration.EndpointName is null ? Warning(configuration.Entropy is not null, configuration.RootOfTrust is not null) : null;

    /// <summary>The warning about a device that gets such a value of the device before it; null for none, and after the first.</summary>
    public string? Next(DeviceConfiguration device)
    {
        var last = _last;
        _last = device;
        if (_isTold || last is null || last.EndpointName == device.EndpointName) return null;
        var warning = Warning(AreSame(last.Entropy, device.Entropy), AreSame(last.RootOfTrust, device.RootOfTrust));
        _isTold = warning is not null;
        return warning;
    }

    static bool AreSame(byte[]? one, byte[]? other) => one is not null && other is not null && ConfigurationField.AreEqual(one, other);

    static string? Warning(bool entropy, bool rootOfTrust) => (entropy, rootOfTrust) switch
    {
        (false, false) => null,
        (true, false) => Warning(nameof(DeviceConfiguration.Entropy)),
        (false, true) => Warning(nameof(DeviceConfiguration.RootOfTrust)),
        _ => Warning($"{nameof(DeviceConfiguration.Entropy)} and {nameof(DeviceConfiguration.RootOfTrust)}"),
    };

    static string Warning(string what) =>
        $"{what}: all devices with this configuration get the same value, so anyone who knows one device's knows the others'. "
        + "Give each device its own, in a column of its row.";
}
