using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

[Cmdlet(VerbsCommon.New, "DeviceKey")]
public sealed class NewDeviceKeyCommand : PSCmdlet
{
    protected override void ProcessRecord() => WriteObject(new X("placeholder"));
}
