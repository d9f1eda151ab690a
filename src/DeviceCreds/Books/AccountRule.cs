namespace DeviceCreds;

/// <summary>What the certificates of a device mean: the one place that knows the order of the states and what each asks for.</summary>
internal static class AccountRule
{
    /// <summary>The state: the first one in the order of <see cref="DeviceAccountState"/> that fits.</summary>
    /// <param name="certificates">The device's certificates.</param>
    /// <param name="isPlanned">Whether it is in the list; null without a list.</param>
    /// <param name="isDeliveryCompared">Whether there are folders or journals to compare with.</param>
    public static DeviceAccountState StateOf(IReadOnlyList<AccountCertificate> certificates, bool? isPlanned, bool isDeliveryCompared)
    {
        var current = certificates.Where(c => c.IsCurrent).ToList();
        return current switch
        {
            { Count: > 1 } => DeviceAccountState.Duplicate,
            [{ IsRecorded: false }] => DeviceAccountState.NotRecorded,
            [_] when isPlanned == false => DeviceAccountState.Unplanned,
            [{ InjectedAt: not null }] => DeviceAccountState.Injected,
            [{ IsDelivered: true }] => DeviceAccountState.Delivered,
            [_] => isDeliveryCompared ? DeviceAccountState.NotDelivered : DeviceAccountState.Issued,
            _ => WithoutCurrent(certificates, isPlanned),
        };
    }

    static DeviceAccountState WithoutCurrent(IReadOnlyList<AccountCertificate> certificates, bool? isPlanned)
    {
        if (certificates.Any(IsWithdrawn)) return DeviceAccountState.Revoked;
        if (certificates.Any(c => c.State == LedgerState.Expired)) return DeviceAccountState.Expired;
        return certificates.Count > 0 && isPlanned != true ? DeviceAccountState.Revoked : DeviceAccountState.Missing;
    }

    // Superseded says that another certificate takes its place.
    static bool IsWithdrawn(AccountCertificate certificate) =>
        certificate.State == LedgerState.Revoked && certificate.Reason != RevocationReason.Superseded;

    /// <summary>The certificate that the state is about; null for an account without certificates.</summary>
    public static AccountCertificate? Main(IReadOnlyList<AccountCertificate> certificates) =>
        certificates.Count < 2 ? certificates.FirstOrDefault()
        : Last(certificates, c => c.IsCurrent && c.InjectedAt is not null) ?? Last(certificates, c => c.IsCurrent && c.IsDelivered)
            ?? Last(certificates, c => c.IsCurrent) ?? Last(certificates, IsWithdrawn)
            ?? Last(certificates, c => c.State == LedgerState.Expired) ?? certificates[certificates.Count - 1];

    /// <summary>The certificates that may be revoked: see <see cref="DeviceAccount.SerialNumbersToRevoke"/>.</summary>
    public static IEnumerable<AccountCertificate> ToRevoke(DeviceAccount account)
    {
        if (IsInDoubt(account)) return [];
        var recorded = account.Certificates.Where(c => c.State == LedgerState.Valid && c.IsRecorded);
        return account.State switch
        {
            DeviceAccountState.Duplicate => OnDevice(account) is { } kept
                ? recorded.Where(c => c.IsCurrent && !ReferenceEquals(c, kept)) : [],
            // Not what it renews: the device may have that.
            DeviceAccountState.NotDelivered => recorded.Where(c => c.IsCurrent),
            // A list is of one order, and a ledger has them all.
            DeviceAccountState.Unplanned => recorded.Where(c => !c.IsDelivered),
            // A device that is in order has it, or may have it: -SerialNumber and -EndpointName revoke that.
            DeviceAccountState.Delivered or DeviceAccountState.Injected or DeviceAccountState.Issued => [],
            _ => recorded,
        };
    }

    /// <summary>Why nothing can be revoked, and what to do then.</summary>
    public static (string Problem, string Advice) WhyNoneToRevoke(DeviceAccount account) => account switch
    {
        _ when IsInDoubt(account) && account.Unread is { } path => (
            $"{path} could not be read completely, and may have the device or its certificate.",
            "Correct what could not be read and compare again, or revoke by -SerialNumber."),
        _ when IsInDoubt(account) => ("its last injection failed, and the device may have the certificate nevertheless.",
            "Inject it again. Get-DeviceInjection | Where-Object NotDelivered gives what surely did not arrive; that can be revoked."),
        { State: DeviceAccountState.Unplanned } => ("its certificate is delivered, perhaps for another list.",
            "To revoke it anyway: -SerialNumber or -EndpointName."),
        { State: DeviceAccountState.Duplicate } => ("the books do not say which of its certificates the device has.",
            "Compare with -Path or -Journal. If that does not help, read the certificate from the device, and revoke the others by "
                + "-SerialNumber."),
        { State: DeviceAccountState.Delivered or DeviceAccountState.Injected or DeviceAccountState.Issued } => (
            "nothing is wrong with its certificate.", $"To revoke it anyway: -SerialNumber {account.SerialNumber}."),
        _ => ("no ledger has a valid certificate of it.", "Revoke it in the ledger of the CA that issued it."),
    };

