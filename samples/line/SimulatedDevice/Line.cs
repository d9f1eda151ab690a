namespace SimulatedDevice;

/// <summary>The device's end of a line, with the faults of slow and noisy lines.</summary>
sealed class Line(Stream stream, DeviceOptions options)
{
    readonly byte[] _one = new byte[1];
    int _received;
    int _sent;

    /// <summary>The next byte.</summary>
    /// <exception cref="EndOfStreamException">There is none.</exception>
    public byte ReadByte()
    {
        if (_received == options.EndAfterReceiving) throw new DeviceEndedException();
        if (options.BytesPerSecond is { } speed && _received % 100 == 99) Thread.Sleep(100_000 / speed);
        int read;
        try
        {
            read = stream.Read(_one, 0, 1);
        }
        catch (IOException)
        {
            read = 0;
        }

        if (read == 0) throw new EndOfStreamException();
        _received++;
        if (options.Echo) Send(_one);
        return _one[0];
    }

    public byte[] Read(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = ReadByte();
        return bytes;
    }

    public void Reply(byte[] bytes)
    {
        Thread.Sleep(options.Delay);
        if (options.EndAfterSending is { } end && _sent + bytes.Length > end)
        {
            Send(bytes[..Math.Max(0, end - _sent)]);
            throw new DeviceEndedException();
        }

        _sent += bytes.Length;
        if (!options.Split) Send(bytes);
        else foreach (var b in bytes) Send([b]);
    }

    public void Send(byte[] bytes)
    {
        try
        {
            stream.Write(bytes, 0, bytes.Length);
            stream.Flush();
        }
        catch (IOException)
        {
            // The other end is closed.
            throw new EndOfStreamException();
        }
    }
}
