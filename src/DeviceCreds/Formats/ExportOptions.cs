namespace DeviceCreds;

/// <summary>What an export may choose.</summary>
public sealed record ExportOptions
{
    readonly IReadOnlyList<DeviceConfiguration> _configurations = [];
    readonly ILookup<string?, DeviceConfiguration> _configurationsByName = ByName([]);

    /// <summary>How many certificates of the chain are written at most; 0 for all.</summary>
    public int ChainDepth { get; init; }

    /// <summary>Whether a self-signed root is left out of the chain.</summary>
    public bool ExcludeRoot { get; init; }

    /// <summary>The structure around private keys.</summary>
    public KeyEncoding KeyEncoding { get; init; } = KeyEncoding.Sec1;

    /// <summary>When given, private keys are encrypted with it.</summary>
    public char[]? Password { get; init; }

    /// <summary>Whether private keys are left out.</summary>
    public bool NoPrivateKey { get; init; }

    /// <summary>
    /// Whether LwM2M objects hold the certificate with its chain as PEM instead of the device's certificate alone as DER:
    /// some clients send it like this, others accept only DER.
    /// </summary>
    public bool CertificateBundle { get; init; }

    /// <summary>What the names in C headers begin with; null for the kind's own.</summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// The devices' configurations, for the formats that carry them: an entry for a device by its
    /// endpoint name, and one without an endpoint name for all others. Two that differ are an error of their devices.
    /// </summary>
    public IReadOnlyList<DeviceConfiguration> Configurations
    {
        get => _configurations;
        init
        {
            _configurations = value;
            // A fleet may have one for each device.
            _configurationsByName = ByName(value);
        }
    }

    /// <summary>The time that the entries of an archive get.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets warnings, each a sentence, and each only once per export.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>The devices that were exported with these options, for services that ignore case.</summary>
    internal CaselessNames Names { get; } = new();

    /// <summary>The configuration of one device; null when there is none for it.</summary>
    internal DeviceConfiguration? ConfigurationOf(DeviceCredential credential) =>
        ConfigurationOf(credential.EndpointName) ?? credential.Configuration;

    /// <summary>The configuration that these options have for a device; null when they have none.</summary>
    /// <exception cref="InputException">There are several that differ.</exception>
    public DeviceConfiguration? ConfigurationOf(string endpointName)
    {
        var configurations = ConfigurationsOf(endpointName);
        // Of a device with credentials of both kinds, that of the LwM2M credential has the account ID.
        var first = configurations.FirstOrDefault(c => c.AccountId is not null) ?? configurations.FirstOrDefault();
        return configurations.FirstOrDefault(c => !AreEqual(c, first!)) is { } other ? throw Ambiguous(first!, other) : first;
    }

    static bool AreEqual(DeviceConfiguration one, DeviceConfiguration other) =>
        one.Equals(one.AccountId is null && other.AccountId is not null ? other with { AccountId = null } : other);

    /// <summary>The configurations of a device, the same object each time.</summary>
    internal IEnumerable<DeviceConfiguration> ConfigurationsOf(string endpointName) =>
        _configurationsByName[_configurationsByName.Contains(endpointName) ? endpointName : null];

    static ILookup<string?, DeviceConfiguration> ByName(IReadOnlyList<DeviceConfiguration> configurations) =>
        configurations.ToLookup(c => c.EndpointName, StringComparer.Ordinal);

    // No value is shown: it may be a secret.
    static InputException Ambiguous(DeviceConfiguration first, DeviceConfiguration other)
    {
        var whose = first.EndpointName is { } name ? $"'{SubjectText.Shorten(name)}'" : "all devices";
        var field = ConfigurationField.All.First(f => !ConfigurationField.AreEqual(f.Get(first), f.Get(other)));
        return new InputException("ConfigurationAmbiguous", ErrorKind.Conflict,
            $"expected one configuration for {whose}, found two that differ in {field.Name}.",
            "Give one of them. Two rows of a list may name this device.");
    }

