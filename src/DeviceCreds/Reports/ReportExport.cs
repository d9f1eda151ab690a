namespace DeviceCreds;

/// <summary>
/// Writes reports to one file, each as it comes. The file exists once <see cref="Complete"/> was called; disposed
/// before that, nothing is left behind, and an existing file is unchanged.
/// </summary>
public sealed class ReportExport : IDisposable
{
    readonly PendingFile _file;
    readonly IReportWriter _writer;
    readonly List<ReportTable> _tables = [];

    /// <param name="path">The file.</param>
    /// <param name="format">The name of a format (see <see cref="ReportFormats.Descriptions"/>); null to go by the file's ending.</param>
    /// <param name="options">Choices.</param>
    /// <param name="replace">Whether an existing file is replaced.</param>
    /// <exception cref="InputException">There is no such format.</exception>
    /// <exception cref="OutputException">The file exists, or the system refuses.</exception>
    public ReportExport(string path, string? format, ReportOptions options, bool replace)
    {
        var chosen = ReportFormats.Choose(format, path);
        _file = FileWriter.Open(path, replace);
        _writer = chosen.Open(_file.Stream, options);
    }

    /// <summary>Adds a report.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public void Add(DeviceCertificateReport report) => Add(ReportEntry.Of(report));

    /// <summary>Adds a file that could not be read: it counts as not passed.</summary>
    /// <param name="path">The file, as far as it is known.</param>
    /// <param name="message">What is wrong with it.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public void AddUnread(string? path, string message) => Add(ReportEntry.Unread(path, message));

    internal void Add(ReportTable table) => _tables.Add(table);

    internal void Add(ReportEntry entry) => _file.Write(() => _writer.Add(entry));

    /// <summary>Ends the file and moves it to its place.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="OutputException">A new file is there and may not be replaced, or the system refuses.</exception>
    public string Complete()
    {
        _file.Write(() => _writer.Complete(_tables));
        return _file.Commit();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
