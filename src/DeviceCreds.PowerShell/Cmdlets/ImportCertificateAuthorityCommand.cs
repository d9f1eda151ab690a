using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Loads a certificate authority: its certificate, its chain and its private key.</summary>
[Cmdlet(VerbsData.Import, "CertificateAuthority")]
[OutputType(typeof(CertificateAuthority))]
public sealed class ImportCertificateAuthorityCommand : DeviceCredsCmdlet
{
    readonly PemLines _pem = new();

    /// <summary>The folder that Export-CertificateAuthority wrote, or the file with the CA's certificate and those above it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The folder that Export-CertificateAuthority wrote, or the file with the CA's certificate.")]
    [Alias("FullName")]
    [PemTransformation]
    [PathTransformation(IsOne = true)]
    public string Path { get; set; } = "";

    /// <summary>The file with the private key.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [PemTransformation]
    public string? KeyPath { get; set; }

    /// <summary>The password of an encrypted key; without it, the cmdlet asks for it at a prompt.</summary>
    [Parameter]
    [PasswordTransformation]
    public SecureString? Password { get; set; }

    /// <summary>Where the CA's revocation list is; what the CA issues names these places.</summary>
    [Parameter]
    [NoSecret]
    public Uri[]? CrlDistributionPoint { get; set; }

    /// <summary>Where the CA's OCSP responder answers; what the CA issues names these places.</summary>
    [Parameter]
    [NoSecret]
    public Uri[]? OcspUri { get; set; }

    /// <summary>Where the CA's certificate is; what the CA issues names these places.</summary>
    [Parameter]
    [NoSecret]
    public Uri[]? CaIssuersUri { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in _pem.Add([Path])) Import(path);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_pem.TakeRest() is { } pem) Import(pem);
    }

    void Import(string given) => Try(given, () =>
    {
        var path = ResolveLiteral(given);
        var keyPath = string.IsNullOrEmpty(KeyPath) ? null : ResolveLiteral(KeyPath!);
        var authority = Read(path, keyPath);
        WriteVerbose(
            authority.KeyLocation is { } location
                ? $"The CA '{authority.Name}' has its key in {location}."
                : $"The CA '{authority.Name}' comes without its key: it can be trusted, but cannot issue.");
        if (!authority.Chain.Leaf.IsCertificateAuthority)
            WriteWarning(
                $"{path}: this is not a CA's certificate (its basicConstraints do not say CA:TRUE), so it cannot issue. "
                    + "Is it a device's? And openssl x509 -req makes a CA's only with -extfile.");
        WarnOfExposure(authority.KeyExposedIn);
        var kept = AuthorityUris.Create(authority.CrlDistributionPoint, authority.OcspUri, authority.CaIssuersUri);
        authority.PublishAt(UriParameters.Resolve(kept, CrlDistributionPoint, OcspUri, CaIssuersUri, WriteWarning));
        WriteObject(authority);
    });

    CertificateAuthority Read(string path, string? keyPath)
    {
        try
        {
            return Read(path, keyPath, Password);
        }
        catch (InputException e)
            when (e.ErrorId == "PasswordMissing"
                && new PasswordPrompt(Host).Ask($"the CA's private key in {e.Path ?? path}") is { } password)
        {
            return Read(path, keyPath, password);
        }
    }

    static CertificateAuthority Read(string path, string? keyPath, SecureString? password) =>
        Secret.Use(password, characters => AuthorityFiles.Read(path, keyPath, characters));
}
