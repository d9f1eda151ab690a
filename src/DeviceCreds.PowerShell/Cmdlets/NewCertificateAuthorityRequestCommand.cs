using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Makes the certificate signing request of a CA that a CA elsewhere signs.</summary>
[Cmdlet(VerbsCommon.New, "CertificateAuthorityRequest", DefaultParameterSetName = "Key", SupportsShouldProcess = true)]
[OutputType(typeof(CertificateAuthorityRequest))]
public sealed class NewCertificateAuthorityRequestCommand : DeviceCredsCmdlet
{
    /// <summary>The CA's name; becomes the CN.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, HelpMessage = "The CA's name, 1 to 64 characters.")]
    [AllowEmptyString]
    [TextTransformation("a CA's name")]
    public string Name { get; set; } = "";

    /// <summary>The CA's key with its private half; by default a new one.</summary>
    [Parameter(ParameterSetName = "Key")]
    [PemTransformation]
    [KeyTransformation]
    [NoSecret]
    public DeviceKey? Key { get; set; }

    /// <summary>How many CAs may stand below it; by default the signer decides.</summary>
    [Parameter]
    [NoSecret]
    public int PathLength { get; set; }

    /// <summary>The PKCS#11 library of the token that has the key, or makes it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Pkcs11", HelpMessage = "The PKCS#11 library that came with the token.")]
    public string Pkcs11Library { get; set; } = "";

    /// <summary>The token, and what the key is called on it (RFC 7512).</summary>
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

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!LeaveOutPem(Name)) Try(Name, Create);
    }

    void Create()
    {
        int? pathLength = MyInvocation.BoundParameters.ContainsKey(nameof(PathLength)) ? PathLength : null;
        CertificateAuthorityRequest.Check(Name, pathLength);
        if (OpenKey() is not { } signer) return;
        var request = CertificateAuthorityRequest.Create(Name, signer, pathLength, Stopped);
        if (ParameterSetName == "Key" && Key is null)
            WriteWarning($"The private key of '{Name}' is in this session alone. Save it: $request.Key | Export-DeviceKey. "
                + "Without it the certificate that comes back is of no use.");
        WriteObject(request);
    }

    ICertificateSigner? OpenKey() => ParameterSetName switch
    {
        "Pkcs11" => Secret.Use(Pin, pin => Pkcs11Authority.OpenOrMakeKey(
            ResolveLibrary(Pkcs11Library), Uri, pin, Name, () => MayChange(Name, "Make the CA's key on the token"))),
        "KeyVault" => KeyVaultAuthority.OpenKey(KeyVaultKeyId, Stopped),
        _ => CertificateAuthorityRequest.SignerOf(Key),
    };
}
