namespace DeviceCreds;

/// <summary>A certificate may not be issued, because a rule forbids it.</summary>
public sealed class IssuanceException(string errorId, ErrorKind kind, string message, string? advice = null, string? ruleId = null)
    : DeviceCredsException(errorId, kind, message, advice, null)
{
    /// <summary>The rule of the catalogue (docs/about/rules.md) that forbids it, when there is one.</summary>
    public string? RuleId { get; } = ruleId;

    /// <summary>The same error, with the place in the input that it is about.</summary>
    public IssuanceException At(string place) => new(ErrorId, Kind, $"{place}: {Problem}", Advice, RuleId);
}
