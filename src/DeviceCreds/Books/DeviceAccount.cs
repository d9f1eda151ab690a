namespace DeviceCreds;

/// <summary>
/// A device in the books: its certificates for one service, and whether list, ledgers, folders and journals agree on them. An account
/// is an endpoint name with an account ID, as in the subject of a certificate. Times are local.
/// </summary>
public sealed record DeviceAccount
{
    /// <summary>The device's endpoint name (CN).</summary>
    public string EndpointName { get; init; } = "";

    /// <summary>The account ID (OU); null for a subject without one.</summary>
    public string? AccountId { get; init; }

    /// <summary>Which service its certificates open.</summary>
    public CredentialKind Kind { get; init; }

    /// <summary>Whether the books balance for this device, or how they do not.</summary>
    public DeviceAccountState State { get; init; }

    /// <summary>Whether the device is in the list; null when no list was given.</summary>
    public bool? IsPlanned { get; init; }

    /// <summary>
    /// The serial number of the certificate that the state is about: the one that was injected, or is in a folder, or is valid, or was
    /// the last one; null for an account without certificates.
    /// </summary>
    public string? SerialNumber => Main?.SerialNumber;

    /// <summary>The serial numbers of all its certificates.</summary>
    public IReadOnlyList<string> SerialNumbers => Certificates.Select(c => c.SerialNumber).ToArray();

    /// <summary>The serial numbers that <c>Revoke-DeviceCertificate</c> revokes: valid, in a ledger, and not on the device.</summary>
    /// <remarks>Of a duplicate, never the one that the device has; none when the books do not say which one that is.</remarks>
    public IReadOnlyList<string> SerialNumbersToRevoke => AccountRule.ToRevoke(this).Select(c => c.SerialNumber).ToArray();

    /// <summary>The files of its certificates, or the archives that hold them.</summary>
    public IReadOnlyList<string> Paths => Certificates.SelectMany(c => c.Paths).ToArray();

    /// <summary>Valid from (notBefore), about when the certificate was issued; null when no folder has it.</summary>
    public DateTime? IssuedAt => Main?.IssuedAt;

    /// <summary>When the certificate expires.</summary>
    public DateTime? ExpiresAt => Main?.ExpiresAt;

    /// <summary>When the certificate was revoked; null when it was not.</summary>
    public DateTime? RevokedAt => Main?.RevokedAt;

    /// <summary>When the certificate was injected; null when no journal says so.</summary>
    public DateTime? InjectedAt => Main?.InjectedAt;

    /// <summary>All its certificates, in the order of the ledgers.</summary>
    public IReadOnlyList<AccountCertificate> Certificates { get; init; } = [];

    /// <summary>
    /// A folder or journal that could not be read completely, and may have the device's certificate; null when all was read.
    /// </summary>
    public string? Unread { get; init; }

    /// <summary>The other columns of the device's row in the list.</summary>
    public DeviceColumns Columns { get; init; } = DeviceColumns.None;

    /// <summary>Whether somebody must do something.</summary>
    public bool NeedsAttention => AccountRule.NeedsAttention(State);

    /// <summary>The state in a sentence.</summary>
    public string Message => AccountRule.Message(this);

    /// <summary>What to do; null when the books balance.</summary>
    public string? Recommendation => AccountRule.Advice(this);

    /// <summary>Whether the last message to the device failed, so that nobody knows what it has.</summary>
    public bool IsLastSendFailed { get; init; }

    /// <summary>Why there is nothing in <see cref="SerialNumbersToRevoke"/>, and what to do about it.</summary>
    public (string Problem, string Advice) WhyNoneToRevoke() => AccountRule.WhyNoneToRevoke(this);

    AccountCertificate? Main => AccountRule.Main(Certificates);

    /// <summary>The state and the device.</summary>
    public override string ToString() => $"{State}: {MessageText.Clean(EndpointName)}";
}
