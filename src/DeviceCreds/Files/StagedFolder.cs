namespace DeviceCreds;

/// <summary>A folder that was written and waits to be moved to its place.</summary>
/// <param name="Name">The name that it gets.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Files">The names of its files.</param>
internal sealed record StagedFolder(string Name, string Path, IReadOnlyList<string> Files) : StagedFiles(Name, Files);
