namespace DeviceCreds;

/// <summary>
/// The journal or the ledger cannot be written: the run must end, as its injections or certificates would not be recorded.
/// </summary>
/// <param name="cause">The system's error.</param>
public sealed class RecordFailure(OutputException cause) : Exception(cause.Message, cause)
{
    /// <summary>The system's error.</summary>
    public OutputException Cause { get; } = cause;
}
