namespace DeviceCreds;

/// <summary>
/// All formats. To add one, add a file in a folder below: it is found by its interface, and its class has its
/// name.
/// </summary>
public static class CredentialFormats
{
    // A run creates only the formats that it uses.
    static readonly IReadOnlyDictionary<string, Lazy<ICredentialFormat>> ByName = typeof(CredentialFormats).Assembly.GetTypes()
        .Where(t => t is { IsClass: true, IsAbstract: false } && typeof(ICredentialFormat).IsAssignableFrom(t))
        .ToDictionary(NameOf, t => new Lazy<ICredentialFormat>(() => (ICredentialFormat)Activator.CreateInstance(t)!),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>The formats' names, each with its description.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Descriptions => Catalogue.Descriptions;

    internal static IReadOnlyList<ICredentialFormat> All => Catalogue.All;

    /// <summary>The names of the files that hold all devices, whatever their format.</summary>
    internal static ISet<string> FleetFiles => Catalogue.FleetFiles;

    /// <summary>Those of them that hold the devices' certificates and keys.</summary>
    internal static IEnumerable<string> ReadableFleetFiles => All.OfType<IFleetFormat>().Where(f => f is IReadableFormat)
        .Select(f => f.FileName);

    /// <summary>The format of a file's content; null when it is unknown.</summary>
    internal static IReadableFormat? Recognise(InputFile file) => Catalogue.Readable.FirstOrDefault(f => f.Recognises(file));

    /// <exception cref="InputException">There is no such format.</exception>
    internal static ICredentialFormat Get(string name) => ByName.TryGetValue(name, out var format)
        ? format.Value
        : throw new InputException("FormatUnknown", ErrorKind.InvalidArgument,
            $"There is no format '{SubjectText.Shorten(name)}'.", $"Formats: {string.Join(", ", All.Select(f => f.Info.Name))}.");

    static string NameOf(Type type) => type.Name.Substring(0, type.Name.Length - "Format".Length);

    /// <summary>Values over all formats.</summary>
    static class Catalogue
    {
        public static readonly IReadOnlyList<ICredentialFormat> All =
            [.. ByName.Values.Select(f => f.Value).OrderBy(f => f.Info.Name, StringComparer.Ordinal)];

        public static readonly IReadOnlyList<KeyValuePair<string, string>> Descriptions =
            [.. All.Select(f => new KeyValuePair<string, string>(f.Info.Name, f.Info.Description))];

        // Strong signs first: a weak one may fit another format by chance.
        public static readonly IReadOnlyList<IReadableFormat> Readable = [.. All.OfType<IReadableFormat>().OrderBy(f => f.Sign)];

        public static readonly ISet<string> FleetFiles = new HashSet<string>(All.OfType<IFleetFormat>().Select(f => f.FileName));
    }
}
