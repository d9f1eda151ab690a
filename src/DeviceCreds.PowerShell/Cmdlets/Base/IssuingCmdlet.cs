using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// What the cmdlets share that issue credentials: who signs, for how long, how many at a time and where it is recorded.
/// The credentials come out in the order of the rows, and none before the ledger has it.
/// </summary>
public abstract class IssuingCmdlet : RowCmdlet, IDisposable
{
    OrderedWorkers<Order, DeviceCredential?> _workers = null!;
    ProgressMeter _progress = null!;

    /// <summary>The CA that signs: an authority, a chain made here, or an X509Certificate2 with its key.</summary>
    [Parameter(Mandatory = true)]
    [IssuerTransformation]
    [ValidateNotNull]
    public CertificateAuthority Issuer { get; set; } = null!;

    /// <summary>For how many calendar years the certificate is valid: more than 10.</summary>
    [Parameter]
    public int ValidYears { get; set; } = 20;

    /// <summary>The moment until which the certificate is valid.</summary>
    [Parameter]
    [DateTransformation]
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

    /// <summary>Gives the run's figures as the last object; Export-DeviceCredential passes it on.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <summary>What is done, in words.</summary>
    private protected abstract string Activity { get; }

    /// <summary>The ledger, while the run has it open.</summary>
    private protected IssuanceLedger? OpenLedger { get; private set; }

    /// <summary>Checks once what all rows need, the CA first: what fails here leaves nothing behind.</summary>
    private protected abstract void Prepare(ValidityRequest validity);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var bound = MyInvocation.BoundParameters;
        Prepare(Require(Issuer, () => ValidityParameters.Resolve(
            bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null, bound.ContainsKey(nameof(NotAfter)) ? NotAfter : null, NoExpiration)));
        OpenLedger = Ledger is null ? null : Require(Ledger, () => IssuanceLedger.Open(ResolveNew(Ledger)));
        if (OpenLedger?.Warning is { } warning) WriteWarning(warning);
        _workers = new(ThrottleLimit, order => order.Issue());
        _progress = new ProgressMeter(this, Activity, "credentials");
        WriteVerbose(FormattableString.Invariant($"{Activity} from '{Issuer.Name}', which is valid until {Issuer.NotAfter:yyyy-MM-dd}."));
    }

    /// <summary>Takes a row on: checks it now, issues when a thread is free.</summary>
    /// <param name="row">The row.</param>
    /// <param name="accept">Checks it, and gives what issues; null comes of what that leaves out.</param>
    private protected void Add(InputRow row, Func<Func<DeviceCredential?>> accept)
    {
        Func<DeviceCredential?> issue;
        // What is wrong with a row is said at its place in the order, which has not come yet.
        try
        {
            issue = accept();
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
    protected override void StopProcessing()
    {
        // First, so that nothing comes out of the waits that end.
        _workers?.Stop();
        base.StopProcessing();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers?.Dispose();
        OpenLedger?.Dispose();
    }

    private protected override void Log(DeviceCredsException error)
    {
        base.Log(error);
        _progress?.Fail(error);
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
        if (OpenLedger is not { } ledger) return;
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
