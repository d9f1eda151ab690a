namespace DeviceCreds;

/// <summary>A device's files that were prepared and wait to be placed.</summary>
/// <param name="Name">The name that their folder gets.</param>
/// <param name="Files">Their names.</param>
internal abstract record StagedFiles(string Name, IReadOnlyList<string> Files)
{
    /// <summary>Throws when files that are in the folder already must not stay beside these; null when that was checked before.</summary>
    public Action? EnsureMayJoin { get; init; }
}
