using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using DeviceCreds.Fuzz;

namespace DeviceCreds.Benchmarks;

/// <summary>
/// The steps of a run one by one, each on the same devices: the CPU time of all threads, that of the pipeline's own thread, which limits
/// a run on many processors, and what is allocated. The second run is among them: skipping, testing and importing what exists.
/// </summary>
static class Stages
{
    const string Account = "0166d2a1c9f84b7f8c3a5de2471b9c60";

    /// <summary>Runs once for each number of processors, each in a process of its own.</summary>
    public static int Run(int count, int rounds, string processors)
    {
        foreach (var number in processors.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            Console.WriteLine($"{count:N0} devices, {rounds} rounds, processors: {number}. Per device, medians:");
            Console.WriteLine();
            Console.WriteLine("| | microseconds of CPU | of them on the pipeline's thread | by the clock | bytes allocated |");
            Console.WriteLine("| --- | --- | --- | --- | --- |");
            Console.WriteLine(Child.Run(int.Parse(number, CultureInfo.InvariantCulture),
                "stages-probe", "--count", $"{count}", "--rounds", $"{rounds}"));
            Console.WriteLine();
        }

        return 0;
    }

    public static int Probe(int count, int rounds)
    {
        var place = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var root = Directory.CreateDirectory(Path.Combine(place, $"devicecreds-bench-{Environment.ProcessId}")).FullName;
        try
        {
            using var engine = new Engine();
            var measured = new Dictionary<string, List<Figure>>();
            // In the first round the compiler is at work.
            for (var round = 0; round <= rounds; round++)
            {
                if (round == 1) measured.Clear();
                Round(engine, Path.Combine(root, $"{round}"), count, measured);
            }

            foreach (var (name, figures) in measured) Console.WriteLine(Row(name, figures));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        return 0;
    }

    static void Round(Engine engine, string folder, int count, Dictionary<string, List<Figure>> measured)
    {
        var names = Enumerable.Range(0, count).Select(i => $"device-{i.ToString(CultureInfo.InvariantCulture)}").ToArray();
        var authority = engine.Run("New-CertificateAuthority 'Factory CA'")[0];
        IReadOnlyList<PSObject> credentials = [];
        Measure("PowerShell itself: a name through one cmdlet", "$null = $args[0] | Copy-Object", names);
        credentials = Measure("Mint", $"$args[0] | New-Lwm2mDeviceCredential -Issuer $args[1] -AccountId {Account}", names, authority);
        Measure("Export", "$null = $args[0] | Export-DeviceCredential -Path $args[1]", credentials, folder);
        Measure("Test a new credential", "$null = $args[0] | Test-DeviceCertificate -Issuer $args[1]", credentials, authority);
        Measure("Skip what is exported",
            $"$args[0] | New-Lwm2mDeviceCredential -Issuer $args[1] -AccountId {Account} -SkipExported $args[2]", names, authority, folder);
        Measure("Test files", "$null = $args[0] | Test-DeviceCertificate -Issuer $args[1]",
            names.Select(n => Path.Combine(folder, n, "LwM2MDeviceCert.pem")).ToArray(), authority);
        Measure("Import", "$null = Import-DeviceCredential -Path $args[0]", folder);

        IReadOnlyList<PSObject> Measure(string name, string script, params object?[] arguments)
        {
            GC.Collect();
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var cpu = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            var thread = ThreadClock.StartNew();
            var output = engine.Run(script, arguments);
            var figure = new Figure((Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count,
                thread.Elapsed.TotalMicroseconds / count, watch.Elapsed.TotalMicroseconds / count,
                (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / count);
            if (!measured.TryGetValue(name, out var figures)) measured[name] = figures = [];
            figures.Add(figure);
            return output;
        }
    }

    static string Row(string name, List<Figure> figures)
    {
        string Median(Func<Figure, double> of, string format) =>
            Figures.Median(figures.Select(of)).ToString(format, CultureInfo.InvariantCulture);
        return $"| {name} | {Median(f => f.Cpu, "N1")} | {Median(f => f.Thread, "N1")} | {Median(f => f.Wall, "N1")} | "
            + $"{Median(f => f.Bytes, "N0")} |";
    }

    readonly record struct Figure(double Cpu, double Thread, double Wall, double Bytes);
}
