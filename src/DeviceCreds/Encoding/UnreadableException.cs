namespace DeviceCreds;

/// <summary>
/// Why a structure cannot be read, for people: a limit, a rule or an encoding error. It never holds key
/// material.
/// </summary>
internal sealed class UnreadableException(string reason) : Exception(reason)
{
    /// <summary>The reason that an exception gives, if it is one of these.</summary>
    public static string? ReasonOf(Exception e) => (e as UnreadableException)?.Message;
}
