using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Takes reports, also those that come from another process.</summary>
public sealed class ReportTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        RowReader.Unwrap(inputData) is IList many ? many.Cast<object?>().Select(Remote.Restore).ToArray() : Remote.Restore(inputData);
}
