using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>What the two cmdlets that issue credentials share: all but the account ID.</summary>
public abstract class NewCredentialCmdlet : RowCmdlet
{
    CredentialIssuer _issuer = null!;
    ProgressMeter _progress = null!;

    /// <summary>The device's endpoint name; becomes the CN.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Key")]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "Request")]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [AllowEmptyString]
    [AllowNull]
    [EndpointNameTransformation]
    public string? EndpointName { get; set; }

    /// <summary>The CA that signs: an authority, a chain made here, or an X509Certificate2 with its key.</summary>
    [Parameter(Mandatory = true)]
    [IssuerTransformation]
    [ValidateNotNull]
    public CertificateAuthority Issuer { get; set; } = null!;

    /// <summary>The device's certificate signing request; the device keeps its key.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Request")]
    public DeviceCertificateRequest? Request { get; set; }

    /// <summary>The device's key; by default a new one for each device.</summary>
    [Parameter(ParameterSetName = "Key")]
    [KeyTransformation]
    public DeviceKey? Key { get; set; }

    /// <summary>For how many calendar years the certificate is valid: more than 10.</summary>
    [Parameter]
    public int ValidYears { get; set; } = 20;

    /// <summary>The moment until which the certificate is valid.</summary>
    [Parameter]
    public DateTime NotAfter { get; set; }

    /// <summary>Gives the certificate no well-defined end: 99991231235959Z.</summary>
    [Parameter]
    public SwitchParameter NoExpiration { get; set; }

    private protected abstract CredentialKind Kind { get; }

    /// <summary>The account ID of the current row; null where the kind has none.</summary>
    private protected virtual string? CurrentAccountId => null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var bound = MyInvocation.BoundParameters;
        _issuer = Require(Issuer, () => new CredentialIssuer(Issuer, Kind, ValidityParameters.Resolve(
            bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null, bound.ContainsKey(nameof(NotAfter)) ? NotAfter : null, NoExpiration)));
        _progress = new ProgressMeter(this, $"Issuing {Kind} credentials", "credentials");
        WriteVerbose(FormattableString.Invariant($"Issuing {Kind} credentials from '{Issuer.Name}', which is valid until {Issuer.NotAfter:yyyy-MM-dd}."));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        TryRow(EndpointName, Issue, Request);
        _progress.Count();
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => _progress.Complete();

    void Issue()
    {
        // A request in the pipeline has an EndpointName, too, by which PowerShell takes it for a row.
        var request = Request ?? InputObject?.BaseObject as DeviceCertificateRequest;
        if (request is not null && Key is not null)
            throw new IssuanceException("KeyWithRequest", ErrorKind.InvalidArgument, "The request brings the device's key, and -Key gives another.", "Leave -Key out.");
        var credential = request is not null
            ? _issuer.Issue(request, string.IsNullOrEmpty(EndpointName) ? null : EndpointName, CurrentAccountId)
            : _issuer.Issue(new DeviceIdentity(EndpointName ?? "", CurrentAccountId), Key);
        WriteVerbose($"Issued {credential.SerialNumber} to '{credential.EndpointName}'.");
        WriteObject(credential);
    }
}
