using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Writes, for each device, the bundle that asks it to make its key and to return a certificate signing request.</summary>
[Cmdlet(VerbsData.Export, "DeviceKeyRequest", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportDeviceKeyRequestCommand : FleetCmdlet
{
    readonly SharedSecrets _shared = new();
    RowInput _rows = null!;

    /// <summary>The device's endpoint name; becomes the CN of its request.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The device's endpoint name, 1 to 64 characters.")]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [AllowEmptyString]
    [EndpointNameTransformation]
    public string EndpointName { get; set; } = "";

    /// <summary>The folder that gets one folder per device; a script block is evaluated for each.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The folder that gets one folder per device.")]
    public string Path { get; set; } = "";

    /// <summary>Which service the credential is for.</summary>
    [Parameter]
    [OneName]
    public CredentialKind Kind { get; set; } = CredentialKind.Bootstrap;

    /// <summary>The account ID; becomes the OU of its request. LwM2M needs it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("aid")]
    public string? AccountId { get; set; }

    /// <summary>The LwM2M server's URI, whose query names the account.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NoSecret]
    public Uri? ServerUri { get; set; }

    /// <summary>The session, which the device echoes; by default the endpoint name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? SessionId { get; set; }

    /// <summary>48 bytes of entropy in hexadecimal, for a device without a source of its own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(Entropy))]
    [NoSecret]
    public byte[]? Entropy { get; set; }

    /// <summary>The root of trust: 16 bytes in hexadecimal.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ConfigurationField(nameof(RootOfTrust))]
    [NoSecret]
    public byte[]? RootOfTrust { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Force { get; set; }

    /// <summary>The row as it came; an error names it as its target.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _rows = new RowInput(this);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var row = _rows.Next(InputObject, EndpointName);
        TryRow(row, () => Write(_rows.Read(row, InputObject)));
    }

    void Write(DeviceRow? row)
    {
        var request = new DeviceKeyRequest(row is null || _rows.IsGiven(nameof(EndpointName)) ? EndpointName : row.EndpointName, Kind)
        {
            AccountId = Kind == CredentialKind.Lwm2m ? AccountIdOf(row) : null,
            SessionId = (_rows.IsGiven(nameof(SessionId)) ? SessionId : row?.Text(nameof(SessionId))) is { Length: > 0 } session
                ? session : null,
            Entropy = BytesOf(row, nameof(Entropy), Entropy),
            RootOfTrust = BytesOf(row, nameof(RootOfTrust), RootOfTrust),
        };
        // A name that is refused may be a key: nothing shows it before.
        request.Check();
        if (_shared.Next(request.ToConfiguration()) is { } warning) WriteWarning(warning);
        var path = ResolveNew(Path);
        var folder = request.FolderIn(path);
        if (MayChange(folder, $"Write key request of '{request.EndpointName}'")) WriteOnce(folder, () => [request.Write(path, Force)]);
    }

    string? AccountIdOf(DeviceRow? row) =>
        AccountIds.Resolve(row, _rows.IsGiven(nameof(AccountId)) ? AccountId : null, _rows.IsGiven(nameof(ServerUri)) ? ServerUri : null);

    byte[]? BytesOf(DeviceRow? row, string field, byte[]? given) =>
        _rows.IsGiven(field) ? given : (byte[]?)ConfigurationBuilder.Convert(field, row?.FindField(field));
}
