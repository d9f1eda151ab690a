namespace DeviceCreds;

/// <summary>A credential that is written and waits for its place.</summary>
public sealed class StagedCredential
{
    internal StagedCredential(
        DeviceCredential credential, StagedFolder? folder, IReadOnlyList<string> entries, IReadOnlyList<string> warnings)
    {
        EndpointName = credential.EndpointName;
        Kind = credential.Kind;
        Folder = folder;
        Entries = entries;
        Warnings = warnings;
    }

    internal string EndpointName { get; }

    internal CredentialKind Kind { get; }

    internal StagedFolder? Folder { get; }

    internal IReadOnlyList<string> Entries { get; }

    internal IReadOnlyList<string> Warnings { get; }
}
