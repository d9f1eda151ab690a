using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>What the cmdlets share that work through a fleet: in a build they can annotate it and show how far they are.</summary>
public abstract class FleetCmdlet : DeviceCredsCmdlet
{
    // What Write-Host uses: the host shows it, the pipeline's objects stay apart, and 6> catches it.
    static readonly string[] ForHost = ["PSHOST"];

    /// <summary>Whether failures are said to a build's agent as well; by default in an agent of Azure DevOps alone.</summary>
    [Parameter]
    public LogFormat LogFormat { get; set; } = AzureDevOpsLog.IsAgent ? LogFormat.AzureDevOps : LogFormat.None;

    /// <summary>Annotates the build with the checks that failed or warn.</summary>
    private protected void Log(DeviceCertificateReport report)
    {
        if (LogFormat == LogFormat.None) return;
        foreach (var line in AzureDevOpsLog.Issues(report)) Print(line);
    }

    /// <summary>Shows the build how far the run is.</summary>
    internal void Log(ProgressRecord progress)
    {
        if (LogFormat != LogFormat.None) Print(AzureDevOpsLog.Progress(progress.PercentComplete, $"{progress.Activity}: {progress.StatusDescription}"));
    }

    private protected override void Log(DeviceCredsException error)
    {
        if (LogFormat != LogFormat.None) Print(AzureDevOpsLog.Issue(error));
    }

    void Print(string line) => WriteInformation(new HostInformationMessage { Message = line }, ForHost);
}
