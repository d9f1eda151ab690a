using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads the replies of devices to bundles: status, warnings, and the requests for the keys they made.</summary>
[Cmdlet(VerbsData.Import, "DeviceResponse", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceResponse))]
public sealed class ImportDeviceResponseCommand : PathCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Files())
        {
            if (Stopping) return;
            Try(path, () =>
            {
                var response = DeviceResponse.Read(InputFile.Read(path));
                WriteVerbose($"{path}: {response}.");
                WriteObject(response);
            });
        }
    }
}
