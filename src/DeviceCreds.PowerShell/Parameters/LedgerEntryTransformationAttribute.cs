using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Accepts entries of a ledger, certificates of an account, and a report for the certificate that was tested; also from another process.
/// </summary>
public sealed class LedgerEntryTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        RowReader.Unwrap(Remote.Restore(inputData)) switch
    {
        DeviceCertificateReport report => LedgerEntry.Of(report.SerialNumber, report.EndpointName),
        AccountCertificate certificate => LedgerEntry.Of(certificate.SerialNumber, certificate.Device),
        LedgerEntry entry => entry,
        _ => inputData,
    };
}
