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
        var names = Enumerable.Range(0, count).Select(i => "device-" + i.ToString(CultureInfo.InvariantCulture));
        var watch = Stopwatch.StartNew();
        engine.Run(folder.Length == 0
            ? "$ca = New-CertificateAuthority 'Factory CA'; $args[0] | New-BootstrapDeviceCredential -Issuer $ca | Read-Encoding"
            : "$ca = New-CertificateAuthority 'Factory CA'; "
                + "$args[0] | New-BootstrapDeviceCredential -Issuer $ca | Export-DeviceCredential -Path $args[1] | Remove-Export",
            names, folder);
        Console.Error.WriteLine(
            FormattableString.Invariant(
                $"{count:N0} in {watch.Elapsed.TotalSeconds:N1} s, {count / watch.Elapsed.TotalSeconds:N0} per second"));
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(self.PeakWorkingSet64);
        return 0;
    }

    static double Measure(int count, string folder) =>
        double.Parse(Child.Run("memory-probe", "--count", count.ToString(CultureInfo.InvariantCulture), "--folder", folder),
            CultureInfo.InvariantCulture) / 1e6;
}
