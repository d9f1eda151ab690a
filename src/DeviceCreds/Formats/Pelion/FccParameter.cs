namespace DeviceCreds;

/// <summary>An entry of ConfigParams: a 64-bit integer, a text or bytes.</summary>
internal sealed record FccParameter(string Name, object Value)
{
    /// <summary>The data's path, for errors.</summary>
    public string Field { get; init; } = "";
}
