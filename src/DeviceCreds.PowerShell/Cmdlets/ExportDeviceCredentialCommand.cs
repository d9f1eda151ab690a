using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Writes credentials to disk: a folder a device, in as many formats as wanted.</summary>
[Cmdlet(VerbsData.Export, "DeviceCredential", SupportsShouldProcess = true, DefaultParameterSetName = "Credential")]
[OutputType(typeof(FileInfo))]
public sealed class ExportDeviceCredentialCommand : FleetCmdlet, IDisposable
{
    ProgressMeter _progress = null!;
    CredentialExport? _export;
    OrderedWorkers<DeviceCredential, StagedCredential> _workers = null!;
    readonly List<RunSummary> _before = [];
    char[]? _password;

    /// <summary>The credential.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Credential")]
    [AllowNull]
    [NoSecret(AsNull = true)]
    public DeviceCredential Credential { get; set; } = null!;

    /// <summary>The summary of the cmdlet before this one, which passes through.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Summary", DontShow = true)]
    [AllowNull]
    [NoSecret(AsNull = true)]
    public RunSummary? IssuingSummary { get; set; }

    /// <summary>The folder that gets a folder a device.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>The formats to write.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FormatCompleter))]
    [ValidateNotNullOrEmpty]
    [PemTransformation]
    public string[] Format { get; set; } = ["Pem", "Der"];

    /// <summary>The structure around private keys: SEC 1 or PKCS#8.</summary>
    [Parameter]
    [NoSecret]
    public KeyEncoding Encoding { get; set; } = KeyEncoding.Sec1;

    /// <summary>When given, private keys are encrypted with it.</summary>
    [Parameter]
    [PasswordTransformation]
    public SecureString? Password { get; set; }

    /// <summary>How many certificates of the chain are written at most.</summary>
    [Parameter]
    [ValidateRange(1, 5)]
    [NoSecret]
    public int ChainDepth { get; set; }

    /// <summary>Leaves the root out of the chain.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter ExcludeRoot { get; set; }

    /// <summary>Puts the certificate with its chain into LwM2M objects, as PEM: some clients send it so, others take one certificate in DER only.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter CertificateBundle { get; set; }

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Force { get; set; }

    /// <summary>What the devices are told besides, for the formats that carry it (New-DeviceConfiguration).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoSecret]
    public DeviceConfiguration[] Configuration { get; set; } = [];

    /// <summary>How many credentials are written at a time; by default one for each processor.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    [NoSecret]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <summary>Gives the export's figures as the last object.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Summary { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _progress = new ProgressMeter(this, "Exporting credentials", "credentials");
        _password = Secret.Copy(Password);
        _export = Require(Path, () =>
        {
            CheckNewPassword(Password);
            return new CredentialExport(ResolveNew(Path), Format, Options(), Force);
        });
        _workers = new(ThrottleLimit, _export.Stage);
    }

    ExportOptions Options() => new()
    {
        ChainDepth = ChainDepth, ExcludeRoot = ExcludeRoot, KeyEncoding = Encoding, Password = _password, Configurations = Configuration,
        CertificateBundle = CertificateBundle, Warn = WriteWarning,
    };

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (IssuingSummary is { } summary && ParameterSetName == "Summary")
        {
            _before.Add(summary);
            return;
        }

        if (Refuse(Credential, "a device's credential", "Import-DeviceCredential reads one from files.")) return;

        if (!ShouldProcess(_export!.FolderFor(Credential), $"Write {Credential.Kind} credential of '{Credential.EndpointName}'")) return;
        _workers.Add(Credential);
        Place(_workers.Finished());
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Place(_workers.Rest());
        Try(Path, Complete);
        _progress.Complete();
        WriteObject(_before, enumerateCollection: true);
        if (Summary) WriteObject(_progress.Summary);
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        // First, so that nothing comes out of the waits that end.
        _workers?.Stop();
        base.StopProcessing();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Also when the pipeline was stopped half-way.
        _workers?.Dispose();
        _export?.Dispose();
        Secret.Wipe(_password);
    }

    private protected override void Log(DeviceCredsException error)
    {
        base.Log(error);
        _progress?.Fail(error);
    }

    void Complete()
    {
        var files = string.Join(", ", _export!.FleetFiles);
        if (files.Length > 0 && !ShouldProcess(files, "Write file for all devices")) return;
        foreach (var path in _export.Complete(e => WriteError(ErrorRecords.From(e, (e as InputException)?.Path)), Stopped)) WriteFile(path);
    }

    // One flush for all that became ready together: what waits for the disk waits together.
    void Place(IEnumerable<IReadOnlyList<OrderedWorkers<DeviceCredential, StagedCredential>.Piece>> groups)
    {
        foreach (var group in groups)
        {
            DeviceCredsException? flushing = null;
            try
            {
                _export!.Flush();
            }
            catch (OutputException e)
            {
                flushing = e;
            }

            foreach (var piece in group)
            {
                Try(piece.Input, () =>
                {
                    if (flushing is not null) throw flushing;
                    foreach (var path in _export!.Place(piece.Output)) WriteFile(path);
                });
                _progress.Count();
            }
        }
    }
}
