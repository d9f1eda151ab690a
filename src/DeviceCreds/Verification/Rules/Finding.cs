namespace DeviceCreds;

/// <summary>The finding of a rule.</summary>
internal sealed record Finding(CheckOutcome Outcome, string Message)
{
    /// <summary>Findings without their texts.</summary>
    public static readonly Finding Passed = Pass(""), Skipped = Skip("");

    /// <summary>The status with which the device itself refuses; null when it does not.</summary>
    public string? DeviceStatus { get; init; }

    /// <summary>Whether the device checks only when it starts, and not when it gets the bundle.</summary>
    public bool IsAtFirstStart { get; init; }

    /// <summary>What was found, and the device's reply to it.</summary>
    public string Text => DeviceStatus is null
        ? Message
        : $"{Message} {(IsAtFirstStart ? "At its first start the" : "The")} device answers {DeviceStatus}.";

    public static Finding Pass(string message) => new(CheckOutcome.Passed, message);

    public static Finding Warn(string message) => new(CheckOutcome.Warning, message);

    public static Finding Skip(string message) => new(CheckOutcome.Skipped, message);

    /// <param name="message">What was found.</param>
    /// <param name="device">The status with which the device refuses; null when it does not.</param>
    public static Finding Fail(string message, string? device = null) => new(CheckOutcome.Failed, message) { DeviceStatus = device };

    /// <param name="message">What was found.</param>
    /// <param name="warning">The device's words for it.</param>
    public static Finding DeviceWarns(string message, string warning) =>
        new(CheckOutcome.Warning, $"{message} The device warns: \"{warning}\".");
}
