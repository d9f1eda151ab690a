using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Takes endpoint names, and the endpoint name out of a row of a list; objects that other parameters take are left to them.</summary>
public sealed class EndpointNamesTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>The types that another parameter of the cmdlet takes.</summary>
    public Type[] TakenByOthers { get; set; } = [];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = RowReader.Unwrap(inputData);
        if (value is null or string or IList || Remote.IsOurs(inputData) || Array.Exists(TakenByOthers, t => t.IsInstanceOfType(value))) return inputData;
        try
        {
            if (value is DeviceIdentity identity) return identity.EndpointName;
            if (RowValue.FindText(value) is { } text) return text;
            if (new RowReader().ReadColumns(PSObject.AsPSObject(inputData)) is not { } row) throw Unexpected(RowValue.Describe(value), OurObjects.UseOf(value));
            return row.LacksEndpointName ? throw Unexpected($"the columns {string.Join(", ", row.Names.Take(10))}", null) : row.EndpointName;
        }
        catch (InputException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    static ArgumentTransformationMetadataException Unexpected(string found, string? use) =>
        new($"Expected an endpoint name, found {found}.{(use is null ? "" : " " + use)}");
}
