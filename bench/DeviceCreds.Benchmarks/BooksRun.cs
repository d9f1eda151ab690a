using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace DeviceCreds.Benchmarks;

/// <summary>
/// Books of many devices, compared in a process of its own: list, ledger and journal, or list, ledger and folders.
/// </summary>
static class BooksRun
{
    public static int Run(int count, int rounds, int folders, string disk)
    {
        var folder = Directory.CreateDirectory(Path.Combine(disk, "devicecreds-books-" + Environment.ProcessId)).FullName;
        try
        {
            if (folders > 0) Export(folder, folders);
            else Write(folder, count);
            var runs = Enumerable.Range(0, rounds).Select(_ => Child.Run("books-probe", "--folder", folder).Split(' ')
                .Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray()).ToList();
            var devices = folders > 0 ? folders : count;
            Console.WriteLine(FormattableString.Invariant(
                $"{devices:N0} devices: list, ledger and {(folders > 0 ? "folders" : "journal")}"));
            Console.WriteLine($"  {Figures.Spread([.. runs.Select(r => r[0])], "N1")} s");
            Console.WriteLine($"  {Figures.Spread([.. runs.Select(r => r[1] / devices * 1e6)], "N1")} us of CPU for each device");
            Console.WriteLine($"  {Figures.Spread([.. runs.Select(r => r[2] / 1e6)], "N0")} MB at most");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static int Probe(string folder)
    {
        using var engine = new Engine();
        using var self = Process.GetCurrentProcess();
        var (watch, before) = (Stopwatch.StartNew(), self.TotalProcessorTime);
        var journal = Path.Combine(folder, "line.jsonl");
        // The engine has no cmdlets of other modules.
        engine.Run("""
            $books = @{ Ledger = "$($args[0])/index.txt"; List = "$($args[0])/list.csv" }
            $books[$args[1]] = $args[2]
            Compare-IssuanceLedger @books -Summary | & { process { $last = $_ } end { if (-not $last.IsBalanced) { throw "$last" } } }
            """, folder, File.Exists(journal) ? "Journal" : "Path", File.Exists(journal) ? journal : Path.Combine(folder, "out"));
        var seconds = watch.Elapsed.TotalSeconds;
        self.Refresh();
        Console.WriteLine(FormattableString.Invariant(
            $"{seconds} {(self.TotalProcessorTime - before).TotalSeconds} {self.PeakWorkingSet64}"));
        return 0;
    }

    static void Write(string folder, int count)
    {
        using var ledger = new StreamWriter(Path.Combine(folder, "index.txt"));
        using var list = new StreamWriter(Path.Combine(folder, "list.csv"));
        using var journal = new StreamWriter(Path.Combine(folder, "line.jsonl"));
        list.Write("EndpointName,Site,Batch\n");
        for (var i = 0; i < count; i++)
        {
            var name = "device-" + i.ToString("D7", CultureInfo.InvariantCulture);
            var serial = Convert.ToHexString([0x51, .. RandomNumberGenerator.GetBytes(15)]);
            ledger.Write($"V\t460123111610Z\t\t{serial}\tunknown\t/CN={name}\n");
            list.Write($"{name},Berlin,{i / 1000}\n");
            journal.Write($$"""{"time":"2026-11-01T10:00:00.000Z","endpointName":"{{name}}","kind":"Bootstrap","succeeded":true,""");
            journal.Write($"\"sent\":true,\"notDelivered\":false,\"serialNumber\":\"{serial}\",\"address\":\"10.0.0.1:7777\",");
            journal.Write("\"communicationStatus\":0,\"returnStatus\":0,\"warnings\":[],\"durationMs\":1234,\"version\":\"0.1.0\"}\n");
        }
    }

    static void Export(string folder, int count)
    {
        using var engine = new Engine();
        engine.Run("""
            $names = 1..$args[1] | ForEach-Object { "device-$_" }
            [System.IO.File]::WriteAllLines("$($args[0])/list.csv", [string[]] (@('EndpointName') + $names))
            $names | New-BootstrapDeviceCredential -Issuer (New-CertificateAuthority Factory) -Ledger "$($args[0])/index.txt" |
                Export-DeviceCredential -Path "$($args[0])/out" | & { process { } }
            """, folder, count);
    }
}
