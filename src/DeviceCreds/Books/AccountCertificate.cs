namespace DeviceCreds;

/// <summary>One certificate of a device in the books. Times are local.</summary>
public sealed record AccountCertificate
{
    /// <summary>The device that it was issued to, by its endpoint name (CN).</summary>
    public string Device { get; init; } = "";

    /// <summary>The serial number in hexadecimal.</summary>
    public string SerialNumber { get; init; } = "";

    /// <summary>Valid, revoked or expired, as the ledgers say; of a certificate that none of them has, as its own dates say.</summary>
    public LedgerState State { get; init; }

    /// <summary>The ledger that recorded it; null when none did.</summary>
    public string? Ledger { get; init; }

    /// <summary>Where it was found: its files, or the archives that hold them.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Valid from (notBefore), about when it was issued; null when no folder has the certificate.</summary>
    public DateTime? IssuedAt { get; init; }

    /// <summary>When it expires; null when only a journal names it.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>When it was revoked; null when it was not.</summary>
    public DateTime? RevokedAt { get; init; }

    /// <summary>Why it was revoked; null when it was not, or when no reason was given.</summary>
    public RevocationReason? Reason { get; init; }

    /// <summary>When it was injected into the device, which has it now; null when no journal says so.</summary>
    public DateTime? InjectedAt { get; init; }

    /// <summary>The serial number of the certificate that it renews; null when it renews none.</summary>
    public string? Renews { get; init; }

    /// <summary>Whether a valid certificate renews it.</summary>
    public bool IsRenewed { get; init; }

    /// <summary>Whether it is in a ledger.</summary>
    public bool IsRecorded => Ledger is not null;

    /// <summary>Whether it is in a folder, or was injected.</summary>
    public bool IsDelivered => InjectedAt is not null || Paths.Count > 0;

    /// <summary>Whether it is valid and no valid certificate renews it: a device has one of these.</summary>
    internal bool IsCurrent => State == LedgerState.Valid && !IsRenewed;

    /// <summary>The serial number and the state.</summary>
    public override string ToString() => $"{SerialNumber} ({State})";
}
