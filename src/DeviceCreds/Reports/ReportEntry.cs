namespace DeviceCreds;

/// <summary>
/// A report as it is written to files, or a file that could not be read. Its texts are safe to show.
/// </summary>
/// <param name="About">What the report is about; null when the file could not be read.</param>
/// <param name="File">The file as the system knows it.</param>
/// <param name="Checks">The checks.</param>
internal sealed record ReportEntry(ReportSubject? About, string? File, IReadOnlyList<DeviceCertificateCheck> Checks)
{
    /// <summary>The one check of a file that could not be read; it is not in the catalogue of rules.</summary>
    public static readonly Rule Readable = new()
    {
        Id = "Readable",
        Title = "The certificate can be read and tested.",
        Compares = "the file with the form of a certificate",
        Advice = "Check the file. The message says what is wrong with it.",
        Source = "Every other check needs it",
        Check = _ => throw new NotSupportedException(),
    };

    /// <summary>The checks of an injection; they are not in the catalogue of rules either.</summary>
    public static readonly IReadOnlyList<Rule> Injection =
    [
        Told("Injected", "The device took its credential.", "what the device replied with success", CheckOutcome.Failed,
            "Follow the message, and inject the device again."),
        Told("DeviceWarnings", "The device has no warnings.", "the warnings in the device's reply with none",
            CheckOutcome.Warning, "Test-DeviceConfiguration explains each warning."),
    ];

    /// <summary>The checks of a device in the books; they are not in the catalogue of rules either.</summary>
    public static readonly IReadOnlyList<Rule> Account =
    [
        Compared("Planned", "The device is in the list.", "the accounts with the list of devices",
            "Add the device to the list, or revoke its certificate."),
        Compared("Issued", "A device in the list has a certificate.", "the list of devices with the ledgers, folders and journals",
            "Issue a certificate to the device."),
        Compared("Recorded", "Each certificate is in a ledger.", "folders and journals with the ledgers",
            "Add the ledger that has the certificate, or replace the certificate by a new one."),
        Compared("OneCertificate", "A device has one valid certificate, apart from those that were renewed.",
            "the valid certificates of the device with each other", "Revoke the certificates that the device does not have."),
        Compared("Delivered", "A valid certificate is in a folder, or was injected.", "the ledgers with folders and journals",
            "Revoke the certificate if no device has it."),
    ];

    public static ReportEntry Of(DeviceCertificateReport report) =>
        new(new ReportSubject(report.EndpointName, report.Kind, report.Subject, report.SerialNumber, report.NotBefore, report.NotAfter),
            report.Path, report.Checks);

    public static ReportEntry Unread(string? path, string message)
    {
        var (text, rule) = (MessageText.Message(message), Readable);
        return new(null, path, [new(rule.Id, rule.Title, rule.Severity, CheckOutcome.Failed, text, rule.Advice, rule.Source)]);
    }

    public ReportVerdict Verdict { get; } =
        About is null ? ReportVerdict.Unread
        : Checks.Any(c => c.Outcome == CheckOutcome.Failed) ? ReportVerdict.Failed
        : Checks.Any(c => c.Outcome == CheckOutcome.Warning) ? ReportVerdict.Warning
        : ReportVerdict.Passed;

    /// <summary>The endpoint name, or else the subject or the file.</summary>
    public string Name =>
        new[] { EndpointName, Subject, System.IO.Path.GetFileName(Path) }.FirstOrDefault(n => n.Length > 0) ?? "(no name)";

    public string EndpointName => MessageText.Clean(About?.EndpointName);

    public string Subject => MessageText.Clean(About?.Subject);

    public string Path => MessageText.Clean(File);

    /// <summary>The checks that failed or warn.</summary>
    public IEnumerable<DeviceCertificateCheck> Findings => Checks.Where(c => c.Outcome is CheckOutcome.Failed or CheckOutcome.Warning);

    /// <summary>The noun for one entry, in the summary.</summary>
    public string Noun { get; init; } = "certificate";

    static Rule Compared(string id, string title, string compares, string advice) => new()
    {
        Id = id, Title = title, Compares = compares, Advice = advice, Source = "Compare-IssuanceLedger",
        Check = _ => throw new NotSupportedException(),
    };

    static Rule Told(string id, string title, string compares, CheckOutcome severity, string advice) => new()
    {
        Id = id, Title = title, Compares = compares, Severity = severity, Advice = advice,
        Source = "The device's factory configurator client", Check = _ => throw new NotSupportedException(),
    };
}
