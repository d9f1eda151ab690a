using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>Serial numbers (RFC 5280, 4.1.2.2).</summary>
internal static class SerialNumbers
{
    /// <summary>The most octets that a conforming serial number has.</summary>
    public const int MaximumOctets = 20;

    /// <summary>16 octets, of them 126 bits random: always positive, never zero, and always the same length.</summary>
    public static BigInteger Create()
    {
        var bytes = new byte[16];
#if NET
        RandomNumberGenerator.Fill(bytes);
#else
        using (var generator = RandomNumberGenerator.Create()) generator.GetBytes(bytes);
#endif
        bytes[0] = (byte)((bytes[0] & 0x3F) | 0x40);
        return new BigInteger(1, bytes);
    }

    /// <summary>Hexadecimal, an even number of digits, a minus sign before a negative one: as OpenSSL writes it.</summary>
    public static string Format(BigInteger serial) =>
        (serial.SignValue < 0 ? "-" : "") + (serial.SignValue == 0 ? "00" : Hex.Encode(serial.Abs().ToByteArrayUnsigned()));
}
