using System.Diagnostics;
using System.Globalization;

namespace DeviceCreds.Benchmarks;

/// <summary>
/// The same work in a fresh process each, start and compiler included: keys, certificates and four files for each device, on as many
/// processors as given. Programs whose tools are missing are left out.
/// </summary>
static class Peers
{
    public static int Run(int count, int rounds, string processors)
    {
        foreach (var number in processors.Split(',').Select(p => int.Parse(p, CultureInfo.InvariantCulture)))
        {
            Console.WriteLine($"{count:N0} devices in a fresh process, {rounds} rounds, processors: {number}.");
            Console.WriteLine("Microseconds a device: median (least to most).");
            Console.WriteLine();
            Console.WriteLine("| | CPU | wall |");
            Console.WriteLine("| --- | --- | --- |");
            var peers = All(count, number).ToList();
            var costs = peers.ToDictionary(p => p.Name, _ => new List<Cost>());
            for (var round = 0; round < rounds; round++)
            {
                foreach (var (name, program, arguments) in peers) costs[name].Add(Measure(count, number, program, arguments));
            }

            foreach (var (name, measured) in costs)
                Console.WriteLine($"| {name} | {Figures.Spread([.. measured.Select(m => m.Cpu)], "N1")} | "
                    + $"{Figures.Spread([.. measured.Select(m => m.Wall)], "N1")} |");
            Console.WriteLine();
        }

        return 0;
    }

    /// <summary>Our own part in a session of the hosted engine.</summary>
    public static int Probe(int count, string folder)
    {
        using var engine = new Engine(withModule: false);
        engine.Run(Script(count), folder);
        return 0;
    }

    // The folder is the argument.
    static string Script(int count) => FormattableString.Invariant($$"""
        Import-Module -Name '{{Engine.Metadata("Manifest")}}'
        $names = foreach ($i in 1..{{count}}) { "device-$i" }
        $ca = New-CertificateAuthority 'Factory CA'
        $names | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $args[0] | Out-Null
        """);

    // PowerShell itself comes compiled; the hosted engine is compiled as it runs.
    static (string Name, string Program, string[] Arguments) Own(int count) => Child.Exists("pwsh")
        ? ("DeviceCreds, in pwsh", "pwsh", ["-NoProfile", "-NonInteractive", "-Command", $"& {{ {Script(count)} }}"])
        : ("DeviceCreds, hosted", Environment.ProcessPath!, [.. Child.Self(["peers-probe", "--count", $"{count}", "--folder"])]);

    static IEnumerable<(string Name, string Program, string[] Arguments)> All(int count, int threads)
    {
        var sources = Engine.Metadata("Peers");
        string[] counts = [$"{count}", $"{threads}"];
        yield return Own(count);
        if (SideBySide.BuildLimit() is { } limit) yield return ("C on libcrypto", limit, ["durable", .. counts]);
        if (Child.Exists("go"))
        {
            var program = Path.Combine(AppContext.BaseDirectory, "mint-go");
            Child.Start("go", ["build", "-o", program, Path.Combine(sources, "go", "mint.go")]);
            yield return ("Go's standard library", program, counts);
        }

        if (Child.Exists("python3")) yield return ("Python's cryptography", "python3", [Path.Combine(sources, "mint.py"), .. counts]);
    }

    static Cost Measure(int count, int processors, string program, string[] arguments)
    {
        var place = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(place, $"devicecreds-peer-{Environment.ProcessId}")).FullName;
        try
        {
            var cpu = SideBySide.Cpu(children: true);
            var watch = Stopwatch.StartNew();
            Child.On(processors, program, [.. arguments, folder]);
            var wall = watch.Elapsed;
            return new((SideBySide.Cpu(children: true) - cpu).TotalMicroseconds / count, wall.TotalMicroseconds / count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
