using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes a device's configuration from a file, a command line, and the rows of a list.</summary>
[Cmdlet(VerbsCommon.New, "DeviceConfiguration")]
[OutputType(typeof(DeviceConfiguration))]
public sealed class NewDeviceConfigurationCommand : FleetCmdlet
{
    ConfigurationBuilder _file = new();
    readonly HashSet<string> _warnings = [];
    readonly EndpointNames _names = new();
    readonly SharedSecrets _shared = new();
    Dictionary<string, object?> _given = [];
    RowInput _rows = null!;

    /// <summary>A JSON, YAML or psd1 file with values for all devices.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The row as it came; an error names it as its target.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

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
    [ConfigurationField(nameof(ServerCertificate))]
    [NoSecret]
    public DeviceCertificate? ServerCertificate { get; set; }

    /// <summary>The device belongs to the customer who claims it first; the URI then names no account.</summary>
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
    [ConfigurationField(nameof(UpdateCertificate))]
    [NoSecret]
    public DeviceCertificate? UpdateCertificate { get; set; }

    /// <summary>Further parameters: names with texts, 64-bit integers or bytes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NoSecret(TakesTable = true)]
    public Hashtable? CustomParameter { get; set; }

    /// <summary>Certificates and chains of your own: names with certificates, or paths of files with one or several.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NoSecret(TakesTable = true)]
    public Hashtable? CustomCertificate { get; set; }

    /// <summary>Keys of your own: names with keys, or paths of their files.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [CustomKeyTransformation]
    public Hashtable? CustomKey { get; set; }

    /// <summary>48 bytes of entropy in hexadecimal.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(Entropy))]
    public byte[]? Entropy { get; set; }

    /// <summary>The root of trust: 16 bytes in hexadecimal.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(RootOfTrust))]
    public byte[]? RootOfTrust { get; set; }

    /// <summary>The device does not verify the bundle.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(SkipVerify))]
    [NoSecret]
    public SwitchParameter SkipVerify { get; set; }

    /// <summary>The device closes its factory flow permanently.</summary>
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
    [ArgumentCompleter(typeof(BindingCompleter))]
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

    /// <summary>LwM2M 1.1: what the device gets of the server's certificate: 0 all of it, 1 its SHA-256, 3 its SHA-512.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(MatchingType))]
    [ArgumentCompleter(typeof(MatchingTypeCompleter))]
    [NoSecret]
    public long? MatchingType { get; set; }

    /// <summary>LwM2M 1.1: the host name to find in the server's certificate, where the URI has an IP address.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ServerName { get; set; }

    /// <summary>LwM2M 1.1: how the server's certificate is used, 0 to 3; by default to fit the certificate.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(CertificateUsage))]
    [ArgumentCompleter(typeof(CertificateUsageCompleter))]
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
        base.BeginProcessing();
        _rows = new RowInput(this);
        _given = ConfigurationBuilder.Fields.Where(_rows.IsGiven).ToDictionary(f => f, f => (object?)MyInvocation.BoundParameters[f]);
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
    protected override void ProcessRecord()
    {
        var row = _rows.Next(InputObject, Path ?? EndpointName);
        TryRow(row, () =>
        {
            // It has lost its certificates and keys.
            if (Remote.Is(InputObject, nameof(DeviceConfiguration)))
                throw new InputException("InputNotExpected", ErrorKind.InvalidArgument,
                    "expected a row or a configuration, found a configuration of another process.",
                    "Make it here, from the row or the file that it was made from.");
            var builder = _file.Copy();
            var read = _rows.Read(row, InputObject);
            if (InputObject?.BaseObject is DeviceConfiguration before) builder.Load(before);
            CheckName(read);
            if (read is not null) Take(builder, read);
            foreach (var field in _given) Set(builder, field.Key, field.Value);
            Write(builder.Build());
        });
    }

    // Without a name, a row or an empty variable would become the configuration of all devices.
    void CheckName(DeviceRow? read)
    {
        var isGiven = _rows.IsGiven(nameof(EndpointName));
        if (!isGiven && read is null && !MyInvocation.ExpectingInput) return;
        if (string.IsNullOrEmpty(read is null || isGiven ? EndpointName : read.EndpointName))
            throw new IssuanceException("EndpointNameEmpty", ErrorKind.InvalidArgument, "The endpoint name is empty.",
                "Fill the cell or the variable, or remove the row. Leave out -EndpointName for the configuration of all devices.");
    }

    void Write(DeviceConfiguration configuration)
    {
        // Two rows of a device contradict each other; it may have several credentials, or entries of a ledger.
        var isOurs = Remote.IsOurs(InputObject) || InputObject?.BaseObject.GetType().Assembly == typeof(DeviceIdentity).Assembly;
        if (configuration.EndpointName is { } name && !isOurs) _names.Add(name);
        foreach (var warning in configuration.FindWarnings().Where(_warnings.Add)) WriteWarning(warning);
        if (_shared.Next(configuration) is { } shared) WriteWarning(shared);
        WriteObject(configuration);
    }

    // The row first: values on the command line override it.
    void Take(ConfigurationBuilder builder, DeviceRow row)
    {
        foreach (var field in ConfigurationBuilder.Fields.Where(f => !_given.ContainsKey(f)))
        {
            Set(builder, field, field switch
            {
                nameof(EndpointName) => row.EndpointName,
                nameof(AccountId) => row.AccountId,
                _ => row.FindField(field),
            });
        }

        // Columns with a dot in their names are custom parameters.
        foreach (var column in row.Columns.GetNames().Where(name => name.IndexOf('.') >= 0))
        {
            if (row.Find(column) is not (null or "" or DBNull) and var value)
                Set(builder, nameof(CustomParameter), new Hashtable { [column] = value });
        }
    }

    void Set(ConfigurationBuilder builder, string field, object? value)
    {
        if (field == nameof(CustomParameter) && RowReader.Unwrap(value) is IDictionary table
            && NoSecretAttribute.FindKey(table) is { } name)
            throw new InputException("ConfigurationValueInvalid", ErrorKind.InvalidArgument,
                $"The custom parameter '{name}' looks like a key or a password and is not shown.",
                "Give a private key as -CustomKey: it stays out of tables and logs.");
        builder.Set(field, value is DBNull ? null : ConfigurationFieldAttribute.Prepare(SessionState, field, value));
    }
}
