namespace DeviceCreds.PowerShell;

/// <summary>A cmdlet that counts the results of its inputs, for the summary and the exit code of its pipeline.</summary>
interface IRun
{
    /// <summary>The counts; null until the run begins.</summary>
    RunCounts? Counts { get; }

    /// <summary>Whether the cmdlet returns its summary as an object.</summary>
    bool GivesSummary { get; }
}
