namespace DeviceCreds;
/// <summary>x</summary>
public sealed record X(string A);
