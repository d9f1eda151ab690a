using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Merges ledgers into one.</summary>
[Cmdlet(VerbsData.Merge, "IssuanceLedger", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class MergeIssuanceLedgerCommand : PathCmdlet
{
    readonly List<string> _paths = [];

    /// <summary>The ledger that gets all entries; its own entries stay.</summary>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "The ledger that gets all entries.")]
    public string Destination { get; set; } = "";

    /// <summary>For how many seconds to wait while another run has the destination open; by default not at all.</summary>
    [Parameter]
    [NoSecret]
    [ValidateRange(0, int.MaxValue)]
    public int LedgerTimeout { get; set; }

    private protected override bool IsExactNameFirst => true;

    /// <inheritdoc/>
    protected override void ProcessRecord() => _paths.AddRange(Files());

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        Try(Destination, Merge);
    }

    void Merge()
    {
        var destination = ResolveNewFile(Destination);
        if (_paths.Count == 0 || !MayChange(destination, "Write merged ledger")) return;
        var merged = LedgerMerge.Merge(_paths, destination, e => WriteFailure(e, destination), ForLedger(LedgerTimeout));
        WriteVerbose(FormattableString.Invariant($"{destination} has {merged.Entries:N0} entries now."));
        Warn(merged);
        WriteFile(destination, new("Entries", merged.Entries), new("Duplicates", merged.Duplicates),
            new("DuplicateNames", merged.DuplicateNames));
    }

    void Warn(MergedLedger merged)
    {
        foreach (var name in merged.DuplicateNames)
            WriteWarning($"'{name}' has several valid certificates that are not renewals; see Compare-IssuanceLedger.");
        var others = merged.Duplicates - merged.DuplicateNames.Count;
        if (others > 0) WriteWarning(FormattableString.Invariant($"{others:N0} more devices have several valid certificates."));
    }
}
