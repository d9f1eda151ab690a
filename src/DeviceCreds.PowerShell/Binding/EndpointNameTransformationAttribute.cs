using System.Globalization;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Takes the endpoint name out of a whole row. Left to itself, PowerShell would turn a row whose endpoint name is no
/// text, or is missing, into the text "@{Name=...}" and name a device so.
/// </summary>
public sealed class EndpointNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>The parameter's name and its aliases: the columns that are looked for.</summary>
    internal static readonly string[] Names = ["EndpointName", "Endpoint", "endpoint_name", "CommonName", "CN"];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is null or string or DeviceCertificateRequest) return inputData;
        if (value is IConvertible) return Convert.ToString(value, CultureInfo.InvariantCulture);
        var row = PSObject.AsPSObject(inputData);
        var property = Names.Select(name => row.Properties[name]).FirstOrDefault(p => p is not null);
        return Convert.ToString(property?.Value, CultureInfo.InvariantCulture) ?? "";
    }
}
