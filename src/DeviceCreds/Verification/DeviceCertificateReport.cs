namespace DeviceCreds;

/// <summary>Whether a device certificate would be accepted, and why.</summary>
public sealed class DeviceCertificateReport
{
    readonly IReadOnlyList<Rule> _rules = [];
    // Until the checks are made. A configuration may be changed later, and holds secrets: its checks are made at once.
    volatile VerificationCase? _case;
    DeviceCertificateCheck[]? _checks;

    internal DeviceCertificateReport(VerificationCase testCase, IReadOnlyList<Rule> rules)
    {
        var (certificate, now) = (testCase.Certificate, testCase.Now);
        (_case, _rules) = (testCase, rules);
        EndpointName = certificate.EndpointName;
        Kind = testCase.Kind;
        AccountId = certificate.AccountId;
        Subject = certificate.Subject;
        Issuer = certificate.Issuer;
        Fingerprint = certificate.Fingerprint;
        Path = certificate.Path;
        SerialNumber = certificate.SerialNumber;
        NotBefore = certificate.NotBefore;
        NotAfter = certificate.NotAfter;
        DaysLeft = Lifetime.DaysBetween(now, certificate.Fields.NotAfter);
        testCase.WantsTexts = false;
        if (testCase.Configuration is not null
            || rules.Any(r => r.Find(testCase).Outcome is CheckOutcome.Failed or CheckOutcome.Warning)) _ = Checks;
    }

    DeviceCertificateReport(Func<string, object?> read, CredentialKind kind, DeviceColumns columns, DeviceCertificateCheck[] checks)
    {
        string Text(string name) => read(name) as string ?? "";
        string? Optional(string name) => read(name) as string;
        DateTime Date(string name) => read(name) is DateTime date ? date : default;

        (Kind, Columns, _checks) = (kind, columns, checks);
        (EndpointName, AccountId, Path) = (Optional(nameof(EndpointName)), Optional(nameof(AccountId)), Optional(nameof(Path)));
        (Subject, Issuer) = (Text(nameof(Subject)), Text(nameof(Issuer)));
        (SerialNumber, Fingerprint) = (Text(nameof(SerialNumber)), Text(nameof(Fingerprint)));
        (NotBefore, NotAfter) = (Date(nameof(NotBefore)), Date(nameof(NotAfter)));
        DaysLeft = read(nameof(DaysLeft)) is int days ? days : 0;
    }

    /// <summary>A report that was made in another process, from its properties.</summary>
    /// <param name="read">Gives the value of a property.</param>
    /// <param name="kind">The kind that was tested.</param>
    /// <param name="columns">The other columns of the device's row.</param>
    /// <param name="checks">The checks.</param>
    public static DeviceCertificateReport Restore(Func<string, object?> read, CredentialKind kind, DeviceColumns columns,
        DeviceCertificateCheck[] checks) =>
        new(read, kind, columns, checks);

    /// <summary>The same report with the other columns of the device's row.</summary>
    public DeviceCertificateReport With(DeviceColumns columns)
    {
        if (columns == Columns) return this;
        var report = (DeviceCertificateReport)MemberwiseClone();
        report.Columns = columns;
        return report;
    }

    /// <summary>Whether no check failed. Warnings and skipped checks do not fail a report.</summary>
    public bool Passed => Failed.Count == 0;

    /// <summary>The certificate's common name; null when it has none.</summary>
    public string? EndpointName { get; }

    /// <summary>The kind that it was tested as.</summary>
    public CredentialKind Kind { get; }

    /// <summary>The certificate's organizational unit, the account ID of LwM2M; null when it has none.</summary>
    public string? AccountId { get; }

    /// <summary>The other columns of the device's row, when the credential that was tested came with them.</summary>
    public DeviceColumns Columns { get; private set; } = DeviceColumns.None;

    /// <summary>The subject's name, as RFC 4514 writes it.</summary>
    public string Subject { get; }

    /// <summary>The issuer's name, as RFC 4514 writes it.</summary>
    public string Issuer { get; }

    /// <summary>SHA-256 of the certificate in hexadecimal.</summary>
    public string Fingerprint { get; }

    /// <summary>The file; null when the certificate did not come from one.</summary>
    public string? Path { get; }

    /// <summary>The serial number in hexadecimal.</summary>
    public string SerialNumber { get; }

    /// <summary>Valid from, in local time.</summary>
    public DateTime NotBefore { get; }

    /// <summary>Valid until, in local time.</summary>
    public DateTime NotAfter { get; }

    /// <summary>
    /// How many whole days were left until the certificate expires, at the moment that was tested for; negative when it has
    /// expired.
    /// </summary>
    public int DaysLeft { get; }

    /// <summary>Every check, in the catalogue's order.</summary>
    // Where nothing failed or warns, made on first use: a million devices pass, and nobody reads why.
    // Arrays, here and below: PowerShell cannot index into a type that only implements IReadOnlyList.
    public IReadOnlyList<DeviceCertificateCheck> Checks => Read();

    /// <summary>The checks that failed.</summary>
    public IReadOnlyList<DeviceCertificateCheck> Failed => With(CheckOutcome.Failed);

    /// <summary>The ids of the rules that failed, in one text: to group and to sort by.</summary>
    public string FailedRules => string.Join(", ", Failed.Select(c => c.Id));

    /// <summary>The checks that warn.</summary>
    public IReadOnlyList<DeviceCertificateCheck> Warnings => With(CheckOutcome.Warning);

    /// <summary>The warnings expected in the device's reply; empty when a certificate was tested alone.</summary>
    internal IReadOnlyList<string> DeviceWarnings { get; init; } = [];

    DeviceCertificateCheck[] With(CheckOutcome outcome) => _checks is null ? [] : Array.FindAll(_checks, c => c.Outcome == outcome);

    DeviceCertificateCheck[] Read()
    {
        var testCase = _case;
        if (_checks is null && testCase is not null)
        {
            testCase.WantsTexts = true;
            _checks = [.. _rules.Select(r => r.Apply(testCase))];
        }

        // Nothing else needs it: a report that is kept keeps no certificates and no lists.
        _case = null;
        return _checks!;
    }

    /// <summary>The verdict and the subject.</summary>
    public override string ToString() => $"{(Passed ? "Passed" : "Failed")}: {MessageText.Clean(Subject)}";
}
