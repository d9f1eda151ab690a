namespace DeviceCreds;

/// <summary>A file of reports being written.</summary>
internal interface IReportWriter
{
    void Add(ReportEntry entry);

    /// <summary>Writes the end of the file after the last entry; the stream stays open.</summary>
    /// <param name="tables">The sections with a table.</param>
    void Complete(IReadOnlyList<ReportTable> tables);
}
