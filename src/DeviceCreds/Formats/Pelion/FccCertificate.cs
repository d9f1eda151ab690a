namespace DeviceCreds;

/// <summary>An entry of Certificates or CertificateChains.</summary>
internal sealed record FccCertificate(string Name, IReadOnlyList<byte[]> Data, bool IsChain, string? PrivateKeyName)
{
    /// <summary>The data's path, for errors.</summary>
    public string Field { get; init; } = "";
}
