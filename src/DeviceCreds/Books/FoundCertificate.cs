namespace DeviceCreds;

/// <summary>A device's certificate that was found in a folder; only what the books compare of it.</summary>
internal readonly record struct FoundCertificate(string EndpointName, string? AccountId, CredentialKind Kind, string SerialNumber,
    DateTime NotBefore, DateTime NotAfter, string Path);
