using SimulatedDevice;

namespace DeviceCreds.Tests;

/// <summary>Simulated devices on a bench, and what an injection says of them.</summary>
sealed class Bench : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly ExportOptions Full = new() { Configurations = [Factory.Full() with { CurrentTime = null }] };

    readonly List<Station> _stations = [];

    public List<LineNews> News { get; } = [];

    public IEnumerable<string> Details => News.Where(n => n.Kind == LineNewsKind.Detail).Select(n => n.Text);

    public IEnumerable<string> Warnings => News.Where(n => n.Kind == LineNewsKind.Warning).Select(n => n.Text);

    public Station Start(DeviceOptions options, Action<string>? console = null)
    {
        _stations.Add(Station.Start(options, console));
        return _stations[^1];
    }

    public static DeviceAddress AddressOf(Station station) =>
        station.SerialPort.Length > 0 ? DeviceAddress.OfSerialPort(station.SerialPort) : DeviceAddress.OfHost("127.0.0.1", station.Port);

    public DeviceInjection Inject(Station station, string name = "device-1", InjectionOptions? options = null) =>
        Inject(InjectionOrder.Of(Factory.Credential(name: name), AddressOf(station)), options);

    public DeviceInjection Inject(InjectionOrder order, InjectionOptions? options = null, Injector? injector = null,
        CancellationToken cancel = default)
    {
        (injector ?? new Injector(options ?? Options)).Inject(order, News.Add, cancel);
        return News[^1].Injection!;
    }

    /// <summary>A device that makes its own key.</summary>
    public static InjectionOrder WithKeyOnDevice(Station station, string name = "device-1",
        CredentialKind kind = CredentialKind.Bootstrap, int depth = 1, Action<DeviceCredential>? issued = null) =>
        InjectionOrder.WithKeyOnDevice(new DeviceIdentity(name, kind == CredentialKind.Lwm2m ? Given.AccountId : null), kind,
            new CredentialIssuer(Factory.Authorities[depth - 1], kind), issued ?? (_ => { }), AddressOf(station));

    public static InjectionOptions Options => new() { Export = Full, Timeout = Patience };

    public static InjectionOptions Impatient => Options with { Timeout = TimeSpan.FromSeconds(2) };

    public void Dispose() => _stations.ForEach(s => s.Dispose());
}
