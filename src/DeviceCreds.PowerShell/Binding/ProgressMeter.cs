using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Progress for work that turns out to take more than a second: a count and a rate, a few times a second.</summary>
sealed class ProgressMeter(Cmdlet cmdlet, string activity, string noun)
{
    static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    readonly Stopwatch _watch = Stopwatch.StartNew();
    TimeSpan _next = FirstAfter;
    long _count;
    bool _shown;

    public void Count(long total = 0)
    {
        _count++;
        var elapsed = _watch.Elapsed;
        if (elapsed < _next) return;
        _next = elapsed + Every;
        _shown = true;
        var text = string.Format(CultureInfo.InvariantCulture, "{0:N0}{1} {2}, {3:N0} per second", _count, total > 0 ? string.Format(CultureInfo.InvariantCulture, " of {0:N0}", total) : "", noun, _count / elapsed.TotalSeconds);
        var record = new ProgressRecord(1, activity, text);
        if (total > 0)
        {
            record.PercentComplete = (int)(100 * _count / total);
            record.SecondsRemaining = (int)(elapsed.TotalSeconds / _count * (total - _count));
        }

        cmdlet.WriteProgress(record);
        (cmdlet as FleetCmdlet)?.Log(record);
    }

    public void Complete()
    {
        if (_shown) cmdlet.WriteProgress(new ProgressRecord(1, activity, "done") { RecordType = ProgressRecordType.Completed });
    }
}
