namespace DeviceCreds;

/// <summary>Choices for the file that <see cref="ReportExport"/> writes.</summary>
public sealed record ReportOptions
{
    /// <summary>The heading; in JUnit and SARIF the name of the run.</summary>
    public string Title { get; init; } = "Device certificates";

    /// <summary>The folder from which paths are counted, where the format has relative ones (SARIF); null for absolute paths.</summary>
    public string? BaseFolder { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal string Heading => MessageText.Clean(Title);

    internal DateTime Now => Time.GetUtcNow().UtcDateTime;
}
