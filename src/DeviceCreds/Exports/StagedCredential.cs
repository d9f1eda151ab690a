namespace DeviceCreds;

/// <summary>A credential that is written and waits for its place.</summary>
public sealed class StagedCredential
{
    internal StagedCredential(StagedFolder? folder, IReadOnlyList<string> entries, IReadOnlyList<string> warnings)
    {
        Folder = folder;
        Entries = entries;
        Warnings = warnings;
    }

    internal StagedFolder? Folder { get; }

    internal IReadOnlyList<string> Entries { get; }

    internal IReadOnlyList<string> Warnings { get; }
}
