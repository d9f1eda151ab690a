namespace DeviceCreds;

/// <summary>
/// One certificate in a ledger: a line of OpenSSL's CA database (index.txt). Times are local, as those of
/// <see cref="DeviceCredential"/>, so that a script can compare them with <c>Get-Date</c>.
/// </summary>
public sealed record LedgerEntry
{
    const string NoFile = "unknown";
    const string Renewal = "renews:";
    const string IssuedBy = "issuer:";
    const string NewKey = "newKey";

    /// <summary>What the ledger says of it.</summary>
    public LedgerState State { get; init; }

    /// <summary>When the certificate expires, in local time.</summary>
    public DateTime ExpiresAt => Lifetime.Local(ExpiresAtUtc);

    /// <summary>When it was revoked, in local time; null when it was not.</summary>
    public DateTime? RevokedAt => Revocation is { } revocation ? Lifetime.Local(revocation.At) : null;

    /// <summary>Why it was revoked; null when it was not, or when no reason was given.</summary>
    public RevocationReason? Reason => Revocation?.Reason;

    /// <summary>The serial number in hexadecimal.</summary>
    public string SerialNumber { get; init; } = "";

    /// <summary>
    /// The file that holds the certificate; OpenSSL itself always writes <c>unknown</c> and never reads it. Here it holds notes with
    /// semicolons between them: of a renewed certificate <c>renews:</c> and the serial number of the one before, and <c>newKey</c> when
    /// a key was made for it; of a CA's <c>issuer:</c> and the usual key identifier of the CA that issued it.
    /// </summary>
    public string File { get; init; } = NoFile;

    /// <summary>The serial number of the certificate that this one renews, in hexadecimal; null when it renews none.</summary>
    public string? Renews => FindNote(Renewal);

    /// <summary>Whether a key was made for it when it was renewed. Older entries do not say so.</summary>
    internal bool HasNewKey => File != NoFile && Array.IndexOf(File.Split(';'), NewKey) >= 0;

    /// <summary>The key identifier of the CA that issued it, in hexadecimal; null when nobody noted it, as of devices.</summary>
    public string? IssuerKeyIdentifier => FindNote(IssuedBy);

    /// <summary>Whether it is recorded as a CA's certificate. One that <c>openssl ca</c> recorded never is.</summary>
    public bool IsCertificateAuthority => IssuerKeyIdentifier is not null;

    /// <summary>The subject on one line, as OpenSSL's <c>X509_NAME_oneline</c> writes it: <c>/OU=account/CN=device</c>.</summary>
    public string Subject { get; init; } = "";

    /// <summary>What distinguishes the subject's device from others, in lines of any program.</summary>
    internal string SubjectKey => LedgerFormat.Text(OneLineName.Key(LedgerFormat.Bytes(Subject)));

    /// <summary>The subject's first common name (CN); null when there is none.</summary>
    public string? EndpointName => OneLineName.First(Subject, "CN");

    /// <summary>The subject's first organizational unit (OU); null when there is none.</summary>
    public string? AccountId => OneLineName.First(Subject, "OU");

    /// <summary>
    /// The ID by which the device is claimed (first-to-claim); null unless its bootstrap certificate was found where certificates
    /// are stored.
    /// </summary>
    public string? EnrollmentId { get; internal init; }

    internal DateTime ExpiresAtUtc { get; init; }

    internal Revocation? Revocation { get; init; }

    /// <summary>Whether it was revoked because somebody else may have its key.</summary>
    internal bool IsCompromised => Revocation is { IsCompromise: true };

    internal bool IsOnHold => State == LedgerState.Revoked && Reason == RevocationReason.CertificateHold;

    /// <summary>
    /// Whether a reason is possible for it: only a hold can be released or get another reason (RFC 5280, 5.3.1). So can what
    /// <c>openssl ca</c> revoked for the reason removeFromCRL, which is for delta lists alone.
    /// </summary>
    internal bool CanBecome(RevocationReason reason) => reason switch
    {
        RevocationReason.RemoveFromCrl => IsOnHold,
        RevocationReason.CertificateHold => State != LedgerState.Revoked,
        _ => State != LedgerState.Revoked || IsOnHold || Reason == RevocationReason.RemoveFromCrl,
    };

    /// <summary>
    /// The entry at a moment: a valid one is expired after its expiry date, even if nobody ran <c>openssl ca
    /// -updatedb</c>.
    /// </summary>
    public LedgerEntry At(DateTime moment) =>
        State == LedgerState.Valid && ExpiresAtUtc <= moment.ToUniversalTime() ? this with { State = LedgerState.Expired } : this;

    /// <summary>The line of the ledger, without its newline.</summary>
    public override string ToString() => LedgerFormat.Write(this);

    /// <summary>The certificate, for messages.</summary>
    internal string Describe() => $"serial number {SerialNumber}, expires on {Lifetime.Text(ExpiresAtUtc)}";

    static string Renewed(string old, bool hasNewKey) => Renewal + old + (hasNewKey ? ";" + NewKey : "");

    string? FindNote(string name) => File == NoFile ? null
        : File.Split(';').FirstOrDefault(n => n.StartsWith(name, StringComparison.Ordinal))?.Substring(name.Length);

    /// <summary>The entry of a certificate of which no more is known.</summary>
    public static LedgerEntry Of(string serialNumber, string? endpointName) => new()
    {
        SerialNumber = serialNumber, Subject = endpointName is { Length: > 0 } ? OneLineName.Create(endpointName, null) : "",
    };

    internal static LedgerEntry Of(DeviceCredential credential) => new()
    {
        SerialNumber = credential.SerialNumber,
        ExpiresAtUtc = credential.Validity.NotAfter,
        File = credential.Renews is { } old ? Renewed(old, credential.HasNewKey) : NoFile,
        // The subject of a certificate issued here is not parsed: a factory records millions.
        Subject = credential.IsIssuedHere ? OneLineName.Create(credential.EndpointName, credential.AccountId)
            : OneLineName.Create(credential.Leaf.Fields.Subject),
    };

    /// <summary>The entry of a CA.</summary>
    /// <param name="authority">The CA.</param>
    /// <param name="renews">The serial number of the certificate that its new one renews; null when it renews none.</param>
    /// <param name="hasNewKey">Whether a key was made for it.</param>
    internal static LedgerEntry Of(CertificateAuthority authority, string? renews, bool hasNewKey = false)
    {
        var issuer = authority.Chain.Certificates[authority.IsRoot ? 0 : 1];
        var issuedBy = IssuedBy + Hex.Encode(KeyIdentifiers.OfKey(issuer));
        return new()
        {
            SerialNumber = authority.SerialNumber,
            ExpiresAtUtc = authority.Own.Fields.NotAfter,
            File = renews is null ? issuedBy : $"{Renewed(renews, hasNewKey)};{issuedBy}",
            Subject = OneLineName.Create(authority.Own.Fields.Subject),
        };
    }
}
