using System.Collections.Concurrent;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// The base of the cmdlets that issue credentials: who signs, for how long, how many at a time and where it is recorded.
/// The credentials come out in the order of the rows, each after the ledger has it.
/// </summary>
public abstract class IssuingCmdlet : FleetCmdlet, IRun, IDisposable
{
    readonly ConcurrentQueue<string> _warnings = new();
    OrderedWorkers<IssuingOrder, DeviceCredential?> _workers = null!;
    ProgressMeter _progress = null!;
    RunExit? _exit;
    string? _warning;
    bool _onlySays;

    /// <summary>The CA that signs: an authority, a chain made here, or an X509Certificate2 with its key.</summary>
    [Parameter(Mandatory = true,
        HelpMessage = "The CA that signs: New-CertificateAuthority makes one, Import-CertificateAuthority loads one.")]
    [PemTransformation]
    [IssuerTransformation]
    [ValidateNotNull]
    [NoSecret]
    public CertificateAuthority Issuer { get; set; } = null!;

    /// <summary>For how many calendar years the certificate is valid: more than 10.</summary>
    [Parameter]
    [NoSecret]
    public int ValidYears { get; set; } = 20;

    /// <summary>The moment until which the certificate is valid.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime NotAfter { get; set; }

    /// <summary>The certificate never expires: 99991231235959Z.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter NoExpiration { get; set; }

    /// <summary>From when the certificate is valid; by default an hour before now.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime NotBefore { get; set; }

    /// <summary>In which form certificates have the endpoint name in addition to the CN; by default in none.</summary>
    [Parameter]
    [OneName]
    public SubjectAltName SubjectAltName { get; set; }

    /// <summary>How many certificates of the chain a credential has at most, the device's own among them.</summary>
    [Parameter]
    [ValidateRange(1, 5)]
    [ArgumentCompleter(typeof(ChainDepthCompleter))]
    [NoSecret]
    public int ChainDepth { get; set; }

    /// <summary>Leaves the root out of the credentials' chain.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter ExcludeRoot { get; set; }

    /// <summary>How many credentials are made at a time; by default one for each processor.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    [NoSecret]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <summary>The ledger that records every certificate before it leaves the cmdlet: OpenSSL's CA database (index.txt).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PathTransformation(IsOne = true)]
    public string? Ledger { get; set; }

    /// <summary>For how many seconds to wait while another run has the ledger open; by default not at all.</summary>
    [Parameter]
    [NoSecret]
    [ValidateRange(0, int.MaxValue)]
    public int LedgerTimeout { get; set; }

    /// <summary>Issues also to a device that has a valid certificate in the ledger already, or whose certificate was renewed.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter AllowDuplicate { get; set; }

    /// <summary>Returns a summary of the run as the last object; Export-DeviceCredential passes it on.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Summary { get; set; }

    /// <summary>
    /// Ends the process with the pipeline's exit code: 0 all done; 2 rows failed permanently; 1 anything else.
    /// </summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter SetExitCode { get; set; }

    RunCounts? IRun.Counts => _progress?.Counts;

    bool IRun.GivesSummary => Summary;

    /// <summary>What is done, in words.</summary>
    private protected abstract string Activity { get; }

    /// <summary>What is done to one device, in words.</summary>
    private protected abstract string Action { get; }

    /// <summary>What the results of earlier runs allow.</summary>
    private protected EarlierRuns Earlier { get; private set; } = null!;

    /// <summary>What earlier runs exported; null when that is not checked.</summary>
    private protected virtual ExportedCredentials? Exported => null;

    /// <summary>The ledger, while the run has it open.</summary>
    private protected IssuanceLedger? OpenLedger { get; private set; }

    /// <summary>Whether each certificate is announced or confirmed.</summary>
    // Without a ledger nothing permanent is changed, so it asks only with -Confirm.
    private protected bool AsksFirst => _onlySays || (Ledger is null ? MyInvocation.BoundParameters.ContainsKey("Confirm") : IsAsked);

    /// <summary>Checks once what all rows need, the CA first: an error here leaves nothing behind.</summary>
    private protected abstract void Prepare(ValidityRequest validity);

