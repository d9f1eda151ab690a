using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Issues new certificates to devices that have credentials, before those expire.</summary>
[Cmdlet(VerbsData.Update, "DeviceCredential", SupportsShouldProcess = true)]
[OutputType(typeof(DeviceCredential))]
public sealed class UpdateDeviceCredentialCommand : IssuingCmdlet
{
    Dictionary<CredentialKind, CredentialIssuer> _issuers = [];
    RowInput _rows = null!;

    /// <summary>The credential to renew.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "The credential: Import-DeviceCredential reads it.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceCredential), "a credential")]
    public DeviceCredential Credential { get; set; } = null!;

    /// <summary>Makes a new key pair for the device; by default it keeps its key.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter NewKey { get; set; }

    private protected override string Activity => "Renewing credentials";

    private protected override string Action => "Renew credential";

    private protected override void Prepare(ValidityRequest validity)
    {
        _rows = new RowInput(this);
        _issuers = Require(Issuer,
            () => new[] { CredentialKind.Bootstrap, CredentialKind.Lwm2m }.ToDictionary(kind => kind,
                kind => CreateIssuer(kind, validity)));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Refuse(Credential, "a device's credential", "Import-DeviceCredential reads one from files.")) return;
        var credential = Credential;
        Add(_rows.Next(null, credential), credential.EndpointName, () =>
        {
            // Before its name is taken: a newer credential of the device may come next.
            if (!Earlier.IsToRenew(credential, keepsKey: !NewKey)) return null;
            // The export or the line behind would refuse it after it is issued.
            if (!NewKey && Pipeline.Behind.Any(c => c is IExporter or SendDeviceCredentialCommand)) credential.RequireKey();
            return _issuers[credential.Kind].Renew(credential, NewKey);
        });
    }
}
