namespace DeviceCreds;

/// <summary>A file or byte sequence that cannot be read as expected.</summary>
public sealed class InputException(
    string errorId, ErrorKind kind, string message, string? advice = null,
    string? path = null, int? line = null, int? column = null, Exception? inner = null)
    : DeviceCredsException(errorId, kind, Located(message, path, line, column), advice, inner)
{
    /// <summary>The file, when the input came from one.</summary>
    public string? Path { get; } = Shown(path);

    /// <summary>The line in the file, counted from 1.</summary>
    public int? Line { get; } = line;

    /// <summary>The column in the line, counted from 1.</summary>
    public int? Column { get; } = column;

    /// <summary>The same error, with the place in the pipeline that it is about.</summary>
    public InputException At(string place) => new(ErrorId, Kind, $"{place}: {Problem}", Advice, inner: this);

    /// <summary>The same error of something inside a file: with the field, the file and the line that hold it.</summary>
    internal InputException Inside(string field, string? path, int? line = null) =>
        new(ErrorId, Kind, $"{field}: {Problem}", Advice, path, line, inner: this);

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
