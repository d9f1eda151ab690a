using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Accepts entries of a ledger, and a report for the certificate that was tested; also from another process.
/// </summary>
public sealed class LedgerEntryTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        RowReader.Unwrap(Remote.Restore(inputData)) switch
    {
        DeviceCertificateReport report => new LedgerEntry { SerialNumber = report.SerialNumber },
        LedgerEntry entry => entry,
        _ => inputData,
    };
}
