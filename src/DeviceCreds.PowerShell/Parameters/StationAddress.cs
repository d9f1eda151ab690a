namespace DeviceCreds.PowerShell;

/// <summary>Where a device is reached, from a cmdlet's parameters and the device's row; a parameter overrides a column.</summary>
/// <param name="resolve">The file system's path of a console log.</param>
sealed class StationAddress(Func<string, string> resolve)
{
    // The names that the parameter has.
    static readonly string[] Hosts = [nameof(Address), "ComputerName", "IPAddress"];

    public string? Address { get; init; }

    public int? Port { get; init; }

    public string? SerialPort { get; init; }

    public int BaudRate { get; init; }

    public string? ConsoleLog { get; init; }

    /// <summary>The address of a device.</summary>
    /// <param name="columns">The other columns of its row.</param>
    /// <exception cref="InputException">There is none, or there are two.</exception>
    public DeviceAddress Of(DeviceColumns columns)
    {
        // With an address on the command line, columns of other kinds do not count.
        var isGiven = Address is not null || SerialPort is not null || ConsoleLog is not null;
        var host = isGiven ? Address : Hosts.Select(n => Text(columns, n)).FirstOrDefault(t => t is not null);
        var serial = isGiven ? SerialPort : Text(columns, nameof(SerialPort));
        var log = isGiven ? ConsoleLog : Text(columns, nameof(ConsoleLog));
        var given = new[] { host, serial, log }.Count(a => a is not null);
        if (given == 0)
            throw new InputException(
                "AddressMissing", ErrorKind.InvalidArgument, "There is no address for this device.",
                "Give -Address, -SerialPort or -ConsoleLog, or a column of that name in its row.");
        if (given > 1)
            throw new InputException(
                "AddressAmbiguous", ErrorKind.InvalidArgument, "There are two addresses for this device.",
                "Give one of Address, SerialPort and ConsoleLog.");
        if (serial is not null) return DeviceAddress.OfSerialPort(serial, BaudRate);
        return log is not null ? DeviceAddress.OfConsoleLog(resolve(log))
            : DeviceAddress.OfHost(host!, Port ?? Number(columns, nameof(Port)));
    }

    static string? Text(DeviceColumns columns, string name) => RowValue.Text(name, columns.Find(name))?.Trim() is { Length: > 0 } text
        ? text : null;

    static int? Number(DeviceColumns columns, string name)
    {
        if (Text(columns, name) is not { } text) return null;
        return int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
            out var number) ? number
            : throw new InputException(
                "AddressInvalid", ErrorKind.InvalidArgument,
                $"{name}: expected a number from 1 to 65535, found '{MessageText.Shorten(text)}'.",
                "Correct the column.");
    }
}
