using System.Globalization;

namespace DeviceCreds;

/// <summary>
/// The statuses of the transfer of a message, before and after the device's factory configurator client handles it.
/// Source: the client's header ftcd_comm_base.h; the names are without their prefix FTCD_COMM_.
/// </summary>
internal static class CommunicationStatus
{
    public const long Success = 0;

    /// <summary>The client gave no reply: its reply did not fit, or its factory flow is closed.</summary>
    public const long NoReply = 9;

    const string Garbled = "The message was changed on its way: check the cable, the port's speed and the byte order.";

    static readonly (string Name, string Meaning, string Advice)[] All =
    [
        ("SUCCESS", "the message was processed", ""),
        ("ERROR", "an error without a name", ""),
        ("INVALID_PARAMETER", "an error in the device's program", ""),
        ("MEMORY_OUT", "the device has no memory for a message of this length",
            "Use a shorter chain (-ChainDepth), or check the byte order."),
        ("FAILED_TO_READ_MESSAGE_SIZE", "the message had no length", Garbled),
        ("FAILED_TO_READ_MESSAGE_BYTES", "the message was not read", Garbled),
        ("FAILED_TO_READ_MESSAGE_SIGNATURE", "the hash was not read", Garbled),
        ("FAILED_TO_CALCULATE_MESSAGE_SIGNATURE", "the device did not compute the hash", ""),
        ("INCONSISTENT_MESSAGE_SIGNATURE", "the hash does not match the message", Garbled),
        ("FAILED_TO_PROCESS_DATA", "the factory configurator client gave no reply", ""),
        ("FAILED_TO_PROCESS_MESSAGE", "the message was not processed", ""),
        ("FAILED_TO_SEND_VALID_RESPONSE", "the device did not send its reply", ""),
        ("NETWORK_TIMEOUT", "the device's network timed out", ""),
        ("NETWORK_CONNECTION_ERROR", "the device's connection failed", ""),
        ("NETWORK_CONNECTION_CLOSED", "the device's connection was closed", ""),
        ("INTERNAL_ERROR", "an error in the device's program", ""),
    ];

    /// <summary>The name; for an unknown status, the number.</summary>
    public static string Name(long status) => Find(status)?.Name ?? status.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the status means, in words.</summary>
    public static string Meaning(long status) => Find(status)?.Meaning ?? "a status that the protocol does not have";

    /// <summary>What to do about the cause; empty when unknown.</summary>
    public static string Advice(long status) => Find(status)?.Advice ?? "";

    /// <summary>Whether the message did not arrive as it was sent, so that nothing of it was stored.</summary>
    public static bool IsFraming(long status) => status is >= 4 and <= 8;

    static (string Name, string Meaning, string Advice)? Find(long status) => status >= 0 && status < All.Length ? All[status] : null;
}
