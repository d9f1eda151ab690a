using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Puts credentials into devices, over TCP or a serial port, and records what became of each.</summary>
[Cmdlet(VerbsCommunications.Send, "DeviceCredential", SupportsShouldProcess = true, DefaultParameterSetName = "Credential")]
[OutputType(typeof(DeviceInjection))]
public sealed class SendDeviceCredentialCommand : FleetCmdlet, IDisposable
{
    // So many devices are read ahead for each station: what is read was issued, and would be left over when the run is stopped.
    const int ReadAheadPerStation = 8;

    readonly List<RunSummary> _before = [];
    readonly List<DeviceInjection> _notDelivered = [];
    OperatorView _operator = null!;
    ProgressMeter _progress = null!;
    InjectionJournal? _journal;
    IssuanceLedger? _ledger;
    InjectionLine? _line;
    CredentialIssuer? _issuer;

    /// <summary>The credential.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Credential")]
    public DeviceCredential Credential { get; set; } = null!;

    /// <summary>The summary of the cmdlet before this one, which passes through.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Summary", DontShow = true)]
    public RunSummary? IssuingSummary { get; set; }

    /// <summary>The device's endpoint name; the device makes its own key.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "KeyOnDevice")]
    [Alias("Endpoint", "endpoint_name", "CommonName", "CN")]
    [AllowEmptyString]
    [EndpointNameTransformation]
    public string EndpointName { get; set; } = "";

    /// <summary>The CA that signs the device's request.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "KeyOnDevice")]
    [IssuerTransformation]
    [ValidateNotNull]
    public CertificateAuthority Issuer { get; set; } = null!;

    /// <summary>Asks the device to make its own key, which never leaves it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "KeyOnDevice")]
    public SwitchParameter KeyOnDevice { get; set; }

    /// <summary>Which service the credential opens.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    public CredentialKind Kind { get; set; } = CredentialKind.Bootstrap;

    /// <summary>The account ID; LwM2M needs it, and takes it from the server's URI unless it is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = "KeyOnDevice")]
    [Alias("aid")]
    public string? AccountId { get; set; }

    /// <summary>For how many calendar years the certificate is valid: more than 10.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    public int ValidYears { get; set; } = 20;

    /// <summary>When the certificate expires.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    [DateTransformation]
    public DateTime NotAfter { get; set; }

    /// <summary>The certificate never expires: 99991231235959Z.</summary>
    [Parameter(ParameterSetName = "KeyOnDevice")]
    public SwitchParameter NoExpiration { get; set; }

    /// <summary>What the devices are told besides (New-DeviceConfiguration); by default what the credential was imported with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public DeviceConfiguration[] Configuration { get; set; } = [];

    /// <summary>The device's host name or IP address.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ComputerName", "IPAddress")]
    public string? Address { get; set; }

    /// <summary>The device's TCP port; 7777 by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int? Port { get; set; }

    /// <summary>The serial port that the device is on: COM7, /dev/ttyACM0.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SerialPortCompleter))]
    public string? SerialPort { get; set; }

    /// <summary>The speed of the serial port.</summary>
    [Parameter]
    [ValidateRange(300, 4_000_000)]
    public int BaudRate { get; set; } = DeviceAddress.DefaultBaudRate;

    /// <summary>A file with what the device prints on its console: its address and port are read from there.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ConsoleLog { get; set; }

    /// <summary>How many seconds connecting, sending and the reply may take, each.</summary>
    [Parameter]
    [ValidateRange(1, 86_400)]
    public int TimeoutSec { get; set; } = 60;

    /// <summary>How many seconds a device is waited for that is not there yet, as when boards are swapped.</summary>
    [Parameter]
    [ValidateRange(0, 86_400)]
    public int WaitSec { get; set; }

    /// <summary>The byte order of the integers around messages.</summary>
    [Parameter]
    public ByteOrder ByteOrder { get; set; } = ByteOrder.LittleEndian;

    /// <summary>The journal: each injection is recorded there before the next one, and a device that is in it is not injected a second time.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Journal { get; set; }

    /// <summary>The ledger that has the certificates: one that was not delivered is reported. With -KeyOnDevice, certificates are recorded there.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Ledger { get; set; }

    /// <summary>How many stations work in parallel; devices at one address take turns.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>How many certificates of the chain are sent at most.</summary>
    [Parameter]
    [ValidateRange(1, 5)]
    public int ChainDepth { get; set; }

    /// <summary>Leaves the root out of the chain.</summary>
    [Parameter]
    public SwitchParameter ExcludeRoot { get; set; }

