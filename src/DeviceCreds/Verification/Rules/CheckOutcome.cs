namespace DeviceCreds;

/// <summary>What came of one check.</summary>
public enum CheckOutcome
{
    /// <summary>The rule is kept.</summary>
    Passed,

    /// <summary>The credential works, but somebody should look.</summary>
    Warning,

    /// <summary>The device, the service or RFC 5280 refuses it.</summary>
    Failed,

    /// <summary>The check could not be made; the message says what was missing.</summary>
    Skipped,
}
