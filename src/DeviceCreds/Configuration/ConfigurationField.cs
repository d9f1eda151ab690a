namespace DeviceCreds;

/// <summary>
/// One field of a <see cref="DeviceConfiguration"/>: the name it has in files, on command lines and in CSV columns, the item
/// it becomes on a device, and what it may hold. Reading, merging, validating and comparing all use this table.
/// </summary>
internal sealed record ConfigurationField(string Name, ConfigurationType Type, Func<DeviceConfiguration, object?> Get,
    Func<DeviceConfiguration, object?, DeviceConfiguration> Set)
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

    static readonly DeviceConfiguration Empty = new();

    public static readonly IReadOnlyList<ConfigurationField> All =
    [
        new(nameof(DeviceConfiguration.EndpointName), ConfigurationType.Text, c => c.EndpointName,
            (c, v) => c with { EndpointName = (string?)v }),
        new(nameof(DeviceConfiguration.AccountId), ConfigurationType.Text, c => c.AccountId,
            (c, v) => c with { AccountId = (string?)v }) { Item = "mbed.AccountID" },
        new(nameof(DeviceConfiguration.ServerUri), ConfigurationType.Text, c => c.ServerUri,
            (c, v) => c with { ServerUri = (string?)v }) { IsMandatory = true },
        new(nameof(DeviceConfiguration.ServerCertificate), ConfigurationType.Certificate, c => c.ServerCertificate,
            (c, v) => c with { ServerCertificate = (DeviceCertificate?)v }) { IsMandatory = true },
        new(nameof(DeviceConfiguration.FirstToClaim), ConfigurationType.Flag, c => c.FirstToClaim,
            (c, v) => c with { FirstToClaim = v is true }),
        new(nameof(DeviceConfiguration.Manufacturer), ConfigurationType.Text, c => c.Manufacturer,
            (c, v) => c with { Manufacturer = (string?)v }) { Item = "mbed.Manufacturer", IsMandatory = true },
        new(nameof(DeviceConfiguration.ModelNumber), ConfigurationType.Text, c => c.ModelNumber,
            (c, v) => c with { ModelNumber = (string?)v }) { Item = "mbed.ModelNumber", IsMandatory = true },
        new(nameof(DeviceConfiguration.DeviceType), ConfigurationType.Text, c => c.DeviceType,
            (c, v) => c with { DeviceType = (string?)v }) { Item = "mbed.DeviceType", IsMandatory = true },
        new(nameof(DeviceConfiguration.HardwareVersion), ConfigurationType.Text, c => c.HardwareVersion,
            (c, v) => c with { HardwareVersion = (string?)v }) { Item = "mbed.HardwareVersion", IsMandatory = true },
        new(nameof(DeviceConfiguration.MemoryTotalKB), ConfigurationType.Integer, c => c.MemoryTotalKB,
            (c, v) => c with { MemoryTotalKB = (long?)v }) { Item = "mbed.MemoryTotalKB", IsMandatory = true, Minimum = 0,
            Maximum = uint.MaxValue },
        new(nameof(DeviceConfiguration.SerialNumber), ConfigurationType.Text, c => c.SerialNumber,
            (c, v) => c with { SerialNumber = (string?)v }) { Item = "mbed.SerialNumber", IsMandatory = true },
        new(nameof(DeviceConfiguration.CurrentTime), ConfigurationType.Time, c => c.CurrentTime,
            (c, v) => c with { CurrentTime = (DateTimeOffset?)v }),
        new(nameof(DeviceConfiguration.Timezone), ConfigurationType.Text, c => c.Timezone,
            (c, v) => c with { Timezone = (string?)v }) { Item = "mbed.Timezone" },
        new(nameof(DeviceConfiguration.UtcOffset), ConfigurationType.Text, c => c.UtcOffset,
            (c, v) => c with { UtcOffset = (string?)v }) { Item = "mbed.UTCOffset" },
        new(nameof(DeviceConfiguration.ClassId), ConfigurationType.Bytes, c => c.ClassId,
            (c, v) => c with { ClassId = (byte[]?)v }) { Item = "mbed.ClassId", Length = 16 },
        new(nameof(DeviceConfiguration.VendorId), ConfigurationType.Bytes, c => c.VendorId,
            (c, v) => c with { VendorId = (byte[]?)v }) { Item = "mbed.VendorId", Length = 16 },
        new(nameof(DeviceConfiguration.UpdateCertificate), ConfigurationType.Certificate, c => c.UpdateCertificate,
            (c, v) => c with { UpdateCertificate = (DeviceCertificate?)v }),
        new(CustomParameter, ConfigurationType.Parameters, c => c.CustomParameters,
            (c, v) => c with { CustomParameters = v as IReadOnlyDictionary<string, object> ?? new Dictionary<string, object>() }),
        new(CustomCertificate, ConfigurationType.Certificates, c => c.CustomCertificates,
            (c, v) => c with { CustomCertificates = v as IReadOnlyList<CustomCertificate> ?? [] }),
        new(CustomKey, ConfigurationType.Keys, c => c.CustomKeys, (c, v) => c with { CustomKeys = v as IReadOnlyList<CustomKey> ?? [] }),
        new(nameof(DeviceConfiguration.Entropy), ConfigurationType.Bytes, c => c.Entropy,
            (c, v) => c with { Entropy = (byte[]?)v }) { Length = FccLimits.EntropyLength },
        new(nameof(DeviceConfiguration.RootOfTrust), ConfigurationType.Bytes, c => c.RootOfTrust,
            (c, v) => c with { RootOfTrust = (byte[]?)v }) { Length = FccLimits.RootOfTrustLength },
        new(nameof(DeviceConfiguration.SkipVerify), ConfigurationType.Flag, c => c.SkipVerify, (c, v) => c with { SkipVerify = v is true }),
        new(nameof(DeviceConfiguration.Disable), ConfigurationType.Flag, c => c.Disable, (c, v) => c with { Disable = v is true }),
        new(nameof(DeviceConfiguration.SessionId), ConfigurationType.Text, c => c.SessionId, (c, v) => c with { SessionId = (string?)v }),
        new(nameof(DeviceConfiguration.KeepSession), ConfigurationType.Flag, c => c.KeepSession,
            (c, v) => c with { KeepSession = v is true }),
        new(nameof(DeviceConfiguration.ShortServerId), ConfigurationType.Integer, c => (long?)c.ShortServerId,
            (c, v) => c with { ShortServerId = (int?)(long?)v }) { Minimum = 1, Maximum = 65534 },
        new(nameof(DeviceConfiguration.Lifetime), ConfigurationType.Integer, c => c.Lifetime,
            (c, v) => c with { Lifetime = (long?)v }) { Minimum = 1, Maximum = uint.MaxValue },
        new(nameof(DeviceConfiguration.Binding), ConfigurationType.Text, c => c.Binding, (c, v) => c with { Binding = (string?)v }),
        new(nameof(DeviceConfiguration.StoreNotifications), ConfigurationType.Flag, c => c.StoreNotifications,
            (c, v) => c with { StoreNotifications = (bool?)v }),
        new(nameof(DeviceConfiguration.HoldOffTime), ConfigurationType.Integer, c => c.HoldOffTime,
            (c, v) => c with { HoldOffTime = (long?)v }) { Minimum = 0, Maximum = uint.MaxValue },
        new(nameof(DeviceConfiguration.BootstrapTimeout), ConfigurationType.Integer, c => c.BootstrapTimeout,
            (c, v) => c with { BootstrapTimeout = (long?)v }) { Minimum = 0, Maximum = uint.MaxValue },
        new(nameof(DeviceConfiguration.MatchingType), ConfigurationType.Integer, c => (long?)c.MatchingType,
            (c, v) => c with { MatchingType = (int?)(long?)v }) { Minimum = 0, Maximum = 3 },
        new(nameof(DeviceConfiguration.ServerName), ConfigurationType.Text, c => c.ServerName,
            (c, v) => c with { ServerName = (string?)v }),
        new(nameof(DeviceConfiguration.CertificateUsage), ConfigurationType.Integer, c => (long?)c.CertificateUsage,
            (c, v) => c with { CertificateUsage = (int?)(long?)v }) { Minimum = 0, Maximum = 3 },
        new("CipherSuite", ConfigurationType.Integers, c => c.CipherSuites.Count == 0
            ? null
            : c.CipherSuites, (c, v) => c with { CipherSuites = v as IReadOnlyList<int> ?? [] }) { Minimum = 0, Maximum = ushort.MaxValue },
        new(nameof(DeviceConfiguration.ServerCertificateDigest), ConfigurationType.Bytes, c => c.ServerCertificateDigest,
            (c, v) => c with { ServerCertificateDigest = (byte[]?)v }),
    ];

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
            (c, f) => f.IsCustom ? f.Set(c, Merge(f.Get(rest)!, f.Get(c)!))
                : f.IsGiven(c) || (f.Type == ConfigurationType.Time && c.KeepsClock) ? c
                : f.Set(c, f.Get(rest)));

    /// <summary>Custom items of two configurations: of those with one name, the later one's is kept.</summary>
    public static object Merge(object before, object value) => (before, value) switch
    {
        (IReadOnlyDictionary<string, object> old, IReadOnlyDictionary<string, object> added) =>
            old.Where(p => !added.ContainsKey(p.Key)).Concat(added).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal),
        (IReadOnlyList<CustomCertificate> old, IReadOnlyList<CustomCertificate> added) =>
            (CustomCertificate[])[.. old.Where(c => added.All(a => a.Name != c.Name)), .. added],
        (IReadOnlyList<CustomKey> old, IReadOnlyList<CustomKey> added) =>
            (CustomKey[])[.. old.Where(k => added.All(a => a.Name != k.Name)), .. added],
        _ => value,
    };

    /// <summary>Whether a configuration has a value for it: another one than an empty configuration has.</summary>
    public bool IsGiven(DeviceConfiguration configuration) => !AreEqual(Get(configuration), Get(Empty));

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