    /// <summary>Who issues credentials of one kind in this run.</summary>
    private protected CredentialIssuer CreateIssuer(CredentialKind kind, ValidityRequest validity)
    {
        var issuer = new CredentialIssuer(Issuer, kind, validity, cancel: Stopped, chainDepth: ChainDepth, excludeRoot: ExcludeRoot,
            subjectAltName: SubjectAltName);
        // Issuers of two kinds have one chain.
        if (issuer.Warning != _warning) WriteWarning(_warning = issuer.Warning!);
        return issuer;
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _exit = RunExit.Of(this, Pipeline, SetExitCode);
        var bound = MyInvocation.BoundParameters;
        Prepare(Require(Issuer, () => ValidityParameters.Resolve(
            bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null, bound.ContainsKey(nameof(NotAfter)) ? NotAfter : null,
            NoExpiration, bound.ContainsKey(nameof(NotBefore)) ? NotBefore : null)));
        // Without a ledger, issuing changes nothing permanent; a ledger keeps every certificate.
        _onlySays = IsWhatIf || (Ledger is not null && Pipeline.FollowWhatIf());
        if (Ledger is not null && !_onlySays) Open(Ledger);
        WriteWarnings();
        Earlier = new EarlierRuns(OpenLedger, Exported, AllowDuplicate, Warn);
        _workers = new(Throttle(ThrottleLimit), order => order.Issue(Earlier));
        _progress = new ProgressMeter(this, Activity, "credentials", show: Show);
        WriteVerbose(FormattableString.Invariant($"{Activity} from '{Issuer.Name}', which is valid until {Issuer.NotAfter:yyyy-MM-dd}."));
    }

    /// <summary>Accepts a row: checks it now, and issues when a thread is free.</summary>
    /// <param name="row">The row.</param>
    /// <param name="endpointName">The device's name, for the confirmation.</param>
    /// <param name="accept">Checks it; null for a device that is left out.</param>
    private protected void Add(InputRow row, string? endpointName, Func<DeviceOrder?> accept)
    {
        // A dry run also says what the run would refuse.
        var order = _onlySays ? Accept(row, accept) : null;
        if (AsksFirst && order?.IsRefused != true && !MayIssue(row, endpointName)) return;
        _workers.Add(order ?? Accept(row, accept));
        Write(_workers.Finished());
    }

    IssuingOrder Accept(InputRow row, Func<DeviceOrder?> accept)
    {
        // Where another command is between this one and the export, it may leave devices out.
        var export = (Pipeline.Behind.FirstOrDefault() as IExporter)?.Export;
        var order = new IssuingOrder(row, accept, export);
        if (!order.IsDuplicate) return order;
        // Of two rows of one device the second counts when the first was refused, on any number of threads.
        Write(_workers.Rest());
        return new IssuingOrder(row, accept, export);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Write(_workers.Rest());
        CompleteLedger();
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

    /// <summary>Warns from any thread; the warning is written when the next results are.</summary>
    private protected void Warn(string warning) => _warnings.Enqueue(warning);

    bool MayIssue(InputRow row, string? endpointName)
    {
        var may = false;
        TryRow(row, () => may = MayChange($"{endpointName}", Ledger is null ? Action : $"{Action}, record it in {Ledger}"));
        return may;
    }

    void Open(string path)
    {
        // Workers record from their own threads.
        var options = ForLedger(LedgerTimeout) with { Warn = Warn };
        var ledger = OpenLedger = Require(path, () => IssuanceLedger.Open(ResolveNewFile(path), options));
        Require(Issuer, () => ledger.EnsureNotRevoked(Issuer));
    }

    void WriteWarnings()
    {
        while (_warnings.TryDequeue(out var warning)) WriteWarning(warning);
    }

    void CompleteLedger()
    {
        if (OpenLedger is not { } ledger) return;
        Require(Ledger, () => ledger.Complete());
        WriteWarnings();
    }

    void Write(IEnumerable<IReadOnlyList<OrderedWorkers<IssuingOrder, DeviceCredential?>.Piece>> groups)
    {
        foreach (var group in groups)
        {
            Record(group);
            WriteWarnings();
            foreach (var piece in group)
            {
                TryRow(piece.Input.Row, () => Write(piece.Output));
                _progress.Count();
            }
        }
    }

    // One flush for all that became ready together. A certificate that cannot be recorded must not come out, nor any after it.
    void Record(IReadOnlyList<OrderedWorkers<IssuingOrder, DeviceCredential?>.Piece> group)
    {
        if (OpenLedger is not { } ledger) return;
        Require(Ledger, () => ledger.Record(group.Where(p => p.Succeeded).Select(p => p.Output).OfType<DeviceCredential>()));
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
