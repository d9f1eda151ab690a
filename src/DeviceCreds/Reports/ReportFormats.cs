namespace DeviceCreds;

/// <summary>Every form in which reports are written. A new one is a new file in this folder: it is found by its interface.</summary>
public static class ReportFormats
{
    internal static IReadOnlyList<IReportFormat> All { get; } =
        [.. typeof(ReportFormats).Assembly.GetTypes()
            .Where(t => t.IsClass && typeof(IReportFormat).IsAssignableFrom(t))
            .Select(t => (IReportFormat)Activator.CreateInstance(t)!)
            .OrderBy(f => f.Name, StringComparer.Ordinal)];

    /// <summary>The formats' names, each with its description.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Descriptions { get; } =
        [.. All.Select(f => new KeyValuePair<string, string>(f.Name, f.Description))];

    /// <summary>The format of that name, or the one for the file's ending, or Html.</summary>
    /// <exception cref="InputException">There is no such format.</exception>
    internal static IReportFormat Choose(string? name, string path) =>
        name is null
            ? All.FirstOrDefault(f => f.Endings.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
                ?? All.OfType<HtmlReport>().Single()
            : All.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new InputException("FormatUnknown", ErrorKind.InvalidArgument,
                    $"There is no report format '{SubjectText.Shorten(name)}'.", $"Formats: {string.Join(", ", All.Select(f => f.Name))}.");
}
