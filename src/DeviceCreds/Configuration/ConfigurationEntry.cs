namespace DeviceCreds;

/// <summary>A name and a value of a configuration file, with their line.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">A text, a number, true or false, a list, a list of entries, or null.</param>
/// <param name="Line">The line, from 1; null when unknown.</param>
public sealed record ConfigurationEntry(string Name, object? Value, int? Line);
