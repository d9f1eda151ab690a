using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Marks certificates as revoked in the ledger that recorded them.</summary>
[Cmdlet(VerbsSecurity.Revoke, "DeviceCertificate", DefaultParameterSetName = "Credential", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(LedgerEntry))]
public sealed class RevokeDeviceCertificateCommand : DeviceCredsCmdlet
{
    readonly List<string> _serials = [];

    /// <summary>Credentials.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Credential")]
    [AllowNull]
    [NoSecret(AsNull = true)]
    public DeviceCredential[] Credential { get; set; } = [];

    /// <summary>Certificates: objects, paths or PEM.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Certificate")]
    [AllowNull]
    [PemTransformation]
    [CertificatesTransformation(AllowPaths = true, SecretAsNull = true)]
    [NoSecret(AsNull = true)]
    public DeviceCertificate[] Certificate { get; set; } = [];

    /// <summary>Entries of the ledger (Get-IssuedCertificate).</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Entry")]
    [AllowNull]
    [NoSecret(AsNull = true)]
    public LedgerEntry[] Entry { get; set; } = [];

    /// <summary>Serial numbers in hexadecimal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "SerialNumber")]
    [PemTransformation]
    public string[] SerialNumber { get; set; } = [];

    /// <summary>Endpoint names: every valid certificate of theirs is revoked.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "EndpointName")]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [PemTransformation]
    public string[] EndpointName { get; set; } = [];

    /// <summary>The ledger.</summary>
    [Parameter(Mandatory = true)]
    public string Ledger { get; set; } = "";

    /// <summary>For how many seconds to wait while another run has the ledger open; by default not at all.</summary>
    [Parameter]
    [NoSecret]
    [ValidateRange(0, int.MaxValue)]
    public int LedgerTimeout { get; set; }

    /// <summary>Why.</summary>
    [Parameter]
    [NoSecret]
    public RevocationReason Reason { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var serials = ParameterSetName switch
        {
            "Credential" => Credential?.Select(c => c.SerialNumber),
            "Certificate" => Certificate is null ? null : DeviceCreds.Ledger.SerialNumbers(Certificate),
            "Entry" => Entry?.Select(e => e.SerialNumber),
            _ => SerialNumber,
        };
        if (!Refuse(serials, "credentials, certificates or entries of the ledger", "Give texts by -EndpointName or -SerialNumber.")) _serials.AddRange(serials!);
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Try(Ledger, () =>
    {
        var path = ResolveNew(Ledger);
        var found = DeviceCreds.Ledger.FindRevocable(path, _serials, EndpointName, Reason, e => WriteError(ErrorRecords.From(e, path)));
        var isRelease = Reason == RevocationReason.RemoveFromCrl;
        foreach (var many in found.GroupBy(e => e.EndpointName).Where(g => g.Count() > 1 && EndpointName.Contains(g.Key)))
            WriteWarning($"'{many.Key}' has {many.Count()} {(isRelease ? "certificates on hold; all of them are released" : "valid certificates; all of them are revoked")}.");
        var agreed = found.Where(e => ShouldProcess($"{e.SerialNumber} of '{e.EndpointName}'", isRelease ? "Release from hold" : $"Revoke ({Reason})"))
            .Select(e => e.SerialNumber).ToList();
        if (agreed.Count == 0) return;
        using var ledger = IssuanceLedger.Open(path,
            new LedgerOptions { Timeout = TimeSpan.FromSeconds(LedgerTimeout), Cancel = Stopped, Warn = WriteWarning });
        WriteObject(ledger.Revoke(agreed, Reason), enumerateCollection: true);
        ledger.Complete();
    });
}
