using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Takes a CA, and of a chain that was made here the CA that issues devices.</summary>
public sealed class AuthorityTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = RowReader.Unwrap(inputData);
        return value switch
        {
            null or CertificateAuthority => inputData,
            CertificateChain { Issuer: { } issuer } => issuer,
            CertificateChain => throw new ArgumentTransformationMetadataException("None of the chain's private keys is at hand. Load the CA with its key: Import-CertificateAuthority -Path <certificate> -KeyPath <key>."),
            _ when Remote.IsOurs(inputData) => throw new ArgumentTransformationMetadataException("This CA was loaded in another process, and its key stayed there. Load it here: Import-CertificateAuthority."),
            _ => throw new ArgumentTransformationMetadataException($"Expected a CA, found {RowValue.Describe(value)}.{(OurObjects.UseOf(value) is { } use ? " " + use : "")}"),
        };
    }
}
