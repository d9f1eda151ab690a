namespace SimulatedDevice;

/// <summary>What a device got in one message, and its verdict.</summary>
/// <param name="Before">The bytes before the token.</param>
/// <param name="Message">The message.</param>
/// <param name="EndpointName">The endpoint name in it; null when it has none.</param>
/// <param name="CurrentTime">The time in it, in seconds since 1970; null when it has none.</param>
/// <param name="ReturnStatus">The verdict.</param>
public sealed record ReceivedMessage(byte[] Before, byte[] Message, string? EndpointName, long? CurrentTime, int ReturnStatus);
