namespace DeviceCreds.PowerShell;

/// <summary>The summary of a run and of the cmdlets before it in the pipeline.</summary>
/// <param name="Activity">What was done.</param>
/// <param name="Succeeded">How many inputs were done.</param>
/// <param name="Skipped">How many were left as they are, since they had been done before.</param>
/// <param name="Failed">How many failed, each with an error of its own: rows that the list refused, devices that got no
/// certificate or no files.</param>
/// <param name="Elapsed">How long the run took.</param>
/// <param name="Failures">The failures by their error's id, the most frequent first.</param>
public sealed record RunSummary(string Activity, long Succeeded, long Skipped, long Failed, TimeSpan Elapsed,
    IReadOnlyList<FailureCount> Failures)
{
    /// <summary>How many inputs came.</summary>
    public long Total => Succeeded + Skipped + Failed;

    /// <summary>How many inputs were done in a second.</summary>
    public double PerSecond => Elapsed > TimeSpan.Zero ? Succeeded / Elapsed.TotalSeconds : 0;

    /// <summary>
    /// The exit code that says so: 0 all done; 2 some inputs failed, and running again does not help; 1 running again may help.
    /// </summary>
    public int ExitCode { get; init; }

    /// <summary>The same run, with the failures of a later cmdlet: inputs that failed there had succeeded here.</summary>
    internal RunSummary After(RunCounts behind) => this with
    {
        Succeeded = Math.Max(0, Succeeded - behind.Failed),
        Failed = Failed + behind.Failed,
        Failures = Merge(Failures.Select(f => new KeyValuePair<string, long>(f.ErrorId, f.Count)).Concat(behind.Failures)),
        ExitCode = RunExit.Worst(ExitCode, RunExit.CodeOf(behind)),
    };

    /// <summary>The failures of several cmdlets in one list.</summary>
    internal static FailureCount[] Merge(IEnumerable<KeyValuePair<string, long>> failures) =>
        [.. failures.GroupBy(f => f.Key, f => f.Value, StringComparer.Ordinal).Select(g => new FailureCount(g.Key, g.Sum()))
            .OrderByDescending(f => f.Count).ThenBy(f => f.ErrorId, StringComparer.Ordinal)];
}
