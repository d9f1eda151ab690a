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
        FormattableString.Invariant(
            $"{Median(values).ToString(format, System.Globalization.CultureInfo.InvariantCulture)} ({values.Min().ToString(format, System.Globalization.CultureInfo.InvariantCulture)} to {values.Max().ToString(format, System.Globalization.CultureInfo.InvariantCulture)})");
}
