namespace DeviceCreds;

/// <summary>What an export may choose.</summary>
public sealed record ExportOptions
{
    /// <summary>How many certificates of the chain are written at most; 0 for all.</summary>
    public int ChainDepth { get; init; }

    /// <summary>Whether a self-signed root is left out of the chain.</summary>
    public bool ExcludeRoot { get; init; }

    /// <summary>The structure around private keys.</summary>
    public KeyEncoding KeyEncoding { get; init; } = KeyEncoding.Sec1;

    /// <summary>When given, private keys are encrypted with it.</summary>
    public char[]? Password { get; init; }

    /// <summary>Whether private keys are left out.</summary>
    public bool NoPrivateKey { get; init; }
}
