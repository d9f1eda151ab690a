using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes and signs the list of all certificates that a CA has taken back, out of its ledger.</summary>
[Cmdlet(VerbsCommon.New, "CertificateRevocationList", SupportsShouldProcess = true)]
[OutputType(typeof(CertificateRevocationList))]
public sealed class NewCertificateRevocationListCommand : DeviceCredsCmdlet
{
    /// <summary>The CA whose ledger it is, with its private key.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "The CA whose ledger it is, with its private key.")]
    [AllowNull]
    [PemTransformation]
    [IssuerTransformation(SecretAsNull = true)]
    public CertificateAuthority Issuer { get; set; } = null!;

    /// <summary>The CA's ledger.</summary>
    [Parameter(Mandatory = true, HelpMessage = "The CA's ledger.")]
    [ValidateNotNullOrEmpty]
    public string Ledger { get; set; } = "";

    /// <summary>When the next list will come at the latest; by default in 30 days.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime NextUpdate { get; set; }

    /// <summary>For how many seconds to wait while another process makes a list from this ledger; by default not at all.</summary>
    [Parameter]
    [NoSecret]
    [ValidateRange(0, int.MaxValue)]
    public int LedgerTimeout { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Refuse(Issuer, "a CA with its private key", "Import-CertificateAuthority reads one from files.")) Try(Ledger, Create);
    }

    void Create()
    {
        if (!MayChange(ResolveNew(Ledger), $"Make the next revocation list of '{Issuer.Name}' and take its number")) return;
        DateTime? nextUpdate = MyInvocation.BoundParameters.ContainsKey(nameof(NextUpdate)) ? NextUpdate : null;
        WriteObject(LedgerRevocationList.Create(Issuer, ResolveNew(Ledger), nextUpdate, timeout: TimeSpan.FromSeconds(LedgerTimeout),
            cancel: Stopped));
    }
}
