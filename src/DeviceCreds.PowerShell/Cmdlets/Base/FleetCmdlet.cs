using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>The base of cmdlets that process a fleet: an error names the row, and in a build the agent shows it.</summary>
public abstract class FleetCmdlet : DeviceCredsCmdlet
{
    // Like Write-Host: the host shows it, it is not mixed with the pipeline's objects, and 6> redirects it.
    static readonly string[] ForHost = ["PSHOST"];

    CommandPipeline? _pipeline;

    /// <summary>Whether failures are also reported to a build's agent; by default only in an agent of Azure DevOps.</summary>
    [Parameter]
    [OneName]
    public LogFormat LogFormat { get; set; } = AzureDevOpsLog.IsAgent ? LogFormat.AzureDevOps : LogFormat.None;

    /// <summary>The other commands of the pipeline.</summary>
    private protected CommandPipeline Pipeline => _pipeline ??= new CommandPipeline(this);

    /// <summary>
    /// How many inputs may be worked on at a time: one where <c>-PipelineVariable</c> is in use, since its value would belong to an
    /// unknown input after others were read ahead.
    /// </summary>
    /// <param name="wanted">How many were asked for.</param>
    private protected int Throttle(int wanted)
    {
        if (wanted == 1 || !Pipeline.HasPipelineVariable) return wanted;
        const string message =
            "-PipelineVariable is in use before this cmdlet, so it works on one input at a time (as with -ThrottleLimit 1). "
            + "To use all processors, leave out -PipelineVariable: the columns of a row stay with its device, as $_.Columns.";
        if (MyInvocation.BoundParameters.ContainsKey("ThrottleLimit")) WriteWarning(message);
        else WriteVerbose(message);
        return 1;
    }

    /// <summary>Runs the work on one input; an error of the library becomes a record with the row, and the pipeline continues.</summary>
    /// <returns>Whether it succeeded.</returns>
    private protected bool TryRow(InputRow row, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (DeviceCredsException e)
        {
            var error = At(row, e);
            if (row.IsTold) Log(error);
            else WriteFailure(error, row.Target);
            return false;
        }
        catch (OperationCanceledException) when (Stopped.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Annotates the build with the checks that failed or warn.</summary>
    private protected void Log(DeviceCertificateReport report)
    {
        if (LogFormat == LogFormat.None) return;
        foreach (var line in AzureDevOpsLog.Issues(report)) Print(line);
    }

    /// <summary>Shows the run's progress in the build.</summary>
    private protected void Show(ProgressRecord progress)
    {
        if (LogFormat != LogFormat.None)
            Print(AzureDevOpsLog.Progress(progress.PercentComplete, $"{progress.Activity}: {progress.StatusDescription}"));
    }

    private protected override void Log(DeviceCredsException error)
    {
        if (LogFormat != LogFormat.None) Print(AzureDevOpsLog.Issue(error));
    }

    static DeviceCredsException At(InputRow row, DeviceCredsException error) => (row.Place, error) switch
    {
        ({ } place, IssuanceException e) => e.At(place),
        ({ } place, InputException e) => e.At(place),
        _ => error,
    };

    void Print(string line) => WriteInformation(new HostInformationMessage { Message = line }, ForHost);
}
