using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Writes reports to one file: a page for people, or what a pipeline's tools read.</summary>
[Cmdlet(VerbsData.Export, "DeviceCertificateReport", SupportsShouldProcess = true, DefaultParameterSetName = "Report")]
[OutputType(typeof(FileInfo))]
public sealed class ExportDeviceCertificateReportCommand : DeviceCredsCmdlet, IDisposable
{
    ProgressMeter _progress = null!;
    ReportExport? _export;

    /// <summary>The reports.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Report",
        HelpMessage = "Reports: Test-DeviceCertificate gives them.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceCertificateReport), "a report",
        TakenByOthers = [typeof(ErrorRecord), typeof(DeviceInjection), typeof(DeviceAccount), typeof(BooksSummary)])]
    [AllowEmptyCollection]
    public DeviceCertificateReport[] Report { get; set; } = [];

    /// <summary>Results of injections (Send-DeviceCredential, Get-DeviceInjection).</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Injection",
        HelpMessage = "Injections: Get-DeviceInjection gives them.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceInjection), "an injection", TakenByOthers = [typeof(object)])]
    [AllowEmptyCollection]
    public DeviceInjection[] Injection { get; set; } = [];

    /// <summary>Accounts (Compare-IssuanceLedger).</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Account",
        HelpMessage = "Accounts: Compare-IssuanceLedger gives them.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceAccount), "an account", TakenByOthers = [typeof(object)])]
    [AllowEmptyCollection]
    public DeviceAccount[] Account { get; set; } = [];

    /// <summary>The figures of compared books (Compare-IssuanceLedger -Summary): the page gets a section with the forecast.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Books", DontShow = true)]
    [AllowNull]
    [NoSecret(AsNull = true)]
    public BooksSummary? Books { get; set; }

    /// <summary>The errors of files that could not be tested: they come through the pipeline with 2>&amp;1.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "ErrorRecord",
        HelpMessage = "Errors of files that could not be tested.")]
    [AllowNull]
    [NoSecret(AsNull = true)]
    [AllowEmptyCollection]
    public ErrorRecord[] ErrorRecord { get; set; } = [];

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The file to write; its ending says the format.")]
    public string Path { get; set; } = "";

    /// <summary>The format; by default what the file's ending says, otherwise Html.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ReportFormatCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Format { get; set; }

    /// <summary>The heading.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = new ReportOptions().Title;

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _progress = new ProgressMeter(this, "Exporting reports", "reports");
        var path = Require(Path, () => ResolveNewFile(Path));
        if (!MayChange(path, "Write report")) return;
        var options = new ReportOptions { Title = Title, BaseFolder = SessionState.Path.CurrentFileSystemLocation.ProviderPath };
        _export = Require(Path, () => new ReportExport(path, Format, options, Force));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        object[] input = ParameterSetName == "Report" ? Report : ErrorRecord;
        if (Refuse(input, "a report", "Test-DeviceCertificate makes them.") || _export is not { } export) return;
        // A write error ends the file: there is no incomplete report.
        Require(Path, () =>
        {
            foreach (var report in Report) export.Add(report);
            foreach (var injection in Injection) export.Add(injection);
            foreach (var account in Account) export.Add(account);
            if (Books is { } books && ParameterSetName == "Books") export.Add(books);
            // The object of a failed injection is reported instead.
            foreach (var error in ErrorRecord.Where(e => e.Exception is not InjectionException))
                export.AddUnread(FileOf(error), error.Exception.Message);
            return true;
        });
        _progress.Count();
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_export is not null) Try(Path, () => WriteFile(_export.Complete()));
        _progress.Complete();
    }

    /// <inheritdoc/>
    public void Dispose() => _export?.Dispose();

    static string? FileOf(ErrorRecord error) =>
        (error.Exception as InputException)?.Path
            ?? error.TargetObject switch { string path => path, FileInfo file => file.FullName, _ => null };
}
