namespace DeviceCreds;

/// <summary>A device that was not injected: it cannot be reached, does not reply, or refuses.</summary>
public sealed class InjectionException(string errorId, ErrorKind kind, string message, string? advice = null, Exception? inner = null)
    : DeviceCredsException(errorId, kind, message, advice, inner)
{
    /// <summary>Whether the device has its certificate anyway.</summary>
    public bool IsDelivered { get; init; }

    /// <summary>The same error, with the place in the input that it is about.</summary>
    public InjectionException At(string place) => new(ErrorId, Kind, $"{place}: {Problem}", Advice, this) { IsDelivered = IsDelivered };
}