    // What could not be read may have the certificate that the device has; and a device whose answer was lost may have it.
    static bool IsInDoubt(DeviceAccount account) =>
        account is { State: DeviceAccountState.NotDelivered, IsLastSendFailed: true }
            or { Unread: not null,
                State: DeviceAccountState.NotDelivered or DeviceAccountState.Duplicate or DeviceAccountState.Unplanned };

    /// <summary>Whether somebody must do something about a state.</summary>
    public static bool NeedsAttention(DeviceAccountState state) => state is DeviceAccountState.Duplicate or DeviceAccountState.NotRecorded
        or DeviceAccountState.Unplanned or DeviceAccountState.NotDelivered or DeviceAccountState.Missing;

    public static string Message(DeviceAccount account) => account.State switch
    {
        DeviceAccountState.Duplicate => $"The device has {account.Certificates.Count(c => c.IsCurrent)} valid certificates: "
            + string.Join(", ", account.Certificates.Where(c => c.IsCurrent).Select(Describe)) + ".",
        DeviceAccountState.NotRecorded => $"No ledger has the certificate {account.SerialNumber}.",
        DeviceAccountState.Unplanned => $"The device has the valid certificate {account.SerialNumber}, which the list does not plan.",
        DeviceAccountState.Injected =>
            FormattableString.Invariant($"The certificate {account.SerialNumber} was injected at {account.InjectedAt:yyyy-MM-dd HH:mm}."),
        DeviceAccountState.Delivered => $"The certificate {account.SerialNumber} is delivered.",
        DeviceAccountState.NotDelivered when account.Unread is { } path =>
            $"The certificate {account.SerialNumber} was not found; {path} could not be read completely.",
        DeviceAccountState.NotDelivered when account.IsLastSendFailed =>
            $"The certificate {account.SerialNumber} is valid; the last injection failed, and the device may have it nevertheless.",
        DeviceAccountState.NotDelivered => $"The certificate {account.SerialNumber} is valid, but was neither delivered nor injected.",
        DeviceAccountState.Issued => $"The certificate {account.SerialNumber} is valid; delivery was not compared.",
        DeviceAccountState.Revoked =>
            FormattableString.Invariant($"The certificate {account.SerialNumber} was revoked at {account.RevokedAt:yyyy-MM-dd HH:mm}."),
        DeviceAccountState.Expired =>
            FormattableString.Invariant($"The certificate {account.SerialNumber} expired on {account.ExpiresAt:yyyy-MM-dd}."),
        _ when account.Unread is { } path =>
            $"The device is in the list, and no valid certificate of it was found; {path} could not be read completely.",
        _ => "The device is in the list and has no valid certificate.",
    };

    public static string? Advice(DeviceAccount account) => account.State switch
    {
        DeviceAccountState.Duplicate => account.SerialNumbersToRevoke.Count > 0
            ? $"Revoke {string.Join(", ", account.SerialNumbersToRevoke)}: Revoke-DeviceCertificate."
            : "Find out which one the device has, and revoke the others by -SerialNumber.",
        DeviceAccountState.NotRecorded => "Add the ledger that has it to -Ledger. If no ledger has it, "
            + "Update-DeviceCredential -Ledger records a new certificate for the same key.",
        DeviceAccountState.Unplanned => account.Unread is null
            ? "Correct the device's name or account in the list, or -Kind; or revoke the certificate: "
                + $"Revoke-DeviceCertificate -SerialNumber {account.SerialNumber}."
            : "Correct the rows of the list that could not be read, and compare again.",
        DeviceAccountState.NotDelivered when account.IsLastSendFailed && account.Unread is null => "Inject it again.",
        DeviceAccountState.NotDelivered => account.Unread is null
            ? "If no device has it, revoke it: Revoke-DeviceCertificate -Reason Superseded."
            : "Correct what could not be read, and compare again.",
        DeviceAccountState.Missing when account.Unread is not null => "Correct what could not be read, and compare again.",
        DeviceAccountState.Missing => "Issue one: New-BootstrapDeviceCredential or New-Lwm2mDeviceCredential.",
        _ => null,
    };

    // What was injected is on the device, whatever the folders hold. After a message that failed nobody knows what it has.
    static AccountCertificate? OnDevice(DeviceAccount account)
    {
        if (account.IsLastSendFailed) return null;
        var current = account.Certificates.Where(c => c.IsCurrent).ToList();
        return current.Find(c => c.InjectedAt is not null)
            ?? (current.FindAll(c => c.IsDelivered) is [var only] ? only : null);
    }

    static string Describe(AccountCertificate certificate) =>
        certificate.SerialNumber + (certificate.InjectedAt is not null ? " (injected)" : certificate.IsDelivered ? " (in a folder)"
            : certificate.IsRecorded ? "" : " (in no ledger)");

    static AccountCertificate? Last(IReadOnlyList<AccountCertificate> certificates, Func<AccountCertificate, bool> isMeant) =>
        certificates.LastOrDefault(isMeant);
}
