namespace DeviceCreds;

/// <summary>What is wrong with a field of a configuration.</summary>
internal sealed record ConfigurationProblem(string Field, string Id, ErrorKind Kind, string Message, string? Advice)
{
    public InputException ToException(string? path, int? line) => new(Id, path is null ? Kind : ErrorKind.InvalidData, $"{Field}: {Message}", Advice, path, line);
}
