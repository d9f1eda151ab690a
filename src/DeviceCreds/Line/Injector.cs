namespace DeviceCreds;

/// <summary>
/// Injects one device after another: checks, connects, sends, judges the reply, and records the result before it returns. Any
/// thread may use it for a device of its own.
/// </summary>
public sealed class Injector
{
    // Pauses between attempts to connect: short at first, as the next board may be there already, then longer.
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    // While waiting for a device, one hanging attempt must not use all the time.
    static readonly TimeSpan Attempt = TimeSpan.FromSeconds(5);

    // The vendor's devices print their address before they listen.
    static readonly TimeSpan UntilListening = TimeSpan.FromSeconds(5);

    readonly InjectionOptions _options;
    readonly TimeProvider _time;
    readonly InjectedDevices _injected;
    readonly ConsoleLogs _consoleLogs = new();
    readonly HashSet<string> _warned = [];

    // Where the next device reported that it is ready while the line to the previous one was still open.
    readonly HashSet<string> _ready = [];

    /// <param name="options">Choices.</param>
    /// <param name="time">The clock; by default the system's.</param>
    public Injector(InjectionOptions options, TimeProvider? time = null)
    {
        _options = options;
        _time = time ?? TimeProvider.System;
        _injected = new InjectedDevices(options.Journal);
    }

    /// <summary>Injects a device.</summary>
    /// <param name="order">The device.</param>
    /// <param name="news">Gets news during the injection; the result comes last.</param>
    /// <param name="cancel">Ends every wait; the attempt is recorded as stopped.</param>
    public void Inject(InjectionOrder order, Action<LineNews> news, CancellationToken cancel = default)
    {
        var attempt = new InjectionAttempt(order, _time, news);
        try
        {
            using (_injected.Begin(order.EndpointName, order.Plan.Credential?.SerialNumber, _options.Force)) Inject(attempt, cancel);
        }
        catch (DeviceCredsException e)
        {
            // Nothing was started: the journal has it already, or another station is injecting this name.
            news(new(order, LineNewsKind.Finished) { Injection = attempt.Result(e), Error = Located(e, order) });
        }
    }

    void Inject(InjectionAttempt attempt, CancellationToken cancel)
    {
        Exception? error = null;
        try
        {
            InjectAsync(attempt, cancel).GetAwaiter().GetResult();
        }
        catch (DeviceCredsException e)
        {
            error = e;
        }
        catch (OperationCanceledException)
        {
            error = new InjectionException(
                "InjectionStopped", ErrorKind.Device, "The injection was stopped before the device replied.", Advice.Restart);
        }

        var injection = attempt.Result(error as DeviceCredsException);
        try
        {
            _options.Journal?.Append(injection);
            _injected.Note(injection);
        }
        catch (OutputException e)
        {
            // An injection that is not recorded would be repeated: the caller must stop.
            attempt.News(new(attempt.Order, LineNewsKind.Finished) { Injection = injection, Error = new JournalFailure(e) });
            return;
        }

        attempt.News(new(attempt.Order, LineNewsKind.Finished) { Injection = injection, Error = Located(error, attempt.Order) });
    }

    // Many stations report to one host.
    static Exception? Located(Exception? error, InjectionOrder order) => error switch
    {
        InjectionException e => e.At(order.Title),
        IssuanceException e => e.At(order.Title),
        InputException e => e.At(order.Title),
        _ => error,
    };

    async Task InjectAsync(InjectionAttempt attempt, CancellationToken cancel)
    {
        var run = new InjectionRun(_options, _time);
        Check(attempt, run);
        var limit = new TimeLimit(_time, cancel);
        using var session = await ConnectAsync(attempt, limit).ConfigureAwait(false);
        var dialogue = new DeviceDialogue(session, attempt.Tell);
        attempt.Begin(session, dialogue);
        await attempt.Order.Plan.SendAsync(dialogue, run).ConfigureAwait(false);
        attempt.End();
        await session.FinishAsync().ConfigureAwait(false);
        if (session.HasAnnounced) Note(attempt.Order.Address, isReady: true);
    }

