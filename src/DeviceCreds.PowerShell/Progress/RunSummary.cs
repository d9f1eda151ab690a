namespace DeviceCreds.PowerShell;

/// <summary>What a run came to, in figures.</summary>
/// <param name="Activity">What was done.</param>
/// <param name="Succeeded">How many inputs were done.</param>
/// <param name="Skipped">How many were left as they are, since they had been done before.</param>
/// <param name="Failed">How many failed, each with an error of its own.</param>
/// <param name="Elapsed">How long the run took.</param>
/// <param name="Failures">The failures by their error's id, the most frequent first.</param>
public sealed record RunSummary(string Activity, long Succeeded, long Skipped, long Failed, TimeSpan Elapsed, IReadOnlyList<FailureCount> Failures)
{
    /// <summary>How many inputs came.</summary>
    public long Total => Succeeded + Skipped + Failed;

    /// <summary>How many inputs were done in a second.</summary>
    public double PerSecond => Elapsed > TimeSpan.Zero ? Succeeded / Elapsed.TotalSeconds : 0;
}

/// <summary>How often a reason came up.</summary>
/// <param name="ErrorId">The error's stable id.</param>
/// <param name="Count">How many inputs failed with it.</param>
public sealed record FailureCount(string ErrorId, long Count)
{
    /// <summary>Both.</summary>
    public override string ToString() => FormattableString.Invariant($"{ErrorId}: {Count:N0}");
}
