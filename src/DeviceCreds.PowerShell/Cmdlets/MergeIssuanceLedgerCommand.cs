using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes one ledger of many.</summary>
[Cmdlet(VerbsData.Merge, "IssuanceLedger", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class MergeIssuanceLedgerCommand : PathCmdlet
{
    readonly List<string> _paths = [];

    /// <summary>The ledger that gets them all; what it holds already stays.</summary>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "The ledger that gets all entries.")]
    public string Destination { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord() => _paths.AddRange(Files());

    /// <inheritdoc/>
    protected override void EndProcessing() => Try(Destination, () =>
    {
        var destination = ResolveNew(Destination);
        if (_paths.Count == 0 || !MayChange(destination, "Write merged ledger")) return;
        var entries = LedgerMerge.Merge(_paths, destination, e => WriteError(ErrorRecords.From(e, destination)));
        WriteVerbose(FormattableString.Invariant($"{destination} has {entries:N0} entries now."));
        WriteFile(destination);
    });
}
