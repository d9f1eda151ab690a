using System.Collections.Concurrent;
using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Injects credentials into devices, over TCP or a serial port, and records each result.</summary>
[Cmdlet(VerbsCommunications.Send, "DeviceCredential", SupportsShouldProcess = true, DefaultParameterSetName = "Credential")]
[OutputType(typeof(DeviceInjection))]
public sealed class SendDeviceCredentialCommand : FleetCmdlet, IRun, IDisposable
{
    // How many devices are read ahead for each station: certificates issued ahead are left over when the run is stopped.
    const int ReadAheadPerStation = 8;

    readonly List<RunSummary> _before = [];
    readonly List<DeviceInjection> _notDelivered = [];
    OperatorView _operator = null!;
    ProgressMeter _progress = null!;
    InjectionJournal? _journal;
    IssuanceLedger? _ledger;
    InjectionLine? _line;
    CredentialIssuer? _issuer;
    RowInput _rows = null!;
    ExportOptions _export = null!;
    readonly ConcurrentQueue<string> _warnings = new();
    RunExit? _exit;
    RecordFailure? _failure;
    int _readAhead;

    /// <summary>The credential.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Credential",
        HelpMessage = "The credential: New-BootstrapDeviceCredential or New-Lwm2mDeviceCredential issues it.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceCredential), "a credential", TakenBeside = [typeof(RunSummary)])]
    public DeviceCredential Credential { get; set; } = null!;

    /// <summary>The summary of the cmdlet before this one, which passes through.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Credential", DontShow = true)]
    [AllowNull]
    [NoSecret(AsNull = true)]
    public RunSummary? IssuingSummary { get; set; }

