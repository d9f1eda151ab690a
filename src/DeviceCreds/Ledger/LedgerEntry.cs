namespace DeviceCreds;

/// <summary>
/// One certificate in a ledger: a line of OpenSSL's CA database (index.txt). Times are local, as those of
/// <see cref="DeviceCredential"/>, so that a script can compare them with <c>Get-Date</c>.
/// </summary>
public sealed record LedgerEntry
{
    const string NoFile = "unknown";
    const string Renewal = "renews:";

    /// <summary>What the ledger says of it.</summary>
    public LedgerState State { get; init; }

    /// <summary>The end of the certificate's validity, in local time.</summary>
    public DateTime ExpiresAt => ExpiresAtUtc.ToLocalTime();

    /// <summary>When it was revoked, in local time; null when it was not.</summary>
    public DateTime? RevokedAt => Revocation?.At.ToLocalTime();

    /// <summary>Why it was revoked; null when it was not, or when nobody said.</summary>
    public RevocationReason? Reason => Revocation?.Reason;

    /// <summary>The serial number in hexadecimal.</summary>
    public string SerialNumber { get; init; } = "";

    /// <summary>
    /// The file that holds the certificate; OpenSSL itself always writes <c>unknown</c> and never reads it. Of a renewed
    /// certificate it is <c>renews:</c> and the serial number of the one before.
    /// </summary>
    public string File { get; init; } = NoFile;

    /// <summary>The serial number of the certificate that this one renews, in hexadecimal; null when it renews none.</summary>
    public string? Renews => File.StartsWith(Renewal, StringComparison.Ordinal) ? File.Substring(Renewal.Length) : null;

    /// <summary>The subject on one line, as OpenSSL's <c>X509_NAME_oneline</c> writes it: <c>/OU=account/CN=device</c>.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The subject's first common name (CN); null when there is none.</summary>
    public string? EndpointName => OneLineName.First(Subject, "CN");

    /// <summary>The subject's first organizational unit (OU); null when there is none.</summary>
    public string? AccountId => OneLineName.First(Subject, "OU");

    internal DateTime ExpiresAtUtc { get; init; }

    internal Revocation? Revocation { get; init; }

    /// <summary>The entry as it is at a moment: a valid one whose end has come is expired, also where nobody ran <c>openssl ca -updatedb</c>.</summary>
    public LedgerEntry At(DateTime moment) =>
        State == LedgerState.Valid && ExpiresAtUtc <= moment.ToUniversalTime() ? this with { State = LedgerState.Expired } : this;

    /// <summary>The line of the ledger, without its newline.</summary>
    public override string ToString() => LedgerFormat.Write(this);

    internal static LedgerEntry Of(DeviceCredential credential)
    {
        var file = credential.Renews is { } old ? Renewal + old : NoFile;
        // A factory records millions: what was just made is not parsed for two fields.
        if (credential.IsIssuedHere && LedgerFormat.Glance(credential.CertificateDer) is var (serial, expires))
            return new() { SerialNumber = serial, ExpiresAtUtc = expires, File = file, Subject = OneLineName.Create(credential.EndpointName, credential.AccountId) };
        var fields = credential.Leaf.Fields;
        return new() { SerialNumber = credential.SerialNumber, ExpiresAtUtc = fields.NotAfter, File = file, Subject = OneLineName.Create(fields.Subject) };
    }
}
