using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes a hierarchy of CAs, or puts certificates that belong together into a chain.</summary>
[Cmdlet(VerbsCommon.New, "CertificateChain", DefaultParameterSetName = "Name")]
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

    /// <summary>The certificates to order, in any order.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Certificate", HelpMessage = "The certificates of one chain, in any order.")]
    [AllowNull]
    [PemTransformation]
    [CertificatesTransformation(AllowPaths = true, IsAlone = true, SecretAsNull = true)]
    public DeviceCertificate[] Certificate { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Certificate")
        {
            if (!Refuse(Certificate, "certificates", "Give certificates, or the paths of their files.")) _certificates.AddRange(Certificate);
            return;
        }

        Try(Name, () => WriteObject(CertificateChain.Create(Name, MyInvocation.BoundParameters.ContainsKey(nameof(ValidYears)) ? ValidityRequest.ForYears(ValidYears) : null)));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName == "Certificate") Try(_certificates, () => WriteObject(CertificateChain.Order(_certificates)));
    }
}
