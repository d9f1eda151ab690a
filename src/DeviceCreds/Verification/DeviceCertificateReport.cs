namespace DeviceCreds;

/// <summary>Whether a device certificate would be accepted, and why.</summary>
public sealed class DeviceCertificateReport
{
    internal DeviceCertificateReport(DeviceCertificate certificate, CredentialKind kind, IReadOnlyList<DeviceCertificateCheck> checks)
    {
        EndpointName = certificate.EndpointName;
        Kind = kind;
        Subject = certificate.Subject;
        Path = certificate.Path;
        SerialNumber = certificate.SerialNumber;
        NotBefore = certificate.NotBefore;
        NotAfter = certificate.NotAfter;
        // Arrays, here and below: PowerShell cannot index into what merely implements IReadOnlyList.
        Checks = checks.ToArray();
    }

    /// <summary>Whether no check failed. Warnings and skipped checks do not fail a report.</summary>
    public bool Passed => Checks.All(c => c.Outcome != CheckOutcome.Failed);

    /// <summary>The certificate's common name; null when it has none.</summary>
    public string? EndpointName { get; }

    /// <summary>The kind that it was tested as.</summary>
    public CredentialKind Kind { get; }

    /// <summary>The subject's name, as RFC 4514 writes it.</summary>
    public string Subject { get; }

    /// <summary>The file; null when the certificate did not come from one.</summary>
    public string? Path { get; }

    /// <summary>The serial number in hexadecimal.</summary>
    public string SerialNumber { get; }

    /// <summary>Valid from, in local time.</summary>
    public DateTime NotBefore { get; }

    /// <summary>Valid until, in local time.</summary>
    public DateTime NotAfter { get; }

    /// <summary>Every check, in the catalogue's order.</summary>
    public IReadOnlyList<DeviceCertificateCheck> Checks { get; }

    /// <summary>The checks that failed.</summary>
    public IReadOnlyList<DeviceCertificateCheck> Failed => Checks.Where(c => c.Outcome == CheckOutcome.Failed).ToArray();

    /// <summary>The checks that warn.</summary>
    public IReadOnlyList<DeviceCertificateCheck> Warnings => Checks.Where(c => c.Outcome == CheckOutcome.Warning).ToArray();

    /// <summary>What the device is expected to warn of in its reply; empty when a certificate was tested alone.</summary>
    internal IReadOnlyList<string> DeviceWarnings { get; init; } = [];

    /// <summary>The verdict and the subject.</summary>
    public override string ToString() => $"{(Passed ? "Passed" : "Failed")}: {MessageText.Clean(Subject)}";
}
