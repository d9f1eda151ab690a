using System.Net.Sockets;
using System.Text;

namespace SimulatedDevice;

/// <summary>One device at its station: from power-on until its program ends.</summary>
sealed class Board(DeviceOptions options, Action<string> print, Action<ReceivedMessage> received)
{
    readonly Firmware _firmware = new(options);
    int _messages;

    /// <summary>Runs the factory flow over a serial line.</summary>
    public void Run(Line line)
    {
        Serve(line, answersFramingErrors: true);
        if (options.Trace) print("Successfully completed factory flow");
    }

    /// <summary>Runs the factory flow over connections: one at a time, and another one when the tool closes between messages.</summary>
    public void Run(TcpListener listener)
    {
        TcpClient? client = null;
        try
        {
            do
            {
                client?.Dispose();
                client = listener.AcceptTcpClient();
                client.NoDelay = true;
            }
            while (Serve(new Line(client.GetStream(), options), answersFramingErrors: false));
        }
        finally
        {
            // In this order: after the connection ends, nothing listens at the port.
            listener.Dispose();
            client?.Dispose();
        }
    }

    // Whether the device waits for another connection.
    bool Serve(Line line, bool answersFramingErrors)
    {
        try
        {
            while (Answer(line, answersFramingErrors))
            {
            }

            return false;
        }
        catch (EndOfStreamException)
        {
            // After a connection that ends without data, wait for another one.
            return _messages == 0 || _firmware.IsSessionOpen;
        }
        catch (DeviceEndedException)
        {
            return false;
        }
    }

    bool Answer(Line line, bool answersFramingErrors)
    {
        var (before, message, status) = Frames.Read(line, options);
        _messages++;
        if (status != 0)
        {
            print("Failed getting factory message");
            if (answersFramingErrors) line.Reply(Frames.Write(status, [], options));
            return _firmware.IsSessionOpen && answersFramingErrors;
        }

        if (options.Trace) print(
            $"\u001B[32m[INFO][fcc ]: got {message.Length} bytes; the token is mbedpro, mbedprov is not text\u001B[0m");
        if (options.TraceSecrets) WriteSecrets(message);
        var wasOpen = _firmware.IsSessionOpen;
        if (wasOpen && options.StatusOnce is { } once && _messages == 2)
        {
            line.Reply(Frames.Write(once, [], options));
            return true;
        }

        var (reply, bundle) = _firmware.Process(message);
        received(new(before, message, bundle?.Parameters.GetValueOrDefault("mbed.EndpointName") as string,
            bundle?.Parameters.GetValueOrDefault("mbed.CurrentTime") as long?, reply.Status));
        if (options.Silent)
        {
            while (true) line.ReadByte();
        }

        var content = options.Malformed ? "no CBOR"u8.ToArray() : reply.Encode();
        line.Reply(Frames.Write(options.Status ?? (options.Closed || content is null ? 9 : 0), content ?? [], options));
        if (options.Trace) print("mbed");
        return _firmware.IsSessionOpen;
    }

    // What a debug build might print: hexadecimal, Base64, and the bytes themselves.
    void WriteSecrets(byte[] message)
    {
        print(BitConverter.ToString(message));
        print(Convert.ToHexString(message));
        print(string.Join(", ", message.Select(b => $"0x{b:x2}")));
        print(string.Join(", ", message));
        print("-----BEGIN EC PRIVATE KEY-----");
        foreach (var line in Convert.ToBase64String(message).Chunk(20)) print(new string(line));
        print("-----END EC PRIVATE KEY-----");
        print(Convert.ToBase64String(message));
        print(Encoding.Latin1.GetString(message));
    }
}
