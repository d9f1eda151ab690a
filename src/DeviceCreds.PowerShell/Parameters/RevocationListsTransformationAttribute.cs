using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Takes revocation lists, or the paths of their files.</summary>
public sealed class RevocationListsTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return value switch
            {
                string path => CertificateRevocationList.Read(engineIntrinsics.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)),
                FileInfo file => CertificateRevocationList.Read(file.FullName),
                IEnumerable many => many.Cast<object?>().Select(one => Transform(engineIntrinsics, one)).ToArray(),
                _ => value,
            };
        }
        catch (DeviceCredsException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
