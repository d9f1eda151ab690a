namespace DeviceCreds;

/// <summary>Advice for an operator, in the same words everywhere.</summary>
internal static class Advice
{
    /// <summary>After a failure the device's program has ended.</summary>
    public const string Restart = "Restart the device before the next attempt.";
}
