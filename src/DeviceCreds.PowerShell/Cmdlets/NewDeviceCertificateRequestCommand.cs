using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes a certificate signing request for a device's key.</summary>
[Cmdlet(VerbsCommon.New, "DeviceCertificateRequest")]
[OutputType(typeof(DeviceCertificateRequest))]
public sealed class NewDeviceCertificateRequestCommand : DeviceCredsCmdlet
{
    /// <summary>The device's endpoint name; becomes the CN.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [AllowEmptyString]
    [EndpointNameTransformation]
    public string EndpointName { get; set; } = "";

    /// <summary>The account ID; becomes the OU.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("aid")]
    public string? AccountId { get; set; }

    /// <summary>The device's key; by default a new one.</summary>
    [Parameter]
    public DeviceKey? Key { get; set; }

    /// <summary>The row as it came; an error names it as its target.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Try(InputObject ?? (object)EndpointName, () =>
    {
        if (string.IsNullOrEmpty(EndpointName)) EndpointNameTransformationAttribute.EnsureColumn(InputObject);
        WriteObject(DeviceCertificateRequest.Create(EndpointName, string.IsNullOrEmpty(AccountId) ? null : AccountId, Key));
    });
}
