using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>Serial numbers (RFC 5280, 4.1.2.2).</summary>
internal static class SerialNumbers
{
    /// <summary>The most octets that a conforming serial number has.</summary>
    public const int MaximumOctets = 20;

    /// <summary>16 octets with 126 random bits: always positive, never zero, and always the same length.</summary>
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

    /// <summary>
    /// A serial number as people write it (in either case, with colons, spaces, 0x or zeros before it), as <see cref="Format"/>
    /// writes it; null when it is not one.
    /// </summary>
    public static string? Normalise(string text)
    {
        var digits = text.Replace(":", "").Replace(" ", "").ToUpperInvariant();
        var sign = digits.StartsWith("-", StringComparison.Ordinal) ? "-" : "";
        digits = digits.Substring(sign.Length);
        if (digits.StartsWith("0X", StringComparison.Ordinal)) digits = digits.Substring(2);
        if (digits.Length == 0) return null;
        digits = digits.TrimStart('0');
        if (digits.Length == 0) return "00";
        if (digits.Length % 2 != 0) digits = "0" + digits;
        return Hex.TryDecode(digits) is null ? null : sign + digits;
    }
}
