namespace DeviceCreds;

/// <summary>A report as the written forms see it, or a file of which there is none because it could not be read.</summary>
internal sealed record ReportEntry(DeviceCertificateReport? Report, string? Path, IReadOnlyList<DeviceCertificateCheck> Checks)
{
    /// <summary>The one check of what could not be read: it stands beside the catalogue's rules.</summary>
    public static readonly Rule Readable = new()
    {
        Id = "Readable",
        Title = "The certificate can be read and tested.",
        Compares = "the file with what a certificate looks like",
        Advice = "Look at the file: the message says what is wrong with it.",
        Source = "Without it, nothing else can be said",
        Check = _ => throw new NotSupportedException(),
    };

    public static ReportEntry Of(DeviceCertificateReport report) => new(report, report.Path, report.Checks);

    public static ReportEntry Unread(string? path, string message) =>
        new(null, path, [new(Readable.Id, Readable.Title, Readable.Severity, CheckOutcome.Failed, message, Readable.Advice, Readable.Source)]);

    public ReportVerdict Verdict { get; } =
        Report is null ? ReportVerdict.Unread
        : Checks.Any(c => c.Outcome == CheckOutcome.Failed) ? ReportVerdict.Failed
        : Checks.Any(c => c.Outcome == CheckOutcome.Warning) ? ReportVerdict.Warning
        : ReportVerdict.Passed;

    /// <summary>What people call it: the endpoint name, or else the subject or the file.</summary>
    public string Name => Report?.EndpointName ?? (Report is { Subject.Length: > 0 } ? Report.Subject : System.IO.Path.GetFileName(Path) is { Length: > 0 } file ? file : "(no name)");

    /// <summary>The checks that are not kept: what a person has to read.</summary>
    public IEnumerable<DeviceCertificateCheck> Findings => Checks.Where(c => c.Outcome is CheckOutcome.Failed or CheckOutcome.Warning);
}
