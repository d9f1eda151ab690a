using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Takes a CA, and of a chain that was made here the CA that issues devices. Null takes the place of a text: see
/// <see cref="NoSecretAttribute.AsNull"/>.
/// </summary>
public sealed class AuthorityTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = RowReader.Unwrap(inputData);
        return value switch
        {
            null or CertificateAuthority => inputData,
            _ when NoSecretAttribute.IsTextOrSecret(inputData) => null,
            CertificateChain { Issuer: { } issuer } => issuer,
            CertificateChain =>
                throw new ArgumentTransformationMetadataException(
                    "None of the chain's private keys is at hand. Load the CA with its key: "
                        + "Import-CertificateAuthority -Path <certificate> -KeyPath <key>."),
            _ when Remote.IsOurs(inputData) =>
                throw new ArgumentTransformationMetadataException(
                    "This CA was loaded in another process, and its key stayed there. Load it here: Import-CertificateAuthority."),
            _ => throw OurObjects.Unexpected("a CA", inputData),
        };
    }
}
