namespace DeviceCreds;

/// <summary>
/// One field of a <see cref="DeviceConfiguration"/>: the name it has in files, on command lines and in CSV columns, the item
/// it becomes on a device, and what it may hold. Reading, merging, validating and comparing all use this table.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Property">Its property, where that has another name.</param>
internal sealed record ConfigurationField(string Name, ConfigurationType Type, string? Property = null)
{
    /// <summary>The parameter's name on the device; null when it has none, or one for each mode.</summary>
    public string? Item { get; init; }

    /// <summary>Whether the device's verification asks for it in every mode.</summary>
    public bool IsMandatory { get; init; }

    /// <summary>The parameter's name; files may use that of the property, <see cref="DeviceConfiguration.CustomParameters"/>,
    /// too.</summary>
    public const string CustomParameter = "CustomParameter";

    /// <summary>The same for <see cref="DeviceConfiguration.CustomCertificates"/>.</summary>
    public const string CustomCertificate = "CustomCertificate";

    /// <summary>The same for <see cref="DeviceConfiguration.CustomKeys"/>.</summary>
    public const string CustomKey = "CustomKey";

    /// <summary>Bytes: how many; 0 for any number.</summary>
    public int Length { get; init; }

    public long Minimum { get; init; } = long.MinValue;

    public long Maximum { get; init; } = long.MaxValue;

    /// <summary>Whether false is the same as no value.</summary>
    public bool IsSwitch { get; init; }

    public static readonly IReadOnlyList<ConfigurationField> All =
    [
        new(nameof(DeviceConfiguration.EndpointName), ConfigurationType.Text),
        new(nameof(DeviceConfiguration.AccountId), ConfigurationType.Text) { Item = "mbed.AccountID" },
        new(nameof(DeviceConfiguration.ServerUri), ConfigurationType.Text) { IsMandatory = true },
        new(nameof(DeviceConfiguration.ServerCertificate), ConfigurationType.Certificate) { IsMandatory = true },
        new(nameof(DeviceConfiguration.FirstToClaim), ConfigurationType.Flag) { IsSwitch = true },
        new(nameof(DeviceConfiguration.Manufacturer), ConfigurationType.Text) { Item = "mbed.Manufacturer", IsMandatory = true },
        new(nameof(DeviceConfiguration.ModelNumber), ConfigurationType.Text) { Item = "mbed.ModelNumber", IsMandatory = true },
        new(nameof(DeviceConfiguration.DeviceType), ConfigurationType.Text) { Item = "mbed.DeviceType", IsMandatory = true },
        new(nameof(DeviceConfiguration.HardwareVersion), ConfigurationType.Text) { Item = "mbed.HardwareVersion", IsMandatory = true },
        new(nameof(DeviceConfiguration.MemoryTotalKB), ConfigurationType.Integer)
        {
            Item = "mbed.MemoryTotalKB", IsMandatory = true, Minimum = 0, Maximum = uint.MaxValue,
        },
        new(nameof(DeviceConfiguration.SerialNumber), ConfigurationType.Text) { Item = "mbed.SerialNumber", IsMandatory = true },
        new(nameof(DeviceConfiguration.CurrentTime), ConfigurationType.Time),
        new(nameof(DeviceConfiguration.Timezone), ConfigurationType.Text) { Item = "mbed.Timezone" },
        new(nameof(DeviceConfiguration.UtcOffset), ConfigurationType.Text) { Item = "mbed.UTCOffset" },
        new(nameof(DeviceConfiguration.ClassId), ConfigurationType.Bytes) { Item = "mbed.ClassId", Length = 16 },
        new(nameof(DeviceConfiguration.VendorId), ConfigurationType.Bytes) { Item = "mbed.VendorId", Length = 16 },
        new(nameof(DeviceConfiguration.UpdateCertificate), ConfigurationType.Certificate),
        new(CustomParameter, ConfigurationType.Parameters, nameof(DeviceConfiguration.CustomParameters)),
        new(CustomCertificate, ConfigurationType.Certificates, nameof(DeviceConfiguration.CustomCertificates)),
        new(CustomKey, ConfigurationType.Keys, nameof(DeviceConfiguration.CustomKeys)),
        new(nameof(DeviceConfiguration.Entropy), ConfigurationType.Bytes) { Length = FccLimits.EntropyLength },
        new(nameof(DeviceConfiguration.RootOfTrust), ConfigurationType.Bytes) { Length = FccLimits.RootOfTrustLength },
        new(nameof(DeviceConfiguration.SkipVerify), ConfigurationType.Flag) { IsSwitch = true },
        new(nameof(DeviceConfiguration.Disable), ConfigurationType.Flag) { IsSwitch = true },
        new(nameof(DeviceConfiguration.SessionId), ConfigurationType.Text),
        new(nameof(DeviceConfiguration.KeepSession), ConfigurationType.Flag) { IsSwitch = true },
        new(nameof(DeviceConfiguration.ShortServerId), ConfigurationType.Integer) { Minimum = 1, Maximum = 65534 },
        new(nameof(DeviceConfiguration.Lifetime), ConfigurationType.Integer) { Minimum = 1, Maximum = uint.MaxValue },
        new(nameof(DeviceConfiguration.Binding), ConfigurationType.Text),
        new(nameof(DeviceConfiguration.StoreNotifications), ConfigurationType.Flag),
        new(nameof(DeviceConfiguration.HoldOffTime), ConfigurationType.Integer) { Minimum = 0, Maximum = uint.MaxValue },
        new(nameof(DeviceConfiguration.BootstrapTimeout), ConfigurationType.Integer) { Minimum = 0, Maximum = uint.MaxValue },
        new(nameof(DeviceConfiguration.MatchingType), ConfigurationType.Integer) { Minimum = 0, Maximum = 3 },
        new(nameof(DeviceConfiguration.ServerName), ConfigurationType.Text),
        new(nameof(DeviceConfiguration.CertificateUsage), ConfigurationType.Integer) { Minimum = 0, Maximum = 3 },
        new("CipherSuite", ConfigurationType.Integers, nameof(DeviceConfiguration.CipherSuites)) { Minimum = 0, Maximum = ushort.MaxValue },
        new(nameof(DeviceConfiguration.ServerCertificateDigest), ConfigurationType.Bytes),
    ];

