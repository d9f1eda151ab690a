namespace DeviceCreds;

/// <summary>The result of one check.</summary>
public enum CheckOutcome
{
    /// <summary>The rule passed.</summary>
    Passed,

    /// <summary>The credential works, but should be checked.</summary>
    Warning,

    /// <summary>The device, the service or RFC 5280 refuses it.</summary>
    Failed,

    /// <summary>The check could not be made; the message says what was missing.</summary>
    Skipped,
}
