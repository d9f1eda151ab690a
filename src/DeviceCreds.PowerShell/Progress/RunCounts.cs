namespace DeviceCreds.PowerShell;

/// <summary>How many inputs of a run were done, were left as they are, or failed and why.</summary>
sealed class RunCounts
{
    readonly Dictionary<string, long> _failures = new(StringComparer.Ordinal);

    /// <summary>How many inputs are done with, whatever came of them.</summary>
    public long Total { get; private set; }

    /// <summary>How many inputs were left as they are.</summary>
    public long Skipped { get; private set; }

    /// <summary>How many inputs failed.</summary>
    public long Failed { get; private set; }

    /// <summary>How many inputs were done.</summary>
    public long Succeeded => Math.Max(0, Total - Skipped - Failed);

    /// <summary>Whether an input failed for a reason that may be gone in a later run.</summary>
    public bool HasPassingFailures { get; private set; }

    /// <summary>Whether every input was dealt with: the run was neither stopped nor ended by an error.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The failures by their error's id.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>Notes that an input is done with.</summary>
    public void Count() => Total++;

    /// <summary>Notes that an input is left as it is.</summary>
    public void Skip() => Skipped++;

    /// <summary>Notes that an input failed.</summary>
    public void Fail(string errorId, bool isLasting)
    {
        Failed++;
        HasPassingFailures |= !isLasting;
        _failures[errorId] = _failures.TryGetValue(errorId, out var known) ? known + 1 : 1;
    }

    /// <summary>Notes that every input was dealt with.</summary>
    public void Complete() => IsComplete = true;
}
