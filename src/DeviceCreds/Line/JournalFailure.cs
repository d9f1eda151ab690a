namespace DeviceCreds;

/// <summary>The journal cannot be written: the run must end, as its injections would not be recorded.</summary>
/// <param name="cause">The system's error.</param>
public sealed class JournalFailure(OutputException cause) : Exception(cause.Message, cause)
{
    /// <summary>The system's error.</summary>
    public OutputException Cause { get; } = cause;
}
