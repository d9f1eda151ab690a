using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Lets any object of the pipeline pass for an endpoint name: who the device is, the cmdlet reads of the object itself. Left to itself,
/// PowerShell would turn a row into the text "@{Name=...}" and name a device so.
/// </summary>
public sealed class EndpointNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = RowReader.Unwrap(inputData);
        return value switch
        {
            null or string => value,
            // Another parameter takes it.
            DeviceCertificateRequest => inputData,
            IList many when !PipelineBinding.IsUnderWay => throw Several(many),
            _ => RowValue.FindText(value) ?? "",
        };
    }

    static ArgumentTransformationMetadataException Several(IList names) =>
        new($"Expected one endpoint name, found {RowValue.Describe(names)}. Several devices come through the pipeline: 'a', 'b' | New-...");
}
