using System.Management.Automation;
using System.Management.Automation.Host;

namespace DeviceCreds.PowerShell;

/// <summary>
/// The exit code of an unattended run: 0 all done; 2 some inputs failed, and running again does not help; 1 anything else. It is set
/// when the pipeline ends, for any reason, for all cmdlets in it.
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
        // Read now: a cmdlet no longer has them when it is disposed of.
        (_host, _session) = (cmdlet.Host, cmdlet.SessionState);
        _runs = [.. pipeline.Before.Append(cmdlet).Concat(pipeline.Behind).OfType<IRun>()];
    }

    /// <summary>
    /// Sets the code when a cmdlet ends; null where neither it nor a later cmdlet has the switch. A later cmdlet may never
    /// begin: when this one cannot run, the pipeline ends.
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
        // An error of another command, such as a missing list: nothing failed in this module, but not everything is done.
        if (code == 0 && _pipeline.HasFailed) code = Again;
        _session.PSVariable.Set("global:LASTEXITCODE", code);
        if (code != 0) _host.SetShouldExit(code);
    }

    /// <summary>The code of one cmdlet's run.</summary>
    public static int CodeOf(RunCounts counts) => !counts.IsComplete || counts.HasPassingFailures ? Again : counts.Failed > 0 ? Lasting : 0;

    /// <summary>The code of both runs: 1 when a later run may help one of them.</summary>
    public static int Worst(int a, int b) => a == Again || b == Again ? Again : Math.Max(a, b);
}
