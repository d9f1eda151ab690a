using System.Management.Automation;
using System.Management.Automation.Host;

namespace DeviceCreds.PowerShell;

/// <summary>
/// The exit code of an unattended run: 0 all done; 2 some inputs failed, and running again does not help; 1 anything else. It is settled
/// when the pipeline is over, whatever ended it, for all cmdlets in it.
/// </summary>
sealed class RunExit
{
    const int Again = 1;
    const int Lasting = 2;

    readonly CommandPipeline _pipeline;
    readonly PSHost _host;
    readonly SessionState _session;
    readonly IRun[] _runs;

    RunExit(PSCmdlet cmdlet, CommandPipeline pipeline)
    {
        _pipeline = pipeline;
        // Asked for now: when a cmdlet is disposed of, it no longer knows them.
        (_host, _session) = (cmdlet.Host, cmdlet.SessionState);
        _runs = [.. pipeline.Before.Append(cmdlet).Concat(pipeline.Behind).OfType<IRun>()];
    }

    /// <summary>
    /// Who settles the code when a cmdlet is over; null where neither it nor one behind it has the switch. The one behind may never
    /// begin: when this one cannot, the pipeline is over.
    /// </summary>
    /// <param name="cmdlet">The cmdlet; its parameters are bound.</param>
    /// <param name="pipeline">Its pipeline.</param>
    /// <param name="isAsked">Whether it has the switch.</param>
    public static RunExit? Of(PSCmdlet cmdlet, CommandPipeline pipeline, bool isAsked) =>
        isAsked || pipeline.IsAskedBehind("SetExitCode") ? new(cmdlet, pipeline) : null;

    /// <summary>Tells the host the code, and sets $LASTEXITCODE. The script goes on, and its process ends with that code.</summary>
    public void Set()
    {
        var code = _runs.Select(r => r.Counts is { } counts ? CodeOf(counts) : Again).Aggregate(0, Worst);
        // An error of another command, such as a list that is not there: nothing of ours failed, and yet not all is done.
        if (code == 0 && _pipeline.HasFailed) code = Again;
        _session.PSVariable.Set("global:LASTEXITCODE", code);
        if (code != 0) _host.SetShouldExit(code);
    }

    /// <summary>The code of one cmdlet's run.</summary>
    public static int CodeOf(RunCounts counts) => !counts.IsComplete || counts.HasPassingFailures ? Again : counts.Failed > 0 ? Lasting : 0;

    /// <summary>The code of both runs: a failure that may be gone in a later run is worth a later run.</summary>
    public static int Worst(int a, int b) => a == Again || b == Again ? Again : Math.Max(a, b);
}
