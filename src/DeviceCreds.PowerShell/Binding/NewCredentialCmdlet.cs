using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>What the two cmdlets that issue credentials share: all but the account ID.</summary>
public abstract class NewCredentialCmdlet : RowCmdlet, IDisposable
{
    CredentialIssuer _issuer = null!;
    OrderedWorkers<Order, DeviceCredential?> _workers = null!;
    IssuanceLedger? _ledger;
    ExportedCredentials? _exported;
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

    /// <summary>How many credentials are made at a time; by default one for each processor.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <summary>The ledger that records every certificate before it leaves the cmdlet: OpenSSL's CA database (index.txt).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Ledger { get; set; }

    /// <summary>Leaves out the devices whose whole and passing credential is in this folder: the -Path of Export-DeviceCredential.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SkipExported { get; set; }

    /// <summary>Gives the run's figures as the last object; Export-DeviceCredential passes it on.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    private protected abstract CredentialKind Kind { get; }

    /// <summary>The account ID of the current row; null where the kind has none.</summary>
    private protected virtual string? CurrentAccountId => null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var bound = MyInvocation.BoundParameters;
        _issuer = Require(Issuer, () => new CredentialIssuer(Issuer, Kind, ValidityParameters.Resolve(
            bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null, bound.ContainsKey(nameof(NotAfter)) ? NotAfter : null, NoExpiration)));
        _exported = SkipExported is null ? null : Require(SkipExported, () => new ExportedCredentials(ResolveNew(SkipExported), Kind, Issuer));
        _ledger = Ledger is null ? null : Require(Ledger, () => IssuanceLedger.Open(ResolveNew(Ledger)));
        if (_ledger?.Warning is { } warning) WriteWarning(warning);
        _workers = new(ThrottleLimit, order => order.Issue());
        _progress = new ProgressMeter(this, $"Issuing {Kind} credentials", "credentials");
        WriteVerbose(FormattableString.Invariant($"Issuing {Kind} credentials from '{Issuer.Name}', which is valid until {Issuer.NotAfter:yyyy-MM-dd}."));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var row = NextRow(EndpointName, Request);
        Func<DeviceCredential?> issue;
        // What is wrong with a row is said at its place in the order, which has not come yet.
        try
        {
            issue = Accept();
        }
        catch (DeviceCredsException e)
        {
            issue = () => throw e;
        }

        _workers.Add(new Order(row, issue));
        Write(_workers.Finished());
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Write(_workers.Rest());
        _progress.Complete();
        if (Summary) WriteObject(_progress.Summary);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _workers?.Stop();

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers?.Dispose();
        _ledger?.Dispose();
    }

    private protected override void Log(DeviceCredsException error)
    {
        base.Log(error);
        _progress?.Fail(error);
    }

    Func<DeviceCredential?> Accept()
    {
        EnsureColumn(EndpointName);
        // A request in the pipeline has an EndpointName, too, by which PowerShell takes it for a row.
        var request = Request ?? InputObject?.BaseObject as DeviceCertificateRequest;
        if (request is null) return UnlessExported(_issuer.Accept(new DeviceIdentity(EndpointName ?? "", CurrentAccountId), Key), EndpointName!, Key);
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

    void Write(IEnumerable<IReadOnlyList<OrderedWorkers<Order, DeviceCredential?>.Piece>> groups)
    {
        foreach (var group in groups)
        {
            Record(group);
            foreach (var piece in group)
            {
                TryRow(piece.Input.Row, () => Write(piece.Output));
                _progress.Count();
            }
        }
    }

    // One flush for all that became ready together. What cannot be recorded must not leave, and the next could not either.
    void Record(IReadOnlyList<OrderedWorkers<Order, DeviceCredential?>.Piece> group)
    {
        if (_ledger is not { } ledger) return;
        Require(Ledger, () =>
        {
            ledger.Record(group.Where(p => p.Succeeded).Select(p => p.Output).OfType<DeviceCredential>());
            return true;
        });
    }

    void Write(DeviceCredential? credential)
    {
        if (credential is null)
        {
            _progress.Skip();
            return;
        }

        if (IsVerbose) WriteVerbose($"Issued {credential.SerialNumber} to '{credential.EndpointName}'.");
        WriteObject(credential);
    }

    sealed record Order(InputRow Row, Func<DeviceCredential?> Issue);
}
