using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>What an operator at a line sees: which device is expected, a large PASS or FAIL for each, and how many there were.</summary>
/// <param name="cmdlet">Whose run it is.</param>
/// <param name="isLine">Whether somebody swaps boards, and looks for PASS and FAIL.</param>
sealed class OperatorView(Cmdlet cmdlet, bool isLine)
{
    const int Width = 78;

    // What Write-Host uses: the host shows it, the pipeline's objects stay apart, and 6> catches it.
    static readonly string[] ForHost = ["PSHOST"];

    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly Dictionary<string, int> _bars = new(StringComparer.OrdinalIgnoreCase);
    int _passed;
    int _failed;

    /// <summary>Says that a device is waited for.</summary>
    public void Expect(InjectionOrder order)
    {
        var bar = Bar(order);
        cmdlet.WriteProgress(new ProgressRecord(bar, $"Waiting at {order.Address}", $"Connect {order.Title}. {Counts}"));
    }

    /// <summary>Says what became of a device.</summary>
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
