using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes a certificate signing request for a device's key.</summary>
[Cmdlet(VerbsCommon.New, "DeviceCertificateRequest")]
[OutputType(typeof(DeviceCertificateRequest))]
public sealed class NewDeviceCertificateRequestCommand : RowCmdlet
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
    [PemTransformation]
    [KeyTransformation]
    [NoSecret]
    public DeviceKey? Key { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => TryRow(EndpointName, () => WriteObject(DeviceCertificateRequest.Create(EndpointName, string.IsNullOrEmpty(AccountId) ? null : AccountId, Key)));
}
