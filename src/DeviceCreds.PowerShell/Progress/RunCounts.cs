namespace DeviceCreds.PowerShell;

/// <summary>How many inputs of a run were done, were left as they are, or failed and why.</summary>
sealed class RunCounts
{
    readonly Dictionary<string, long> _failures = new(StringComparer.Ordinal);

    /// <summary>How many inputs are finished, with any result.</summary>
    public long Total { get; private set; }

    /// <summary>How many inputs were left as they are.</summary>
    public long Skipped { get; private set; }

    /// <summary>How many inputs failed.</summary>
    public long Failed { get; private set; }

    /// <summary>How many inputs were done.</summary>
    public long Succeeded => Math.Max(0, Total - Skipped - Failed);

    /// <summary>Whether an input failed for a reason that may be gone in a later run.</summary>
    public bool HasPassingFailures { get; private set; }

    /// <summary>Whether the run is complete: it was neither stopped nor ended by an error.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The failures by their error's id.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>Counts an input as finished.</summary>
    public void Count() => Total++;

    /// <summary>Counts an input as unchanged.</summary>
    public void Skip() => Skipped++;

    /// <summary>Counts an input as failed.</summary>
    public void Fail(string errorId, bool isLasting)
    {
        Failed++;
        HasPassingFailures |= !isLasting;
        _failures[errorId] = _failures.TryGetValue(errorId, out var known) ? known + 1 : 1;
    }

    /// <summary>Marks the run as complete.</summary>
    public void Complete() => IsComplete = true;
}
