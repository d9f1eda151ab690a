namespace DeviceCreds;

/// <summary>An entry of Keys.</summary>
internal sealed record FccKey(string Name, bool IsPrivate, byte[] Data)
{
    /// <summary>The data's path, for errors.</summary>
    public string Field { get; init; } = "";
}
