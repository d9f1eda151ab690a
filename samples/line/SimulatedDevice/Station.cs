using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SimulatedDevice;

/// <summary>A station with one device after the other, on one TCP port or one serial port.</summary>
public sealed class Station : IDisposable
{
    readonly DeviceOptions _options;
    readonly PseudoTerminal? _terminal;
    readonly Action<string> _console;
    readonly Thread _thread;
    readonly ManualResetEventSlim _ready = new();
    TcpListener? _listener;
    volatile bool _isOver;

    Station(DeviceOptions options, Action<string> console)
    {
        (_options, _console) = (options, console);
        _terminal = options.Serial ? new PseudoTerminal() : null;
        Port = options.Port;
        _thread = new Thread(Run) { IsBackground = true, Name = "Station" };
        _thread.Start();
        _ready.Wait();
    }

    /// <summary>The TCP port of the present device.</summary>
    public int Port { get; private set; }

    /// <summary>The name of the serial port; empty when there is none.</summary>
    public string SerialPort => _terminal?.Name ?? "";

    /// <summary>What the devices got.</summary>
    public ConcurrentQueue<ReceivedMessage> Received { get; } = new();

    /// <summary>Powers the first device on.</summary>
    /// <param name="options">How the devices behave.</param>
    /// <param name="console">Gets what they print on their consoles; on a serial port that goes to the line.</param>
    public static Station Start(DeviceOptions options, Action<string>? console = null) => new(options, console ?? (_ => { }));

    /// <summary>Waits until the last device is finished.</summary>
    public bool Wait(TimeSpan patience) => _thread.Join(patience);

    /// <inheritdoc/>
    public void Dispose()
    {
        _isOver = true;
        _listener?.Dispose();
        _terminal?.Dispose();
        _thread.Join(TimeSpan.FromSeconds(1));
    }

    void Run()
    {
        try
        {
            for (var i = 0; i < _options.Devices && !_isOver; i++)
            {
                if (i > 0) Thread.Sleep(_options.SwapDelay);
                if (_terminal is null) RunOverTcp();
                else RunOverSerial(_terminal);
            }
        }
        catch (EndOfStreamException)
        {
            // The tool left while a device wrote its text.
        }
        catch (Exception e) when (_isOver && (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException))
        {
            // The station was switched off.
        }

        _ready.Set();
    }

    void RunOverTcp()
    {
        Thread.Sleep(_options.BootDelay);
        _listener = new TcpListener(IPAddress.Loopback, _options.NewPort ? 0 : Port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start(5);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        // Two spaces, as the vendor's devices print it.
        _console($"Client IP Address and Port :  127.0.0.1:{Port}");
        _console("Client is waiting for incoming connection...");
        _console("Factory flow begins...");
        _ready.Set();
        new Board(_options, _console, Received.Enqueue).Run(_listener);
    }

    void RunOverSerial(PseudoTerminal terminal)
    {
        var line = new Line(terminal.Stream, _options);
        _ready.Set();
        Thread.Sleep(_options.BootDelay);
        // Bytes before the factory flow are lost.
        if (_options.BootDelay > 0) terminal.DiscardInput();
        PrintOnLine("Factory flow begins...");
        new Board(_options, PrintOnLine, Received.Enqueue).Run(line);

        void PrintOnLine(string text) => line.Send(Encoding.Latin1.GetBytes(text + "\r\n"));
    }
}
