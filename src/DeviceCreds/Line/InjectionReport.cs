namespace DeviceCreds;

/// <summary>Injections in the files that reports are written to.</summary>
public static class InjectionReport
{
    /// <summary>Adds an injection.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Add(this ReportExport export, DeviceInjection injection)
    {
        var told = injection.Succeeded ? $"The device replied {injection.ReturnStatus} at {injection.Address}." : injection.Problem ?? "";
        var warnings = string.Join("; ", injection.Warnings);
        export.Add(new ReportEntry(new ReportSubject(injection.EndpointName, injection.Kind, "", injection.SerialNumber ?? "", null,
            null), null,
        [
            Check(0, injection.Succeeded, told, injection.Advice),
            Check(1, warnings.Length == 0, warnings.Length == 0 ? "The device has no warnings." : warnings + "."),
        ])
        {
            Noun = "injection",
        });
    }

    static DeviceCertificateCheck Check(int rule, bool passed, string message, string? advice = null)
    {
        var told = ReportEntry.Injection[rule];
        return new(told.Id, told.Title, told.Severity, passed ? CheckOutcome.Passed : told.Severity, message, passed ? null : advice
            ?? told.Advice, told.Source);
    }
}
