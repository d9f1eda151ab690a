namespace DeviceCreds.PowerShell;

/// <summary>How often an error occurred.</summary>
/// <param name="ErrorId">The error's stable id.</param>
/// <param name="Count">How many inputs failed with it.</param>
public sealed record FailureCount(string ErrorId, long Count)
{
    /// <summary>Both.</summary>
    public override string ToString() => FormattableString.Invariant($"{ErrorId}: {Count:N0}");
}
