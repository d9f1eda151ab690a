using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes one ledger of many.</summary>
[Cmdlet(VerbsData.Merge, "IssuanceLedger", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class MergeIssuanceLedgerCommand : DeviceCredsCmdlet
{
    readonly List<string> _paths = [];

    /// <summary>The ledgers to merge; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    [PathTransformation]
    public string[] Path { get; set; } = [];

    /// <summary>The same, by exact names.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The ledger that gets them all; what it holds already stays.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public string Destination { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var literal = ParameterSetName == "LiteralPath";
        _paths.AddRange(Resolve(literal ? LiteralPath : Path, literal));
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Try(Destination, () =>
    {
        var destination = ResolveNew(Destination);
        if (_paths.Count == 0 || !ShouldProcess(destination, "Write merged ledger")) return;
        var entries = LedgerMerge.Merge(_paths, destination, e => WriteError(ErrorRecords.From(e, destination)));
        WriteVerbose(FormattableString.Invariant($"{destination} has {entries:N0} entries now."));
        WriteFile(destination);
    });
}
