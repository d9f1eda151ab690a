using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell;

/// <summary>Says of what is taken for a key by mistake, such as a path or a certificate, what to do instead.</summary>
public sealed class KeyTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        DeviceCredential => throw new ArgumentTransformationMetadataException("This is a credential, and a key is expected. Give its property PrivateKey."),
        DeviceCertificate or X509Certificate2 => throw new ArgumentTransformationMetadataException("This is a certificate, and a key is expected. Load the key: Import-DeviceKey -Path <file>."),
        string or FileInfo => throw new ArgumentTransformationMetadataException("The key is an object, not a path. Load it first: Import-DeviceKey -Path <file>."),
        _ => inputData,
    };
}
