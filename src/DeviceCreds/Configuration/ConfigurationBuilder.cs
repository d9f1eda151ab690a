namespace DeviceCreds;

/// <summary>
/// Builds a configuration: first a file, then a command line or a row of a list; later values win.
/// Every value knows where it came from, so that an error can name the file and the line.
/// </summary>
public sealed class ConfigurationBuilder
{
    readonly Dictionary<string, (object Value, string? Path, int? Line)> _values;
    DeviceConfiguration _base = new();

    /// <summary>Begins with nothing.</summary>
    public ConfigurationBuilder() => _values = [];

    ConfigurationBuilder(Dictionary<string, (object, string?, int?)> values) => _values = new(values);

    /// <summary>The names of a configuration's fields in files, on command lines and in columns.</summary>
    public static IReadOnlyList<string> Fields { get; } = [.. ConfigurationField.All.Select(f => f.Name)];

    /// <summary>Whether a field's text may be the path of a file.</summary>
    public static bool IsPath(string field) =>
        ConfigurationField.Find(field)?.Type is ConfigurationType.Certificate or ConfigurationType.Certificates or ConfigurationType.Keys;

    /// <summary>Another builder with the same values, as the base for another device.</summary>
    public ConfigurationBuilder Copy() => new(_values) { _base = _base };

    /// <summary>Takes the values of a JSON or YAML file. Paths in it are relative to its folder.</summary>
    /// <exception cref="InputException">The file cannot be read, has an unknown or repeated name, or a value of the wrong type.</exception>
    public void Load(InputFile file) => Load(ConfigurationFile.Read(file), file.Path);

    /// <summary>Takes values that were read elsewhere.</summary>
    /// <param name="entries">Names and values.</param>
    /// <param name="path">The file that held them, for messages and as the start of relative paths.</param>
    /// <exception cref="InputException">A name is unknown or a duplicate, or a value has the wrong type.</exception>
    public void Load(IReadOnlyList<ConfigurationEntry> entries, string? path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var field = ConfigurationField.Find(entry.Name) ?? throw Unknown(entry, path);
            if (!seen.Add(field.Name))
                throw new InputException("ConfigurationDuplicateField", ErrorKind.InvalidData, $"{field.Name} occurs more than once.",
                    "Keep one of them.", path, entry.Line);
            if (entry.Value is not null) Put(field, new ConfigurationValue(field, path, entry.Line, isTyped: true)
                .Convert(entry.Value), path, entry.Line);
        }
    }

    /// <summary>Takes all that a configuration has, also what no field says, such as the bundle that it was read from.</summary>
    public void Load(DeviceConfiguration configuration)
    {
        _base = configuration;
        foreach (var field in ConfigurationField.All.Where(f => f.IsGiven(configuration)))
            Put(field, field.Get(configuration)!, null, null);
    }

    /// <summary>Takes one value of a command line or a row, where every value may be text; null and the empty text mean no value.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="value">The value; a text for a certificate is a path or PEM.</param>
    /// <exception cref="InputException">There is no such field, or the value has the wrong type.</exception>
    public void Set(string name, object? value)
    {
        if (value is null or "") return;
        var field = ConfigurationField.Find(name) ?? throw Unknown(new ConfigurationEntry(name, value, null), null);
        Put(field, new ConfigurationValue(field, null, null, isTyped: false).Convert(value), null, null);
    }

    /// <summary>One value of a command line or a row, as <see cref="Set"/> would take it; null when there is none.</summary>
    /// <exception cref="InputException">There is no such field, or the value has the wrong type.</exception>
    public static object? Convert(string name, object? value)
    {
        var builder = new ConfigurationBuilder();
        builder.Set(name, value);
        return builder._values.Values.Select(v => v.Value).FirstOrDefault();
    }

    /// <summary>The configuration.</summary>
    /// <exception cref="InputException">A value is not possible, or two contradict each other.</exception>
    public DeviceConfiguration Build()
    {
        var configuration = _values.Aggregate(_base, (c, v) => ConfigurationField.Find(v.Key)!.Set(c, v.Value.Value));
        if (configuration.CurrentTime is not null) configuration = configuration with { KeepsClock = false };
        if (configuration.UpdateCertificate?.Firmware is { } firmware)
            configuration = configuration with { VendorId = configuration.VendorId ?? firmware.VendorId, ClassId = configuration.ClassId
                ?? firmware.ClassId };
        if (ConfigurationCheck.FindProblem(configuration) is not { } problem) return configuration;
        var (_, path, line) = _values.TryGetValue(problem.Field, out var origin) ? origin : default;
        throw problem.ToException(path, line);
    }

    void Put(ConfigurationField field, object value, string? path, int? line) =>
        _values[field.Name] = (_values.TryGetValue(field.Name, out var before) ? ConfigurationField.Merge(before.Value, value)! : value,
            path, line);

    static InputException Unknown(ConfigurationEntry entry, string? path) =>
        new("ConfigurationUnknownField", ErrorKind.InvalidData,
            $"there is no field '{SubjectText.Shorten(entry.Name)}' in a configuration.",
        ConfigurationField.Nearest(entry.Name) is { } nearest
            ? $"Do you mean {nearest}?"
            : $"Fields: {string.Join(", ", ConfigurationField.All.Select(f => f.Name))}.", path, entry.Line);
}
