using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Takes the path out of a whole row. Left to itself, PowerShell would look for a file named "@{Path=...}" as soon as
/// another column of the row is a parameter's.
/// </summary>
public sealed class PathTransformationAttribute : ArgumentTransformationAttribute
{
    static readonly string[] ExactNames = ["LiteralPath", "FullName", "PSPath", "LP"];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is not PSObject { BaseObject: PSCustomObject } row) return inputData;
        if (row.Properties["Path"]?.Value is { } pattern) return pattern;
        var exact = ExactNames.Select(name => row.Properties[name]?.Value).FirstOrDefault(value => value is not null);
        return exact is null ? inputData : WildcardPattern.Escape(exact.ToString()!);
    }
}
