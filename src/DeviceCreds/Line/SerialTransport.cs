using System.IO.Ports;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeviceCreds;

/// <summary>A device on a serial port: raw, 8N1, no flow control. Its text shares the line with its replies.</summary>
/// <param name="address">The port and its speed.</param>
internal sealed class SerialTransport(DeviceAddress address) : ITransport
{
    public bool IsShared => true;

    /// <summary>The names of the ports that this computer has; none where the system has no serial ports.</summary>
    public static IReadOnlyList<string> PortNames()
    {
        try
        {
            return Names();
        }
        catch (Exception e) when (IsUnsupported(e) || e is UnauthorizedAccessException or IOException)
        {
            return [];
        }

        // A separate method: where the assembly is missing, the call fails, and not the caller itself.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static IReadOnlyList<string> Names() =>
            [.. SerialPort.GetPortNames().Distinct().OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal)];
    }

    public Task<LineConnection> OpenAsync(CancellationToken cancel)
    {
        try
        {
            return Task.FromResult(Open());
        }
        catch (Exception e) when (IsUnsupported(e))
        {
            throw new InjectionException(
                "SerialPortsNotSupported", ErrorKind.Connection,
                "This PowerShell does not support serial ports: System.IO.Ports is missing.",
                "Use PowerShell 7.4 or later, or Windows PowerShell 5.1.", e);
        }
        catch (UnauthorizedAccessException e) when (IsThere)
        {
            throw new InjectionException(
                "SerialPortAccessDenied", ErrorKind.Connection,
                $"The serial port {address.Text} is in use by another program, or you may not open it.",
                "Close the other program (a terminal?); on Linux the user must be in the group of the port (dialout).", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            throw new InjectionException(
                "SerialPortNotFound", ErrorKind.Connection,
                $"The serial port {address.Text} cannot be opened: {(IsThere ? e.Message : "there is no such port.")}",
                PortNames() is { Count: > 0 } names ? $"This computer has {string.Join(", ", names)}."
                : "This computer has no serial port.", e);
        }
    }

    // On Unix .NET reports "access denied" for a port that does not exist.
    bool IsThere => RuntimeInformation.IsOSPlatform(OSPlatform.Windows) || File.Exists(address.Text);

    [MethodImpl(MethodImplOptions.NoInlining)]
    LineConnection Open()
    {
        // DTR and RTS as terminals set them: some USB ports send nothing otherwise.
        var port = new SerialPort(address.SerialPort, address.BaudRate, Parity.None, 8, StopBits.One) { Handshake = Handshake.None };
        try
        {
            port.Open();
            TryRaise(port);
            return new(port.BaseStream, port);
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    static void TryRaise(SerialPort port)
    {
        try
        {
            port.DtrEnable = true;
            port.RtsEnable = true;
        }
        catch (IOException)
        {
            // A pseudo terminal has no such lines.
        }
    }

    static bool IsUnsupported(Exception e) =>
        e is PlatformNotSupportedException or FileLoadException or TypeLoadException or DllNotFoundException
        || e is FileNotFoundException { FileName: { } file } && file.StartsWith("System.IO.Ports", StringComparison.Ordinal);
}
