using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Accepts paths, and the path in a row. Otherwise, PowerShell would use any object's text as a path and look for a file with
/// that name.
/// </summary>
public sealed class PathTransformationAttribute : ArgumentTransformationAttribute
{
    static readonly string[] ExactNames = ["LiteralPath", "FullName", "PSPath", "LP"];

    /// <summary>The types that another parameter of the cmdlet takes.</summary>
    public Type[] TakenByOthers { get; set; } = [];

    /// <summary>Whether certificates are read: then this module's objects count as the file that they came from.</summary>
    public bool TakesCertificates { get; set; }

    /// <summary>Whether a device's folder is used as it is, not as the file of its certificate.</summary>
    public bool TakesFolders { get; set; }

    /// <summary>Whether the parameter is one path without wildcards.</summary>
    public bool IsOne { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = RowReader.Unwrap(Remote.Is(inputData, nameof(ExportedCredential)) ? Remote.Restore(inputData) : inputData);
        switch (value)
        {
            case null or string:
                return inputData;
            // They may be a key's.
            case byte or byte[]:
                return MessageText.HiddenSecret;
            case FileSystemInfo file:
                return Exact(file.FullName);
            case IList many:
                return IsOne ? throw OurObjects.Unexpected("a path", inputData)
                    : many.Cast<object?>().Select(one => Transform(engineIntrinsics, one)).ToArray();
            case PathInfo path:
                return Exact(path.ProviderPath);
            case ExportedCredential exported when TakesFolders:
                return Exact(exported.GetFolder());
            case ExportedCredential exported when TakesCertificates:
                return exported.GetCertificate() is { } certificate ? Exact(certificate) : throw NoFile(exported);
            case IDictionary pairs:
                return PathIn(name => pairs.Contains(name) ? pairs[name] : null)
                    ?? (NoSecretAttribute.HoldsSecret(inputData)
                        ? MessageText.HiddenSecret : throw OurObjects.Unexpected("a path", inputData));
        }

        if (Array.Exists(TakenByOthers, t => t.IsInstanceOfType(value))) return inputData;
        if (Remote.IsOurs(inputData))
        {
            return TakenByOthers.Length > 0 ? inputData : throw OurObjects.Unexpected("a path", inputData);
        }

        if (!TakesCertificates && OurObjects.UseOf(value) is not null) throw OurObjects.Unexpected("a path", inputData);
        var row = PSObject.AsPSObject(inputData);
        if (PathIn(name => row.Properties[name]?.Value) is { } found) return found;
        // PowerShell would have the key in its own error: a JSON Web Key, for instance, is such an object.
        if (NoSecretAttribute.HoldsSecret(inputData)) return MessageText.HiddenSecret;
        throw OurObjects.Unexpected("a path", inputData);
    }

    // A name with brackets is not a pattern.
    string Exact(string path) => IsOne ? path : WildcardPattern.Escape(path);

    object? PathIn(Func<string, object?> find) =>
        find("Path") is { } pattern ? pattern
            : ExactNames.Select(find).FirstOrDefault(v => v is not null) is { } exact ? Exact(exact.ToString()!)
            : null;

    static ArgumentTransformationMetadataException NoFile(ExportedCredential exported) =>
        new($"{exported.Path} has no file of the certificate alone. Read the folder: Import-DeviceCredential.");
}