    void Check(InjectionAttempt attempt, InjectionRun run)
    {
        if (attempt.Order.Plan.FindRefusal(run) is not { } refusal) return;
        if (!_options.Force)
            throw new InjectionException(
                "DeviceWouldRefuse", ErrorKind.InvalidData,
                $"Nothing was sent: the device '{SubjectText.Shorten(attempt.Order.EndpointName)}' would refuse it, and its program "
                + $"would end. {refusal}", "Correct it (Test-DeviceConfiguration), or use -Force to send it anyway.");
        attempt.Warn($"'{SubjectText.Shorten(attempt.Order.EndpointName)}' is sent something that it will refuse (-Force). {refusal}");
    }

    async Task<FactorySession> ConnectAsync(InjectionAttempt attempt, TimeLimit limit)
    {
        var started = _time.GetTimestamp();
        var address = attempt.Order.Address;
        if (address.ConsoleLog is { } log)
        {
            attempt.AwaitIf(_options.Wait > TimeSpan.Zero);
            address = await _consoleLogs.FindAsync(log, _options.Wait, limit).ConfigureAwait(false);
            attempt.Tell($"{log}: the device listens at {address.Text}.");
            attempt.Address = address.Text;
        }

        ITransport transport = address.SerialPort is not null
            ? new SerialTransport(address)
            : new TcpTransport(address, text => WarnOnce(attempt, text));
        var connection = await OpenAsync(transport, attempt, address, limit, started).ConfigureAwait(false);
        attempt.Tell($"Connected to {address.Text}.");
        var session = new FactorySession(connection, transport.IsShared, _options, limit, line => attempt.Tell($"device: {line}"));
        try
        {
            if (transport.IsShared && _options.Wait > TimeSpan.Zero && !Note(address, isReady: false))
                await AwaitReadyAsync(session, attempt, address, started).ConfigureAwait(false);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    async Task<LineConnection> OpenAsync(
        ITransport transport, InjectionAttempt attempt, DeviceAddress address, TimeLimit limit, long started)
    {
        var patience = attempt.Order.Address.ConsoleLog is null ? _options.Wait : Max(_options.Wait, UntilListening);
        for (var pause = FirstPause; ; pause = Min(pause + pause, LongestPause))
        {
            try
            {
                var time = patience > TimeSpan.Zero && _options.Timeout > Attempt ? Attempt : _options.Timeout;
                return await limit.RunAsync(time, transport.OpenAsync, () => TcpTransport.TimedOut(address.Text)).ConfigureAwait(false);
            }
            catch (InjectionException e) when (IsAbsent(e) && _time.GetElapsedTime(started) < patience)
            {
                attempt.AwaitIf(_options.Wait > TimeSpan.Zero);
                await limit.DelayAsync(pause).ConfigureAwait(false);
            }
        }
    }

    Task AwaitReadyAsync(FactorySession session, InjectionAttempt attempt, DeviceAddress address, long started)
    {
        attempt.AwaitIf(true);
        var left = Max(_options.Wait - _time.GetElapsedTime(started), LongestPause);
        return session.AwaitReadyAsync(left, () => new InjectionException("DeviceNotReady", ErrorKind.Timeout,
            FormattableString.Invariant(
                $"No device on {address.Text} said that its factory flow begins, within {_options.Wait.TotalSeconds:0.###} s."),
            "Reset the device while the cmdlet waits. Leave out -WaitSec for a device that is already waiting."));
    }

    // Whether a device reported there that it is ready.
    bool Note(DeviceAddress address, bool isReady)
    {
        lock (_ready) return isReady ? !_ready.Add(address.Text) : _ready.Remove(address.Text);
    }

    static bool IsAbsent(InjectionException e) =>
        e.ErrorId is "ConnectionRefused" or "ConnectionTimedOut" or "HostUnreachable" or "SerialPortNotFound";

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    void WarnOnce(InjectionAttempt attempt, string text)
    {
        lock (_warned)
        {
            if (!_warned.Add(text)) return;
        }

        attempt.Warn(text);
    }
}
