namespace DeviceCreds;

/// <summary>A credential that was written and waits to be moved to its place.</summary>
public sealed class StagedCredential
{
    internal StagedCredential(
        DeviceCredential credential, StagedFiles? folder, ExportedCredential? exported, IReadOnlyList<FleetEntry> entries,
        IReadOnlyList<string> warnings)
    {
        EndpointName = credential.EndpointName;
        Kind = credential.Kind;
        Exported = exported;
        Folder = folder;
        Entries = entries;
        Warnings = warnings;
    }

    /// <summary>The credential on disk once it is in its place; null when its formats only have files for all devices.</summary>
    public ExportedCredential? Exported { get; }

    internal string EndpointName { get; }

    internal CredentialKind Kind { get; }

    internal StagedFiles? Folder { get; }

    internal IReadOnlyList<FleetEntry> Entries { get; }

    internal IReadOnlyList<string> Warnings { get; }
}
