using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Takes entries of a ledger, and a report for the certificate that was tested; also when they come from another process.</summary>
public sealed class LedgerEntryTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => RowReader.Unwrap(Remote.Restore(inputData)) switch
    {
        DeviceCertificateReport report => new LedgerEntry { SerialNumber = report.SerialNumber },
        DeviceInjection injection => Of(injection),
        LedgerEntry entry => entry,
        _ => inputData,
    };

    static LedgerEntry Of(DeviceInjection injection)
    {
        // The device has the certificate of an earlier injection, which may be this one.
        if (injection.ErrorId == "AlreadyInjected")
            throw new ArgumentTransformationMetadataException("This injection was refused because the device has been injected before. Revoke by serial number: -SerialNumber.");
        return injection.SerialNumber is { } serial ? new LedgerEntry { SerialNumber = serial }
            : throw new ArgumentTransformationMetadataException("No certificate was issued for this injection.");
    }
}
