using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads certificate signing requests of CAs from files and verifies their signatures.</summary>
[Cmdlet(VerbsData.Import, "CertificateAuthorityRequest", DefaultParameterSetName = "Path")]
[OutputType(typeof(CertificateAuthorityRequest))]
public sealed class ImportCertificateAuthorityRequestCommand : PathCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Files())
            Try(path, () => WriteObject(CertificateAuthorityRequest.Read(InputFile.Read(path))));
    }
}
