using System.Management.Automation;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Predicts a device's reply to a credential and its configuration: its own verification, in its order.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DeviceConfiguration")]
[OutputType(typeof(DeviceCertificateReport), typeof(bool))]
public sealed class TestDeviceConfigurationCommand : FleetCmdlet
{
    ProgressMeter _progress = null!;
    ConfigurationVerifier _verifier = null!;

    /// <summary>The credential.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true,
        HelpMessage = "The credential: New-*DeviceCredential issues it, Import-DeviceCredential reads it.")]
    [AllowNull]
    [ExpectedTransformation(typeof(DeviceCredential), "a credential")]
    public DeviceCredential Credential { get; set; } = null!;

    /// <summary>The configurations: one for every device, or one for each; by default what the credential was imported with.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [NoSecret]
    public DeviceConfiguration[] Configuration { get; set; } = [];

    /// <summary>How many certificates of the chain are exported at most.</summary>
    [Parameter]
    [ValidateRange(1, 5)]
    [ArgumentCompleter(typeof(ChainDepthCompleter))]
    [NoSecret]
    public int ChainDepth { get; set; }

    /// <summary>The root is not exported.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter ExcludeRoot { get; set; }

    /// <summary>The moment of the export; by default now.</summary>
    [Parameter]
    [DateTransformation]
    [NoSecret]
    public DateTime At { get; set; }

    /// <summary>Returns $true or $false instead of reports.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _progress = new ProgressMeter(this, "Testing configurations", "devices");
        _verifier = new ConfigurationVerifier
        {
            Options = new ExportOptions { ChainDepth = ChainDepth, ExcludeRoot = ExcludeRoot, Configurations = Configuration },
            At = MyInvocation.BoundParameters.ContainsKey(nameof(At)) ? At : null,
        };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var done = !Refuse(Credential, "a device's credential", "Import-DeviceCredential reads one from files.") && Try(Credential, () =>
        {
            var report = _verifier.Test(Credential);
            WriteVerbose($"{report}: {report.Failed.Count} failed, {report.Warnings.Count} warnings.");
            Log(report);
            WriteObject(Quiet ? report.Passed : report);
        });
        // A credential that cannot be tested has not passed.
        if (!done && Quiet) WriteObject(false);
        _progress.Count();
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => _progress.Complete();
}
