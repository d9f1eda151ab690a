using System.Globalization;
using System.Text;
using Org.BouncyCastle.Asn1;

namespace DeviceCreds.Tests;

/// <summary>DER by hand: tag, length, value, so that whatever is wrong can be written, too.</summary>
static class Tlv
{
    public const string CommonName = "2.5.4.3", OrganizationalUnit = "2.5.4.11", Street = "2.5.4.9", Description =
        "2.5.4.13", Uid = "0.9.2342.19200300.100.1.1", Organization = "2.5.4.10";

    public static byte[] Of(byte tag, params byte[][] parts)
    {
        var length = parts.Sum(p => p.Length);
        byte[] header = length < 0x80
            ? [tag, (byte)length] : length < 0x100 ? [tag, 0x81, (byte)length] : [tag, 0x82, (byte)(length >> 8), (byte)length];
        return [.. header, .. parts.SelectMany(p => p)];
    }

    public static byte[] Sequence(params byte[][] parts) => Of(0x30, parts);

    public static byte[] Oid(string id) => new DerObjectIdentifier(id).GetDerEncoded();

    public static byte[] Octets(byte[] value) => Of(0x04, value);

    public static byte[] Bits(byte[] value) => Of(0x03, [0], value);

    public static byte[] Integer(params byte[] twosComplement) => Of(0x02, twosComplement);

    /// <summary>UTCTime until 2049 and GeneralizedTime from 2050 on, unless told which.</summary>
    public static byte[] Time(DateTime time, bool? utc = null) => utc ?? time.Year < 2050
        ? Text(0x17, time.ToString("yyMMddHHmmss'Z'", CultureInfo.InvariantCulture))
        : Text(0x18, time.ToString("yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture));

    public static byte[] Text(byte tag, string text) => Of(tag, Encoding.UTF8.GetBytes(text));

    public static byte[] Attribute(string type, byte[] value) => Of(0x31, Sequence(Oid(type), value));

    public static byte[] Attribute(string type, string value) => Attribute(type, Text(0x0C, value));

    public static byte[] Name(params byte[][] attributes) => Sequence(attributes);

    public static byte[] Algorithm(string oid, params byte[][] parameters) => Sequence([Oid(oid), .. parameters]);
}
