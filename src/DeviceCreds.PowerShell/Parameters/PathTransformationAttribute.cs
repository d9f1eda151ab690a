using System.Collections;
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
        if (inputData is not PSObject { BaseObject: PSCustomObject } row) return WithoutSecret(inputData);
        if (row.Properties["Path"]?.Value is { } pattern) return pattern;
        var exact = ExactNames.Select(name => row.Properties[name]?.Value).FirstOrDefault(value => value is not null);
        return exact is null ? WithoutSecret(inputData) : WildcardPattern.Escape(exact.ToString()!);
    }

    // PowerShell would have the key in its own error: a JSON Web Key, for instance, is such an object.
    static object? WithoutSecret(object? value) =>
        (value is PSObject wrapped ? wrapped.BaseObject : value) is PSCustomObject or IDictionary && NoSecretAttribute.HoldsSecret(value) ? MessageText.HiddenSecret : value;
}
