using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Counts what comes of a run's inputs, and shows it, with a rate, a few times a second once a run takes more than one.</summary>
/// <param name="cmdlet">Whose run it is.</param>
/// <param name="activity">What is done, in words.</param>
/// <param name="noun">What the inputs are.</param>
/// <param name="part">How much of the run is done, from 0 to 1, where that is known: then the time left is shown, too. Asked only when it is shown.</param>
sealed class ProgressMeter(Cmdlet cmdlet, string activity, string noun, Func<double>? part = null)
{
    static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly Dictionary<string, long> _failures = [];
    TimeSpan _next = FirstAfter;
    long _count;
    long _skipped;
    bool _shown;

    /// <summary>Notes that an input is done with, whatever came of it.</summary>
    public void Count()
    {
        _count++;
        var elapsed = _watch.Elapsed;
        if (elapsed < _next) return;
        _next = elapsed + Every;
        _shown = true;
        var text = string.Format(CultureInfo.InvariantCulture, "{0:N0} {1}, {2:N0} per second{3}{4}", _count, noun, _count / elapsed.TotalSeconds, Besides(_skipped, "there already"), Besides(Failed, "failed"));
        var record = new ProgressRecord(1, activity, text);
        if (part?.Invoke() is > 0 and <= 1 and var done)
        {
            record.PercentComplete = (int)(100 * done);
            record.SecondsRemaining = (int)Math.Min(int.MaxValue, elapsed.TotalSeconds * (1 - done) / done);
        }

        cmdlet.WriteProgress(record);
        (cmdlet as FleetCmdlet)?.Log(record);
    }

    /// <summary>Notes that the current input is left as it is.</summary>
    public void Skip() => _skipped++;

    /// <summary>Notes that the current input failed.</summary>
    public void Fail(DeviceCredsException error) => _failures[error.ErrorId] = _failures.TryGetValue(error.ErrorId, out var known) ? known + 1 : 1;

    /// <summary>The run so far, in figures.</summary>
    public RunSummary Summary => new(activity, _count - _skipped - Failed, _skipped, Failed, _watch.Elapsed,
        _failures.OrderByDescending(f => f.Value).ThenBy(f => f.Key, StringComparer.Ordinal).Select(f => new FailureCount(f.Key, f.Value)).ToArray());

    public void Complete()
    {
        if (_shown) cmdlet.WriteProgress(new ProgressRecord(1, activity, "done") { RecordType = ProgressRecordType.Completed });
    }

    long Failed => _failures.Values.Sum();

    static string Besides(long count, string what) => count == 0 ? "" : string.Format(CultureInfo.InvariantCulture, ", {0:N0} {1}", count, what);
}
