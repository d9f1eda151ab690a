using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Marks certificates as revoked in the ledger that recorded them.</summary>
[Cmdlet(VerbsSecurity.Revoke, "DeviceCertificate", DefaultParameterSetName = "Credential", SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(LedgerEntry))]
public sealed class RevokeDeviceCertificateCommand : DeviceCredsCmdlet
{
    static readonly string[] CertificateColumns = ["SerialNumber", "SerialNumbersToRevoke", "Serial"];
    static readonly string[] ReasonColumns = ["Reason", "RevocationReason"];

    readonly List<RevocationTarget> _targets = [];
    readonly List<DeviceIdentity> _named = [];
    readonly RowReader _rows = new();
    readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    readonly Dictionary<string, bool> _answers = new(StringComparer.Ordinal);

    /// <summary>Credentials.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Credential",
        HelpMessage = "Credentials: Import-DeviceCredential reads them.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceCredential), "a credential", TakenByOthers = [typeof(object)])]
    public DeviceCredential[] Credential { get; set; } = [];

    /// <summary>Certificates: objects, paths or PEM.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Certificate",
        HelpMessage = "Certificates: objects, or paths of files.")]
    [AllowNull]
    [PemTransformation]
    [CertificatesTransformation(AllowPaths = true, AllowOtherTexts = true, LeavesOnly = true, SecretAsNull = true)]
    public DeviceCertificate[] Certificate { get; set; } = [];

    /// <summary>Entries of the ledger (Get-IssuedCertificate), or reports (Test-DeviceCertificate).</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Entry",
        HelpMessage = "Entries of the ledger: Get-IssuedCertificate gives them.")]
    [AllowNull]
    [LedgerEntryTransformation]
    [NoSecret]
    public LedgerEntry[] Entry { get; set; } = [];

    /// <summary>Injections (Get-DeviceInjection, Send-DeviceCredential): the certificates for these devices.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Injection",
        HelpMessage = "Injections: Get-DeviceInjection gives them.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceInjection), "an injection", TakenByOthers = [typeof(object)])]
    public DeviceInjection? Injection { get; set; }

    /// <summary>Accounts (Compare-IssuanceLedger): the certificates that their devices do not have, or must not have.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Account",
        HelpMessage = "Accounts: Compare-IssuanceLedger gives them.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceAccount), "an account", TakenByOthers = [typeof(object)])]
    public DeviceAccount? Account { get; set; }

    /// <summary>Serial numbers in hexadecimal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "SerialNumber", HelpMessage = "Serial numbers in hexadecimal.")]
    [PemTransformation]
    public string[] SerialNumber { get; set; } = [];

    /// <summary>Endpoint names, also in a column of a list: all their valid certificates are revoked.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "EndpointName",
        HelpMessage = "The endpoint names whose valid certificates are revoked.")]
    [AllowNull]
    [EndpointNamesTransformation(TakenByOthers =
    [
        typeof(DeviceCredential), typeof(DeviceCertificate), typeof(X509Certificate2), typeof(CertificateAuthority),
        typeof(CertificateChain),
        typeof(FileInfo), typeof(ExportedCredential), typeof(LedgerEntry), typeof(DeviceCertificateReport), typeof(DeviceInjection),
        typeof(DeviceAccount), typeof(AccountCertificate),
    ])]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [PemTransformation]
    public string[] EndpointName { get; set; } = [];

    /// <summary>The ledger.</summary>
    [Parameter(Mandatory = true, HelpMessage = "The ledger that recorded the certificates.")]
    [PathTransformation(IsOne = true)]
    public string Ledger { get; set; } = "";

    /// <summary>For how many seconds to wait while another run has the ledger open; by default not at all.</summary>
    [Parameter]
    [NoSecret]
    [ValidateRange(0, int.MaxValue)]
    public int LedgerTimeout { get; set; }

    /// <summary>Why.</summary>
    [Parameter]
    [OneName]
    public RevocationReason Reason { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName != "EndpointName") Take(_targets, Targets());
        else if (new CommandPipeline(this).CurrentObject is var row && !NamesCertificate(row) && !NamesReason(row))
            Try(row, () => Take(_named, EndpointName?.Select(n => new DeviceIdentity(n, AccountOf(row))).ToList()));
    }

    void Take<T>(List<T> all, IEnumerable<T>? more)
    {
        if (!Refuse(more, "credentials, certificates, entries of the ledger or endpoint names", "Give serial numbers as -SerialNumber."))
            all.AddRange(more!);
    }

    IEnumerable<RevocationTarget>? Targets() => ParameterSetName switch
    {
        "Credential" => Credential?.Select(c => new RevocationTarget(c.SerialNumber, c.EndpointName)),
        "Certificate" => Certificate?.Select(c => new RevocationTarget(c.SerialNumber, c.EndpointName)),
        "Entry" => Entry?.Select(TargetOf),
        "Injection" => Injection is null ? null : TargetsOf(Injection),
        "Account" => Account is null ? null : TargetsOf(Account),
        _ => SerialNumber.Select(s => new RevocationTarget(s)),
    };

    /// <inheritdoc/>
    protected override void EndProcessing() => Try(Ledger, () =>
    {
        var path = ResolveNew(Ledger);
        // No run waits for the ledger while somebody thinks about an answer, except about what comes in addition.
        var agreed = Ask(Find(path, _targets, _named));
        if (agreed.Count == 0) return;
        using var ledger = IssuanceLedger.Open(path, ForLedger(LedgerTimeout));
        // A run that had it open may have issued or revoked since then.
        agreed = Ask(Find(path, [.. _targets, .. agreed.Select(TargetOf)], _named));
        if (agreed.Count == 0) return;
        var changed = ledger.Revoke(agreed.Select(e => e.SerialNumber), Reason);
        WriteObject(changed, enumerateCollection: true);
        ledger.Complete();
        var done = new HashSet<string>(changed.Select(e => e.SerialNumber), StringComparer.Ordinal);
        var passedOver = agreed.Where(e => !done.Contains(e.SerialNumber)).Select(TargetOf).ToList();
        foreach (var entry in passedOver.Count == 0 ? [] : Find(path, passedOver, []))
            WriteFailure(new InputException("LedgerChanged", ErrorKind.Conflict,
                $"{entry.SerialNumber} of '{entry.EndpointName}' was not changed, since another program changed the ledger meanwhile.",
                "Run again.", path), path);
    });

    IReadOnlyList<LedgerEntry> Find(string path, IReadOnlyList<RevocationTarget> targets, IReadOnlyList<DeviceIdentity> named) =>
        DeviceCreds.Ledger.FindRevocable(path, targets, named, Reason, e =>
        {
            if (_reported.Add(e.Message)) WriteFailure(e, path);
        });

    // Each certificate is asked about once.
    List<LedgerEntry> Ask(IReadOnlyList<LedgerEntry> found)
    {
        var isRelease = Reason == RevocationReason.RemoveFromCrl;
        var fate = isRelease ? "certificates on hold; all of them are released" : "valid certificates; all of them are revoked";
        var names = new HashSet<string>(_named.Select(d => d.EndpointName), StringComparer.Ordinal);
        foreach (var many in found.GroupBy(e => e.EndpointName).Where(g => g.Count() > 1 && g.Key is { } name && names.Contains(name)))
        {
            var warning = $"'{many.Key}' has {many.Count()} {fate}.";
            if (_reported.Add(warning)) WriteWarning(warning);
        }

        var action = isRelease ? "Release from hold" : $"Revoke ({Reason})";
        return [.. found.Where(e => _answers.TryGetValue(e.SerialNumber, out var known) ? known
            : _answers[e.SerialNumber] = MayChange($"{e.SerialNumber} of '{e.EndpointName}'", action))];
    }

    static RevocationTarget TargetOf(LedgerEntry entry) => new(entry.SerialNumber, entry.EndpointName);

    // A row of Get-IssuedCertificate's CSV is one certificate, and of Compare-IssuanceLedger's the one that the device has. By the
    // name, all would be revoked.
    bool NamesCertificate(PSObject? row)
    {
        if (ValuesOf(row, CertificateColumns).Count == 0) return false;
        WriteFailure(new InputException("RowNamesCertificate", ErrorKind.InvalidArgument,
            "the row has a serial number, and by its endpoint name all certificates of the device would be revoked.",
            "For one certificate give -SerialNumber, or objects: Export-Clixml keeps them. For all of the device, give rows with the "
                + "endpoint name alone: Select-Object EndpointName."), row);
        return true;
    }

    // The reason cannot be corrected later, unless it was a hold.
    bool NamesReason(PSObject? row)
    {
        var other = ValuesOf(row, ReasonColumns).Find(v => !string.Equals(v, $"{Reason}", StringComparison.OrdinalIgnoreCase));
        if (other is null) return false;
        WriteFailure(new InputException("RowNamesReason", ErrorKind.InvalidArgument,
            $"the row has the reason '{MessageText.Shorten(other)}', and -Reason is {Reason}.",
            "Revoke the rows of each reason with a command of their own, and give that -Reason. To leave the column aside, give rows "
                + "with the endpoint name alone: Select-Object EndpointName."), row);
        return true;
    }

    // Of a row or a device of a list; a name alone has none.
    string? AccountOf(PSObject? row) => row is null ? null : _rows.ReadColumns(row)?.AccountId;

    // What a row has in some columns; a name alone has none.
    static List<string> ValuesOf(PSObject? row, string[] columns)
    {
        var values = row?.BaseObject switch
        {
            null or string => [],
            System.Collections.IDictionary pairs => pairs.Keys.Cast<object>().Where(k => IsAmong($"{k}")).Select(k => pairs[k]),
            _ => row.Properties.Where(p => IsAmong(p.Name)).Select(p => p.Value),
        };
        return [.. values.Select(v => $"{v}".Trim()).Where(v => v.Length > 0)];

        bool IsAmong(string column) => columns.Contains(column, ColumnNameComparer.Instance);
    }

    IEnumerable<RevocationTarget> TargetsOf(DeviceAccount account)
    {
        var serials = account.SerialNumbersToRevoke;
        if (serials.Count > 0) return serials.Select(s => new RevocationTarget(s, account.EndpointName));
        var (problem, advice) = account.WhyNoneToRevoke();
        WriteFailure(new InputException("AccountWithoutCertificate", ErrorKind.Conflict,
            $"{account}: nothing was revoked, since {problem}", advice), account);
        return [];
    }

    IEnumerable<RevocationTarget> TargetsOf(DeviceInjection injection)
    {
        if (injection.CertificateToRevoke is { } serial) return [new(serial, injection.EndpointName)];
        WriteFailure(new InputException("InjectionWithoutCertificate", ErrorKind.Conflict,
            $"{injection} names no certificate that surely was not delivered.",
            "The device may have it: from an earlier injection, or because its answer was lost. Inject the device again, or revoke by "
                + "-SerialNumber if it must be."), injection);
        return [];
    }
}
