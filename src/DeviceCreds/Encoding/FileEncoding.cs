namespace DeviceCreds;

/// <summary>How an object is encoded in a file.</summary>
public enum FileEncoding
{
    /// <summary>DER: the bare bytes.</summary>
    Der,

    /// <summary>PEM: Base64 between BEGIN and END lines (RFC 7468).</summary>
    Pem,
}
