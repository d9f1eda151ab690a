namespace DeviceCreds;

/// <summary>The structure around a private key.</summary>
public enum KeyEncoding
{
    /// <summary>ECPrivateKey of SEC 1 (RFC 5915), with curve and public key: PEM label <c>EC PRIVATE KEY</c>, 121 bytes of DER.</summary>
    Sec1,

    /// <summary>PrivateKeyInfo of PKCS#8 (RFC 5208, version 0): PEM label <c>PRIVATE KEY</c>, 138 bytes of DER.</summary>
    Pkcs8,
}
