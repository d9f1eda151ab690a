using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Shows how far a run is, with its rate, a few times a second once it takes more than one, and sums it up in the end.</summary>
/// <param name="cmdlet">Whose run it is.</param>
/// <param name="activity">What is done, in words.</param>
/// <param name="noun">What the inputs are.</param>
/// <param name="part">How much of the run is done, from 0 to 1, where that is known: then the time left is shown, too. Asked only
/// when it is shown.</param>
/// <param name="show">Also gets what is shown.</param>
sealed class ProgressMeter(Cmdlet cmdlet, string activity, string noun, Func<double>? part = null, Action<ProgressRecord>? show = null)
{
    static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    readonly Stopwatch _watch = Stopwatch.StartNew();
    TimeSpan _next = FirstAfter;
    bool _shown;

    /// <summary>What came of the inputs so far.</summary>
    public RunCounts Counts { get; } = new();

    /// <summary>Notes that an input is done with, whatever came of it.</summary>
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

    /// <summary>Notes that the current input is left as it is.</summary>
    public void Skip() => Counts.Skip();

    /// <summary>Notes that the current input failed.</summary>
    public void Fail(DeviceCredsException error) => Counts.Fail(error.ErrorId, error.IsLasting);

    /// <summary>
    /// The run so far, in figures: with the failures of the cmdlets before it, and with what those skipped unless they say so
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

    /// <summary>Notes that every input was dealt with, and takes the display away.</summary>
    public void Complete()
    {
        Counts.Complete();
        if (_shown) cmdlet.WriteProgress(new ProgressRecord(1, activity, "done") { RecordType = ProgressRecordType.Completed });
    }

    static string Also(long count, string what) =>
        count == 0 ? "" : string.Format(CultureInfo.InvariantCulture, ", {0:N0} {1}", count, what);
}
