using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Writes, for each device, the bundle that asks it to make its key and to return a certificate signing request.</summary>
[Cmdlet(VerbsData.Export, "DeviceKeyRequest", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportDeviceKeyRequestCommand : RowCmdlet
{
    string _folder = "";

    /// <summary>The device's endpoint name; becomes the CN of its request.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [AllowEmptyString]
    [EndpointNameTransformation]
    public string EndpointName { get; set; } = "";

    /// <summary>The folder that gets a folder a device.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>Which service the credential shall open.</summary>
    [Parameter]
    [NoSecret]
    public CredentialKind Kind { get; set; } = CredentialKind.Bootstrap;

    /// <summary>The account ID; becomes the OU of its request. LwM2M needs it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("aid")]
    public string? AccountId { get; set; }

    /// <summary>The LwM2M server's URI, whose query names the account.</summary>
    [Parameter]
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

    /// <inheritdoc/>
    protected override void BeginProcessing() => _folder = Require(Path, () => ResolveNew(Path));

    /// <inheritdoc/>
    protected override void ProcessRecord() => TryRow(EndpointName, () =>
    {
        var request = new DeviceKeyRequest(EndpointName, Kind)
        {
            AccountId = Kind == CredentialKind.Lwm2m ? AccountIds.Resolve(AccountId, ServerUri) : null,
            SessionId = string.IsNullOrEmpty(SessionId) ? null : SessionId,
            Entropy = Entropy,
            RootOfTrust = RootOfTrust,
        };
        if (ShouldProcess(request.FolderIn(_folder), $"Write key request of '{EndpointName}'")) WriteFile(request.Write(_folder, Force));
    });
}
