namespace DeviceCreds;

/// <summary>
/// The figures of compared books. They add up: the states to the accounts, the planned and the unplanned accounts to all accounts, and
/// the valid, revoked and expired certificates to all certificates, of which some are recorded and the others are not.
/// </summary>
public sealed record BooksSummary
{
    /// <summary>How many accounts there are: one for each device and service.</summary>
    public long Accounts { get; init; }

    /// <summary>How many of the accounts are in the list; null without a list.</summary>
    public long? PlannedAccounts { get; init; }

    /// <summary>How many of the accounts are not in the list; null without a list.</summary>
    public long? UnplannedAccounts { get; init; }

    /// <summary>How many accounts have each state; a state that none has is 0.</summary>
    public IReadOnlyDictionary<DeviceAccountState, long> States { get; init; } = new Dictionary<DeviceAccountState, long>();

    /// <summary>How many certificates the books have.</summary>
    public long Certificates { get; init; }

    /// <summary>How many of them are valid.</summary>
    public long ValidCertificates { get; init; }

    /// <summary>How many of them are revoked.</summary>
    public long RevokedCertificates { get; init; }

    /// <summary>How many of them have expired.</summary>
    public long ExpiredCertificates { get; init; }

    /// <summary>How many of them are in a ledger.</summary>
    public long RecordedCertificates { get; init; }

    /// <summary>How many of them are in no ledger.</summary>
    public long UnrecordedCertificates { get; init; }

    /// <summary>How many accounts need attention.</summary>
    public long NeedsAttention { get; init; }

    /// <summary>How many rows, lines and folders could not be read: what is in them is not compared.</summary>
    public long Unreadable { get; init; }

    /// <summary>Whether the books balance: everything was read, and no account needs attention.</summary>
    public bool IsBalanced => NeedsAttention == 0 && Unreadable == 0;

    /// <summary>When the certificates and the CAs expire, and how large the next revocation list is.</summary>
    public BooksForecast Forecast { get; init; } = new();
}
