using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes and signs the list of all certificates that a CA has taken back, out of its ledger.</summary>
[Cmdlet(VerbsCommon.New, "CertificateRevocationList")]
[OutputType(typeof(CertificateRevocationList))]
public sealed class NewCertificateRevocationListCommand : DeviceCredsCmdlet
{
    /// <summary>The CA whose ledger it is, with its private key.</summary>
    [Parameter(Mandatory = true)]
    [PemTransformation]
    [IssuerTransformation]
    [NoSecret]
    public CertificateAuthority Issuer { get; set; } = null!;

    /// <summary>The CA's ledger.</summary>
    [Parameter(Mandatory = true)]
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
    protected override void ProcessRecord() => Try(Ledger, () =>
    {
        DateTime? nextUpdate = MyInvocation.BoundParameters.ContainsKey(nameof(NextUpdate)) ? NextUpdate : null;
        WriteObject(LedgerRevocationList.Create(Issuer, ResolveNew(Ledger), nextUpdate, timeout: TimeSpan.FromSeconds(LedgerTimeout),
            cancel: Stopped));
    });
}
