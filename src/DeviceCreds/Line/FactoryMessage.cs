using System.Buffers.Binary;

namespace DeviceCreds;

/// <summary>
/// The frame around a bundle on its way to a device: token, length, message, SHA-256 of the message. Source: the factory
/// configurator client's communication classes; the frame has not changed since client 1.3.0.
/// </summary>
internal static class FactoryMessage
{
    public const int IntegerLength = 4;
    public const int HashLength = 32;

    /// <summary>"mbedprov". Its first letter does not come again in it, which the search for it relies on.</summary>
    public static ReadOnlySpan<byte> Token => "mbedprov"u8;

    /// <summary>The frame, for the device.</summary>
    /// <param name="message">The bundle.</param>
    /// <param name="order">The byte order of the length.</param>
    /// <param name="onUnknownLine">
    /// Whether bytes of an earlier attempt may be waiting: a device that has read a part of the token misses the next one
    /// unless another byte comes between the two. 0 is in no token.
    /// </param>
    public static byte[] Encode(byte[] message, ByteOrder order, bool onUnknownLine)
    {
        var at = onUnknownLine ? 1 : 0;
        var frame = new byte[at + Token.Length + IntegerLength + message.Length + HashLength];
        Token.CopyTo(frame.AsSpan(at));
        Write((uint)message.Length, frame.AsSpan(at + Token.Length), order);
        message.CopyTo(frame, at + Token.Length + IntegerLength);
        Digest.Sha256(message).CopyTo(frame, frame.Length - HashLength);
        return frame;
    }

    public static uint ReadInteger(ReadOnlySpan<byte> bytes, ByteOrder order) => order == ByteOrder.LittleEndian
        ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    static void Write(uint value, Span<byte> bytes, ByteOrder order)
    {
        if (order == ByteOrder.LittleEndian) BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
    }
}
