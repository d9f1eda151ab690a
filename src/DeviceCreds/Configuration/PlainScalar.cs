namespace DeviceCreds;

/// <summary>A YAML scalar without quotes: what it is depends on who asks.</summary>
internal sealed record PlainScalar(string Text);
