using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes a hierarchy of CAs, or puts certificates that belong together into a chain.</summary>
[Cmdlet(VerbsCommon.New, "CertificateChain", DefaultParameterSetName = "Name", SupportsShouldProcess = true)]
[OutputType(typeof(CertificateChain))]
public sealed class NewCertificateChainCommand : DeviceCredsCmdlet
{
    readonly List<DeviceCertificate> _certificates = [];

    /// <summary>The names of the CAs to make, the root first.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Name", HelpMessage = "The names of the CAs, the root first.")]
    [ValidateNotNullOrEmpty]
    [PemTransformation]
    public string[] Name { get; set; } = [];

    /// <summary>For how many calendar years the CAs are valid.</summary>
    [Parameter(ParameterSetName = "Name")]
    [NoSecret]
    public int ValidYears { get; set; } = 35;

    /// <summary>From when the CAs are valid: each begins a second after the one above it; by default a day before now.</summary>
    [Parameter(ParameterSetName = "Name")]
    [DateTransformation]
    [NoSecret]
    public DateTime NotBefore { get; set; }

    /// <summary>The ledger that records the CAs: OpenSSL's CA database (index.txt).</summary>
    [Parameter(ParameterSetName = "Name")]
    [ValidateNotNullOrEmpty]
    [PathTransformation(IsOne = true)]
    public string? Ledger { get; set; }

    /// <summary>For how many seconds to wait while another run has the ledger open; by default not at all.</summary>
    [Parameter(ParameterSetName = "Name")]
    [NoSecret]
    [ValidateRange(0, int.MaxValue)]
    public int LedgerTimeout { get; set; }

    /// <summary>Makes CAs also of names that have a valid certificate in the ledger.</summary>
    [Parameter(ParameterSetName = "Name")]
    [NoSecret]
    public SwitchParameter AllowDuplicate { get; set; }

    /// <summary>The certificates to order, in any order.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Certificate",
        HelpMessage = "The certificates of one chain, in any order.")]
    [AllowNull]
    [PemTransformation]
    [CertificatesTransformation(AllowPaths = true, IsAlone = true, SecretAsNull = true)]
    public DeviceCertificate[] Certificate { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Certificate")
        {
            if (!Refuse(Certificate, "certificates", "Give certificates, or the paths of their files."))
                _certificates.AddRange(Certificate);
            return;
        }

        Try(Name, Create);
    }

    void Create()
    {
        if (Ledger is not null && !MayChange(string.Join(", ", Name), $"Make the CAs, and record them in {Ledger}")) return;
        using var run = AuthorityRun.Open(Ledger is null ? null : ResolveNewFile(Ledger), AllowDuplicate, ForLedger(LedgerTimeout));
        var bound = MyInvocation.BoundParameters;
        var validity = ValidityParameters.Resolve(bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null, null, false,
            bound.ContainsKey(nameof(NotBefore)) ? NotBefore : null);
        var chain = run.IssueChain(Name, validity);
        run.Complete();
        WriteObject(chain);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName == "Certificate") Try(_certificates, () => WriteObject(CertificateChain.Order(_certificates)));
    }
}
