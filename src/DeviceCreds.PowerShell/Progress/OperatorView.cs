using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>The display for an operator: which device is expected, a large PASS or FAIL for each, and how many there were.</summary>
/// <param name="cmdlet">Whose run it is.</param>
/// <param name="isLine">Whether an operator swaps boards and needs PASS and FAIL.</param>
sealed class OperatorView(Cmdlet cmdlet, bool isLine)
{
    const int Width = 78;

    // Like Write-Host: the host shows it, it is not mixed with the pipeline's objects, and 6> redirects it.
    static readonly string[] ForHost = ["PSHOST"];

    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly Dictionary<string, int> _bars = new(StringComparer.OrdinalIgnoreCase);
    int _passed;
    int _failed;

    /// <summary>Shows that the run waits for a device.</summary>
    public void Expect(InjectionOrder order)
    {
        var bar = Bar(order);
        cmdlet.WriteProgress(new ProgressRecord(bar, $"Waiting at {order.Address}", $"Connect {order.Title}. {Counts}"));
    }

    /// <summary>Shows the result of a device.</summary>
    public void Show(InjectionOrder order, bool succeeded)
    {
        if (succeeded) _passed++;
        else _failed++;
        if (_bars.TryGetValue(order.Address.Text, out var bar)) cmdlet.WriteProgress(new ProgressRecord(bar,
            $"Waiting at {order.Address}", Counts) { RecordType = ProgressRecordType.Completed });
        if (!isLine) return;
        var color = succeeded ? ConsoleColor.Green : ConsoleColor.Red;
        Print("", color);
        Print($"   {(succeeded ? "P A S S" : "F A I L")}   {order.Title}", color);
        Print($"             {Counts}", color);
        Print("", color);
    }

    string Counts => string.Format(CultureInfo.InvariantCulture, "{0:N0} passed, {1:N0} failed, {2:N0} per hour", _passed, _failed,
        _passed / Math.Max(_watch.Elapsed.TotalHours, 1e-6));

    int Bar(InjectionOrder order)
    {
        if (!_bars.TryGetValue(order.Address.Text, out var bar)) _bars[order.Address.Text] = bar = 10 + _bars.Count;
        return bar;
    }

    void Print(string text, ConsoleColor color) =>
        cmdlet.WriteInformation(new HostInformationMessage { Message = text.PadRight(Width), ForegroundColor = ConsoleColor.Black,
            BackgroundColor = color }, ForHost);
}
