using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Takes revocation lists, or the paths of their files; wildcards are allowed.</summary>
public sealed class RevocationListsTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject { BaseObject: var inner } ? inner : inputData;
        try
        {
            return value is null ? null : Lists(engineIntrinsics.SessionState.Path, value).ToArray();
        }
        catch (DeviceCredsException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    // A file may hold several lists. Other values are left to the binder, whose error names the parameter.
    static IEnumerable<object> Lists(PathIntrinsics paths, object value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        string path => PathText.AllForReading(paths, path).SelectMany(CertificateRevocationList.Read),
        FileInfo file => CertificateRevocationList.Read(file.FullName),
        IEnumerable many => many.Cast<object?>().OfType<object>().SelectMany(one => Lists(paths, one)),
        var other => [other],
    };
}
