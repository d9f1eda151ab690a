namespace DeviceCreds;

/// <summary>How a format holds the private key.</summary>
internal enum PrivateKeyForm
{
    /// <summary>Not at all.</summary>
    Absent,

    /// <summary>Unencrypted: the reader of the format has no password.</summary>
    Plain,

    /// <summary>Unencrypted, or encrypted when a password is given.</summary>
    EncryptedOnRequest,

    /// <summary>Encrypted: the format needs a password.</summary>
    Encrypted,
}
