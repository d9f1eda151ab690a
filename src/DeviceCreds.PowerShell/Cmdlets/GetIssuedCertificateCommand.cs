using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads issued certificates from a ledger.</summary>
[Cmdlet(VerbsCommon.Get, "IssuedCertificate", DefaultParameterSetName = "Path")]
[OutputType(typeof(LedgerEntry))]
public sealed class GetIssuedCertificateCommand : DeviceCredsCmdlet
{
    WildcardPattern[] _names = [];
    CertificateFolders? _folders;
    StoredCertificates? _stored;

    /// <summary>The ledgers; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path",
        HelpMessage = "The ledger: the -Ledger of New-*DeviceCredential.")]
    [SupportsWildcards]
    [PemTransformation]
    [PathTransformation]
    public string[] Ledger { get; set; } = [];

    /// <summary>The ledgers, by their exact names.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath",
        HelpMessage = "The ledger, by its exact name.")]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The endpoint names to give; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [SupportsWildcards]
    [PemTransformation]
    public string[]? EndpointName { get; set; }

    /// <summary>The serial numbers to give, in hexadecimal.</summary>
    [Parameter]
    [PemTransformation]
    public string[]? SerialNumber { get; set; }

    /// <summary>The states to return: a certificate that has expired is Expired, whatever its line says.</summary>
    [Parameter]
    [OneName(EachOfMany = true)]
    public LedgerState[]? State { get; set; }

    /// <summary>Gives certificates that expire before this moment.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime? ExpiresBefore { get; set; }

    /// <summary>Gives certificates that expire after this moment.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime? ExpiresAfter { get; set; }

    /// <summary>Leaves out certificates that were renewed by a valid certificate in the same ledger.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter NotRenewed { get; set; }

    /// <summary>
    /// Gives certificates that are in none of these folders or archives, each the -Path of Export-DeviceCredential.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PemTransformation]
    public string[]? NotIn { get; set; }

    /// <summary>
    /// Folders with the certificates, as Export-DeviceCredential or <c>openssl ca</c> wrote them: a certificate that is found there
    /// has its EnrollmentId.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PemTransformation]
    public string[]? CertificatePath { get; set; }

    private protected override bool IsExactNameFirst => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _names = Require(EndpointName, () => (EndpointName ?? []).Select(NamePattern.Of).ToArray());
        _stored = CertificatePath is null ? null
            : Require(CertificatePath, () => new StoredCertificates(Resolve(CertificatePath, literal: false, folders: true)));
        if (NotIn is null) return;
        _folders = Require(NotIn, () => new CertificateFolders(NotIn.Select(ResolveNew), e => WriteFailure(e, e.Path)));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var serials = SerialNumber is null ? null : Require(SerialNumber, () => new SerialNumberSet(SerialNumber));
        var now = TimeProvider.System.GetLocalNow().LocalDateTime;
        foreach (var path in ParameterSetName == "LiteralPath" ? Resolve(LiteralPath, literal: true) : Resolve(Ledger, literal: false))
        {
            Try(path, () =>
            {
                var renewed = NotRenewed ? DeviceCreds.Ledger.Renewed(path, now) : null;
                foreach (var line in DeviceCreds.Ledger.Read(path, e => WriteFailure(e, path)))
                {
                    if (Stopping) return;
                    var entry = line.At(now);
                    if (serials?.Contains(entry.SerialNumber) == false || renewed?.Contains(entry.SerialNumber) == true) continue;
                    if (IsWanted(entry) && _folders?.Lack(entry) != false) WriteObject(_stored?.Complete(entry) ?? entry);
                }
            });
        }
    }

    bool IsWanted(LedgerEntry entry) =>
        (State is null || State.Contains(entry.State))
        && (ExpiresBefore is null || entry.ExpiresAt.ToUniversalTime() < ExpiresBefore.Value.ToUniversalTime())
        && (ExpiresAfter is null || entry.ExpiresAt.ToUniversalTime() > ExpiresAfter.Value.ToUniversalTime())
        && (EndpointName is null || (entry.EndpointName is { } name && _names.Any(n => n.IsMatch(name))));
}
