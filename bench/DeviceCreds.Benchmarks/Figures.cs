using System.Globalization;

namespace DeviceCreds.Benchmarks;

/// <summary>What one round of one contestant took for a device, in microseconds.</summary>
readonly record struct Cost(double Cpu, double Wall);

static class Figures
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>The median, and what it lies between.</summary>
    public static string Spread(IReadOnlyList<double> values, string format) =>
        $"{Text(Median(values), format)} ({Text(values.Min(), format)} to {Text(values.Max(), format)})";

    static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