    /// <summary>Sends what the device would refuse, and injects a device again that was injected before.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives the run's figures as the last object.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (KeyOnDevice) PrepareIssuing();
        // -WhatIf changes nothing: not even a journal is begun.
        if (Journal is not null && !IsWhatIf) _journal = Require(Journal, () => InjectionJournal.Open(ResolveNew(Journal)));
        if (_journal?.Warning is { } warning) WriteWarning(warning);
        _progress = new ProgressMeter(this, "Injecting devices", "devices");
        _operator = new OperatorView(this, isLine: WaitSec > 0);
        _line = new InjectionLine(new Injector(new InjectionOptions
        {
            Export = new ExportOptions { ChainDepth = ChainDepth, ExcludeRoot = ExcludeRoot, Configurations = Configuration },
            ByteOrder = ByteOrder,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            Wait = TimeSpan.FromSeconds(WaitSec),
            Force = Force,
            Journal = _journal,
        }), ThrottleLimit);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (IssuingSummary is { } summary && ParameterSetName == "Summary")
        {
            _before.Add(summary);
            return;
        }

        Try(KeyOnDevice ? EndpointName : Credential, () =>
        {
            var order = KeyOnDevice ? OrderWithKeyOnDevice() : OrderOfCredential();
            if (ShouldProcess(order.Address.Text, $"Inject {order.Kind} credential of {order.Title}")) _line!.Add(order);
        });
        Show(ThrottleLimit == 1 ? 0 : ThrottleLimit * ReadAheadPerStation);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Show(0);
        _progress.Complete();
        ReportUndelivered();
        WriteObject(_before, enumerateCollection: true);
        if (Summary) WriteObject(_progress.Summary);
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        _line?.Stop();
        base.StopProcessing();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Also when the pipeline was stopped: what is under way is recorded first.
        _line?.Dispose();
        _journal?.Dispose();
        _ledger?.Dispose();
    }

    private protected override void Log(DeviceCredsException error)
    {
        base.Log(error);
        _progress?.Fail(error);
    }

    bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given) ? given is SwitchParameter { IsPresent: true } : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    void PrepareIssuing()
    {
        var bound = MyInvocation.BoundParameters;
        _issuer = Require(Issuer, () => new CredentialIssuer(Issuer, Kind, ValidityParameters.Resolve(
            bound.ContainsKey(nameof(ValidYears)) ? ValidYears : null, bound.ContainsKey(nameof(NotAfter)) ? NotAfter : null, NoExpiration), cancel: Stopped));
        if (Ledger is null || IsWhatIf) return;
        _ledger = Require(Ledger, () => IssuanceLedger.Open(ResolveNew(Ledger)));
        if (_ledger.Warning is { } warning) WriteWarning(warning);
    }

    InjectionOrder OrderOfCredential() => InjectionOrder.Of(Credential, Station.Of(Credential.Columns), tag: Credential);

    InjectionOrder OrderWithKeyOnDevice() => InjectionOrder.WithKeyOnDevice(
        new DeviceIdentity(EndpointName, AccountIdOf(EndpointName)), Kind, _issuer!, credential => _ledger?.Record(credential), Station.Of(DeviceColumns.None), tag: EndpointName);

    string? AccountIdOf(string endpointName)
    {
        if (Kind == CredentialKind.Bootstrap) return null;
        if (!string.IsNullOrEmpty(AccountId)) return AccountId;
        var configuration = Array.FindLast(Configuration, c => c.EndpointName == endpointName) ?? Array.FindLast(Configuration, c => c.EndpointName is null);
        return configuration?.ServerUri is { } uri && Uri.TryCreate(uri, UriKind.Absolute, out var parsed) ? ServerUri.AccountId(parsed) : null;
    }

    StationAddress Station => new(ResolveNew)
    {
        Address = NullIfEmpty(Address), Port = Port, SerialPort = NullIfEmpty(SerialPort), ConsoleLog = NullIfEmpty(ConsoleLog), BaudRate = BaudRate,
    };

    static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    void Show(int leave)
    {
        try
        {
            foreach (var news in _line!.Take(leave, Stopped)) Show(news);
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

        _progress.Count();
        if (news.Error is DeviceCredsException error) Try(news.Order.Tag, () => throw error);
        // What nobody would remember must not go on.
        else if (news.Error is JournalFailure failure) Require(Journal, () => failure.Cause is { } cause ? throw cause : true);
        else if (news.Error is { } unexpected) throw unexpected;
    }

    void ReportUndelivered()
    {
        if (Ledger is null || _notDelivered.Count == 0) return;
        Try(Ledger, () =>
        {
            var path = ResolveNew(Ledger);
            var serials = Deliveries.FindUndelivered(_notDelivered, path);
            foreach (var injection in _notDelivered.Where(i => serials.Contains(i.SerialNumber!)))
                WriteWarning($"{path}: certificate {injection.SerialNumber} is valid and was not delivered to its device. Send it again, or revoke it (Revoke-DeviceCertificate).");
        });
    }
}
