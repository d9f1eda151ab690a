namespace DeviceCreds;

/// <summary>Sends bundles to a device, and turns what it replies into a verdict.</summary>
/// <param name="session">The connection.</param>
/// <param name="tell">Gets messages about what happens.</param>
internal sealed class DeviceDialogue(FactorySession session, Action<string> tell)
{
    const int SessionIdLength = 8;

    int _messages;

    /// <summary>The communication status of the last reply; null when there was none.</summary>
    public StatusCode? Status { get; private set; }

    /// <summary>The last reply of the factory configurator client in this session; null when there was none.</summary>
    public DeviceResponse? Response { get; private set; }

    /// <summary>Whether a device's reply of success fits the device's buffer.</summary>
    public bool ReplyFits { get; set; } = true;

    /// <summary>
    /// The bundle as it is sent: on a shared line with a session ID of its own, unless the reply would then be too long. The device
    /// repeats it, so a late reply to the message before is not taken for the reply to this one.
    /// </summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="fits">Whether a reply with a session ID fits the device's buffer.</param>
    public FccBundle Mark(FccBundle bundle, Func<string, bool> fits)
    {
        if (!session.IsShared || bundle.SessionId is not null) return bundle;
        var id = Guid.NewGuid().ToString("N").Substring(0, SessionIdLength);
        return fits(id) ? bundle with { SessionId = id } : bundle;
    }

    /// <summary>Sends a bundle.</summary>
    /// <returns>The device's reply of success.</returns>
    /// <exception cref="DeviceCredsException">The device did not accept it.</exception>
    public async Task<DeviceResponse> SendAsync(FccBundle bundle)
    {
        (Status, Response) = (null, null);
        var message = bundle.Encode();
        try
        {
            tell(FormattableString.Invariant($"Sending message {++_messages}, {message.Length:N0} bytes."));
            var reply = await session.ExchangeAsync(message).ConfigureAwait(false);
            if (_messages > 1 && CommunicationStatus.IsFraming(reply.Status))
            {
                // The session stays open, and nothing of the message was stored.
                tell($"The device did not get the message ({StatusCode.OfCommunication(reply.Status)}); sending it again.");
                reply = await session.ExchangeAsync(message, isRetry: true).ConfigureAwait(false);
            }

            Status = StatusCode.OfCommunication(reply.Status);
            return Accept(reply, bundle.SessionId);
        }
        finally
        {
            Array.Clear(message, 0, message.Length);
            foreach (var key in bundle.Keys) Array.Clear(key.Data, 0, key.Data.Length);
        }
    }

    DeviceResponse Accept(FactoryReply reply, string? sessionId)
    {
        if (reply.Status != CommunicationStatus.Success) throw OfStatus(reply.Status);
        DeviceResponse response;
        try
        {
            response = DeviceResponse.Read(new InputFile(reply.Content));
        }
        catch (InputException e)
        {
            throw new InjectionException(
                "ReplyMalformed", ErrorKind.Protocol, $"The device's reply is not one of the factory configurator client: {e.Problem}",
                Advice.Restart, e);
        }

        tell($"The device replied: {response}.");
        // A device that cannot read a bundle does not know its session.
        if (response.SessionId != sessionId && (response.Succeeded || response.SessionId is not null))
            throw new InjectionException(
                DeviceInjection.SessionMismatch, ErrorKind.Protocol,
                $"The reply belongs to another session: expected {Session(sessionId)}, found {Session(response.SessionId)}.",
                $"Is another program on the line? {Advice.Restart}");
        Response = response;
        if (response.Succeeded) return response;
        var info = response.InfoMessage is { Length: > 0 } message ? $": {TraceText.Hide(message).TrimEnd('.')}." : ".";
        throw new InjectionException(FormattableString.Invariant($"ReturnStatus{response.ReturnStatus}"), ErrorKind.Device,
            $"The device refused the bundle with {response}{info}",
                $"{ReturnStatusAdvice.Of(response.ReturnStatus)} {Advice.Restart}".TrimStart());
    }

    InjectionException OfStatus(long status)
    {
        var id = FormattableString.Invariant($"CommunicationStatus{status}");
        var named = StatusCode.OfCommunication(status);
        if (status != CommunicationStatus.NoReply)
            return new(id, ErrorKind.Device,
                $"The device replied with communication status {named}: {CommunicationStatus.Meaning(status)}.",
                $"{CommunicationStatus.Advice(status)} {Advice.Restart}".TrimStart());
        return !ReplyFits
            ? new(id, ErrorKind.Device,
                $"The device stored everything, but its reply did not fit its {DeviceReply.MaximumBytes} bytes (communication "
                + $"status {named}; {DeviceStatus.BundleResponse}).",
                "The device is ready, unverified. To see its verdict, give what it warns about (Test-DeviceConfiguration names it), "
                + "and inject it again with -Force.") { IsDelivered = true }
            : new(id, ErrorKind.Device,
                $"The device's factory configurator client gave no reply (communication status {named}): its factory flow was "
                + "closed earlier.", "A device whose factory flow is closed (-Disable) cannot be injected again.");
    }

    static string Session(string? sessionId) => sessionId is null ? "none" : $"'{SubjectText.Shorten(sessionId)}'";
}
