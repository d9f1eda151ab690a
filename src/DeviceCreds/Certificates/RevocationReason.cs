namespace DeviceCreds;

/// <summary>
/// Why a certificate was revoked (RFC 5280, 5.3.1: CRLReason). The RFC's privilegeWithdrawn and aACompromise are not among
/// them: OpenSSL's ledger has no words for them, and a line that held one would make OpenSSL refuse the complete file.
/// </summary>
public enum RevocationReason
{
    /// <summary>No reason is given.</summary>
    Unspecified = 0,

    /// <summary>Somebody else may have the device's private key.</summary>
    KeyCompromise = 1,

    /// <summary>Somebody else may have the CA's private key.</summary>
    CACompromise = 2,

    /// <summary>A name in the certificate is no longer right.</summary>
    AffiliationChanged = 3,

    /// <summary>Another certificate took its place.</summary>
    Superseded = 4,

    /// <summary>The device is out of service.</summary>
    CessationOfOperation = 5,

    /// <summary>On hold: the only reason that can be released.</summary>
    CertificateHold = 6,

    /// <summary>No longer on hold; only a delta CRL says so.</summary>
    RemoveFromCrl = 8,
}
