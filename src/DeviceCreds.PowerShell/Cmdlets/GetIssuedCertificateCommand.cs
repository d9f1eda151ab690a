using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads what a ledger says was issued.</summary>
[Cmdlet(VerbsCommon.Get, "IssuedCertificate", DefaultParameterSetName = "Path")]
[OutputType(typeof(LedgerEntry))]
public sealed class GetIssuedCertificateCommand : DeviceCredsCmdlet
{
    WildcardPattern[] _names = [];

    /// <summary>The ledgers; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path", HelpMessage = "The ledger: the -Ledger of New-*DeviceCredential.")]
    [SupportsWildcards]
    [PathTransformation]
    public string[] Ledger { get; set; } = [];

    /// <summary>The ledgers, by their exact names.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = "The ledger, by its exact name.")]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The endpoint names to give; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [SupportsWildcards]
    public string[]? EndpointName { get; set; }

    /// <summary>The serial numbers to give, in hexadecimal.</summary>
    [Parameter]
    public string[]? SerialNumber { get; set; }

    /// <summary>The states to give: a certificate that has expired is Expired, whatever its line says.</summary>
    [Parameter]
    public LedgerState[]? State { get; set; }

    /// <summary>Gives certificates that expire before this moment.</summary>
    [Parameter]
    [DateTransformation]
    public DateTime? ExpiresBefore { get; set; }

    /// <summary>Gives certificates that expire after this moment.</summary>
    [Parameter]
    [DateTransformation]
    public DateTime? ExpiresAfter { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _names = [.. (EndpointName ?? []).Select(n => WildcardPattern.Get(n, WildcardOptions.None))];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var serials = SerialNumber is null ? null : Require(SerialNumber, () => new SerialNumberSet(SerialNumber));
        var now = DateTime.Now;
        foreach (var path in ParameterSetName == "LiteralPath" ? Resolve(LiteralPath, literal: true) : Resolve(Ledger, literal: false))
        {
            Try(path, () =>
            {
                foreach (var line in DeviceCreds.Ledger.Read(path, e => WriteError(ErrorRecords.From(e, path))))
                {
                    if (Stopping) return;
                    var entry = line.At(now);
                    if ((serials is null || serials.Contains(entry.SerialNumber)) && IsWanted(entry)) WriteObject(entry);
                }
            });
        }
    }

    bool IsWanted(LedgerEntry entry) =>
        (State is null || State.Contains(entry.State))
        && (ExpiresBefore is null || entry.ExpiresAt < ExpiresBefore)
        && (ExpiresAfter is null || entry.ExpiresAt > ExpiresAfter)
        && (EndpointName is null || (entry.EndpointName is { } name && _names.Any(n => n.IsMatch(name))));
}
