using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Compares ledgers with the list of devices, with folders of credentials and with journals of injections.</summary>
[Cmdlet(VerbsData.Compare, "IssuanceLedger", DefaultParameterSetName = "Ledger")]
[OutputType(typeof(DeviceAccount), typeof(BooksSummary))]
public sealed class CompareIssuanceLedgerCommand : FleetCmdlet, IRun, IDisposable
{
    readonly List<string> _ledgers = [];
    ProgressMeter _reading = null!;
    ProgressMeter _progress = null!;
    RunExit? _exit;
    bool _isIncomplete;

    /// <summary>The ledgers; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Ledger",
        HelpMessage = "The ledgers: the -Ledger of New-*DeviceCredential; wildcards are allowed.")]
    [SupportsWildcards]
    [PemTransformation]
    [PathTransformation]
    public string[] Ledger { get; set; } = [];

    /// <summary>The ledgers, by their exact names.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralLedger",
        HelpMessage = "The ledgers, by their exact names.")]
    [Alias("PSPath", "LP", "FullName", "LiteralPath")]
    public string[] LiteralLedger { get; set; } = [];

    /// <summary>The folders that credentials were exported to; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PemTransformation]
    [PathTransformation]
    public string[] Path { get; set; } = [];

    /// <summary>The lists of the devices that are planned; wildcards are allowed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PemTransformation]
    [PathTransformation]
    public string[] List { get; set; } = [];

    /// <summary>The journals of Send-DeviceCredential; wildcards are allowed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PemTransformation]
    [PathTransformation]
    public string[] Journal { get; set; } = [];

    /// <summary>The kinds that each row of the list must have; by default one certificate of any kind is enough.</summary>
    [Parameter]
    [OneName(EachOfMany = true)]
    public CredentialKind[] Kind { get; set; } = [];

    /// <summary>The column of the list that holds the endpoint name, where it has another name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? EndpointNameColumn { get; set; }

    /// <summary>The column of the list that holds the account ID, where it has another name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AccountIdColumn { get; set; }

    /// <summary>The part of the list to compare with, such as 3/16.</summary>
    [Parameter]
    [NoSecret]
    public Shard? Shard { get; set; }

    /// <summary>How many folders are read at a time; by default one for each processor.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    [NoSecret]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <summary>Returns the figures as the last object.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Summary { get; set; }

    /// <summary>Ends the process with an exit code: 0 the books balance; 2 accounts need attention; 1 anything else.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter SetExitCode { get; set; }

    RunCounts? IRun.Counts => _progress?.Counts;

    bool IRun.GivesSummary => Summary;

    private protected override bool IsExactNameFirst => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _exit = RunExit.Of(this, Pipeline, SetExitCode);
        _progress = new ProgressMeter(this, "Comparing the books", "accounts", show: Show);
        _reading = new ProgressMeter(this, "Reading the books", "entries", show: Show);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        _ledgers.AddRange(ParameterSetName == "LiteralLedger" ? Find(LiteralLedger, literal: true) : Find(Ledger));

    /// <inheritdoc/>
    protected override void EndProcessing() => Try(null, () =>
    {
        var (folders, journals, lists) = (Find(Path, folders: true), Find(Journal), Find(List));
        // Without one of the books, good devices would seem to be missing.
        if (_isIncomplete || _ledgers.Count == 0) return;
        var books = new Books(Refuse) { Kinds = Kind, Shard = Shard, Cancel = Stopped, Progress = _reading.Count };
        foreach (var ledger in _ledgers) Read(ledger, () => books.AddLedger(ledger));
        foreach (var folder in folders) Read(folder, () => books.AddFolder(folder, ThrottleLimit));
        foreach (var journal in journals) Read(journal, () => books.AddJournal(journal));
        _reading.Complete();
        foreach (var account in lists.Count == 0 ? books.Compare() : books.Compare(Devices(lists, books))) Give(account);
        _progress.Complete();
        if (Summary) WriteObject(books.Summarise());
    });

    /// <inheritdoc/>
    public void Dispose() => _exit?.Set();

    private protected override void Log(DeviceCredsException error)
    {
        base.Log(error);
        _progress?.Fail(error);
    }

    List<string> Find(string[] paths, bool literal = false, bool folders = false)
    {
        var all = new List<string>();
        foreach (var path in paths)
        {
            var found = Resolve([path], literal, folders).ToList();
            _isIncomplete |= found.Count == 0;
            all.AddRange(found);
        }

        return all;
    }

    void Read(string path, Action read)
    {
        var before = _reading.Counts.Total;
        Require(path, read);
        WriteVerbose(FormattableString.Invariant($"{path}: {_reading.Counts.Total - before:N0} entries."));
    }

    IEnumerable<DeviceIdentity> Devices(IReadOnlyList<string> paths, Books books)
    {
        var list = new DeviceList(books.RefuseRow)
        {
            EndpointNameColumn = EndpointNameColumn, AccountIdColumn = AccountIdColumn, Shard = Shard, Warn = WriteWarning,
            Cancel = Stopped,
        };
        foreach (var path in paths)
        {
            using var devices = list.Read(path).GetEnumerator();
            while (Require(path, devices.MoveNext)) yield return devices.Current;
        }
    }

    void Give(DeviceAccount account)
    {
        Stopped.ThrowIfCancellationRequested();
        WriteObject(RowColumns.Add(account, account.Columns));
        if (account.NeedsAttention) _progress.Counts.Fail(account.State.ToString(), isLasting: true);
        _progress.Count();
    }

    void Refuse(InputException error) =>
        WriteFailure(error, error.Line is { } line ? FormattableString.Invariant($"{error.Path}:{line}") : error.Path);
}
