using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Issues credentials for the LwM2M management service.</summary>
[Cmdlet(VerbsCommon.New, "Lwm2mDeviceCredential", DefaultParameterSetName = "Key", SupportsShouldProcess = true)]
[OutputType(typeof(DeviceCredential))]
public sealed class NewLwm2mDeviceCredentialCommand : NewCredentialCmdlet
{
    /// <summary>The account ID; becomes the OU.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("aid")]
    public string? AccountId { get; set; }

    /// <summary>The LwM2M server's URI, whose query names the account: coaps://...?aid=...</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NoSecret]
    public Uri? ServerUri { get; set; }

    private protected override CredentialKind Kind => CredentialKind.Lwm2m;

    private protected override string? AccountIdOf(DeviceRow? row, Func<string, bool> given) =>
        AccountIds.Resolve(row, given(nameof(AccountId)) ? AccountId : null, given(nameof(ServerUri)) ? ServerUri : null);
}