    /// <summary>The device's endpoint name; the device makes its own key.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "KeyOnDevice",
        HelpMessage = "The device's endpoint name, 1 to 64 characters. Many devices come through the pipeline: Import-Csv, "
            + "Import-DeviceList.")]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [AllowEmptyString]
    [AllowNull]
    [EndpointNameTransformation]
    public string? EndpointName { get; set; }

    /// <summary>The row as it came; an error names it as its target.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "KeyOnDevice", DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The CA that signs the device's request.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "KeyOnDevice",
        HelpMessage = "The CA that signs: New-CertificateAuthority makes one, Import-CertificateAuthority loads one.")]
    [PemTransformation]
    [IssuerTransformation]
    [ValidateNotNull]
    [NoSecret]
    public CertificateAuthority Issuer { get; set; } = null!;

    /// <summary>Asks the device to make its own key, which never leaves it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "KeyOnDevice", HelpMessage = "The device makes its own key.")]
    [NoSecret]
    public SwitchParameter KeyOnDevice { get; set; }

    /// <summary>Which service the credential opens.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    [OneName]
    public CredentialKind Kind { get; set; } = CredentialKind.Bootstrap;

    /// <summary>The account ID; LwM2M needs it, and takes it from the server's URI unless it is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "KeyOnDevice")]
    [Alias("aid")]
    public string? AccountId { get; set; }

    /// <summary>For how many calendar years the certificate is valid: more than 10.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    [NoSecret]
    public int ValidYears { get; set; } = 20;

    /// <summary>When the certificate expires.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    [DateTransformation]
    [NoSecret]
    public DateTime NotAfter { get; set; }

    /// <summary>The certificate never expires: 99991231235959Z.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    [NoSecret]
    public SwitchParameter NoExpiration { get; set; }

    /// <summary>From when the certificate is valid; by default an hour before now.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    [DateTransformation]
    [NoSecret]
    public DateTime NotBefore { get; set; }

    /// <summary>In which form certificates have the endpoint name in addition to the CN; by default in none.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    [OneName]
    public SubjectAltName SubjectAltName { get; set; }

    /// <summary>The devices' configurations (New-DeviceConfiguration); by default those that were imported with the credentials.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoSecret]
    public DeviceConfiguration[] Configuration { get; set; } = [];

    /// <summary>The device's host name or IP address.</summary>
    [Parameter]
    [Alias("ComputerName", "IPAddress")]
    public string? Address { get; set; }

    /// <summary>The device's TCP port; 7777 by default.</summary>
    [Parameter]
    [NoSecret]
    public int? Port { get; set; }

    /// <summary>The serial port that the device is on: COM7, /dev/ttyACM0.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SerialPortCompleter))]
    public string? SerialPort { get; set; }

    /// <summary>The speed of the serial port.</summary>
    [Parameter]
    [ValidateRange(300, 4_000_000)]
    [NoSecret]
    public int BaudRate { get; set; } = DeviceAddress.DefaultBaudRate;

    /// <summary>A file with what the device prints on its console: its address and port are read from there.</summary>
    [Parameter]
    public string? ConsoleLog { get; set; }

    /// <summary>How many seconds connecting, sending and the reply may take, each.</summary>
    [Parameter]
    [ValidateRange(1, 86_400)]
    [NoSecret]
    public int TimeoutSec { get; set; } = 60;

    /// <summary>How many seconds to wait for a device that is not there yet, for example while boards are swapped.</summary>
    [Parameter]
    [ValidateRange(0, 86_400)]
    [NoSecret]
    public int WaitSec { get; set; }

    /// <summary>The byte order of the integers around messages.</summary>
    [Parameter]
    [OneName]
    public ByteOrder ByteOrder { get; set; } = ByteOrder.LittleEndian;

    /// <summary>
    /// The journal: each injection is recorded there before the next one, and a device that is in it is not injected a second time.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Journal { get; set; }

    /// <summary>
    /// The ledger that has the certificates: one that was not delivered is reported. With -KeyOnDevice, certificates are recorded
    /// there.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PathTransformation(IsOne = true)]
    public string? Ledger { get; set; }

    /// <summary>For how many seconds to wait while another run has the ledger open; by default not at all.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    [ValidateRange(0, int.MaxValue)]
    [NoSecret]
    public int LedgerTimeout { get; set; }

    /// <summary>How many stations work in parallel; devices at one address take turns.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    [NoSecret]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>How many certificates of the chain are sent at most.</summary>
    [Parameter]
    [ValidateRange(1, 5)]
    [ArgumentCompleter(typeof(ChainDepthCompleter))]
    [NoSecret]
    public int ChainDepth { get; set; }

    /// <summary>Leaves the root out of the chain.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter ExcludeRoot { get; set; }

    /// <summary>Sends what the device would refuse, and injects devices again.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Force { get; set; }

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

    RunCounts? IRun.Counts => _progress?.Counts;

    bool IRun.GivesSummary => Summary;

    StationAddress Station => new(ResolveNew)
    {
        Address = NullIfEmpty(Address), Port = Port, SerialPort = NullIfEmpty(SerialPort), ConsoleLog = NullIfEmpty(ConsoleLog),
            BaudRate = BaudRate,
    };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _exit = RunExit.Of(this, Pipeline, SetExitCode);
        _rows = new RowInput(this);
        if (KeyOnDevice) PrepareIssuing();
        // -WhatIf changes nothing: no journal is created either.
        if (Journal is not null && !IsWhatIf) _journal = Require(Journal, () => InjectionJournal.Open(ResolveNewFile(Journal)));
        if (_journal?.Warning is { } warning) WriteWarning(warning);
        _progress = new ProgressMeter(this, "Injecting devices", "devices", show: Show);
        foreach (var shared in Configuration.Select(SharedSecrets.Find).OfType<string>().Distinct()) WriteWarning(shared);
        _operator = new OperatorView(this, isLine: WaitSec > 0);
        var stations = Throttle(ThrottleLimit);
        _readAhead = stations == 1 ? 0 : stations * ReadAheadPerStation;
        _export = new ExportOptions { ChainDepth = ChainDepth, ExcludeRoot = ExcludeRoot, Configurations = Configuration };
        _line = new InjectionLine(new Injector(new InjectionOptions
        {
            Export = _export,
            ByteOrder = ByteOrder,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            Wait = TimeSpan.FromSeconds(WaitSec),
            Force = Force,
            Journal = _journal,
        }), stations);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (IssuingSummary is { } summary)
        {
            _before.Add(summary);
            return;
        }

        if (LeaveOutPem(InputObject?.BaseObject as string ?? EndpointName)) return;
        if (!KeyOnDevice && Refuse(Credential, "a device's credential", "Import-DeviceCredential reads one from files.")) return;
        var row = _rows.Next(InputObject, KeyOnDevice ? EndpointName : Credential);
        if (!TryRow(row, () => Add(KeyOnDevice ? OrderWithKeyOnDevice(row)
            : InjectionOrder.Of(Credential, Station.Of(Credential.Columns), row)))) _progress.Count();
        Show(_readAhead);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Show(0);
        if (_ledger is { } ledger) Try(Ledger, ledger.Complete);
        WriteWarnings();
        ReportUndelivered();
        _progress.Complete();
        WriteObject(_before.Select(s => s.After(_progress.Counts)), enumerateCollection: true);
        if (Summary) WriteObject(_progress.Summarise(Pipeline));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Also when the pipeline was stopped: running injections are recorded first.
        _line?.Dispose();
        _journal?.Dispose();
        _ledger?.Dispose();
        _exit?.Set();
    }

    private protected override void OnStop() => _line?.Stop();

    private protected override void Log(DeviceCredsException error)
    {
        base.Log(error);
        _progress?.Fail(error);
    }

    void PrepareIssuing()
    {
        var bound = MyInvocation.BoundParameters;
        _issuer = Require(Issuer, () => new CredentialIssuer(Issuer, Kind, ValidityParameters.Resolve(
            bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null, bound.ContainsKey(nameof(NotAfter)) ? NotAfter : null,
            NoExpiration, bound.ContainsKey(nameof(NotBefore)) ? NotBefore : null), cancel: Stopped, chainDepth: ChainDepth,
            excludeRoot: ExcludeRoot, subjectAltName: SubjectAltName));
        if (_issuer.Warning is { } warning) WriteWarning(warning);
        if (Ledger is null || IsWhatIf) return;
        // Stations record from their own threads.
        var options = ForLedger(LedgerTimeout) with { Warn = _warnings.Enqueue };
        var ledger = _ledger = Require(Ledger, () => IssuanceLedger.Open(ResolveNewFile(Ledger), options));
        Require(Issuer, () => ledger.EnsureNotRevoked(Issuer));
        WriteWarnings();
    }

    void WriteWarnings()
    {
        while (_warnings.TryDequeue(out var warning)) WriteWarning(warning);
    }

    void Add(InjectionOrder order)
    {
        if (MayChange(order.Address.Text, $"Inject {order.Kind} credential of {order.Title}")) _line!.Add(order);
    }

    InjectionOrder OrderWithKeyOnDevice(InputRow row)
    {
        var read = _rows.Read(row, InputObject);
        var name = (read is null || _rows.IsGiven(nameof(EndpointName)) ? EndpointName : read.EndpointName) ?? "";
        var columns = read?.Columns ?? DeviceColumns.None;
        var identity = new DeviceIdentity(name, Kind == CredentialKind.Lwm2m ? AccountIdOf(read, name) : null) { Columns = columns };
        return InjectionOrder.WithKeyOnDevice(identity, Kind, _issuer!, credential => _ledger?.Record(credential), Station.Of(columns),
            row);
    }

    string? AccountIdOf(DeviceRow? row, string endpointName)
    {
        if (AccountIds.Resolve(row, AccountId, null) is { } accountId) return accountId;
        return _export.ConfigurationOf(endpointName)?.ServerUri is { } uri && Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
            ? ServerUri.AccountId(parsed) : null;
    }

    static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    void Show(int leave)
    {
        try
        {
            foreach (var news in _line!.Take(leave, Stopped)) Show(news);
            if (_failure is not { Cause: var cause }) return;
            // A run that is not recorded must end, after the devices that are being injected.
            foreach (var news in _line.Take(0, Stopped)) Show(news);
            Require<object>(cause.Path, () => throw cause);
        }
        catch (OperationCanceledException) when (Stopping)
        {
            throw new PipelineStoppedException();
        }
    }

    void Show(LineNews news)
    {
        switch (news.Kind)
        {
            case LineNewsKind.Detail:
                if (IsVerbose) WriteVerbose($"{news.Order.Title}: {news.Text}");
                break;
            case LineNewsKind.Warning:
                WriteWarning(news.Text);
                break;
            case LineNewsKind.Waiting:
                _operator.Expect(news.Order);
                break;
            default:
                Finish(news);
                break;
        }
    }

    void Finish(LineNews news)
    {
        if (news.Injection is { } injection)
        {
            _operator.Show(news.Order, injection.Succeeded);
            if (injection.NotDelivered) _notDelivered.Add(injection);
            WriteObject(injection);
        }

        if (news.Error is DeviceCredsException error) TryRow((InputRow)news.Order.Tag!, () => throw error);
        else if (news.Error is RecordFailure failure) Note(failure, news.Injection);
        else if (news.Error is { } unexpected) throw unexpected;
        _progress.Count();
    }

    void Note(RecordFailure failure, DeviceInjection? injection)
    {
        _failure ??= failure;
        if (injection?.MessageSent == true)
            WriteWarning($"A message was sent to '{injection.EndpointName}' at {injection.Address}, and not all of it is recorded: "
                + failure.Message);
    }

    void ReportUndelivered()
    {
        if (Ledger is null || _notDelivered.Count == 0) return;
        Try(Ledger, () =>
        {
            var path = ResolveNew(Ledger);
            var serials = Deliveries.FindUndelivered(_notDelivered, path);
            foreach (var injection in _notDelivered.Where(i => serials.Contains(i.SerialNumber!)))
            {
                WriteWarning($"{path}: certificate {injection.SerialNumber} is valid and " + (injection.CertificateToRevoke is null
                    ? "no device has confirmed it, but its device may have it. Send it again."
                    : "was not delivered to its device. Send it again, or revoke it (Revoke-DeviceCertificate)."));
            }
        });
    }
}
