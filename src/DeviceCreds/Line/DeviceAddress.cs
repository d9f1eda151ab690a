using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DeviceCreds;

/// <summary>Where a device is reached: a host and a port, a serial port, or an address in its console output.</summary>
public sealed record DeviceAddress
{
    /// <summary>The port of the vendor's devices; on Linux they choose another at each start.</summary>
    public const int DefaultPort = 7777;

    /// <summary>The speed of the boards' debugger ports.</summary>
    public const int DefaultBaudRate = 115_200;

    DeviceAddress(string text) => Text = text;

    internal string? Host { get; private init; }

    internal int Port { get; private init; }

    internal string? SerialPort { get; private init; }

    internal int BaudRate { get; private init; }

    /// <summary>A file with what the device prints on its console.</summary>
    internal string? ConsoleLog { get; private init; }

    /// <summary>The address as text, such as <c>192.168.1.20:7777</c> or <c>COM7</c>. Devices with the same one take turns.</summary>
    public string Text { get; }

    /// <summary>A device that listens on a port.</summary>
    /// <param name="host">A name or an IP address, with or without a port after a colon.</param>
    /// <param name="port">The port; null for the one after the host, or else 7777.</param>
    /// <exception cref="InputException">The host or the port is not possible.</exception>
    public static DeviceAddress OfHost(string host, int? port = null)
    {
        RequireNoSecret(host);
        var name = host.Trim();
        if (name.IndexOf(':') is > 0 and var colon && colon == name.LastIndexOf(':'))
        {
            var after = name.Substring(colon + 1);
            if (!int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var own))
                throw Invalid($"'{SubjectText.Shorten(after)}' is not a port.");
            if (port is not null && port != own) throw Invalid($"the address has the port {own}, and -Port is {port}.");
            (name, port) = (name.Substring(0, colon), own);
        }

        var number = port ?? DefaultPort;
        if (number is < 1 or > ushort.MaxValue)
            throw Invalid(FormattableString.Invariant($"expected a port from 1 to {ushort.MaxValue}, found {number}."));
        name = name.Trim('[', ']');
        // 192.168.001.020 would be read as octal numbers, and 10.1 as 10.0.0.1: other devices.
        if (name.All(c => c is '.' or >= '0' and <= '9') && name.Split('.') is var parts
            && (parts.Length != 4 || parts.Any(p => p is "" or ['0', _, ..])))
            throw Invalid($"'{SubjectText.Shorten(host)}': expected four numbers without zeros before them.");
        if (IPAddress.TryParse(name, out var address) && name.IndexOfAny(['.', ':']) >= 0) name = address.ToString();
        else if (Uri.CheckHostName(name) != UriHostNameType.Dns)
            throw Invalid($"'{SubjectText.Shorten(host)}' is not a host name or an IP address.");
        name = name.ToLowerInvariant();
        return new(name.IndexOf(':') < 0 ? $"{name}:{number}" : $"[{name}]:{number}") { Host = name, Port = number };
    }

    /// <summary>A device on a serial port.</summary>
    /// <param name="name">The port's name: COM7, /dev/ttyACM0.</param>
    /// <param name="baudRate">Its speed.</param>
    /// <exception cref="InputException">It is a text like a key or a password.</exception>
    public static DeviceAddress OfSerialPort(string name, int baudRate = DefaultBaudRate)
    {
        RequireNoSecret(name);
        return new(name) { SerialPort = name, BaudRate = baudRate };
    }

    /// <summary>A device whose console output is in a file and contains its address.</summary>
    /// <param name="path">The file.</param>
    public static DeviceAddress OfConsoleLog(string path) => new(path) { ConsoleLog = path };

    static InputException Invalid(string problem) =>
        new("AddressInvalid", ErrorKind.InvalidArgument, $"The device's address: {problem}",
            "Give -Address <host> and -Port <1 to 65535>.");

    // Addresses are written to the journal and the console. The name of a port on Linux has a serial number in it.
    static void RequireNoSecret(string text)
    {
        if (MessageText.HoldsSecret(text, beyondDoubt: text.StartsWith("/dev/", StringComparison.Ordinal)) || SecretText.IsHidden(text))
            throw Invalid("it looks like a key or a password and is not shown.");
    }

    /// <summary>The serial ports that this computer has.</summary>
    public static IReadOnlyList<string> SerialPorts() => SerialTransport.PortNames();

    /// <summary>Whether the message may leave the local network: the key is sent unencrypted.</summary>
    internal static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address)) return false;
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            // fc00::/7 and fe80::/10 (RFC 4193, RFC 4291).
            ? (bytes[0] & 0xFE) != 0xFC && (bytes[0] != 0xFE || (bytes[1] & 0xC0) != 0x80)
            // RFC 1918 and RFC 3927.
            : bytes is not ([10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [169, 254, ..] or [0, ..]);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
