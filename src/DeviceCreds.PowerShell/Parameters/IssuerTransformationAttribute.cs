using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Accepts as an issuer everything that can issue: an authority, a chain with its key, a certificate with its key, the PEM of both.
/// </summary>
public sealed class IssuerTransformationAttribute : ArgumentTransformationAttribute
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
            return Find(inputData);
        }
        catch (Exception e) when (e is DeviceCredsException or ArgumentTransformationMetadataException)
        {
            if (SecretAsNull && NoSecretAttribute.HoldsSecret(inputData)) return null;
            throw e as ArgumentTransformationMetadataException ?? new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    static object? Find(object? given) => RowReader.Unwrap(given) switch
    {
        CertificateChain { Issuer: { } issuer } => issuer,
        CertificateChain chain =>
            throw new ArgumentTransformationMetadataException(
                $"The chain of '{chain.Leaf.Subject}' comes without the private key of its last CA. Import it with its key: "
                    + "Import-CertificateAuthority -Path <certificate> -KeyPath <key>."),
        X509Certificate2 certificate => CertificateAuthority.Open(certificate),
        DeviceCredential =>
            throw new ArgumentTransformationMetadataException(
                "This is a device's credential; a device cannot issue. Give the CA: New-CertificateAuthority, "
                    + "New-CertificateChain or Import-CertificateAuthority."),
        DeviceCertificate { IsCertificateAuthority: false } certificate =>
            throw new ArgumentTransformationMetadataException(
                $"'{certificate.Subject}' is not a CA's certificate; a device cannot issue. Give the CA: New-CertificateAuthority, "
                    + "New-CertificateChain or Import-CertificateAuthority."),
        DeviceCertificate certificate =>
            throw new ArgumentTransformationMetadataException(
                $"The certificate of '{certificate.Subject}' comes without its private key. Import it with its key: "
                    + "Import-CertificateAuthority -Path <certificate> -KeyPath <key>."),
        string text when InputFile.IsPem(text) => AuthorityFiles.Read(text),
        string =>
            throw new ArgumentTransformationMetadataException(
                "The issuer is a CA with its private key, not a path. Load it first: "
                    + "Import-CertificateAuthority -Path <certificate> -KeyPath <key>."),
        null or CertificateAuthority => given,
        _ when Remote.IsOurs(given) =>
            throw new ArgumentTransformationMetadataException(
                "This comes from another process, and its key stayed there. Load the CA here: Import-CertificateAuthority."),
        _ => throw OurObjects.Unexpected("a CA with its private key", given),
    };
}
