using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>What the two cmdlets share that issue first credentials: all but the account ID.</summary>
public abstract class NewCredentialCmdlet : IssuingCmdlet
{
    CredentialIssuer _issuer = null!;
    ExportedCredentials? _exported;

    /// <summary>The device's endpoint name; becomes the CN.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Key")]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Request")]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [AllowEmptyString]
    [AllowNull]
    [EndpointNameTransformation]
    public string? EndpointName { get; set; }

    /// <summary>The device's certificate signing request; the device keeps its key.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Request")]
    public DeviceCertificateRequest? Request { get; set; }

    /// <summary>The device's key; by default a new one for each device.</summary>
    [Parameter(ParameterSetName = "Key")]
    [KeyTransformation]
    public DeviceKey? Key { get; set; }

    /// <summary>Leaves out the devices whose whole and passing credential is in this folder: the -Path of Export-DeviceCredential.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SkipExported { get; set; }

    private protected abstract CredentialKind Kind { get; }

    /// <summary>The account ID of the current row; null where the kind has none.</summary>
    private protected virtual string? CurrentAccountId => null;

    private protected override string Activity => $"Issuing {Kind} credentials";

    private protected override void Prepare(ValidityRequest validity)
    {
        _issuer = Require(Issuer, () => new CredentialIssuer(Issuer, Kind, validity, cancel: Stopped));
        _exported = SkipExported is null ? null : Require(SkipExported, () => new ExportedCredentials(ResolveNew(SkipExported), Kind, Issuer));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var row = NextRow(EndpointName, Request);
        // PowerShell takes whatever comes through the pipeline for a row: a request, which has an EndpointName, and an answer that holds requests.
        if (InputObject?.BaseObject is not DeviceResponse response) Add(row, () => Accept(Request ?? InputObject?.BaseObject as DeviceCertificateRequest));
        else if (response.Requests.Count == 0) Add(row, () => throw new IssuanceException("ResponseWithoutRequest", ErrorKind.InvalidArgument, $"The device's answer ({response}) holds no request.", "A device sends requests when it is asked for them: Export-DeviceKeyRequest."));
        else foreach (var request in response.Requests) Add(row, () => Accept(request));
    }

    Func<DeviceCredential?> Accept(DeviceCertificateRequest? request)
    {
        if (request is null)
        {
            EnsureColumn(EndpointName);
            return UnlessExported(_issuer.Accept(new DeviceIdentity(EndpointName ?? "", CurrentAccountId), Key), EndpointName!, Key);
        }

        if (Key is not null)
            throw new IssuanceException("KeyWithRequest", ErrorKind.InvalidArgument, "The request brings the device's key, and -Key gives another.", "Leave -Key out.");
        var name = string.IsNullOrEmpty(EndpointName) ? null : EndpointName;
        return UnlessExported(_issuer.Accept(request, name, CurrentAccountId), name ?? request.EndpointName!, request.Key);
    }

    Func<DeviceCredential?> UnlessExported(Func<DeviceCredential> issue, string endpointName, DeviceKey? key)
    {
        if (_exported is not { } exported) return issue;
        var identity = new DeviceIdentity(endpointName, CurrentAccountId);
        return () => exported.Has(identity, key) ? null : issue();
    }
}
