using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Accepts a key, or its PEM. For wrong values, such as a path or a certificate, the error says what to do instead.
/// </summary>
public sealed class KeyTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>
    /// Whether null takes the place of a key or a password that cannot be taken: see <see cref="NoSecretAttribute.AsNull"/>.
    /// </summary>
    public bool SecretAsNull { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            return Read(inputData);
        }
        catch (ArgumentTransformationMetadataException) when (SecretAsNull && NoSecretAttribute.HoldsSecret(inputData))
        {
            return null;
        }
    }

    static object? Read(object? given) => RowReader.Unwrap(given) switch
    {
        DeviceCredential =>
            throw new ArgumentTransformationMetadataException("Expected a key, found a credential. Give its property PrivateKey."),
        DeviceCertificate or X509Certificate2 =>
            throw new ArgumentTransformationMetadataException(
                "Expected a key, found a certificate. Load the key: Import-DeviceKey -Path <file>."),
        string text when InputFile.IsPem(text) => ReadPem(text),
        string or FileInfo =>
            throw new ArgumentTransformationMetadataException(
                "The key is an object, not a path. Load it first: Import-DeviceKey -Path <file>."),
        null or DeviceKey => given,
        _ when Remote.IsOurs(given) =>
            throw new ArgumentTransformationMetadataException(
                "This key is in another process, and keys never leave their process. Export it there: Export-DeviceKey."),
        _ => throw OurObjects.Unexpected("a key", given),
    };

    static DeviceKey ReadPem(string pem)
    {
        try
        {
            using var file = InputFile.Read(pem);
            return DeviceKey.Read(file);
        }
        catch (DeviceCredsException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
