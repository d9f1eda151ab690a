using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Marks certificates as revoked in the ledger that recorded them.</summary>
[Cmdlet(VerbsSecurity.Revoke, "DeviceCertificate", DefaultParameterSetName = "EndpointName", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(LedgerEntry))]
public sealed class RevokeDeviceCertificateCommand : DeviceCredsCmdlet
{
    readonly List<string> _serials = [];
    readonly List<string> _names = [];

    /// <summary>Credentials.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Credential", HelpMessage = "Credentials: Import-DeviceCredential reads them.")]
    [CredentialTransformation(TakenByOthers = [typeof(object)])]
    public DeviceCredential[] Credential { get; set; } = [];

    /// <summary>Certificates: objects, or paths of files.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Certificate", HelpMessage = "Certificates: objects, or paths of files.")]
    [CertificatesTransformation(AllowPaths = true)]
    public DeviceCertificate[] Certificate { get; set; } = [];

    /// <summary>Entries of the ledger (Get-IssuedCertificate), or reports (Test-DeviceCertificate).</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Entry", HelpMessage = "Entries of the ledger: Get-IssuedCertificate gives them.")]
    [LedgerEntryTransformation]
    public LedgerEntry[] Entry { get; set; } = [];

    /// <summary>Serial numbers in hexadecimal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "SerialNumber", HelpMessage = "Serial numbers in hexadecimal.")]
    public string[] SerialNumber { get; set; } = [];

    /// <summary>Endpoint names: every valid certificate of theirs is revoked.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "EndpointName",
        HelpMessage = "The endpoint names whose valid certificates are revoked.")]
    [EndpointNamesTransformation(TakenByOthers =
    [
        typeof(DeviceCredential), typeof(DeviceCertificate), typeof(X509Certificate2), typeof(CertificateAuthority), typeof(CertificateChain),
        typeof(FileInfo), typeof(ExportedCredential), typeof(LedgerEntry), typeof(DeviceCertificateReport),
    ])]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    public string[] EndpointName { get; set; } = [];

    /// <summary>The ledger.</summary>
    [Parameter(Mandatory = true, HelpMessage = "The ledger that recorded the certificates.")]
    public string Ledger { get; set; } = "";

    /// <summary>Why.</summary>
    [Parameter]
    public RevocationReason Reason { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "EndpointName") _names.AddRange(EndpointName);
        else _serials.AddRange(SerialNumbers());
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Try(Ledger, () =>
    {
        var path = ResolveNew(Ledger);
        var found = DeviceCreds.Ledger.FindRevocable(path, _serials, _names, e => WriteError(ErrorRecords.From(e, path)));
        foreach (var many in found.GroupBy(e => e.EndpointName).Where(g => g.Count() > 1 && g.Key is { } name && _names.Contains(name)))
            WriteWarning($"'{many.Key}' has {many.Count()} valid certificates; all of them are revoked.");
        var agreed = found.Where(e => MayChange($"{e.SerialNumber} of '{e.EndpointName}'", $"Revoke ({Reason})"))
            .Select(e => e.SerialNumber).ToList();
        if (agreed.Count == 0) return;
        using var ledger = IssuanceLedger.Open(path);
        if (ledger.Warning is not null) WriteWarning(ledger.Warning);
        WriteObject(ledger.Revoke(agreed, Reason), enumerateCollection: true);
    });

    IEnumerable<string> SerialNumbers() => ParameterSetName switch
    {
        "Credential" => Credential.Select(c => c.SerialNumber),
        "Certificate" => DeviceCreds.Ledger.SerialNumbers(Certificate),
        "Entry" => Entry.Select(e => e.SerialNumber),
        _ => SerialNumber,
    };
}
