namespace DeviceCreds.PowerShell;

/// <summary>A cmdlet that counts what comes of its inputs, for the summary and the exit code of its whole pipeline.</summary>
interface IRun
{
    /// <summary>The counts; null until the run begins.</summary>
    RunCounts? Counts { get; }

    /// <summary>Whether the cmdlet gives its figures as an object.</summary>
    bool GivesSummary { get; }
}
