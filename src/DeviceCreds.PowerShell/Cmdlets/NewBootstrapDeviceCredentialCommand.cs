using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Issues credentials for the bootstrap service.</summary>
[Cmdlet(VerbsCommon.New, "BootstrapDeviceCredential", DefaultParameterSetName = "Key", SupportsShouldProcess = true)]
[OutputType(typeof(DeviceCredential))]
public sealed class NewBootstrapDeviceCredentialCommand : NewCredentialCmdlet
{
    private protected override CredentialKind Kind => CredentialKind.Bootstrap;
}
