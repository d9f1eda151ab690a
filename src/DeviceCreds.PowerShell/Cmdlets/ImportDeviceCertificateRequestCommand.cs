using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads certificate signing requests from files and verifies their signatures.</summary>
[Cmdlet(VerbsData.Import, "DeviceCertificateRequest", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceCertificateRequest))]
public sealed class ImportDeviceCertificateRequestCommand : PathCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Files())
            Try(path, () => WriteObject(DeviceCertificateRequest.Read(InputFile.Read(path))));
    }
}
