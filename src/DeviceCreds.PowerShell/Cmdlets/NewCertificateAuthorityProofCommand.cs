using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Proves to a service who has a CA's key: signs a certificate with the service's code as its name.</summary>
[Cmdlet(VerbsCommon.New, "CertificateAuthorityProof", SupportsShouldProcess = true)]
[OutputType(typeof(DeviceCertificate), typeof(FileInfo))]
public sealed class NewCertificateAuthorityProofCommand : DeviceCredsCmdlet
{
    /// <summary>The CA with its private key; of a chain that was made here, the one that issues devices.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "The CA with its private key.")]
    [AllowNull]
    [PemTransformation]
    [IssuerTransformation(SecretAsNull = true)]
    public CertificateAuthority CertificateAuthority { get; set; } = null!;

    /// <summary>The code that the service shows.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The code that the service shows.")]
    [AllowEmptyString]
    [TextTransformation("the code that the service shows")]
    public string Code { get; set; } = "";

    /// <summary>The file to write; without it, the certificate comes as an object.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Refuse(CertificateAuthority, "a CA with its private key", "Import-CertificateAuthority reads one from files."))
            Try(CertificateAuthority, Create);
    }

    void Create()
    {
        if (Path is null)
        {
            WriteObject(AuthorityProof.Create(CertificateAuthority, Code, cancel: Stopped));
            return;
        }

        var path = ResolveNewFile(Path);
        if (!MayChange(path, $"Write the proof that the key of '{CertificateAuthority.Name}' is here")) return;
        WriteOnce(path,
            () => [CertificateFile.Write(AuthorityProof.Create(CertificateAuthority, Code, cancel: Stopped), path, Force)]);
    }
}
