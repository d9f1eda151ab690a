using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Accepts names with keys, and refuses everything else before PowerShell does: its own message would quote a key.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CustomKeyTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => RowReader.Unwrap(inputData) switch
    {
        null or IDictionary => inputData,
        // The cmdlet reads the row itself, and reports errors.
        _ when PipelineBinding.IsUnderWay => null,
        _ => throw new ArgumentTransformationMetadataException(
            "Expected names with keys, found another value, which is not shown. Give @{ 'example.devicekey' = Import-DeviceKey key.pem }."),
    };
}
