namespace DeviceCreds;

/// <summary>What a rule found.</summary>
internal sealed record Finding(CheckOutcome Outcome, string Message)
{
    /// <summary>Whether the device itself answers with an error.</summary>
    public bool IsRefusedByDevice { get; private init; }

    public static Finding Pass(string message) => new(CheckOutcome.Passed, message);

    public static Finding Warn(string message) => new(CheckOutcome.Warning, message);

    public static Finding Skip(string message) => new(CheckOutcome.Skipped, message);

    /// <param name="message">What was found.</param>
    /// <param name="device">The status with which the device answers, when it looks at this at all.</param>
    public static Finding Fail(string message, string? device = null) => new(CheckOutcome.Failed, device is null ? message : $"{message} The device answers {device}.") { IsRefusedByDevice = device is not null };

    /// <param name="message">What was found.</param>
    /// <param name="warning">The words in which the device reports it.</param>
    public static Finding DeviceWarns(string message, string warning) => new(CheckOutcome.Warning, $"{message} The device warns: \"{warning}\".");
}
