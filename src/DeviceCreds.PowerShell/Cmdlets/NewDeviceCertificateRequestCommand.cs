using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes a certificate signing request for a device's key.</summary>
[Cmdlet(VerbsCommon.New, "DeviceCertificateRequest")]
[OutputType(typeof(DeviceCertificateRequest))]
public sealed class NewDeviceCertificateRequestCommand : FleetCmdlet
{
    RowInput _rows = null!;

    /// <summary>The device's endpoint name; becomes the CN.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The device's endpoint name, 1 to 64 characters.")]
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
        TryRow(row, () =>
        {
            var read = _rows.Read(row, InputObject);
            var name = read is null || _rows.IsGiven(nameof(EndpointName)) ? EndpointName : read.EndpointName;
            var account = _rows.IsGiven(nameof(AccountId)) ? AccountId : read?.AccountId;
            var key = RowKey.Choose(Key, read?.Columns ?? DeviceColumns.None);
            WriteObject(DeviceCertificateRequest.Create(name, string.IsNullOrEmpty(account) ? null : account, key, read?.Columns));
        });
    }
}
