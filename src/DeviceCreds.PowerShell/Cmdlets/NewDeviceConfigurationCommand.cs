using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Puts together what a device is told besides its credential: from a file, a command line, and the rows of a list.</summary>
[Cmdlet(VerbsCommon.New, "DeviceConfiguration")]
[OutputType(typeof(DeviceConfiguration))]
public sealed class NewDeviceConfigurationCommand : RowCmdlet
{
    ConfigurationBuilder _file = new();
    readonly HashSet<string> _warnings = [];
    HashSet<string> _onCommandLine = [];

    /// <summary>A JSON, YAML or psd1 file with values for all devices.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The device; without it the configuration is for every device.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [AllowEmptyString]
    [AllowNull]
    [EndpointNameTransformation]
    public string? EndpointName { get; set; }

    /// <summary>The account's ID, where it is written apart from the server's URI.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("aid")]
    public string? AccountId { get; set; }

    /// <summary>The server's URI: coaps://host:port?aid=account.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(ServerUri))]
    public string? ServerUri { get; set; }

    /// <summary>The server's CA certificate: an object, a path, or PEM.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(ServerCertificate), IsPath = true)]
    [NoSecret]
    public DeviceCertificate? ServerCertificate { get; set; }

    /// <summary>The device belongs to whom claims it first; the URI then names no account.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(FirstToClaim))]
    [NoSecret]
    public SwitchParameter FirstToClaim { get; set; }

    /// <summary>The manufacturer.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Manufacturer { get; set; }

    /// <summary>The model number.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ModelNumber { get; set; }

    /// <summary>The device's own serial number.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? SerialNumber { get; set; }

    /// <summary>The type of device.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? DeviceType { get; set; }

    /// <summary>The version of the hardware.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? HardwareVersion { get; set; }

    /// <summary>The device's memory in KB.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(MemoryTotalKB))]
    [NoSecret]
    public long? MemoryTotalKB { get; set; }

    /// <summary>The time to set the device's clock to; by default the moment of the export.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(CurrentTime))]
    [NoSecret]
    public DateTimeOffset? CurrentTime { get; set; }

    /// <summary>A name of the tz database.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    public string? Timezone { get; set; }

    /// <summary>The offset from UTC: +hh:mm or -hh:mm.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(UtcOffsetCompleter))]
    public string? UtcOffset { get; set; }

    /// <summary>The firmware's class: 16 bytes in hexadecimal, or a GUID.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(ClassId))]
    [NoSecret]
    public byte[]? ClassId { get; set; }

    /// <summary>The vendor: 16 bytes in hexadecimal, or a GUID.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(VendorId))]
    [NoSecret]
    public byte[]? VendorId { get; set; }

    /// <summary>The certificate that firmware updates are signed with: an object, a path, or PEM.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(UpdateCertificate), IsPath = true)]
    [NoSecret]
    public DeviceCertificate? UpdateCertificate { get; set; }

    /// <summary>Further parameters: names with texts, 64-bit integers or bytes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NoSecret]
    public Hashtable? CustomParameter { get; set; }

    /// <summary>Certificates and chains of your own: names with certificates, or paths of files with one or several.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NoSecret]
    public Hashtable? CustomCertificate { get; set; }

    /// <summary>Keys of your own: names with keys, or paths of their files.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CustomKeyTransformation]
    public Hashtable? CustomKey { get; set; }

    /// <summary>48 bytes of entropy in hexadecimal.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(Entropy))]
    [NoSecret]
    public byte[]? Entropy { get; set; }

    /// <summary>The root of trust: 16 bytes in hexadecimal.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(RootOfTrust))]
    [NoSecret]
    public byte[]? RootOfTrust { get; set; }

    /// <summary>The device does not verify what it is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(SkipVerify))]
    [NoSecret]
    public SwitchParameter SkipVerify { get; set; }

    /// <summary>The device closes its factory flow for good.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(Disable))]
    [NoSecret]
    public SwitchParameter Disable { get; set; }

    /// <summary>The factory session that the bundle is part of.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? SessionId { get; set; }

    /// <summary>More bundles follow in the session.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(KeepSession))]
    [NoSecret]
    public SwitchParameter KeepSession { get; set; }

    /// <summary>LwM2M: the short server ID.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(ShortServerId))]
    [NoSecret]
    public long? ShortServerId { get; set; }

    /// <summary>LwM2M: the registration's lifetime in seconds.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(Lifetime))]
    [NoSecret]
    public long? Lifetime { get; set; }

    /// <summary>LwM2M: the binding mode.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Binding { get; set; }

    /// <summary>LwM2M: whether notifications are kept while the device or the server is away; by default they are.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(StoreNotifications))]
    [NoSecret]
    public bool? StoreNotifications { get; set; }

    /// <summary>LwM2M, bootstrap: seconds to wait before the device asks for its bootstrap.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(HoldOffTime))]
    [NoSecret]
    public long? HoldOffTime { get; set; }

    /// <summary>LwM2M, bootstrap: seconds after which the device forgets the account.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(BootstrapTimeout))]
    [NoSecret]
    public long? BootstrapTimeout { get; set; }

    /// <summary>LwM2M 1.1: what of the server's certificate the device is given: 0 all of it, 1 its SHA-256, 3 its SHA-512.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(MatchingType))]
    [NoSecret]
    public long? MatchingType { get; set; }

