namespace DeviceCreds;

/// <summary>One attempt to inject a device: what is known so far, for the result and the display.</summary>
internal sealed class InjectionAttempt
{
    readonly TimeProvider _time;
    DateTimeOffset _startedAt;
    long _started;
    TimeSpan? _duration;
    DeviceDialogue? _dialogue;
    bool _isAwaited;

    public InjectionAttempt(InjectionOrder order, TimeProvider time, Action<LineNews> news)
    {
        (Order, _time, News) = (order, time, news);
        Address = order.Address.Text;
        Start();
    }

    public InjectionOrder Order { get; }

    public Action<LineNews> News { get; }

    /// <summary>Where the device is reached, once its console has printed the address.</summary>
    public string Address { get; private set; }

    /// <summary>The connection; null until there is one.</summary>
    public FactorySession? Session { get; private set; }

    public void Tell(string text) => News(new(Order, LineNewsKind.Detail, text));

    public void Warn(string text) => News(new(Order, LineNewsKind.Warning, text));

    /// <summary>The device's console has printed where it listens.</summary>
    public DeviceAddress Reach(DeviceAddress address)
    {
        Tell($"{Order.Address}: the device listens at {address.Text}.");
        Address = address.Text;
        return address;
    }

    /// <summary>Reports, once, that the run waits for the device.</summary>
    public void AwaitIf(bool condition)
    {
        if (!condition || _isAwaited) return;
        _isAwaited = true;
        News(new(Order, LineNewsKind.Waiting));
    }

    /// <summary>The device is there: its time starts.</summary>
    public void Begin(FactorySession session, DeviceDialogue dialogue)
    {
        (Session, _dialogue) = (session, dialogue);
        Start();
    }

    /// <summary>The device is finished.</summary>
    public void End() => _duration = _time.GetElapsedTime(_started);

    /// <summary>The result of the device.</summary>
    public DeviceInjection Result(Exception? error)
    {
        var known = error as DeviceCredsException;
        var credential = Order.Plan.Credential;
        var response = _dialogue?.Response;
        return new DeviceInjection
        {
            EndpointName = Order.EndpointName,
            Kind = Order.Kind,
            Succeeded = error is null,
            CommunicationStatus = _dialogue?.Status,
            ReturnStatus = response is null ? null : StatusCode.OfDevice(response.ReturnStatus),
            InfoMessage = response?.InfoMessage is { } info ? TraceText.Hide(info) : null,
            Warnings = response is null ? [] : response.Warnings.Select(TraceText.Hide).ToArray(),
            EnrollmentId = credential?.EnrollmentId,
            SerialNumber = credential?.SerialNumber,
            Address = Address,
            StartedAt = _startedAt.LocalDateTime,
            Duration = _duration ?? _time.GetElapsedTime(_started),
            ErrorId = known?.ErrorId ?? error?.GetType().Name,
            Problem = known?.Problem ?? (error is null ? null : TraceText.Hide(error.Message)),
            Advice = known?.Advice,
            MessageSent = Session?.HasSent ?? false,
            NotDelivered = error is not (null or InjectionException { IsDelivered: true }) && credential is not null,
            ProductVersion = JournalFormat.ProductVersion,
            Columns = Order.Plan.Identity.Columns,
        };
    }

    void Start() => (_startedAt, _started) = (_time.GetUtcNow(), _time.GetTimestamp());
}
