using System.Globalization;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>The texts that the vendor's devices print when they begin their factory flow.</summary>
internal static class DeviceConsole
{
    /// <summary>From here on the device accepts a message; earlier bytes are lost.</summary>
    public const string Ready = "Factory flow begins...";

    static readonly Regex Announcement = new(@"Client IP Address and Port\s*:\s*(\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})\s*$",
        RegexOptions.CultureInvariant);

    /// <summary>The address and port in a line; null when it has none.</summary>
    public static DeviceAddress? Find(string line)
    {
        if (Announcement.Match(line) is not { Success: true } match) return null;
        var port = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        return port is > 0 and <= ushort.MaxValue && System.Net.IPAddress.TryParse(match.Groups[1].Value, out var address)
            ? DeviceAddress.OfHost(address.ToString(), port) : null;
    }
}
