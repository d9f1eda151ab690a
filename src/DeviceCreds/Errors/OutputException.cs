namespace DeviceCreds;

/// <summary>A file that cannot be written.</summary>
public sealed class OutputException(
    string errorId, ErrorKind kind, string message, string? advice = null, string? path = null, Exception? inner = null)
    : DeviceCredsException(errorId, kind, path is null ? message : $"{path}: {message}", advice, inner)
{
    /// <summary>The file or folder.</summary>
    public string? Path { get; } = Shown(path);

    /// <summary>The same error with other advice.</summary>
    internal OutputException WithAdvice(string advice) => new(ErrorId, Kind, message, advice, path, InnerException);
}
