using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell;

/// <summary>Takes as an issuer whatever can issue: an authority, a chain with its key, a certificate with its key.</summary>
public sealed class IssuerTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return value switch
            {
                CertificateChain { Issuer: { } issuer } => issuer,
                CertificateChain chain => throw new ArgumentTransformationMetadataException($"The chain of '{chain.Leaf.Subject}' comes without the private key of its last CA. Import it with its key: Import-CertificateAuthority -Path <certificate> -KeyPath <key>."),
                X509Certificate2 certificate => CertificateAuthority.Open(certificate),
                DeviceCredential => throw new ArgumentTransformationMetadataException("This is a device's credential; a device cannot issue. Give the CA: New-CertificateAuthority, New-CertificateChain or Import-CertificateAuthority."),
                DeviceCertificate { IsCertificateAuthority: false } certificate => throw new ArgumentTransformationMetadataException($"'{certificate.Subject}' is not a CA's certificate; a device cannot issue. Give the CA: New-CertificateAuthority, New-CertificateChain or Import-CertificateAuthority."),
                DeviceCertificate certificate => throw new ArgumentTransformationMetadataException($"The certificate of '{certificate.Subject}' comes without its private key. Import it with its key: Import-CertificateAuthority -Path <certificate> -KeyPath <key>."),
                string => throw new ArgumentTransformationMetadataException("The issuer is a CA with its private key, not a path. Load it first: Import-CertificateAuthority -Path <certificate> -KeyPath <key>."),
                null or CertificateAuthority => inputData,
                _ when Remote.IsOurs(inputData) => throw new ArgumentTransformationMetadataException("This comes from another process, and its key stayed there. Load the CA here: Import-CertificateAuthority."),
                _ => throw new ArgumentTransformationMetadataException($"Expected a CA with its private key, found {RowValue.Describe(value)}."),
            };
        }
        catch (DeviceCredsException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
