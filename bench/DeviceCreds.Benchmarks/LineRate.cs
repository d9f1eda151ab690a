using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using SimulatedDevice;

namespace DeviceCreds.Benchmarks;

/// <summary>
/// What an injection costs beyond the protocol's own round trip: simulated devices over loopback, one after the other at each of
/// several stations. The bare contestant connects, sends a message that was made before, and reads until the end.
/// </summary>
static class LineRate
{
    public static int Run(int count, int stations, int rounds, string disk)
    {
        var chain = CertificateChain.Create(["Root", "Factory"]);
        var issuer = new CredentialIssuer(chain.Issuer!, CredentialKind.Bootstrap);
        var configuration = new DeviceConfiguration
        {
            ServerUri = "coaps://bootstrap.example.com:5684?aid=0123456789abcdef", ServerCertificate = chain.Root, Manufacturer = "M",
                ModelNumber = "M",
            SerialNumber = "S", DeviceType = "T", HardwareVersion = "H", MemoryTotalKB = 512, Timezone = "Europe/Helsinki",
                UtcOffset = "+02:00",
        };
        var export = new ExportOptions { Configurations = [configuration] };
        var credentials = Enumerable.Range(0, count)
            .Select(i => issuer.Issue(new DeviceIdentity(string.Create(CultureInfo.InvariantCulture, $"device-{i:000000}")))).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} devices at {stations} stations, {rounds} rounds; milliseconds per device at its station, and of CPU"));
        var differences = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var bare = Measure(count, stations, ports => Bare(credentials, export, ports));
            var full = Measure(count, stations,
                ports => Full(credentials, export, ports, Path.Combine(disk, $"line-{Guid.NewGuid():N}.jsonl")));
            // The first round warms up.
            if (round == 0) continue;
            differences.Add(full.Wall - bare.Wall);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"round {round}: bare {bare.Wall:0.00} (CPU {bare.Cpu:0.00}), injected {full.Wall:0.00} (CPU {full.Cpu:0.00}), over "
                    + $"the round trip {full.Wall - bare.Wall:0.00}; {3_600_000 / full.Wall * stations:N0} devices per hour"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"over the round trip, median: {differences.Order().ElementAt(differences.Count / 2):0.00} ms per device"));
        return 0;
    }

    static (double Wall, double Cpu) Measure(int count, int stations, Action<IReadOnlyList<int>> run)
    {
        var lines = Enumerable.Range(0, stations)
            .Select(i => Station.Start(new DeviceOptions { Devices = (count - i + stations - 1) / stations })).ToList();
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        run([.. lines.Select(l => l.Port)]);
        var result = (watch.Elapsed.TotalMilliseconds * stations / count, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / count);
        var received = lines.Sum(l => l.Received.Count(r => r.ReturnStatus == 0));
        lines.ForEach(l => l.Dispose());
        return received == count ? result : throw new InvalidOperationException($"{received} of {count} devices were injected.");
    }

    static void Bare(List<DeviceCredential> credentials, ExportOptions export, IReadOnlyList<int> ports)
    {
        var frames = credentials.Select(c =>
            FactoryMessage.Encode(FccBundleFormat.Compose(c, export.Configurations[0], export, DateTimeOffset.UtcNow).Encode(),
            ByteOrder.LittleEndian, false)).ToList();
        var threads = ports.Select((port, s) => new Thread(() =>
        {
            var buffer = new byte[4096];
            for (var i = s; i < frames.Count; i += ports.Count)
            {
                using var socket = Connect(port);
                socket.Send(frames[i]);
                while (socket.Receive(buffer) > 0)
                {
                }
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
    }

    static Socket Connect(int port)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Connect("127.0.0.1", port);
                return socket;
            }
            catch (SocketException)
            {
                // The next device is not there yet.
                socket.Dispose();
                Thread.Sleep(1);
            }
        }
    }

    static void Full(List<DeviceCredential> credentials, ExportOptions export, IReadOnlyList<int> ports, string path)
    {
        using (var journal = InjectionJournal.Open(path))
        using (var line = new InjectionLine(new Injector(new InjectionOptions { Export = export, Wait = TimeSpan.FromSeconds(60),
            Journal = journal }), ports.Count))
        {
            for (var i = 0; i < credentials.Count; i++)
            {
                line.Add(InjectionOrder.Of(credentials[i], DeviceAddress.OfHost("127.0.0.1", ports[i % ports.Count])));
                foreach (var news in line.Take(8 * ports.Count, CancellationToken.None)) Check(news);
            }

            foreach (var news in line.Take(0, CancellationToken.None)) Check(news);
        }

        File.Delete(path);
        File.Delete(path + ".lock");

        static void Check(LineNews news)
        {
            if (news.Error is not null) throw news.Error;
        }
    }
}
