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

    // Why the journal or the ledger cannot be written; and what ends the waits for devices then.
    volatile RecordFailure? _failure;
    readonly CancellationTokenSource _over = new();

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
        if (_failure is { } failure)
        {
            news(new(order, LineNewsKind.Finished) { Error = failure });
            return;
        }

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
        var error = Try(() => InjectAsync(attempt, cancel));
        var injection = attempt.Result(error);
        var failure = Record(injection) ?? (error is OutputException e ? Failure(e) : null);
        using (attempt.Session)
        {
            if (error is null) Try(() => FinishAsync(attempt));
        }

        attempt.News(new(attempt.Order, LineNewsKind.Finished)
        {
            Injection = injection, Error = failure ?? Located(error, attempt.Order),
        });
    }

    Exception? Record(DeviceInjection injection)
    {
        try
        {
            _options.Journal?.Append(injection);
            _injected.Note(injection);
            return null;
        }
        catch (OutputException e)
        {
            return Failure(e);
        }
    }

    // An injection that is not recorded would be repeated, and a certificate that is not recorded could not be revoked: no other
    // device is begun.
    RecordFailure Failure(OutputException e)
    {
        _failure = new RecordFailure(e);
        _over.Cancel();
        return _failure;
    }

    // Whatever goes wrong, the attempt is recorded.
    Exception? Try(Func<Task> work)
    {
        try
        {
            work().GetAwaiter().GetResult();
            return null;
        }
        catch (OperationCanceledException)
        {
            return new InjectionException(
                "InjectionStopped", ErrorKind.Device, "The injection was stopped before the device replied.", Advice.Restart);
        }
        catch (Exception e)
        {
            return e;
        }
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
        using var begin = CancellationTokenSource.CreateLinkedTokenSource(cancel, _over.Token);
        var session = await ConnectAsync(attempt, new(_time, cancel), new(_time, begin.Token)).ConfigureAwait(false);
        var dialogue = new DeviceDialogue(session, attempt.Tell);
        attempt.Begin(session, dialogue);
        await attempt.Order.Plan.SendAsync(dialogue, run).ConfigureAwait(false);
        attempt.End();
    }

    async Task FinishAsync(InjectionAttempt attempt)
    {
        await attempt.Session!.FinishAsync().ConfigureAwait(false);
        if (attempt.Session.HasAnnounced) Note(attempt.Order.Address, isReady: true);
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

    async Task<FactorySession> ConnectAsync(InjectionAttempt attempt, TimeLimit limit, TimeLimit before)
    {
        var started = _time.GetTimestamp();
        var address = attempt.Order.Address;
        if (address.ConsoleLog is { } log)
        {
            attempt.AwaitIf(_options.Wait > TimeSpan.Zero);
            address = attempt.Reach(await _consoleLogs.FindAsync(log, _options.Wait, before).ConfigureAwait(false));
        }

        var (transport, connection) = await OpenAsync(attempt, address, before, started).ConfigureAwait(false);
        attempt.Tell($"Connected to {attempt.Address}.");
        var session = new FactorySession(connection, transport.IsShared, _options, limit, line => attempt.Tell($"device: {line}"));
        try
        {
            if (transport.IsShared && _options.Wait > TimeSpan.Zero && !Note(address, isReady: false))
                await AwaitReadyAsync(session, attempt, address, before, started).ConfigureAwait(false);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    async Task<(ITransport Transport, LineConnection Connection)> OpenAsync(
        InjectionAttempt attempt, DeviceAddress address, TimeLimit limit, long started)
    {
        var log = attempt.Order.Address.ConsoleLog;
        var patience = log is null ? _options.Wait : Max(_options.Wait, UntilListening);
        for (var pause = FirstPause; ; pause = Min(pause + pause, LongestPause))
        {
            try
            {
                ITransport transport = address.SerialPort is not null
                    ? new SerialTransport(address)
                    : new TcpTransport(address, text => WarnOnce(attempt, text));
                var time = patience > TimeSpan.Zero && _options.Timeout > Attempt ? Attempt : _options.Timeout;
                return (transport,
                    await limit.RunAsync(time, transport.OpenAsync, () => TcpTransport.TimedOut(address.Text)).ConfigureAwait(false));
            }
            catch (InjectionException e) when (IsAbsent(e) && _time.GetElapsedTime(started) < patience)
            {
                attempt.AwaitIf(_options.Wait > TimeSpan.Zero);
                await limit.DelayAsync(pause).ConfigureAwait(false);
            }

            // The address may be one of an earlier day, until the device prints its own.
            if (log is not null && _consoleLogs.Find(log) is { } newer)
                (address, started) = (attempt.Reach(newer), _time.GetTimestamp());
        }
    }

    Task AwaitReadyAsync(FactorySession session, InjectionAttempt attempt, DeviceAddress address, TimeLimit limit, long started)
    {
        attempt.AwaitIf(true);
        var left = Max(_options.Wait - _time.GetElapsedTime(started), LongestPause);
        return session.AwaitReadyAsync(limit, left, () => new InjectionException("DeviceNotReady", ErrorKind.Timeout,
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
