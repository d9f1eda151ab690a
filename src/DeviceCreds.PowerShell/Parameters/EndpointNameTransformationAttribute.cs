using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Accepts any object of the pipeline as an endpoint name: the cmdlet reads the name from the object itself. Otherwise,
/// PowerShell would turn a row into the text "@{Name=...}" and use that as the name.
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
