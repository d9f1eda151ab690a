using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SimulatedDevice;

/// <summary>Token, length, message and hash, as the device reads and writes them.</summary>
static class Frames
{
    static readonly byte[] Token = "mbedprov"u8.ToArray();

    /// <summary>Reads one message.</summary>
    /// <returns>The bytes before the token, the message, and the communication status.</returns>
    public static (byte[] Before, byte[] Message, int Status) Read(Line line, DeviceOptions options)
    {
        var before = FindToken(line);
        var length = options.BigEndian ? BinaryPrimitives.ReadInt32BigEndian(line.Read(4))
            : BinaryPrimitives.ReadInt32LittleEndian(line.Read(4));
        if (length == 0) return (before, [], 4);
        if (length is < 0 or > 16 * 1024 * 1024) return (before, [], 3);
        var message = line.Read(length);
        return line.Read(32).SequenceEqual(SHA256.HashData(message)) ? (before, message, 0) : (before, [], 8);
    }

    /// <summary>A reply; without content when the status is not 0.</summary>
    public static byte[] Write(int status, byte[] content, DeviceOptions options)
    {
        byte[] head = [.. Token, .. Integer(status, options)];
        if (status != 0) return head;
        var hash = SHA256.HashData(content);
        if (options.WrongHash) hash[0] ^= 1;
        return [.. head, .. Integer(content.Length, options), .. content, .. hash];
    }

    // After a wrong byte it starts again without checking that byte again, as the device does.
    static byte[] FindToken(Line line)
    {
        var all = new List<byte>();
        for (var matched = 0; matched < Token.Length;)
        {
            all.Add(line.ReadByte());
            matched = all[^1] == Token[matched] ? matched + 1 : 0;
        }

        return [.. all.Take(all.Count - Token.Length)];
    }

    static byte[] Integer(int value, DeviceOptions options)
    {
        var bytes = new byte[4];
        if (options.BigEndian) BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
