using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Tests device certificates and chains against every rule that a device, a service or RFC 5280 has for them.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DeviceCertificate", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceCertificateReport), typeof(bool))]
public sealed class TestDeviceCertificateCommand : FleetCmdlet, IDisposable
{
    readonly List<DeviceCertificate> _certificates = [];
    ProgressMeter _progress = null!;
    CertificateVerifier? _verifier;
    double _part;
    OrderedWorkers<Job, IReadOnlyList<DeviceCertificateReport>> _workers = null!;

    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    [PathTransformation]
    public string[] Path { get; set; } = [];

    /// <summary>The files, by their exact names.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Certificates that were read already; those of one chain may come together.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Certificate")]
    [CertificatesTransformation]
    public DeviceCertificate[] Certificate { get; set; } = [];

    /// <summary>Credentials that were issued or imported.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Credential")]
    public DeviceCredential? Credential { get; set; }

    /// <summary>Bootstrap or Lwm2m; by default what the credential or the file's name says.</summary>
    [Parameter]
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
    public Uri? ServerUri { get; set; }

    /// <summary>The certificates to trust: CAs, chains, certificates or paths of files.</summary>
    [Parameter]
    [CertificatesTransformation(AllowPaths = true)]
    public DeviceCertificate[] Issuer { get; set; } = [];

    /// <summary>The revocation lists to look the certificates up in: objects, or paths of files.</summary>
    [Parameter]
    [RevocationListsTransformation]
    public CertificateRevocationList[] RevocationList { get; set; } = [];

    /// <summary>The device's key.</summary>
    [Parameter]
    [KeyTransformation]
    public DeviceKey? Key { get; set; }

    /// <summary>How many certificates the device stores (device-certificate-chain-depth).</summary>
    [Parameter]
    [ValidateRange(1, 5)]
    public int ChainDepth { get; set; } = 5;

    /// <summary>The moment to test for; by default now.</summary>
    [Parameter]
    [DateTransformation]
    public DateTime At { get; set; }

    /// <summary>Gives $true or $false instead of reports.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>How many files or credentials are tested at a time; by default one for each processor.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _progress = new ProgressMeter(this, "Testing certificates", "files", () => _part);
        _workers = new(ThrottleLimit, job => job.Test());
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case "Certificate":
                _certificates.AddRange(Certificate);
                break;
            case "Credential":
                var credential = Credential!;
                Test(credential, verifier => [verifier.Test(credential)]);
                break;
            default:
                var literal = ParameterSetName == "LiteralPath";
                var paths = literal ? LiteralPath : Path;
                for (var i = 0; i < paths.Length; i++)
                {
                    var path = paths[i];
                    // A pattern that matches nothing is an error at once, and its place is after all that came before.
                    if (!literal && WildcardPattern.ContainsWildcardCharacters(path)) Write(_workers.Rest());
                    var files = Resolve([path], literal).ToList();
                    for (var j = 0; j < files.Count; j++)
                    {
                        if (Stopping) return;
                        var file = files[j];
                        // Of paths that come through the pipeline nobody knows how many follow.
                        if (!MyInvocation.ExpectingInput) _part = (i + (j + 1d) / files.Count) / paths.Length;
                        Test(file, verifier => [.. verifier.Test(CertificateReader.Read(InputFile.Read(file)))]);
                    }

                    // What is not there has not passed.
                    if (files.Count == 0 && Quiet)
                    {
                        Write(_workers.Rest());
                        WriteObject(false);
                    }
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName == "Certificate") Test(_certificates, verifier => [.. verifier.Test(_certificates)]);
        Write(_workers.Rest());
        _progress.Complete();
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _workers?.Stop();

    /// <inheritdoc/>
    public void Dispose() => _workers?.Dispose();

    // The parameters are those of the current input, and the next has others; so a verifier is made now, and used later.
    void Test(object target, Func<CertificateVerifier, IReadOnlyList<DeviceCertificateReport>> test)
    {
        Func<CertificateVerifier> verifier;
        try
        {
            var now = Verifier();
            verifier = () => now;
        }
        catch (DeviceCredsException e)
        {
            verifier = () => throw e;
        }

        _workers.Add(new Job(target, () => test(verifier())));
        Write(_workers.Finished());
    }

    void Write(IEnumerable<IReadOnlyList<OrderedWorkers<Job, IReadOnlyList<DeviceCertificateReport>>.Piece>> groups)
    {
        foreach (var piece in groups.SelectMany(g => g))
        {
            var done = Try(piece.Input.Target, () =>
            {
                foreach (var report in piece.Output)
                {
                    if (IsVerbose) WriteVerbose($"{report}: {report.Failed.Count} failed, {report.Warnings.Count} warnings.");
                    Log(report);
                    WriteObject(Quiet ? report.Passed : report);
                }
            });
            // What cannot be read has not passed.
            if (!done && Quiet) WriteObject(false);
            _progress.Count();
        }
    }

    CertificateVerifier Verifier()
    {
        // The names alone may come with the input; a verifier that was at work knows the CAs already.
        var accountId = AccountIds.Resolve(AccountId, ServerUri);
        if (_verifier is not null && _verifier.EndpointName == EndpointName && _verifier.AccountId == accountId) return _verifier;
        var bound = MyInvocation.BoundParameters;
        return _verifier = new CertificateVerifier
        {
            Kind = bound.ContainsKey(nameof(Kind)) ? Kind : null,
            EndpointName = EndpointName,
            AccountId = accountId,
            Issuers = Issuer,
            RevocationLists = RevocationList,
            Key = Key,
            ChainDepth = ChainDepth,
            At = bound.ContainsKey(nameof(At)) ? At : null,
        };
    }

    sealed record Job(object Target, Func<IReadOnlyList<DeviceCertificateReport>> Test);
}
