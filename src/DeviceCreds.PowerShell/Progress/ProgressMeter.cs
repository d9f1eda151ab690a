using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Shows a run's progress and rate, a few times a second once it takes more than one second, and a summary at the end.</summary>
/// <param name="cmdlet">Whose run it is.</param>
/// <param name="activity">What is done, in words.</param>
/// <param name="noun">What the inputs are.</param>
/// <param name="part">How much of the run is done, from 0 to 1, where that is known: then the time left is also shown. Asked only
/// when it is shown.</param>
/// <param name="show">Also gets what is shown.</param>
sealed class ProgressMeter(Cmdlet cmdlet, string activity, string noun, Func<double>? part = null, Action<ProgressRecord>? show = null)
{
    static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    readonly Stopwatch _watch = Stopwatch.StartNew();
    TimeSpan _next = FirstAfter;
    bool _shown;

    /// <summary>The counts so far.</summary>
    public RunCounts Counts { get; } = new();

    /// <summary>Counts an input as finished, with any result.</summary>
    public void Count()
    {
        Counts.Count();
        var elapsed = _watch.Elapsed;
        if (elapsed < _next) return;
        _next = elapsed + Every;
        _shown = true;
        var rate = string.Format(CultureInfo.InvariantCulture, "{0:N0} {1}, {2:N0} per second", Counts.Total, noun,
            Counts.Total / elapsed.TotalSeconds);
        var record = new ProgressRecord(1, activity, rate + Also(Counts.Skipped, "skipped") + Also(Counts.Failed, "failed"));
        if (part?.Invoke() is > 0 and <= 1 and var done)
        {
            record.PercentComplete = (int)(100 * done);
            record.SecondsRemaining = (int)Math.Min(int.MaxValue, elapsed.TotalSeconds * (1 - done) / done);
        }

        cmdlet.WriteProgress(record);
        show?.Invoke(record);
    }

    /// <summary>Counts the current input as unchanged.</summary>
    public void Skip() => Counts.Skip();

    /// <summary>Counts the current input as failed.</summary>
    public void Fail(DeviceCredsException error) => Counts.Fail(error.ErrorId, error.IsLasting);

    /// <summary>
    /// The summary of the run so far, with the failures of the cmdlets before it, and with what those skipped unless they report it
    /// themselves.
    /// </summary>
    /// <param name="pipeline">The pipeline of the cmdlet.</param>
    public RunSummary Summarise(CommandPipeline pipeline)
    {
        var before = pipeline.Before.OfType<IRun>().Where(r => r.Counts is not null).ToList();
        var failures = before.SelectMany(r => r.Counts!.Failures).Concat(Counts.Failures);
        var skipped = Counts.Skipped + before.Where(r => !r.GivesSummary).Sum(r => r.Counts!.Skipped);
        return new(activity, Counts.Succeeded, skipped, Counts.Failed + before.Sum(r => r.Counts!.Failed), _watch.Elapsed,
            RunSummary.Merge(failures))
        {
            ExitCode = before.Select(r => RunExit.CodeOf(r.Counts!)).Aggregate(RunExit.CodeOf(Counts), RunExit.Worst),
        };
    }

    /// <summary>Marks the run as complete, and removes the display.</summary>
    public void Complete()
    {
        Counts.Complete();
        if (_shown) cmdlet.WriteProgress(new ProgressRecord(1, activity, "done") { RecordType = ProgressRecordType.Completed });
    }

    static string Also(long count, string what) =>
        count == 0 ? "" : string.Format(CultureInfo.InvariantCulture, ", {0:N0} {1}", count, what);
}