    /// <exception cref="InputException">There is no configuration for the device.</exception>
    internal DeviceConfiguration RequireConfiguration(DeviceCredential credential, string format) => ConfigurationOf(credential)
        ?? throw new InputException("ConfigurationMissing", ErrorKind.InvalidArgument,
            $"The format {format} needs the configuration of '{SubjectText.Shorten(credential.EndpointName)}'.",
            "Give -Configuration (New-DeviceConfiguration).");

    /// <summary>The certificates that the device stores as its own: as in the bundle that was read, or as the options say.</summary>
    internal IReadOnlyList<DeviceCertificate> ChainOf(DeviceCredential credential, DeviceConfiguration configuration)
    {
        if (DeliveredOf(credential, configuration) is { } delivered && ChainDepth == 0 && !ExcludeRoot) return delivered.Chain;
        return credential.HasChain ? credential.Chain.Select(ChainDepth, ExcludeRoot) : [credential.Leaf];
    }

    /// <summary>The bundle that this credential and configuration were read from; null when there was none.</summary>
    internal static DeliveredBundle? DeliveredOf(DeviceCredential credential, DeviceConfiguration configuration) =>
        configuration.Delivered is { } delivered && delivered.Kind == credential.Kind
            && ReferenceEquals(configuration, credential.Configuration)
                ? delivered
                : null;

    /// <summary>The private key, for a format that needs it.</summary>
    /// <exception cref="InputException">There is none, or it may not be written.</exception>
    internal DeviceKey RequireKey(DeviceCredential credential, string format) => NoPrivateKey || credential.PrivateKey is not { } key
        ? throw new InputException("PrivateKeyMissing", ErrorKind.InvalidArgument,
            $"The format {format} holds the private key, "
            + $"and that of '{SubjectText.Shorten(credential.EndpointName)}' is not here.",
            "A device that made its own key gets only the certificate: use Pem or Der.")
        : key;

    /// <summary>Warns of what a configuration gives and a format cannot hold.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="fields">What the format cannot hold.</param>
    /// <param name="format">The format's name.</param>
    /// <param name="reason">Why, and what to do: the end of the sentence.</param>
    internal void WarnOfLeftOut(
        DeviceConfiguration configuration, IEnumerable<ConfigurationField> fields, string format, string reason)
    {
        var names = fields.Where(f => f.IsGiven(configuration)).Select(f => f.Name).ToList();
        if (names.Count > 0) Warn?.Invoke($"The format {format} leaves out {string.Join(", ", names)}: {reason}");
    }

    /// <summary>Checks that names of C can begin with the prefix.</summary>
    /// <exception cref="InputException">They cannot.</exception>
    internal void CheckPrefix()
    {
        if (Prefix is { } prefix && !CSource.IsName(prefix))
            throw new InputException("PrefixInvalid", ErrorKind.InvalidArgument,
                $"-Prefix: expected a letter or '_', then letters, digits and '_', found '{SubjectText.Shorten(prefix)}'.",
                "Give a prefix such as factory_.");
    }

    /// <summary>Checks that a format can do what the password asks for.</summary>
    /// <exception cref="InputException">It cannot, or needs a password.</exception>
    internal void CheckPassword(ICredentialFormat format)
    {
        if (Password is null && format.Info.KeyForm == PrivateKeyForm.Encrypted)
            throw new InputException("PasswordMissing", ErrorKind.Authentication,
                $"The format {format.Info.Name} holds its private key encrypted, and no password was given.",
                "Give -Password (a SecureString).");
        if (Password is not null && format.Info.KeyForm == PrivateKeyForm.Plain)
            throw new InputException("PasswordNotPossible", ErrorKind.InvalidArgument,
                $"The format {format.Info.Name} holds its private key unencrypted: "
                + "the device has no password to open it with.",
                "Leave out -Password, and export the encrypted formats with a separate command.");
    }
}
