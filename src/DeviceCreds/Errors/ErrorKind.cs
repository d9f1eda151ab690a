namespace DeviceCreds;

/// <summary>The kind of error; the module maps each to one of PowerShell's error categories.</summary>
public enum ErrorKind
{
    /// <summary>A parameter's value breaks a rule.</summary>
    InvalidArgument,

    /// <summary>A file or byte sequence has the wrong content.</summary>
    InvalidData,

    /// <summary>Two inputs do not fit together: a key and another key's certificate, an issuer and a date.</summary>
    Conflict,

    /// <summary>A file or folder is missing.</summary>
    NotFound,

    /// <summary>The operating system refuses access.</summary>
    AccessDenied,

    /// <summary>Something exists already and may not be replaced.</summary>
    AlreadyExists,

    /// <summary>A password is missing or wrong.</summary>
    Authentication,

    /// <summary>An input is larger than any sensible one.</summary>
    LimitExceeded,

    /// <summary>Reading or writing failed for another reason: a full disk, a broken device.</summary>
    InputOutput,

    /// <summary>A device or a host cannot be reached.</summary>
    Connection,

    /// <summary>Something took longer than allowed.</summary>
    Timeout,

    /// <summary>A reply that breaks the protocol.</summary>
    Protocol,

    /// <summary>A device refuses what it was sent.</summary>
    Device,
}
