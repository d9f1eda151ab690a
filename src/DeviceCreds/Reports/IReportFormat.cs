namespace DeviceCreds;

/// <summary>A form in which reports are written: each is one file in this folder, and registers itself.</summary>
internal interface IReportFormat
{
    /// <summary>The name that <c>-Format</c> takes.</summary>
    string Name { get; }

    /// <summary>What it is and who uses it, in one line.</summary>
    string Description { get; }

    /// <summary>The endings of file names that mean this format.</summary>
    IReadOnlyList<string> Endings { get; }

    /// <summary>Begins a file. Entries are written as they come, so that a fleet needs no memory.</summary>
    IReportWriter Open(Stream output, ReportOptions options);
}
