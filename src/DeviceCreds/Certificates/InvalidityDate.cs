using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>Since when a certificate is known or thought to be invalid: the extension invalidityDate of a list's entry (RFC 5280, 5.3.2).
/// </summary>
internal static class InvalidityDate
{
    const string Written = "yyyyMMddHHmmss'Z'";

    // As OpenSSL reads a GeneralizedTime: seconds may be missing, and a zone may take the place of 'Z'.
    static readonly Regex Form = new(
        @"^([0-9]{12})(?:([0-9]{2})(?:\.[0-9]+)?)?(?:Z|([+-])(0[0-9]|1[0-2])([0-5][0-9]))\z", RegexOptions.CultureInvariant);

    /// <summary>A GeneralizedTime in UTC, to the second; null when OpenSSL would not take it.</summary>
    public static DateTime? Parse(string text)
    {
        if (Form.Match(text) is not { Success: true, Groups: var parts }) return null;
        var digits = parts[1].Value + (parts[2].Success ? parts[2].Value : "00");
        if (!DateTime.TryParseExact(digits, "yyyyMMddHHmmss", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)) return null;
        if (!parts[3].Success) return time;
        var zone = new TimeSpan(int.Parse(parts[4].Value, CultureInfo.InvariantCulture),
            int.Parse(parts[5].Value, CultureInfo.InvariantCulture), 0);
        var ticks = time.Ticks + (parts[3].Value == "-" ? zone : -zone).Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime(ticks, DateTimeKind.Utc) : null;
    }

    /// <summary>The extension's value; null when it is not a time.</summary>
    public static DateTime? Read(byte[] value) =>
        value is [DerCursor.GeneralizedTime, < 0x80 and var length, ..] && length == value.Length - 2
            ? Parse(Encoding.ASCII.GetString(value, 2, length)) : null;

    /// <summary>The extension in DER.</summary>
    public static byte[] Write(DateTime utc) => Extensions.Write(X509Extensions.InvalidityDate, false,
        new DerGeneralizedTime(utc.ToString(Written, CultureInfo.InvariantCulture))).GetDerEncoded();
}