    /// <summary>Its value in a configuration; null when it has none.</summary>
    public object? Get(DeviceConfiguration configuration) => configuration.Find(Property ?? Name);

    /// <summary>The configuration with another value of it; null for none.</summary>
    public DeviceConfiguration Set(DeviceConfiguration configuration, object? value) =>
        configuration.With(Property ?? Name, IsSwitch && value is false ? null : value);

    /// <summary>The field of that name, in any case; null when there is none.</summary>
    public static ConfigurationField? Find(string name) =>
        All.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase)
            || (f.IsCustom && string.Equals(f.Name + "s", name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether it holds custom items by their names.</summary>
    public bool IsCustom => Type is ConfigurationType.Parameters or ConfigurationType.Certificates or ConfigurationType.Keys;

    /// <summary>The known name that is closest to an unknown one; null when none is close.</summary>
    public static string? Nearest(string name)
    {
        var nearest = All.Select(f => (f.Name, Distance: Distance(f.Name.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(f => f.Distance).First();
        return nearest.Distance <= Math.Max(2, name.Length / 3) ? nearest.Name : null;
    }

    /// <summary>The values of the second; where it has none, those of the first.</summary>
    public static DeviceConfiguration Overlay(DeviceConfiguration below, DeviceConfiguration above) =>
        All.Aggregate(below, (c, f) => f.IsGiven(above) ? f.Set(c, f.Get(above)) : c);

    /// <summary>The first configuration with what only the second has. Of custom items with one name, the first one's is kept.</summary>
    public static DeviceConfiguration Complete(DeviceConfiguration configuration, DeviceConfiguration rest) =>
        All.Aggregate(configuration.CurrentTime is null && rest.KeepsClock ? configuration with { KeepsClock = true } : configuration,
            (c, f) => f.IsCustom ? f.Set(c, Merge(f.Get(rest), f.Get(c)))
                : f.IsGiven(c) || (f.Type == ConfigurationType.Time && c.KeepsClock) ? c
                : f.Set(c, f.Get(rest)));

    /// <summary>Custom items of two configurations: of those with one name, the later one's is kept.</summary>
    public static object? Merge(object? before, object? value) => (before, value) switch
    {
        (IReadOnlyDictionary<string, object> old, IReadOnlyDictionary<string, object> added) =>
            old.Where(p => !added.ContainsKey(p.Key)).Concat(added).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal),
        (IReadOnlyList<CustomCertificate> old, IReadOnlyList<CustomCertificate> added) =>
            (CustomCertificate[])[.. old.Where(c => added.All(a => a.Name != c.Name)), .. added],
        (IReadOnlyList<CustomKey> old, IReadOnlyList<CustomKey> added) =>
            (CustomKey[])[.. old.Where(k => added.All(a => a.Name != k.Name)), .. added],
        _ => value ?? before,
    };

    /// <summary>Whether a configuration has a value for it.</summary>
    public bool IsGiven(DeviceConfiguration configuration) => Get(configuration) is not null;

    public static bool AreEqual(object? a, object? b) => (a, b) switch
    {
        (byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y),
        (IReadOnlyList<int> x, IReadOnlyList<int> y) => x.SequenceEqual(y),
        (IReadOnlyList<CustomCertificate> x, IReadOnlyList<CustomCertificate> y) => x.SequenceEqual(y),
        (IReadOnlyList<CustomKey> x, IReadOnlyList<CustomKey> y) => x.SequenceEqual(y),
        (IReadOnlyDictionary<string, object> x, IReadOnlyDictionary<string, object> y) =>
            x.Count == y.Count && x.All(p => y.TryGetValue(p.Key, out var other) && AreEqual(p.Value, other)),
        _ => Equals(a, b),
    };

    // Levenshtein's: how many letters must be changed, added or left out.
    static int Distance(string a, string b)
    {
        // No known name is half as long, and a hostile one must not cost time.
        if (b.Length > 64) return int.MaxValue;
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            previous = current;
        }

        return previous[b.Length];
    }
}
