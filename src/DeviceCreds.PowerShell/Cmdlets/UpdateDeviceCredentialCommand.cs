using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Issues again to devices that have credentials, before those end.</summary>
[Cmdlet(VerbsData.Update, "DeviceCredential")]
[OutputType(typeof(DeviceCredential))]
public sealed class UpdateDeviceCredentialCommand : IssuingCmdlet
{
    Dictionary<CredentialKind, CredentialIssuer> _issuers = [];

    /// <summary>The credential to renew.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public DeviceCredential Credential { get; set; } = null!;

    /// <summary>Makes a new key pair for the device; by default it keeps its key.</summary>
    [Parameter]
    public SwitchParameter NewKey { get; set; }

    private protected override string Activity => "Renewing credentials";

    private protected override void Prepare(ValidityRequest validity) =>
        _issuers = Require(Issuer, () => new[] { CredentialKind.Bootstrap, CredentialKind.Lwm2m }.ToDictionary(kind => kind, kind => new CredentialIssuer(Issuer, kind, validity, cancel: Stopped)));

    /// <inheritdoc/>
    protected override void ProcessRecord() => Add(NextRow(Credential.EndpointName, Credential), () => _issuers[Credential.Kind].Renew(Credential, NewKey, OpenLedger is { } ledger ? ledger.IsRevoked : null));
}
