using SimulatedDevice;

namespace DeviceCreds.Tests;

/// <summary>Stations in parallel, and devices in turn at each.</summary>
public sealed class InjectionLineTests
{
    [Fact]
    public void Stations_work_in_parallel_and_devices_of_one_address_by_turns()
    {
        using var bench = new Bench();
        var stations = Enumerable.Range(0, 3).Select(_ => bench.Start(new DeviceOptions { Devices = 4, Delay = 500 })).ToList();
        using var line = new InjectionLine(new Injector(Bench.Options with { Wait = Bench.Patience }), stations: 3);
        for (var i = 0; i < 12; i++) line.Add(InjectionOrder.Of(Factory.Credential(name: $"device-{i:00}"),
            Bench.AddressOf(stations[i % 3])));
        var finished = line.Take(0, CancellationToken.None).Where(n => n.Kind == LineNewsKind.Finished).ToList();

        Assert.Equal(12, finished.Count);
        Assert.All(finished, f => Assert.Null(f.Injection!.Problem));
        for (var s = 0; s < 3; s++) Assert.Equal(Enumerable.Range(0, 4).Select(i => $"device-{3 * i + s:00}"),
            stations[s].Received.Select(r => r.EndpointName));
        // Three at a time: the last of a round begins before the first one ends.
        var first = finished.OrderBy(f => f.Injection!.StartedAt).Take(3).Select(f => f.Injection!).ToList();
        Assert.True(first.Max(i => i.StartedAt) < first.Min(i => i.StartedAt + i.Duration));
    }

    [Fact]
    public void One_bad_device_does_not_stop_the_others()
    {
        using var bench = new Bench();
        var good = bench.Start(new DeviceOptions());
        var bad = bench.Start(new DeviceOptions { Return = 18 });
        using var line = new InjectionLine(new Injector(Bench.Options), stations: 2);
        line.Add(InjectionOrder.Of(Factory.Credential(name: "bad"), Bench.AddressOf(bad)));
        line.Add(InjectionOrder.Of(Factory.Credential(name: "good"), Bench.AddressOf(good)));
        var results = line.Take(0, CancellationToken.None).Where(n => n.Kind == LineNewsKind.Finished)
            .ToDictionary(n => n.Order.EndpointName, n => n.Injection!.ErrorId);
        Assert.Equal(("ReturnStatus18", null), (results["bad"], results["good"]));
    }

    [Fact]
    public void One_device_at_two_stations_is_injected_once()
    {
        using var bench = new Bench();
        var slow = bench.Start(new DeviceOptions { Delay = 300 });
        var other = bench.Start(new DeviceOptions());
        using var line = new InjectionLine(new Injector(Bench.Options), stations: 2);
        line.Add(InjectionOrder.Of(Factory.Credential(), Bench.AddressOf(slow)));
        line.Add(InjectionOrder.Of(Factory.Credential(), Bench.AddressOf(other)));
        var errors = line.Take(0, CancellationToken.None).Where(n => n.Kind == LineNewsKind.Finished).Select(n => n.Injection!.ErrorId)
            .ToList();
        Assert.Single(errors, e => e is null);
        Assert.Single(errors, e => e is "AlreadyUnderWay" or "AlreadyInjected");
    }

    [Fact]
    public void Stopping_records_what_was_under_way_and_leaves_the_rest()
    {
        using var bench = new Bench();
        using var folder = new TempFolder();
        using var journal = InjectionJournal.Open(folder.File("line.jsonl"));
        var silent = bench.Start(new DeviceOptions { Silent = true });
        var line = new InjectionLine(new Injector(Bench.Options with { Journal = journal }), stations: 1);
        line.Add(InjectionOrder.Of(Factory.Credential(name: "a"), Bench.AddressOf(silent)));
        line.Add(InjectionOrder.Of(Factory.Credential(name: "b"), Bench.AddressOf(silent)));
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var news in line.Take(0, stop.Token))
            {
                if (news.Text.StartsWith("Sending", StringComparison.Ordinal)) stop.CancelAfter(50);
            }
        });
        line.Dispose();
        var record = Assert.Single(InjectionJournal.Read(journal.Path));
        Assert.Equal(("a", "InjectionStopped", true), (record.EndpointName, record.ErrorId, record.MessageSent));
    }
}
