using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// What the cmdlets share that issue credentials: who signs, for how long, how many at a time and where it is recorded.
/// The credentials come out in the order of the rows, and none before the ledger has it.
/// </summary>
public abstract class IssuingCmdlet : FleetCmdlet, IRun, IDisposable
{
    OrderedWorkers<IssuingOrder, DeviceCredential?> _workers = null!;
    ProgressMeter _progress = null!;
    RunExit? _exit;
    bool _onlySays;

    /// <summary>The CA that signs: an authority, a chain made here, or an X509Certificate2 with its key.</summary>
    [Parameter(Mandatory = true, HelpMessage = "The CA that signs: New-CertificateAuthority makes one, Import-CertificateAuthority loads one.")]
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

    /// <summary>Ends the process with a code that says how the pipeline went: 0 all done; 2 rows failed for good; 1 anything else.</summary>
    [Parameter]
    public SwitchParameter SetExitCode { get; set; }

    RunCounts? IRun.Counts => _progress?.Counts;

    bool IRun.GivesSummary => Summary;

    /// <summary>What is done, in words.</summary>
    private protected abstract string Activity { get; }

    /// <summary>What is done to one device, in words.</summary>
    private protected abstract string Action { get; }

    /// <summary>The ledger, while the run has it open.</summary>
    private protected IssuanceLedger? OpenLedger { get; private set; }

    /// <summary>Checks once what all rows need, the CA first: what fails here leaves nothing behind.</summary>
    private protected abstract void Prepare(ValidityRequest validity);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (SetExitCode) _exit = new RunExit(this, Pipeline);
        var bound = MyInvocation.BoundParameters;
        Prepare(Require(Issuer, () => ValidityParameters.Resolve(
            bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null, bound.ContainsKey(nameof(NotAfter)) ? NotAfter : null, NoExpiration)));
        // What is issued here and written nowhere changes nothing; a ledger would have it for good.
        _onlySays = IsWhatIf || (Ledger is not null && Pipeline.FollowWhatIf());
        if (Ledger is not null && !_onlySays) Open(Ledger);
        _workers = new(Throttle(ThrottleLimit), order => order.Issue());
        _progress = new ProgressMeter(this, Activity, "credentials", show: Show);
        WriteVerbose(FormattableString.Invariant($"{Activity} from '{Issuer.Name}', which is valid until {Issuer.NotAfter:yyyy-MM-dd}."));
    }

    /// <summary>Takes a row on: checks it now, issues when a thread is free.</summary>
    /// <param name="row">The row.</param>
    /// <param name="endpointName">The device's name, for whoever is asked.</param>
    /// <param name="accept">Checks it, and gives what issues.</param>
    private protected void Add(InputRow row, string? endpointName, Func<IssuingStep> accept)
    {
        if ((_onlySays || IsWatched) && !MayIssue(row, endpointName)) return;
        _workers.Add(new IssuingOrder(row, accept));
        Write(_workers.Finished());
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Write(_workers.Rest());
        _progress.Complete();
        if (Summary) WriteObject(_progress.Summarise(Pipeline));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers?.Dispose();
        OpenLedger?.Dispose();
        _exit?.Set();
    }

    private protected override void OnStop() => _workers?.Stop();

    private protected override void Log(DeviceCredsException error)
    {
        base.Log(error);
        _progress?.Fail(error);
    }

    bool MayIssue(InputRow row, string? endpointName)
    {
        var may = false;
        TryRow(row, () => may = MayChange($"{endpointName}", Ledger is null ? Action : $"{Action}, record it in {Ledger}"));
        return may;
    }

    void Open(string path)
    {
        OpenLedger = Require(path, () => IssuanceLedger.Open(ResolveNew(path)));
        if (OpenLedger.Warning is { } warning) WriteWarning(warning);
    }

    void Write(IEnumerable<IReadOnlyList<OrderedWorkers<IssuingOrder, DeviceCredential?>.Piece>> groups)
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
    void Record(IReadOnlyList<OrderedWorkers<IssuingOrder, DeviceCredential?>.Piece> group)
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
        foreach (var warning in credential.Warnings) WriteWarning(warning);
        WriteObject(credential);
    }
}
