namespace DeviceCreds;

/// <summary>Every format there is. A new one is a new file in a folder below and nothing else: it is found by its interface.</summary>
public static class CredentialFormats
{
    internal static IReadOnlyList<ICredentialFormat> All { get; } =
        [.. typeof(CredentialFormats).Assembly.GetTypes()
            .Where(t => t is { IsClass: true, IsAbstract: false } && typeof(ICredentialFormat).IsAssignableFrom(t))
            .Select(t => (ICredentialFormat)Activator.CreateInstance(t)!)
            .OrderBy(f => f.Info.Name, StringComparer.Ordinal)];

    /// <summary>The formats' names, each with its description.</summary>
    public static IReadOnlyList<KeyValuePair<string,
        string>> Descriptions { get; } = [.. All.Select(f => new KeyValuePair<string, string>(f.Info.Name, f.Info.Description))];

    // Strong signs first: what fits a weak one by chance is something else.
    static readonly IReadOnlyList<IReadableFormat> Readable = [.. All.OfType<IReadableFormat>().OrderBy(f => f.Sign)];

    /// <summary>The endings that files of credentials have, whatever their format.</summary>
    internal static IReadOnlyList<string> Endings { get; } =
        [.. Readable.SelectMany(f => f.Endings).Distinct().OrderBy(e => e, StringComparer.Ordinal)];

    internal static bool HasKnownEnding(string path) => Endings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>The format that a file's content is of; null when it is of none.</summary>
    internal static IReadableFormat? Recognise(InputFile file) => Readable.FirstOrDefault(f => f.Recognises(file));

    /// <exception cref="InputException">There is no such format.</exception>
    internal static ICredentialFormat Get(string name) =>
        All.FirstOrDefault(f => string.Equals(f.Info.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException("FormatUnknown", ErrorKind.InvalidArgument,
            $"There is no format '{SubjectText.Shorten(name)}'.", $"Formats: {string.Join(", ", All.Select(f => f.Info.Name))}.");
}
