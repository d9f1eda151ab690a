namespace DeviceCreds;

/// <summary>A revocation list, and why it is not used; null when it is.</summary>
internal sealed record ListUse(CertificateRevocationList List, string? Defect);
