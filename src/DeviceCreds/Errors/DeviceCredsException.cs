namespace DeviceCreds;

/// <summary>
/// An error that a person can act upon. <see cref="Exception.Message"/> says what is wrong, where, and what to do;
/// <see cref="ErrorId"/> never changes, so that scripts can rely on it. No message ever holds key material.
/// </summary>
public abstract class DeviceCredsException : Exception
{
    private protected DeviceCredsException(string errorId, ErrorKind kind, string message, string? advice, Exception? inner)
        : base(MessageText.Message(advice is null ? message : $"{message} {advice}"), Shown(inner))
    {
        ErrorId = errorId;
        Kind = kind;
        Problem = MessageText.Message(message);
        Advice = advice is null ? null : MessageText.Message(advice);
    }

    /// <summary>What is wrong and where: the message without the advice.</summary>
    public string Problem { get; }

    /// <summary>The stable identifier, such as <c>EndpointNameTooLong</c>.</summary>
    public string ErrorId { get; }

    /// <summary>The sort of error.</summary>
    public ErrorKind Kind { get; }

    /// <summary>
    /// Whether the same input fails again in the same way: the input is wrong. Other errors have a temporary cause, such as a disk or a
    /// password: a later run may succeed.
    /// </summary>
    public bool IsLasting => Kind is ErrorKind.InvalidArgument or ErrorKind.InvalidData or ErrorKind.Conflict or ErrorKind.AlreadyExists
        || (Kind is ErrorKind.LimitExceeded && !ErrorId.EndsWith("Busy", StringComparison.Ordinal));

    /// <summary>What to do about it, when there is something to say.</summary>
    public string? Advice { get; }

    /// <summary>The error and what caused it, line by line, for people.</summary>
    public override string ToString() => MessageText.CleanLines(base.ToString());

    /// <summary>A path as error views may show it; null when it holds a secret, such as a key given as a path.</summary>
    private protected static string? Shown(string? path) =>
        path is null || MessageText.HoldsSecret(path) ? null : MessageText.Clean(path);

    // The system's own exception also quotes the path, and error views show its message unchanged.
    static Exception? Shown(Exception? inner)
    {
        var message = inner?.Message ?? "";
        return MessageText.HoldsSecret(message) || MessageText.CleanLines(message) != message ? null : inner;
    }
}
