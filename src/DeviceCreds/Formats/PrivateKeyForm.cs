namespace DeviceCreds;

/// <summary>How a format holds the private key.</summary>
internal enum PrivateKeyForm
{
    /// <summary>Not at all.</summary>
    Absent,

    /// <summary>As it is: who takes the format has no password to open it with.</summary>
    Plain,

    /// <summary>As it is, or encrypted when a password is given.</summary>
    EncryptedOnRequest,

    /// <summary>Encrypted: the format needs a password.</summary>
    Encrypted,
}
