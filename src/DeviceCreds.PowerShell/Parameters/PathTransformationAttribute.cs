using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Takes paths, and the path out of a whole row. Left to itself, PowerShell would take any object's text for a path and look for a file of
/// that name.
/// </summary>
public sealed class PathTransformationAttribute : ArgumentTransformationAttribute
{
    static readonly string[] ExactNames = ["LiteralPath", "FullName", "PSPath", "LP"];

    /// <summary>The types that another parameter of the cmdlet takes.</summary>
    public Type[] TakenByOthers { get; set; } = [];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = RowReader.Unwrap(inputData);
        switch (value)
        {
            case null or string or IList or FileSystemInfo:
                return inputData;
            case PathInfo path:
                return WildcardPattern.Escape(path.ProviderPath);
            case ExportedCredential exported:
                return exported.CertificateFile is { } file ? WildcardPattern.Escape(file.FullName) : throw NoFile(exported);
            case IDictionary pairs:
                return PathIn(name => pairs.Contains(name) ? pairs[name] : null) ?? throw NotAPath(value);
        }

        if (Array.Exists(TakenByOthers, t => t.IsInstanceOfType(value))) return inputData;
        if (Remote.IsOurs(inputData)) return Remote.Restore(inputData) is FileInfo remote ? WildcardPattern.Escape(remote.FullName) : TakenByOthers.Length > 0 ? inputData : throw NotAPath(value);
        var row = PSObject.AsPSObject(inputData);
        if (PathIn(name => row.Properties[name]?.Value) is { } found) return found;
        throw NotAPath(value);
    }

    static object? PathIn(Func<string, object?> find) =>
        find("Path") is { } pattern ? pattern
            : ExactNames.Select(find).FirstOrDefault(v => v is not null) is { } exact ? WildcardPattern.Escape(exact.ToString()!)
            : null;

    static ArgumentTransformationMetadataException NotAPath(object value) =>
        new($"Expected a path, found {RowValue.Describe(value)}.{(OurObjects.UseOf(value) is { } use ? " " + use : "")}");

    static ArgumentTransformationMetadataException NoFile(ExportedCredential exported) =>
        new($"{exported.Path} has no file of the certificate alone. Read the folder: Import-DeviceCredential.");
}
