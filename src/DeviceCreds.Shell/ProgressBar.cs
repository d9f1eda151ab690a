using System.Management.Automation;
using System.Text;

namespace DeviceCreds.Shell;

/// <summary>One line on the terminal's standard error: what runs, how far it is, how long it may take.</summary>
sealed class ProgressBar
{
    const long RedrawMilliseconds = 100;
    const int BarCells = 24;

    bool isShown;
    ProgressRecord? measured;
    long lastDrawn = -RedrawMilliseconds;

    internal void Update(ProgressRecord record)
    {
        if (!Terminal.CanShowProgress)
            return;
        if (record.RecordType == ProgressRecordType.Completed)
        {
            measured = null;
            Clear();
            return;
        }

        // The commands of a pipeline run in step: where one knows how far it is, that goes for all.
        if (record.PercentComplete >= 0)
            measured = record;

        // A million records would otherwise be a million redraws.
        var now = Environment.TickCount64;
        if (now - lastDrawn < RedrawMilliseconds)
            return;
        lastDrawn = now;
        isShown = true;
        Console.Error.Write($"\r{Fit(Line(record, measured ?? record), Terminal.Width - 1)}\x1b[K");
    }

    internal void Clear()
    {
        if (!isShown)
            return;
        isShown = false;
        Console.Error.Write("\r\x1b[K");
    }

    static string Line(ProgressRecord record, ProgressRecord measured)
    {
        var line = new StringBuilder(record.Activity);
        if (measured.PercentComplete is >= 0 and var percent)
        {
            var filled = BarCells * Math.Min(percent, 100) / 100;
            line.Append(" [").Append('#', filled).Append('.', BarCells - filled).Append($"] {percent,3}%");
        }

        if (measured.SecondsRemaining >= 0)
            line.Append($" {TimeSpan.FromSeconds(measured.SecondsRemaining):h\\:mm\\:ss} left");
        if (!string.IsNullOrWhiteSpace(record.StatusDescription))
            line.Append("  ").Append(record.StatusDescription);
        return line.Replace('\n', ' ').Replace('\r', ' ').ToString();
    }

    // A bar that wraps cannot be cleared with one carriage return.
    static string Fit(string line, int width)
    {
        var (cells, length) = (0, 0);
        foreach (var rune in line.EnumerateRunes())
        {
            cells += Terminal.Cells(rune);
            if (cells > width)
                break;
            length += rune.Utf16SequenceLength;
        }

        return line[..length];
    }
}
