namespace DeviceCreds;

/// <summary>A YAML scalar without quotes: its type depends on the field.</summary>
internal sealed record PlainScalar(string Text);
