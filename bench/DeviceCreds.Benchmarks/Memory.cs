using System.Diagnostics;
using System.Globalization;

namespace DeviceCreds.Benchmarks;

/// <summary>The peak of the working set for many devices beside that for ten thousand, each in a process of its own.</summary>
static class Memory
{
    const int Few = 10_000;

    public static int Run(int count, int rounds, string folder)
    {
        var pairs = Enumerable.Range(0, rounds).Select(_ => (Few: Measure(Few, folder), Many: Measure(count, folder))).ToList();
        var few = Figures.Spread([.. pairs.Select(p => p.Few)], "N0");
        var many = Figures.Spread([.. pairs.Select(p => p.Many)], "N0");
        var ratio = Figures.Spread([.. pairs.Select(p => p.Many / p.Few)], "N2");
        Console.WriteLine(FormattableString.Invariant($"{Few,10:N0} devices: {few} MB at most"));
        Console.WriteLine(
            FormattableString.Invariant($"{count,10:N0} devices: {many} MB at most, {ratio} times as much (target 1.2)"));
        return 0;
    }

    public static int Probe(int count, string folder)
    {
        using var engine = new Engine();
        var watch = Stopwatch.StartNew();
        if (folder.Length > 0) WholeLine(engine, count, folder);
        else
            engine.Run("$ca = New-CertificateAuthority 'Factory CA'; $args[0] | New-BootstrapDeviceCredential -Issuer $ca | Read-Encoding",
                Names(count));
        Console.Error.WriteLine(
            FormattableString.Invariant(
                $"{count:N0} in {watch.Elapsed.TotalSeconds:N1} s, {count / watch.Elapsed.TotalSeconds:N0} per second"));
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(self.PeakWorkingSet64);
        return 0;
    }

    // List, ledger and folders; each folder is removed when the next device has come, so that a million fit where a thousand do.
    static void WholeLine(Engine engine, int count, string folder)
    {
        var run = Directory.CreateDirectory(Path.Combine(folder, $"devicecreds-memory-{Environment.ProcessId}")).FullName;
        try
        {
            File.WriteAllLines(Path.Combine(run, "devices.csv"),
                Names(count).Select(n => n + ",0166d2a1c9f84b7f8c3a5de2471b9c60").Prepend("EndpointName,AccountId"));
            engine.Run("$ca = New-CertificateAuthority 'Factory CA'; Import-DeviceList \"$($args[0])/devices.csv\" | "
                + "New-Lwm2mDeviceCredential -Issuer $ca -Ledger \"$($args[0])/index.txt\" | "
                + "Export-DeviceCredential -Path \"$($args[0])/out\" | Remove-Export", run);
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }
    }

    static IEnumerable<string> Names(int count) =>
        Enumerable.Range(0, count).Select(i => "device-" + i.ToString(CultureInfo.InvariantCulture));

    static double Measure(int count, string folder) =>
        double.Parse(Child.Run("memory-probe", "--count", count.ToString(CultureInfo.InvariantCulture), "--folder", folder),
            CultureInfo.InvariantCulture) / 1e6;
}
