using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Writes credentials to disk: one folder per device or one archive, in as many formats as wanted.</summary>
[Cmdlet(VerbsData.Export, "DeviceCredential", SupportsShouldProcess = true, DefaultParameterSetName = "Credential")]
[OutputType(typeof(ExportedCredential), typeof(FileInfo))]
public sealed class ExportDeviceCredentialCommand : FleetCmdlet, IRun, IExporter, IDisposable
{
    // A script block as -Path may name a folder for each device; each open export holds a file.
    const int MaximumOpen = 64;

    readonly Dictionary<string, CredentialExport> _exports = [];
    readonly WrittenFiles _written = new();
    readonly List<RunSummary> _before = [];
    ProgressMeter _progress = null!;
    ExportRun _run = null!;
    ExportOptions _options = null!;
    CredentialExport? _current;
    CredentialExport? _only;
    string? _currentPath;
    RunExit? _exit;
    char[]? _password;

    /// <summary>The credential.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Credential",
        HelpMessage = "The credential: New-BootstrapDeviceCredential or New-Lwm2mDeviceCredential issues it.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceCredential), "a credential", TakenByOthers = [typeof(RunSummary)])]
    public DeviceCredential Credential { get; set; } = null!;

    /// <summary>The summary of the cmdlet before this one, which passes through.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Summary", DontShow = true)]
    [AllowNull]
    [NoSecret(AsNull = true)]
    public RunSummary? IssuingSummary { get; set; }

    /// <summary>
    /// The folder that gets one folder per device, or the archive; an archive may be named, too. A script block is evaluated for each
    /// credential.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The folder that gets one folder per device, or the archive.")]
    public string Path { get; set; } = "";

    /// <summary>Writes one archive instead of a folder for each device.</summary>
    [Parameter]
    [OneName]
    public ArchiveFormat Archive { get; set; }

    /// <summary>The formats to write.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FormatCompleter))]
    [ValidateNotNullOrEmpty]
    [PemTransformation]
    public string[] Format { get; set; } = ["Pem", "Der"];

    /// <summary>The structure around private keys: SEC 1 or PKCS#8.</summary>
    [Parameter]
    [OneName]
    public KeyEncoding Encoding { get; set; } = KeyEncoding.Sec1;

    /// <summary>When given, private keys are encrypted with it.</summary>
    [Parameter]
    [PasswordTransformation]
    public SecureString? Password { get; set; }

    /// <summary>How many certificates of the chain are written at most.</summary>
    [Parameter]
    [ValidateRange(1, 5)]
    [ArgumentCompleter(typeof(ChainDepthCompleter))]
    [NoSecret]
    public int ChainDepth { get; set; }

    /// <summary>Leaves the root out of the chain.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter ExcludeRoot { get; set; }

    /// <summary>
    /// Puts the certificate with its chain into LwM2M objects, as PEM: some clients send it like this, others accept one certificate in
    /// DER.
    /// </summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter CertificateBundle { get; set; }

    /// <summary>What the names in C headers begin with; by default bootstrap_ or lwm2m_.</summary>
    [Parameter]
    [NoSecret]
    public string? Prefix { get; set; }

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Force { get; set; }

    /// <summary>The devices' configurations, for the formats that carry them (New-DeviceConfiguration).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoSecret]
    public DeviceConfiguration[] Configuration { get; set; } = [];

    /// <summary>How many credentials are written at a time; by default one for each processor.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    [NoSecret]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <summary>Returns a summary of the run as the last object.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Summary { get; set; }

    /// <summary>
    /// Ends the process with the pipeline's exit code: 0 all done; 2 devices failed permanently; 1 anything else.
    /// </summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter SetExitCode { get; set; }

    CredentialExport? IExporter.Export => IsWhatIf ? null : _only;

    RunCounts? IRun.Counts => _progress?.Counts;