    /// <summary>LwM2M 1.1: the host name to find in the server's certificate, where the URI has an IP address.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ServerName { get; set; }

    /// <summary>LwM2M 1.1: how the server's certificate is used, 0 to 3; by default as the certificate needs it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(CertificateUsage))]
    [NoSecret]
    public long? CertificateUsage { get; set; }

    /// <summary>LwM2M 1.1: the TLS cipher suites to offer, by their IANA numbers.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(CipherSuite))]
    [NoSecret]
    public int[]? CipherSuite { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _onCommandLine = [.. MyInvocation.BoundParameters.Keys];
        if (Path is null) return;
        _file = Require(Path, () =>
        {
            var file = InputFile.Read(ResolveLiteral(Path));
            var builder = new ConfigurationBuilder();
            if (DataFile.Recognises(file)) builder.Load(DataFile.Read(file), file.Path);
            else builder.Load(file);
            return builder;
        });
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => TryRow(EndpointName, () =>
    {
        // A row without a device would become the configuration of all devices.
        if (string.IsNullOrEmpty(EndpointName) && InputObject is not null) throw new IssuanceException("EndpointNameEmpty", ErrorKind.InvalidArgument, "The endpoint name is empty.", "Fill the cell, or remove the row.");

        var builder = _file.Copy();
        foreach (var (name, value) in Values()) builder.Set(name, value);
        var configuration = builder.Build();
        foreach (var warning in configuration.FindWarnings())
        {
            if (_warnings.Add(warning)) WriteWarning(warning);
        }

        WriteObject(configuration);
    }, Path);

    static Dictionary<string, object?>? Items(Hashtable? table, Func<object?, object?> convert) =>
        table?.Keys.Cast<object>().ToDictionary(k => k.ToString()!, k => convert(Unwrap(table[k])));

    // A relative path starts from PowerShell's current location.
    object? ResolveFile(object? value) => value switch
    {
        FileInfo file => file.FullName,
        string text => PathText.ForReading(SessionState.Path, text),
        object?[] list => list.Select(v => ResolveFile(Unwrap(v))).ToArray(),
        _ => value,
    };

    IEnumerable<(string, object?)> Values()
    {
        yield return (nameof(EndpointName), EndpointName);
        yield return (nameof(AccountId), AccountId);
        yield return (nameof(ServerUri), ServerUri);
        yield return (nameof(ServerCertificate), ServerCertificate);
        yield return (nameof(FirstToClaim), Switch(nameof(FirstToClaim), FirstToClaim));
        yield return (nameof(Manufacturer), Manufacturer);
        yield return (nameof(ModelNumber), ModelNumber);
        yield return (nameof(SerialNumber), SerialNumber);
        yield return (nameof(DeviceType), DeviceType);
        yield return (nameof(HardwareVersion), HardwareVersion);
        yield return (nameof(MemoryTotalKB), MemoryTotalKB);
        yield return (nameof(CurrentTime), CurrentTime);
        yield return (nameof(Timezone), Timezone);
        yield return (nameof(UtcOffset), UtcOffset);
        yield return (nameof(ClassId), ClassId);
        yield return (nameof(VendorId), VendorId);
        yield return (nameof(UpdateCertificate), UpdateCertificate);
        // A row first: what stands on the command line wins.
        foreach (var column in Row?.Properties ?? Enumerable.Empty<PSPropertyInfo>())
        {
            if (column.Name.IndexOf('.') >= 0 && Unwrap(column.Value) is { } value and not "") yield return (nameof(CustomParameter), new Hashtable { [column.Name] = value });
        }

        yield return (nameof(CustomParameter), Items(CustomParameter, value => value));
        yield return (nameof(CustomCertificate), Items(CustomCertificate, ResolveFile));
        yield return (nameof(CustomKey), Items(CustomKey, ResolveFile));
        yield return (nameof(Entropy), Entropy);
        yield return (nameof(RootOfTrust), RootOfTrust);
        yield return (nameof(SkipVerify), Switch(nameof(SkipVerify), SkipVerify));
        yield return (nameof(Disable), Switch(nameof(Disable), Disable));
        yield return (nameof(SessionId), SessionId);
        yield return (nameof(KeepSession), Switch(nameof(KeepSession), KeepSession));
        yield return (nameof(ShortServerId), ShortServerId);
        yield return (nameof(Lifetime), Lifetime);
        yield return (nameof(Binding), Binding);
        yield return (nameof(StoreNotifications), StoreNotifications);
        yield return (nameof(HoldOffTime), HoldOffTime);
        yield return (nameof(BootstrapTimeout), BootstrapTimeout);
        yield return (nameof(MatchingType), MatchingType);
        yield return (nameof(ServerName), ServerName);
        yield return (nameof(CertificateUsage), CertificateUsage);
        yield return (nameof(CipherSuite), CipherSuite);
    }

    // A text is its own endpoint name; only an object has columns. Those with a dot in their names are custom parameters.
    PSObject? Row => InputObject is { BaseObject: not string } row ? row : null;

    // A switch that was not given and an empty cell leave to the file what it says.
    object? Switch(string name, SwitchParameter value) =>
        _onCommandLine.Contains(name) || (Row?.Properties[name]?.Value is { } cell && Unwrap(cell) is not "") ? value.IsPresent : null;

    static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
