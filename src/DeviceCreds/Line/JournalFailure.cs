namespace DeviceCreds;

/// <summary>The journal cannot be written: the run must end, as nothing would remember what it injects.</summary>
/// <param name="cause">What the system said.</param>
public sealed class JournalFailure(OutputException cause) : Exception(cause.Message, cause)
{
    /// <summary>What the system said.</summary>
    public OutputException Cause { get; } = cause;
}
