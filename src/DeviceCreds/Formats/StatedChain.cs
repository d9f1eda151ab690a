namespace DeviceCreds;

/// <summary>The chain and key that a file states for a device certificate.</summary>
/// <param name="Certificates">The device certificate and those above it, in the file's order.</param>
/// <param name="PrivateKey">The private key; null when the file has none for it.</param>
internal sealed record StatedChain(IReadOnlyList<DeviceCertificate> Certificates, DeviceKey? PrivateKey);