    bool IRun.GivesSummary => Summary;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _exit = RunExit.Of(this, Pipeline, SetExitCode);
        _progress = new ProgressMeter(this, "Exporting credentials", "credentials", show: Show);
        _password = Secret.Copy(Password);
        _options = Options();
        Require(Path, () => Check());
        // A script block gives the path later, for each credential.
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Path))) _only = Require(Path, ExportTo);
        _run = new ExportRun(Throttle(ThrottleLimit), Stopped);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (IssuingSummary is { } summary && ParameterSetName == "Summary")
        {
            _before.Add(summary);
            return;
        }

        if (Refuse(Credential, "a device's credential", "Import-DeviceCredential reads one from files.")) return;
        if (!Try(Credential, () => ExportTo()))
        {
            _progress.Count();
            return;
        }

        if ((IsAsked || IsVerbose) && !MayWrite()) return;
        _run.Add(_current!, Credential);
        Write(_run.Finished());
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        WriteRest();
        Complete();
        _progress.Complete();
        WriteObject(_before.Select(s => s.After(_progress.Counts)), enumerateCollection: true);
        if (Summary) WriteObject(_progress.Summarise(Pipeline));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Also when the pipeline was stopped half-way.
        _run?.Dispose();
        foreach (var export in _exports.Values) export.Dispose();
        Secret.Wipe(_password);
        _exit?.Set();
    }

    private protected override void OnStop() => _run?.Stop();

    private protected override void Log(DeviceCredsException error)
    {
        base.Log(error);
        _progress?.Fail(error);
    }

    ExportOptions Options() => new()
    {
        ChainDepth = ChainDepth, ExcludeRoot = ExcludeRoot, KeyEncoding = Encoding, Password = _password, Configurations = Configuration,
        CertificateBundle = CertificateBundle, Prefix = Prefix, Warn = WriteWarning,
    };

    bool Check()
    {
        CheckNewPassword(Password);
        CredentialExport.Check(Format, _options);
        return true;
    }

    // The export to the current -Path, which a script block may have changed since the credential before.
    CredentialExport ExportTo()
    {
        if (_current is not null && _currentPath == Path) return _current;
        var folder = ResolveNew(Path);
        if (!_exports.TryGetValue(folder, out var export))
        {
            if (_exports.Count >= MaximumOpen) MakeRoom();
            var archive = MyInvocation.BoundParameters.ContainsKey(nameof(Archive)) ? Archive : (ArchiveFormat?)null;
            _exports[folder] = export = new CredentialExport(folder, Format, _options, Force, archive, _written);
        }

        (_current, _currentPath) = (export, Path);
        return export;
    }

    // An archive that was ended cannot be continued, and a file for all devices would hold only some of them.
    void MakeRoom()
    {
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Archive)))
            throw new InputException("ArchiveLimitExceeded", ErrorKind.LimitExceeded,
                $"-Path: expected at most {MaximumOpen} archives in one run, found more.",
                "Export to fewer archives, or to one with each run.");
        if (_exports.Values.Any(e => e.FleetFiles.Any())) return;
        WriteRest();
        Complete();
        foreach (var export in _exports.Values) export.Dispose();
        _exports.Clear();
    }

    void Complete()
    {
        foreach (var export in _exports)
        {
            if (Try(export.Key, () => Complete(export.Value)) || export.Value.Waiting == 0) continue;
            // The error counts one of the devices that have no archive.
            for (var i = 1; i < export.Value.Waiting; i++) _progress.Counts.Fail("FileNotWritten", isLasting: false);
        }
    }

    void Complete(CredentialExport export)
    {
        var files = string.Join(", ", export.FleetFiles);
        var withFleetFiles = files.Length == 0 || MayChange(files, "Write file for all devices");
        IReadOnlyList<string> paths = [];
        try
        {
            paths = export.Complete(e => WriteFailure(e, (e as InputException)?.Path), Stopped, Failures(), withFleetFiles);
        }
        finally
        {
            // An archive may be complete, although a file for all devices is not.
            Write(export);
        }

        foreach (var path in paths) WriteFile(path);
    }

    void Write(CredentialExport export)
    {
        foreach (var exported in export.Take()) WriteObject(exported);
    }

    // Of all cmdlets up to here: a device that got no certificate is missing from the archive, too.
    Dictionary<string, long> Failures() => RunSummary.Merge(Pipeline.Before.OfType<IRun>().Select(r => r.Counts).OfType<RunCounts>()
        .Append(_progress.Counts).SelectMany(c => c.Failures)).ToDictionary(f => f.ErrorId, f => f.Count);

    bool MayWrite()
    {
        var may = false;
        Try(Credential,
            () => may = MayChange(_current!.FolderFor(Credential), $"Write {Credential.Kind} credential of '{Credential.EndpointName}'"));
        return may;
    }

    void WriteRest() => Write(_run.Rest());

    void Write(IEnumerable<ExportResult> results)
    {
        foreach (var result in results)
        {
            Try(result.Credential, result.EnsurePlaced);
            Write(result.Export);
            _progress.Count();
        }
    }
}
