namespace DeviceCreds;

/// <summary>
/// One block of a PEM file: its label, the bytes inside, the line of its BEGIN, and the headers before the bytes (RFC
/// 1421).
/// </summary>
internal sealed record PemBlock(string Label, byte[] Bytes, int Line, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Whether the bytes are encrypted in OpenSSL's old way.</summary>
    public bool IsEncrypted => Headers.TryGetValue("Proc-Type", out var type) && type.Contains("ENCRYPTED");
}
