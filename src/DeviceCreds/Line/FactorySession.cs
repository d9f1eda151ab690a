namespace DeviceCreds;

/// <summary>One connection to a device, over which messages and replies alternate.</summary>
internal sealed class FactorySession : IDisposable
{
    // How long the last bytes may take after a device closed its end.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    // A device closes its port before the connection: after the end of a connection, a new one reaches another device.
    static readonly TimeSpan PatienceForEnd = TimeSpan.FromSeconds(2);
    static readonly TimeSpan PatienceForText = TimeSpan.FromMilliseconds(300);

    readonly LineConnection _connection;
    readonly bool _isShared;
    readonly InjectionOptions _options;
    readonly TimeLimit _limit;
    readonly TraceText _trace;
    readonly ReplyParser _parser;
    readonly CancellationTokenSource _closed = new();
    readonly byte[] _buffer = new byte[4096];
    int _start;
    int _end;

    /// <param name="connection">The open line; the session closes it.</param>
    /// <param name="isShared">Whether the device's text shares the line.</param>
    /// <param name="options">Byte order and time limits.</param>
    /// <param name="limit">The clock.</param>
    /// <param name="text">Gets each line of the device's text.</param>
    public FactorySession(LineConnection connection, bool isShared, InjectionOptions options, TimeLimit limit, Action<string> text)
    {
        _connection = connection;
        _isShared = isShared;
        _options = options;
        _limit = limit;
        _trace = new TraceText(text);
        _parser = new ReplyParser(options.ByteOrder, _trace);
    }

    /// <summary>Whether the device's text shares the line, and an earlier device's reply may come late.</summary>
    public bool IsShared => _isShared;

    /// <summary>Whether anything was sent.</summary>
    public bool HasSent { get; private set; }

    /// <summary>Whether a device has reported that it is ready since the last message: after the reply, it is the next device.</summary>
    public bool HasAnnounced => _trace.HasAnnounced;

    /// <summary>Waits until the device reports that it is ready: earlier bytes are lost.</summary>
    /// <exception cref="InjectionException">It does not report that in time.</exception>
    public Task AwaitReadyAsync(TimeLimit limit, TimeSpan patience, Func<InjectionException> late) => limit.RunAsync(patience, async _ =>
    {
        while (!_trace.HasAnnounced)
        {
            if (_start == _end) await FillAsync().ConfigureAwait(false);
            // A reply that arrives now belongs to the device before.
            _parser.Push(_buffer.AsSpan(_start, _end - _start), out var taken);
            _start += taken;
        }

        return true;
    }, late);

    /// <summary>Sends a message, and waits for its reply.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isRetry">Whether the device may have got a part of it before.</param>
    /// <exception cref="InjectionException">The device does not accept it, does not reply in time, or sends an invalid
    /// reply.</exception>
    public async Task<FactoryReply> ExchangeAsync(byte[] message, bool isRetry = false)
    {
        // On a serial line an earlier attempt may have left bytes.
        var frame = FactoryMessage.Encode(message, _options.ByteOrder, _isShared || isRetry);
        _parser.SentLength = message.Length;
        _trace.Restart();
        HasSent = true;
        // Read while sending: a device whose text is not read stops accepting bytes.
        var reply = ReadReplyAsync();
        try
        {
            await _limit.RunAsync(_options.Timeout, _ => SendAsync(frame, reply), SendTimedOut).ConfigureAwait(false);
        }
        finally
        {
            Array.Clear(frame, 0, frame.Length);
        }

        return await _limit.RunAsync(_options.Timeout, _ => reply, NoReply).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits for the end after the last reply, and for the text before it; a device that keeps the line open is left alone.
    /// </summary>
    public async Task FinishAsync()
    {
        _trace.Restart();
        try
        {
            await _limit.RunAsync(_isShared ? PatienceForText : PatienceForEnd, async _ =>
            {
                while (!_trace.HasAnnounced)
                {
                    _parser.Push(_buffer.AsSpan(_start, _end - _start), out var taken);
                    _start += taken;
                    if (_start == _end) await FillAsync().ConfigureAwait(false);
                }

                return true;
            }, NoReply).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InjectionException or OperationCanceledException)
        {
            // The end was expected; anything else that arrives now changes nothing.
        }

        _trace.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed.Cancel();
        _trace.Flush();
        try
        {
            _connection.Dispose();
        }
        catch (Exception e) when (IsEnd(e))
        {
            // A port that was pulled out: what the device replied before that counts.
        }
    }

    async Task<bool> SendAsync(byte[] frame, Task<FactoryReply> reply)
    {
        try
        {
            var writing = _connection.Stream.WriteAsync(frame, 0, frame.Length, _closed.Token);
            // A reply decides, even when bytes are still to be sent.
            if (await Task.WhenAny(writing, reply).ConfigureAwait(false) == reply) await reply.ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            await _connection.Stream.FlushAsync(_closed.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsEnd(e))
        {
            await _limit.RunAsync(Grace, _ => reply, Ended).ConfigureAwait(false);
        }

        return true;
    }

    async Task<FactoryReply> ReadReplyAsync()
    {
        while (true)
        {
            if (_start == _end) await FillAsync().ConfigureAwait(false);
            var reply = _parser.Push(_buffer.AsSpan(_start, _end - _start), out var taken);
            _start += taken;
            if (reply is not null) return reply;
        }
    }

    async Task FillAsync()
    {
        var read = 0;
        try
        {
            read = await _connection.Stream.ReadAsync(_buffer, 0, _buffer.Length, _closed.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // A broken connection counts as closed.
        }

        if (read == 0) throw Ended();
        (_start, _end) = (0, read);
    }

    static bool IsEnd(Exception e) =>
        e is IOException or ObjectDisposedException or InvalidOperationException or UnauthorizedAccessException
            or System.Net.Sockets.SocketException;

    InjectionException Ended() => _parser.IsInReply
        ? new("ReplyIncomplete", ErrorKind.Protocol,
            "The connection ended in the middle of the device's reply. The device may have stored everything.", Advice.Restart)
        : new("StreamEnded", ErrorKind.Connection,
            "The connection ended without a reply: the device did not accept the message, or its program has ended.", Advice.Restart);

    InjectionException SendTimedOut() =>
        new("SendTimedOut", ErrorKind.Timeout, $"The device does not accept the message: it could not be sent in {Seconds}.",
            $"Does another program hold a connection to the device? {Advice.Restart}");

    InjectionException NoReply() => _parser.IsInReply
        ? new("ReplyIncomplete", ErrorKind.Timeout, $"The device's reply is incomplete after {Seconds}.",
            $"-TimeoutSec allows more time. {Advice.Restart}")
        : new("NoReply", ErrorKind.Timeout, $"The device did not reply in {Seconds}.", NoReplyAdvice);

    string NoReplyAdvice => _trace.HasAnnounced
        ? "Its factory flow began after the message was sent, so the message was lost. With -WaitSec the message waits for the device."
        : "Does another program hold a connection to the device? On a serial port: is the speed right, and has the factory flow "
            + $"begun? {Advice.Restart}";

    string Seconds => FormattableString.Invariant($"{_options.Timeout.TotalSeconds:0.###} s");
}
