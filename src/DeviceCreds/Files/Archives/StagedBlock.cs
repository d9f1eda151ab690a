namespace DeviceCreds;

/// <summary>A device's folder that was encoded and waits for its turn in the archive.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Files">The names of its files.</param>
/// <param name="Block">Its bytes.</param>
internal sealed record StagedBlock(string Name, IReadOnlyList<string> Files, ArchiveBlock Block) : StagedFiles(Name, Files);
