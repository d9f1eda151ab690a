using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>
/// Gets a certificate authority whose key stays where it is: in a certificate store, on a PKCS#11 token, in Azure Key Vault.
/// </summary>
[Cmdlet(VerbsCommon.Get, "CertificateAuthority", DefaultParameterSetName = "Certificate")]
[OutputType(typeof(CertificateAuthority))]
public sealed class GetCertificateAuthorityCommand : DeviceCredsCmdlet
{
    /// <summary>The CA's certificate, and those above it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Certificate",
        HelpMessage = "The CA's certificate with its key, and those above it.")]
    [Parameter(ParameterSetName = "Pkcs11")]
    [Parameter(Mandatory = true, ParameterSetName = "KeyVault", HelpMessage = "The CA's certificate, and those above it.")]
    [AllowNull]
    [PemTransformation]
    [AuthorityCertificatesTransformation]
    [NoSecret(AsNull = true)]
    public X509Certificate2[] Certificate { get; set; } = [];

    /// <summary>The PKCS#11 library that came with the token.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Pkcs11", HelpMessage = "The PKCS#11 library that came with the token.")]
    public string Pkcs11Library { get; set; } = "";

    /// <summary>Token and key (RFC 7512).</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Pkcs11", HelpMessage = "The token and the key: pkcs11:token=...;object=...")]
    public string Uri { get; set; } = "";

    /// <summary>The token's PIN.</summary>
    [Parameter(ParameterSetName = "Pkcs11")]
    [PasswordTransformation]
    public SecureString? Pin { get; set; }

    /// <summary>The key in Azure Key Vault or a managed HSM.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "KeyVault", HelpMessage = "The key: https://name.vault.azure.net/keys/...")]
    [NoSecret]
    public Uri KeyVaultKeyId { get; set; } = null!;

    /// <summary>Where the CA's revocation list is; what the CA issues names these places.</summary>
    [Parameter]
    [NoSecret]
    public System.Uri[]? CrlDistributionPoint { get; set; }

    /// <summary>Where the CA's OCSP responder answers; what the CA issues names these places.</summary>
    [Parameter]
    [NoSecret]
    public System.Uri[]? OcspUri { get; set; }

    /// <summary>Where the CA's certificate is; what the CA issues names these places.</summary>
    [Parameter]
    [NoSecret]
    public System.Uri[]? CaIssuersUri { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Refuse(Certificate, "a CA's certificate", "Give a certificate, or the path of its file.")) Try(Target, Open);
    }

    void Open()
    {
        var authority = Get();
        authority.PublishAt(UriParameters.Resolve(AuthorityUris.None, CrlDistributionPoint, OcspUri, CaIssuersUri, WriteWarning));
        WriteVerbose($"The CA '{authority.Name}' has its key in {authority.KeyLocation}.");
        WriteObject(authority);
    }

    // The URI is not shown: it may hold a PIN by mistake.
    object Target => ParameterSetName switch { "Pkcs11" => Pkcs11Library, "KeyVault" => KeyVaultKeyId, _ => Certificate };

    IReadOnlyList<DeviceCertificate> Certificates => [.. Certificate.Select(CertificateReader.From)];

    CertificateAuthority Get() => ParameterSetName switch
    {
        "Pkcs11" => Secret.Use(Pin, pin => Pkcs11Authority.Open(ResolveLibrary(Pkcs11Library), Uri, pin, Certificates)),
        "KeyVault" => KeyVaultAuthority.Open(KeyVaultKeyId, Certificates, Stopped),
        _ => CertificateAuthority.Open(Certificate),
    };
}
