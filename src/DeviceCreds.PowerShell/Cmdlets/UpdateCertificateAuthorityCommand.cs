using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Renews a CA's certificate before it expires, or has another CA sign it as well.</summary>
[Cmdlet(VerbsData.Update, "CertificateAuthority", SupportsShouldProcess = true)]
[OutputType(typeof(CertificateAuthority))]
public sealed class UpdateCertificateAuthorityCommand : DeviceCredsCmdlet
{
    /// <summary>The CA; of a chain that was made here, the one that issues devices.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "The CA: Import-CertificateAuthority loads one.")]
    [AllowNull]
    [AuthorityTransformation]
    public CertificateAuthority CertificateAuthority { get; set; } = null!;

    /// <summary>The CA that signs; a root signs itself by default.</summary>
    [Parameter]
    [PemTransformation]
    [IssuerTransformation]
    [NoSecret]
    public CertificateAuthority? Issuer { get; set; }

    /// <summary>Makes a new key pair for the CA; by default it keeps its key.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter NewKey { get; set; }

    /// <summary>For how many calendar years from now the certificate is valid.</summary>
    [Parameter]
    [NoSecret]
    public int ValidYears { get; set; } = 35;

    /// <summary>The moment until which the certificate is valid.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime NotAfter { get; set; }

    /// <summary>Gives the certificate no well-defined end: 99991231235959Z.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter NoExpiration { get; set; }

    /// <summary>The ledger that records the new certificate: OpenSSL's CA database (index.txt).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PathTransformation(IsOne = true)]
    public string? Ledger { get; set; }

    /// <summary>For how many seconds to wait while another run has the ledger open; by default not at all.</summary>
    [Parameter]
    [NoSecret]
    [ValidateRange(0, int.MaxValue)]
    public int LedgerTimeout { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Refuse(CertificateAuthority, "a CA", "Import-CertificateAuthority reads one from files.")) Try(CertificateAuthority, Renew);
    }

    void Renew()
    {
        var old = CertificateAuthority;
        var bound = MyInvocation.BoundParameters;
        var order = new AuthorityOrder
        {
            Name = old.Name,
            Issuer = Issuer,
            Validity = ValidityParameters.Resolve(bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null,
                bound.ContainsKey(nameof(NotAfter)) ? NotAfter : null, NoExpiration),
        };
        // A certificate in memory changes nothing; a ledger keeps it.
        if (Ledger is not null && !MayChange(old.Name, $"Renew the CA, and record it in {Ledger}")) return;
        using var run = AuthorityRun.Open(Ledger is null ? null : ResolveNewFile(Ledger), allowDuplicate: true, ForLedger(LedgerTimeout));
        var renewed = run.Renew(old, order, NewKey, Stopped);
        run.Complete();
        foreach (var warning in AuthorityRenewal.Warnings(old, renewed)) WriteWarning(warning);
        WriteObject(renewed);
    }
}
