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
    internal static readonly IReadOnlyList<string> Names = DeviceList.EndpointNameColumns;

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

    /// <summary>Checks that a row of the pipeline has a column for the endpoint name at all.</summary>
    /// <exception cref="IssuanceException">It has none.</exception>
    internal static void EnsureColumn(PSObject? row)
    {
        // A text is its own endpoint name; only an object has columns.
        if (row is null or { BaseObject: string or DeviceCertificateRequest } || Names.Any(name => row.Properties[name] is not null)) return;
        throw new IssuanceException("EndpointNameMissing", ErrorKind.InvalidArgument, $"There is no endpoint name among {string.Join(", ", row.Properties.Select(p => p.Name).Take(10))}.", $"Name the column {string.Join(", ", Names.Take(4))} or CN.");
    }
}
