using System.Globalization;
using SimulatedDevice;

// Each property of DeviceOptions is a switch: --wrong-hash, --status 8, --devices 3. What the devices print goes to the console.
var options = new DeviceOptions();
for (var i = 0; i < args.Length; i++)
{
    var name = string.Concat(args[i].TrimStart('-').Split('-'));
    var property = typeof(DeviceOptions).GetProperties()
        .FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));
    if (property is null || !args[i].StartsWith("--", StringComparison.Ordinal))
    {
        Console.Error.WriteLine($"Unknown switch: {args[i]}. DeviceOptions.cs lists them.");
        return 1;
    }

    property.SetValue(options, property.PropertyType == typeof(bool) ? true : int.Parse(args[++i], CultureInfo.InvariantCulture));
}

using var station = Station.Start(options, Console.WriteLine);
if (options.Serial) Console.WriteLine($"Serial port: {station.SerialPort}");
station.Wait(Timeout.InfiniteTimeSpan);
// Unread bytes are lost when a port disappears.
if (options.Serial) Thread.Sleep(TimeSpan.FromSeconds(3));
foreach (var message in station.Received) Console.WriteLine(
    $"Received {message.Message.Length} bytes for {message.EndpointName ?? "a key"}: status {message.ReturnStatus}");
return 0;
