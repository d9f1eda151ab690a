namespace DeviceCreds;

/// <summary>One rule, applied to one certificate.</summary>
/// <param name="Id">The rule's stable identifier.</param>
/// <param name="Rule">What the rule demands, in a sentence.</param>
/// <param name="Severity">The worst result of this rule.</param>
/// <param name="Outcome">The result.</param>
/// <param name="Message">What was compared and what was found; for a skipped check, what was missing.</param>
/// <param name="Recommendation">What to do when it is not passed; null otherwise.</param>
/// <param name="Source">Where the rule comes from.</param>
public sealed record DeviceCertificateCheck(string Id, string Rule, CheckOutcome Severity, CheckOutcome Outcome, string Message,
    string? Recommendation, string Source)
{
    /// <summary>The status with which the device refuses; null when it does not.</summary>
    internal string? DeviceStatus { get; init; }

    /// <summary>The outcome and the rule.</summary>
    public override string ToString() => $"{Outcome}: {Rule}";
}
