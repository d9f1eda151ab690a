using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes and signs the lists of all certificates that CAs revoked, out of their ledger: one list for each CA.</summary>
[Cmdlet(VerbsCommon.New, "CertificateRevocationList", SupportsShouldProcess = true)]
[OutputType(typeof(CertificateRevocationList))]
public sealed class NewCertificateRevocationListCommand : DeviceCredsCmdlet
{
    readonly List<CertificateAuthority> _issuers = [];

    /// <summary>The CAs with their private keys; of a chain that was made here, every CA.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "The CAs with their private keys, or the chain that has them.")]
    [AllowNull]
    [PemTransformation]
    [IssuersTransformation]
    public CertificateAuthority[] Issuer { get; set; } = [];

    /// <summary>The ledger that recorded what the CAs issued.</summary>
    [Parameter(Mandatory = true, HelpMessage = "The ledger that recorded what the CAs issued.")]
    [ValidateNotNullOrEmpty]
    [PathTransformation(IsOne = true)]
    public string Ledger { get; set; } = "";

    /// <summary>When the next lists will come at the latest; by default in 30 days.</summary>
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
        if (!Refuse(Issuer, "a CA with its private key", "Import-CertificateAuthority reads one from files.")) _issuers.AddRange(Issuer);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Which entries are whose shows only when all CAs are known.
        foreach (var issuer in _issuers) Try(Ledger, () => Create(issuer));
    }

    void Create(CertificateAuthority issuer)
    {
        if (!MayChange(ResolveNew(Ledger), $"Make the next revocation list of '{issuer.Name}' and take its number")) return;
        DateTime? nextUpdate = MyInvocation.BoundParameters.ContainsKey(nameof(NextUpdate)) ? NextUpdate : null;
        var list = LedgerRevocationList.Create(issuer, ResolveNew(Ledger), nextUpdate, timeout: TimeSpan.FromSeconds(LedgerTimeout),
            together: _issuers, cancel: Stopped);
        if (IsVerbose) WriteVerbose($"{list}, number {list.Number}.");
        WriteObject(list);
    }
}
