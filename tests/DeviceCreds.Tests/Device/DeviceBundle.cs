namespace DeviceCreds.Tests;

/// <summary>An FCC bundle of any shape, item by item. As it stands the device accepts it and warns of nothing.</summary>
sealed record DeviceBundle
{
    public const string Account = Scene.Account;

    public CredentialKind Kind { get; init; } = CredentialKind.Bootstrap;

    /// <summary>Name, type and data of each key.</summary>
    public IReadOnlyList<(string Name, string Type, byte[] Data)> Keys { get; init; } = [];

    /// <summary>Name and data of each certificate or chain, and the private key that it names.</summary>
    public IReadOnlyList<(string Name, byte[][] Data, bool IsChain, string? PrivateKey)> Certificates { get; init; } = [];

    public IReadOnlyList<(string Name, object Value)> Parameters { get; init; } = [];

    /// <summary>Further groups, at the end.</summary>
    public IReadOnlyList<(object Key, object? Value)> Groups { get; init; } = [("Verify", 1)];

    /// <summary>The bundle of a scene's certificates, with the time of the scene.</summary>
    public static DeviceBundle Of(Scene scene, CredentialKind kind = CredentialKind.Lwm2m)
    {
        var file = scene.File(scene);
        return new DeviceBundle
        {
            Kind = kind,
            Keys = [(DeviceItems.PrivateKey(kind), "ECCPrivate", (scene.Key is { HasPrivateKey: true } key ? key : Scene.LeafKey).ToDer())],
            Certificates =
            [
                (DeviceItems.Certificate(kind), file, file.Length > 1, null),
                (DeviceItems.ServerCertificate(kind), [Sound.Root.Der()], false, null),
                (DeviceItems.UpdateCertificate, [Sound.Sub.Der()], false, null),
            ],
            Parameters =
            [
                (DeviceItems.UseBootstrap, kind == CredentialKind.Bootstrap ? 1L : 0L), (DeviceItems.EndpointName, scene.EndpointName ?? Scene.Name),
                (DeviceItems.ServerUri(kind), $"coaps://server.example.com:5684?aid={scene.AccountId ?? Account}"),
                (DeviceItems.CurrentTime, new DateTimeOffset(scene.At).ToUnixTimeSeconds()), ("mbed.Timezone", "Europe/Helsinki"), ("mbed.UTCOffset", "+02:00"),
                ("mbed.Manufacturer", "Acme"), ("mbed.ModelNumber", "M1"), ("mbed.DeviceType", "T1"), ("mbed.HardwareVersion", "H1"),
                ("mbed.MemoryTotalKB", 512L), ("mbed.SerialNumber", "S1"), ("mbed.ClassId", new byte[16]), ("mbed.VendorId", new byte[16]),
            ],
        };
    }

    static readonly Scene Sound = new();

    /// <summary>Another value for a parameter, or one more parameter; null for none.</summary>
    public DeviceBundle With(string name, object? value) => this with
    {
        Parameters = value is null ? [.. Parameters.Where(p => p.Name != name)]
            : Parameters.Any(p => p.Name == name) ? [.. Parameters.Select(p => p.Name == name ? (name, value) : p)] : [.. Parameters, (name, value)],
    };

    public DeviceBundle WithCertificate(string name, params byte[][] data) => WithChain(name, data.Length > 1, data);

    public DeviceBundle WithChain(string name, bool isChain, params byte[][] data) =>
        this with { Certificates = [.. Certificates.Where(c => c.Name != name), .. data.Length == 0 ? [] : new[] { (name, data, isChain, (string?)null) }] };

    public DeviceBundle NamingKey(string certificate, string key) =>
        this with { Certificates = [.. Certificates.Select(c => c.Name == certificate ? (c.Name, c.Data, c.IsChain, key) : c)] };

    public DeviceBundle WithKey(string name, string type, byte[] data) => this with { Keys = [.. Keys.Where(k => (k.Name, k.Type) != (name, type)), (name, type, data)] };

    public DeviceBundle WithoutKey => this with { Keys = [] };

    public DeviceBundle WithGroup(string name, object value) => this with { Groups = [.. Groups.Where(g => !g.Key.Equals(name)), (name, value)] };

    public byte[] Encode() => CborItem.Encode(CborItem.Map(
        [("SchemeVersion", "0.0.1"), .. Group("Keys", Keys.Select(Key)), .. Group("Certificates", Certificates.Where(c => !c.IsChain).Select(Certificate)),
            .. Group("CertificateChains", Certificates.Where(c => c.IsChain).Select(Certificate)), .. Group("ConfigParams", Parameters.Select(p => CborItem.Map(("Name", p.Name), ("Data", p.Value)))), .. Groups]));

    static (object, object?)[] Group(string name, IEnumerable<object> items) => items.ToArray() is { Length: > 0 } array ? [(name, array)] : [];

    static object Key((string Name, string Type, byte[] Data) key) => CborItem.Map(("Name", key.Name), ("Type", key.Type), ("Format", "der"), ("Data", key.Data));

    static object Certificate((string Name, byte[][] Data, bool IsChain, string? PrivateKey) item) => CborItem.Map(
        [("Name", item.Name), ("Format", "der"), item.IsChain ? ("DataArray", item.Data.Cast<object>().ToArray()) : ("Data", item.Data[0]), .. item.PrivateKey is null ? [] : new (object, object?)[] { ("PrKN", item.PrivateKey) }]);
}
