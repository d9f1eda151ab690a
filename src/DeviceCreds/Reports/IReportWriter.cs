namespace DeviceCreds;

/// <summary>A file of reports being written.</summary>
internal interface IReportWriter
{
    void Add(ReportEntry entry);

    /// <summary>Writes what stands after the last entry; the stream stays open.</summary>
    void Complete();
}
