using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Joins the lines of PEM, as Get-Content gives them, to one text.</summary>
public sealed class PemTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if ((inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is not IEnumerable many || many is string) return inputData;
        var lines = many.Cast<object?>().Select(one => (one is PSObject line ? line.BaseObject : one) as string).ToList();
        return lines.All(line => line is not null) && lines.Any(line => InputFile.IsPem(line!)) ? string.Join("\n", lines) : inputData;
    }
}
