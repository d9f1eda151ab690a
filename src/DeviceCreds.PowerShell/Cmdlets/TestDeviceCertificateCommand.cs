using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Tests device certificates and chains against every rule that a device, a service or RFC 5280 has for them.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DeviceCertificate", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceCertificateReport), typeof(bool))]
public sealed class TestDeviceCertificateCommand : FleetCmdlet, IRun, IDisposable
{
    const string NotPassed = "NotPassed", Next = "Test-DeviceCertificate";

    readonly List<DeviceCertificate> _certificates = [];
    readonly RowReader _reader = new();
    ProgressMeter _progress = null!;
    readonly CertificateCache _cache = new();
    readonly StoredPlaces _stored = new();
    RowInput _rows = null!;
    CertificateVerifier? _verifier;
    RunExit? _exit;
    readonly PemLines _pem = new();
    double _part;
    OrderedWorkers<TestJob, IReadOnlyList<DeviceCertificateReport>> _workers = null!;

    /// <summary>The files, or archives of devices' folders; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path",
        HelpMessage = "The files with the certificates, or archives; wildcards are allowed.")]
    [SupportsWildcards]
    [AllowEmptyString]
    [PathTransformation(TakesCertificates = true, TakenByOthers =
    [
        typeof(DeviceCredential), typeof(DeviceCertificate), typeof(X509Certificate2), typeof(CertificateAuthority),
        typeof(CertificateChain),
    ])]
    public string[] Path { get; set; } = [];

    /// <summary>The files, by their exact names.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath",
        HelpMessage = "The files with the certificates, by their exact names.")]
    [Alias("PSPath", "LP", "FullName")]
    [AllowEmptyString]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Certificates that were read already; those of one chain may come together.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Certificate",
        HelpMessage = "Certificates: Get-DeviceCertificate reads them.")]
    [AllowNull]
    [CertificatesTransformation]
    [NoSecret(AsNull = true)]
    public DeviceCertificate[] Certificate { get; set; } = [];

    /// <summary>Credentials that were issued or imported.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Credential",
        HelpMessage = "Credentials: New-*DeviceCredential issues them, Import-DeviceCredential reads them.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceCredential), "a credential", TakenByOthers = [typeof(object)])]
    public DeviceCredential? Credential { get; set; }

    /// <summary>Bootstrap or Lwm2m; by default what the credential or the file's name says.</summary>
    [Parameter]
    [OneName]
    public CredentialKind Kind { get; set; }

    /// <summary>The endpoint name that the certificate must carry.</summary>
    [Parameter(ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = "Certificate")]
    [Parameter(ParameterSetName = "Credential")]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    public string? EndpointName { get; set; }

    /// <summary>The account ID that an LwM2M certificate must carry.</summary>
    [Parameter(ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = "Certificate")]
    [Parameter(ParameterSetName = "Credential")]
    [Alias("aid")]
    public string? AccountId { get; set; }

    /// <summary>The LwM2M server's URI, whose query names the account.</summary>
    [Parameter]
    [NoSecret]
    public Uri? ServerUri { get; set; }

    /// <summary>The certificates to trust: CAs, chains, certificates or paths of files; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [PemTransformation]
    [CertificatesTransformation(AllowPaths = true, AllowWildcards = true)]
    [NoSecret]
    [ValidateNotNullOrEmpty]
    public DeviceCertificate[] Issuer { get; set; } = [];

    /// <summary>The revocation lists in which the certificates are looked up: objects, or paths of files; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [PemTransformation]
    [RevocationListsTransformation]
    [NoSecret]
    [ValidateNotNullOrEmpty]
    public CertificateRevocationList[] RevocationList { get; set; } = [];

    /// <summary>The device's key.</summary>
    [Parameter]
    [PemTransformation]
    [KeyTransformation]
    [NoSecret]
    public DeviceKey? Key { get; set; }

    /// <summary>How many certificates the device stores (device-certificate-chain-depth).</summary>
    [Parameter]
    [ValidateRange(1, 5)]
    [ArgumentCompleter(typeof(ChainDepthCompleter))]
    [NoSecret]
    public int ChainDepth { get; set; } = 5;

    /// <summary>The moment to test for; by default now.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime At { get; set; }

    /// <summary>The services whose rules are also tested.</summary>
    // Texts: of an enumeration, PowerShell would read 'AwsIot,Leshan' as a third service.
    [Parameter]
    [NoSecret]
    [ValidateSet(nameof(DeviceService.AzureDps), nameof(DeviceService.AwsIot), nameof(DeviceService.Leshan),
        nameof(DeviceService.ThingsBoard), nameof(DeviceService.Cumulocity), nameof(DeviceService.Mosquitto))]
    public string[] Service { get; set; } = [];

    /// <summary>Returns $true or $false instead of reports.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Shows every check of a report, not only those that failed or warn.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Detailed { get; set; }

    /// <summary>How many files or credentials are tested at a time; by default one for each processor.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    [NoSecret]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <summary>Ends the process with the pipeline's exit code: 0 all passed; 2 some did not; 1 anything else.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter SetExitCode { get; set; }

    RunCounts? IRun.Counts => _progress?.Counts;

    bool IRun.GivesSummary => false;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _rows = new RowInput(this);
        _exit = RunExit.Of(this, Pipeline, SetExitCode);
        _progress = new ProgressMeter(this, "Testing certificates", "files", () => _part, Show);
        _workers = new(Throttle(ThrottleLimit), job => job.Test());
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case "Certificate" or "Credential"
                when Refuse(ParameterSetName == "Certificate" ? Certificate : Credential, "certificates or a credential",
                    "Give the paths of files, or objects."):
                if (Quiet) WriteObject(false);
                break;
            case "Certificate":
                _certificates.AddRange(Certificate);
                break;
            case "Credential":
                var credential = Credential!;
                Test(credential, verifier => [verifier.Test(credential)]);
                break;
            default:
                var literal = ParameterSetName == "LiteralPath";
                var paths = _pem.Add(literal ? LiteralPath : Path).ToList();
                for (var i = 0; i < paths.Count; i++) Test(paths[i], literal, i, paths.Count);
                break;
        }
    }

    void Test(string path, bool literal, int index, int count)
    {
        // A pattern that matches nothing is an error at once, so everything before it is finished first.
        if (!literal && WildcardPattern.ContainsWildcardCharacters(path)) Write(_workers.Rest());
        var files = Resolve([path], literal).ToList();
        for (var j = 0; j < files.Count; j++)
        {
            if (Stopping) return;
            var file = files[j];
            // For paths from the pipeline, the number is unknown.
            if (!MyInvocation.ExpectingInput) _part = (index + (j + 1d) / files.Count) / count;
            if (!Directory.Exists(file) && _stored.HoldsDevices(file)) TestDevices(file);
            else Test(file, verifier => [.. verifier.Test(CertificateFile.Read(_stored.Find(file).Read(), Next))]);
        }

        // A missing file has not passed.
        if (files.Count == 0 && Quiet)
        {
            Write(_workers.Rest());
            WriteObject(false);
        }
    }

    void TestDevices(string archive)
    {
        var found = false;
        foreach (var files in _stored.Group(archive, Fail))
        {
            if (Stopping) return;
            found = true;
            Test(System.IO.Path.GetDirectoryName(files[0].Path)!, verifier => StoredTest.Run(verifier, files));
        }

        if (!found)
            Fail(new InputException("CertificateNotFound", ErrorKind.NotFound, "there is no certificate in the archive.", null, archive));

        void Fail(InputException error)
        {
            found = true;
            Test(archive, _ => throw error);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_pem.TakeRest() is { } pem) Test(pem, literal: true, 0, 1);
        if (ParameterSetName == "Certificate") Test(_certificates, verifier => verifier.Test(_certificates));
        Write(_workers.Rest());
        _progress.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers?.Dispose();
        _exit?.Set();
    }

    private protected override void OnStop() => _workers?.Stop();

    private protected override void Log(DeviceCredsException error)
    {
        base.Log(error);
        _progress?.Fail(error);
    }

    void Test(object target, Func<CertificateVerifier, IEnumerable<DeviceCertificateReport>> test)
    {
        _workers.Add(Prepare(target, test));
        Write(_workers.Finished());
    }

    // The parameters belong to the current input: so a verifier is made now and used later. An error
    // in the input is reported at its place in the order, which has not come yet.
    TestJob Prepare(object target, Func<CertificateVerifier, IEnumerable<DeviceCertificateReport>> test)
    {
        try
        {
            // A credential and a certificate have their own names; for a file they may be given.
            var isFile = ParameterSetName is "Path" or "LiteralPath";
            var row = isFile && Pipeline.CurrentObject is { } input ? _reader.ReadColumns(input) : null;
            var verifier = Verifier(row);
            return new TestJob(target, () => [.. test(verifier).Select(r => row is null ? r : r.With(row.Columns))]);
        }
        catch (DeviceCredsException e)
        {
            return new TestJob(target, () => throw e);
        }
    }

    void Write(IEnumerable<IReadOnlyList<OrderedWorkers<TestJob, IReadOnlyList<DeviceCertificateReport>>.Piece>> groups)
    {
        foreach (var piece in groups.SelectMany(g => g))
        {
            var done = Try(piece.Input.Target, () =>
            {
                foreach (var report in piece.Output) Write(report);
            });
            // A certificate that cannot be read has not passed.
            if (!done && Quiet) WriteObject(false);
            _progress.Count();
        }
    }

    void Write(DeviceCertificateReport report)
    {
        if (IsVerbose) WriteVerbose($"{report}: {report.Failed.Count} failed, {report.Warnings.Count} warnings.");
        Log(report);
        if (!report.Passed) _progress.Counts.Fail(NotPassed, isLasting: true);
        WriteObject(Quiet ? report.Passed : Detailed ? InDetail(report) : report);
    }

    // The views go by this name.
    static PSObject InDetail(DeviceCertificateReport report)
    {
        var shown = new PSObject(report);
        shown.TypeNames.Insert(0, "DeviceCreds.DeviceCertificateReport#Detailed");
        return shown;
    }

    // Only the names may come with the input; a used verifier knows the CAs already.
    CertificateVerifier Verifier(DeviceRow? row)
    {
        var isGiven = row is null || _rows.IsGiven(nameof(EndpointName));
        var endpointName = isGiven ? EndpointName : row!.EndpointName is { Length: > 0 } name ? name : null;
        var accountId = AccountIds.Resolve(row, row is null || _rows.IsGiven(nameof(AccountId)) ? AccountId : null, ServerUri);
        if (_verifier is not null && _verifier.EndpointName == endpointName && _verifier.AccountId == accountId) return _verifier;
        var bound = MyInvocation.BoundParameters;
        return _verifier = new CertificateVerifier
        {
            Cache = _cache,
            Kind = bound.ContainsKey(nameof(Kind)) ? Kind : null,
            EndpointName = endpointName,
            AccountId = accountId,
            Issuers = Issuer,
            RevocationLists = RevocationList,
            Key = Key,
            ChainDepth = ChainDepth,
            Services = Service.Select(s => (DeviceService)Enum.Parse(typeof(DeviceService), s, ignoreCase: true)).ToList(),
            At = bound.ContainsKey(nameof(At)) ? At : null,
        };
    }

    /// <summary>Something to test, and how.</summary>
    sealed record TestJob(object Target, Func<IReadOnlyList<DeviceCertificateReport>> Test);
}
