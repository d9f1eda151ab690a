namespace DeviceCreds;

/// <summary>The subject of a report: a device's certificate, as far as it is known.</summary>
/// <param name="EndpointName">The device; null when unknown.</param>
/// <param name="Kind">The kind of its certificate.</param>
/// <param name="Subject">The certificate's subject; empty when it is not at hand.</param>
/// <param name="SerialNumber">The certificate's serial number in hexadecimal; empty when unknown.</param>
/// <param name="NotBefore">Valid from; null when the certificate is not at hand.</param>
/// <param name="NotAfter">When it expires; null when the certificate is not at hand.</param>
internal sealed record ReportSubject(string? EndpointName, CredentialKind Kind, string Subject, string SerialNumber,
    DateTime? NotBefore, DateTime? NotAfter);
