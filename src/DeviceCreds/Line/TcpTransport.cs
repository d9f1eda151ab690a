using System.Net;
using System.Net.Sockets;

namespace DeviceCreds;

/// <summary>A device that listens on a TCP port: IPv4, one connection at a time.</summary>
/// <param name="address">Its host and port.</param>
/// <param name="warn">Gets a warning when the address is not on the local network.</param>
internal sealed class TcpTransport(DeviceAddress address, Action<string> warn) : ITransport
{
    public bool IsShared => false;

    public async Task<LineConnection> OpenAsync(CancellationToken cancel)
    {
        var target = await ResolveAsync().ConfigureAwait(false);
        if (DeviceAddress.IsPublic(target))
            warn($"{address.Text} is not a private address. The connection to a device is not encrypted: anyone who can read the traffic "
                + "gets the private key.");
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
#if NET
            await socket.ConnectAsync(new IPEndPoint(target, address.Port), cancel).ConfigureAwait(false);
#else
            using (cancel.Register(socket.Dispose)) await socket.ConnectAsync(new IPEndPoint(target, address.Port)).ConfigureAwait(false);
#endif
            return new(new NetworkStream(socket, ownsSocket: true), socket);
        }
        catch (Exception e)
        {
            socket.Dispose();
            cancel.ThrowIfCancellationRequested();
            if (e is SocketException refused) throw Explain(refused);
            throw;
        }
    }

    async Task<IPAddress> ResolveAsync()
    {
        if (IPAddress.TryParse(address.Host!, out var given)) return given;
        try
        {
            var found = await Dns.GetHostAddressesAsync(address.Host!).ConfigureAwait(false);
            return found.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? found.First();
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            throw new InjectionException(
                "HostNotFound", ErrorKind.Connection, $"There is no host '{SubjectText.Shorten(address.Host!)}'.",
                "Check the name, or give the IP address.", e);
        }
    }

    InjectionException Explain(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused =>
            new("ConnectionRefused", ErrorKind.Connection, $"Nothing listens at {address.Text}: the connection was refused.",
            "Is the device on, and has its factory flow begun? On Linux it listens on another port after each start, which its "
            + "console names (-ConsoleLog). -WaitSec waits for it.", e),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
            new("HostUnreachable", ErrorKind.Connection, $"{address.Text} cannot be reached: {e.Message}",
            "Check the cable and the address.", e),
        SocketError.TimedOut => TimedOut(address.Text, e),
        _ => new("ConnectionFailed", ErrorKind.Connection, $"The connection to {address.Text} failed: {e.Message}",
            "Check the cable and the address.", e),
    };

    public static InjectionException TimedOut(string address, Exception? inner = null) =>
        new("ConnectionTimedOut", ErrorKind.Timeout, $"{address} does not answer: the connection timed out.",
            "Is the device on, and the address right? -TimeoutSec allows more time.", inner);
}
