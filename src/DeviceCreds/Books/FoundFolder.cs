namespace DeviceCreds;

/// <summary>What one folder holds.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Certificates">The devices' certificates in it.</param>
/// <param name="Folders">The folders in it, which were not read.</param>
/// <param name="Error">What could not be read; null when everything was.</param>
internal sealed record FoundFolder(string Path, IReadOnlyList<FoundCertificate> Certificates, IReadOnlyList<string> Folders,
    InputException? Error);
