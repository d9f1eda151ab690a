namespace DeviceCreds;

/// <summary>
/// An error that a person can act upon. <see cref="Exception.Message"/> says what is wrong, where, and what to do;
/// <see cref="ErrorId"/> never changes, so that scripts can rely on it. No message ever holds key material.
/// </summary>
public abstract class DeviceCredsException : Exception
{
    private protected DeviceCredsException(string errorId, ErrorKind kind, string message, string? advice, Exception? inner)
        : base(advice is null ? message : $"{message} {advice}", inner)
    {
        ErrorId = errorId;
        Kind = kind;
        Problem = message;
        Advice = advice;
    }

    /// <summary>What is wrong and where: the message without the advice.</summary>
    public string Problem { get; }

    /// <summary>The stable identifier, such as <c>EndpointNameTooLong</c>.</summary>
    public string ErrorId { get; }

    /// <summary>The sort of error.</summary>
    public ErrorKind Kind { get; }

    /// <summary>What to do about it, when there is something to say.</summary>
    public string? Advice { get; }
}

/// <summary>A file or byte sequence that cannot be read as what it should be.</summary>
public sealed class InputException(string errorId, ErrorKind kind, string message, string? advice = null, string? path = null, int? line = null, int? column = null, Exception? inner = null)
    : DeviceCredsException(errorId, kind, Located(message, path, line, column), advice, inner)
{
    /// <summary>The file, when the input came from one.</summary>
    public string? Path { get; } = path;

    /// <summary>The line in the file, counted from 1.</summary>
    public int? Line { get; } = line;

    /// <summary>The column in the line, counted from 1.</summary>
    public int? Column { get; } = column;

    /// <summary>The same error, with the place in the pipeline that it is about.</summary>
    public InputException At(string place) => new(ErrorId, Kind, $"{place}: {Problem}", Advice, inner: this);

    private static string Located(string message, string? path, int? line, int? column)
    {
        var place = line is null ? "" : column is null ? $"line {line}" : $"line {line}, column {column}";
        var where = (path, place) switch
        {
            (null, "") => "",
            (null, _) => $"{place}: ",
            (_, "") => $"{path}: ",
            _ => $"{path}, {place}: ",
        };
        return where + message;
    }
}

/// <summary>A request to issue something that a rule forbids.</summary>
public sealed class IssuanceException(string errorId, ErrorKind kind, string message, string? advice = null, string? ruleId = null)
    : DeviceCredsException(errorId, kind, message, advice, null)
{
    /// <summary>The rule of the catalogue (docs/about/rules.md) that forbids it, when there is one.</summary>
    public string? RuleId { get; } = ruleId;

    /// <summary>The same error, with the place in the input that it is about.</summary>
    public IssuanceException At(string place) => new(ErrorId, Kind, $"{place}: {Problem}", Advice, RuleId);
}

/// <summary>A file that cannot be written.</summary>
public sealed class OutputException(string errorId, ErrorKind kind, string message, string? advice = null, string? path = null, Exception? inner = null)
    : DeviceCredsException(errorId, kind, path is null ? message : $"{path}: {message}", advice, inner)
{
    /// <summary>The file or folder.</summary>
    public string? Path { get; } = path;
}
