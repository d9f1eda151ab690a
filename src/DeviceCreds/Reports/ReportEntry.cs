namespace DeviceCreds;

/// <summary>A report as the written forms see it, or a file of which there is none because it could not be read.</summary>
internal sealed record ReportEntry(ReportSubject? About, string? Path, IReadOnlyList<DeviceCertificateCheck> Checks)
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

    /// <summary>The checks of an injection: they stand beside the catalogue's rules, too.</summary>
    public static readonly IReadOnlyList<Rule> Injection =
    [
        Told("Injected", "The device took its credential.", "what the device replied with success", CheckOutcome.Failed, "Do what the message says, and inject the device again."),
        Told("DeviceWarnings", "The device has nothing to warn of.", "the warnings in the device's reply with none", CheckOutcome.Warning, "Test-DeviceConfiguration explains each warning."),
    ];

    public static ReportEntry Of(DeviceCertificateReport report) =>
        new(new ReportSubject(report.EndpointName, report.Kind, report.Subject, report.SerialNumber, report.NotBefore, report.NotAfter), report.Path, report.Checks);

    public static ReportEntry Unread(string? path, string message) =>
        new(null, path, [new(Readable.Id, Readable.Title, Readable.Severity, CheckOutcome.Failed, message, Readable.Advice, Readable.Source)]);

    public ReportVerdict Verdict { get; } =
        About is null ? ReportVerdict.Unread
        : Checks.Any(c => c.Outcome == CheckOutcome.Failed) ? ReportVerdict.Failed
        : Checks.Any(c => c.Outcome == CheckOutcome.Warning) ? ReportVerdict.Warning
        : ReportVerdict.Passed;

    /// <summary>What people call it: the endpoint name, or else the subject or the file.</summary>
    public string Name => About?.EndpointName ?? (About is { Subject.Length: > 0 } ? About.Subject : System.IO.Path.GetFileName(Path) is { Length: > 0 } file ? file : "(no name)");

    /// <summary>The checks that are not kept: what a person has to read.</summary>
    public IEnumerable<DeviceCertificateCheck> Findings => Checks.Where(c => c.Outcome is CheckOutcome.Failed or CheckOutcome.Warning);

    /// <summary>What one is called, in the sentence that sums up.</summary>
    public string Noun { get; init; } = "certificate";

    static Rule Told(string id, string title, string compares, CheckOutcome severity, string advice) => new()
    {
        Id = id, Title = title, Compares = compares, Severity = severity, Advice = advice,
        Source = "The device's factory configurator client", Check = _ => throw new NotSupportedException(),
    };
}
