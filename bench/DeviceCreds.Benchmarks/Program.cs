using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DeviceCreds.Benchmarks;

// A probe is this program again, in a process of its own.
switch (args.FirstOrDefault())
{
    case "side-by-side":
        return new SideBySide(Number("--count", 4_000), Number("--rounds", 5), Text("--disk", Path.GetTempPath())).Run();
    case "memory":
        return Memory.Run(Number("--count", 1_000_000), Number("--rounds", 5), Text("--folder", ""));
    case "memory-probe":
        return Memory.Probe(Number("--count", 0), Text("--folder", ""));
    case "books":
        return BooksRun.Run(Number("--count", 1_000_000), Number("--rounds", 3), Number("--folders", 0),
            Text("--disk", Path.GetTempPath()));
    case "books-probe":
        return BooksRun.Probe(Text("--folder", ""));
    case "line":
        return LineRate.Run(Number("--count", 1000), Number("--stations", 8), Number("--rounds", 5), Text("--disk", Path.GetTempPath()));
    case "import":
        return ImportTime.Run(Number("--rounds", 9));
    case "import-probe":
        return ImportTime.Probe(args.Contains("--module"));
    default:
        // In this process: BenchmarkDotNet's own build of the library would mix its two frameworks.
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args,
            DefaultConfig.Instance.AddJob(
                Job.ShortRun.WithToolchain(new InProcessEmitToolchain(TimeSpan.FromMinutes(5), logOutput: true))));
        return 0;
}

string Text(string option, string byDefault) =>
    Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : byDefault;

int Number(string option, int byDefault) =>
    int.Parse(Text(option, byDefault.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        System.Globalization.CultureInfo.InvariantCulture);
