using System.Diagnostics;
using System.Globalization;

namespace DeviceCreds.Benchmarks;

/// <summary>What importing the module adds to opening an empty session, each in a process of its own.</summary>
static class ImportTime
{
    public static int Run(int rounds)
    {
        var empty = new List<double>();
        var module = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            empty.Add(double.Parse(Child.Run("import-probe"), CultureInfo.InvariantCulture));
            module.Add(double.Parse(Child.Run("import-probe", "--module"), CultureInfo.InvariantCulture));
        }

        var added = module.Zip(empty, (m, e) => m - e).ToList();
        Console.WriteLine(
            FormattableString.Invariant(
                $"Empty session: {Figures.Median(empty):N0} ms; with the module: {Figures.Median(module):N0} ms; ")
            + FormattableString.Invariant(
                $"it adds {Figures.Median(added):N0} ms ({added.Min():N0} to {added.Max():N0}; target 150)"));
        return 0;
    }

    /// <summary>A session opens, and a first command has run; with the module or with one of the engine's own.</summary>
    public static int Probe(bool withModule)
    {
        var watch = Stopwatch.StartNew();
        using (var engine = new Engine(withModule)) engine.Run(withModule ? "Get-Command New-DeviceKey" : "Get-Command Get-Command");
        Console.WriteLine(watch.Elapsed.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}
