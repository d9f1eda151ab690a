namespace DeviceCreds;

/// <summary>A checked line of a ledger with its raw fields: no strings are made.</summary>
internal readonly ref struct LedgerLine
{
    public required LedgerState State { get; init; }

    public required DateTime ExpiresAt { get; init; }

    public required ReadOnlySpan<byte> Revocation { get; init; }

    public required ReadOnlySpan<byte> SerialNumber { get; init; }

    public required ReadOnlySpan<byte> File { get; init; }

    public required ReadOnlySpan<byte> Subject { get; init; }
}
