namespace DeviceCreds;

/// <summary>A device's files that were prepared and wait to be placed.</summary>
/// <param name="Name">The name that their folder gets.</param>
/// <param name="Files">Their names.</param>
internal abstract record StagedFiles(string Name, IReadOnlyList<string> Files);
