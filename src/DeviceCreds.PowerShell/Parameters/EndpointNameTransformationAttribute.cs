using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Lets any object of the pipeline pass for an endpoint name: who the device is, the cmdlet reads of the object itself. Left to itself,
/// PowerShell would turn a row into the text "@{Name=...}" and name a device so.
/// </summary>
public sealed class EndpointNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>The types that another parameter of the cmdlet takes.</summary>
    public Type[] TakenByOthers { get; set; } = [typeof(DeviceCertificateRequest)];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = RowReader.Unwrap(inputData);
        return value switch
        {
            null or string => value,
            _ when Array.Exists(TakenByOthers, t => t.IsInstanceOfType(value)) => inputData,
            IList many when !PipelineBinding.IsUnderWay => throw Several(many),
            _ => RowValue.FindText(value) ?? "",
        };
    }

    static ArgumentTransformationMetadataException Several(IList names) =>
        new($"Expected one endpoint name, found {RowValue.Describe(names)}. Several devices come through the pipeline: 'a', 'b' | New-...");
}
