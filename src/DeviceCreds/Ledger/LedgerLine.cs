namespace DeviceCreds;

/// <summary>A line of a ledger whose form has been checked, with its fields as they stand: a million of them make no strings.</summary>
internal readonly ref struct LedgerLine
{
    public required LedgerState State { get; init; }

    public required DateTime ExpiresAt { get; init; }

    public required ReadOnlySpan<byte> Revocation { get; init; }

    public required ReadOnlySpan<byte> SerialNumber { get; init; }

    public required ReadOnlySpan<byte> File { get; init; }

    public required ReadOnlySpan<byte> Subject { get; init; }
}
