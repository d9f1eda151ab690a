namespace DeviceCreds;

/// <summary>How a ledger is opened for writing.</summary>
public sealed record LedgerOptions
{
    /// <summary>The clock; by default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long to wait while another process has the ledger open; by default not at all.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Ends the waits.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>The least time that another program needs to read, change and replace a ledger.</summary>
    internal TimeSpan RewriteTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether a ledger that is begun allows a subject only one valid certificate.</summary>
    internal bool IsNewSubjectUnique { get; init; }

    /// <summary>Gets, in a sentence, what had to be repaired; called by the thread that opens, records or completes.</summary>
    public Action<string>? Warn { get; init; }
}
