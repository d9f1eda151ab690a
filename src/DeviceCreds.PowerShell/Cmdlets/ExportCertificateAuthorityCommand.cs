using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>
/// Keeps a certificate authority in a folder: certificate, chain and (encrypted) private key; or writes what a service is told of it.
/// </summary>
[Cmdlet(VerbsData.Export, "CertificateAuthority", SupportsShouldProcess = true, DefaultParameterSetName = "Password")]
[OutputType(typeof(FileInfo))]
public sealed class ExportCertificateAuthorityCommand : DeviceCredsCmdlet
{
    /// <summary>The CA; of a chain that was made here, the one that issues devices.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "The CA: New-CertificateAuthority makes one.")]
    [AllowNull]
    [AuthorityTransformation]
    public CertificateAuthority CertificateAuthority { get; set; } = null!;

    /// <summary>The object as it came: of a chain, one CA is written, and a warning says which ones are not.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The folder to write to; a script block is evaluated for each CA.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The folder that gets the CA's files.")]
    public string Path { get; set; } = "";

    /// <summary>Encrypts the private key; without it, and without -NoPassword, the cmdlet asks for one at a prompt.</summary>
    [Parameter(ParameterSetName = "Password")]
    [PasswordTransformation]
    public SecureString? Password { get; set; }

    /// <summary>Writes the private key unencrypted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NoPassword", HelpMessage = "Write the private key unencrypted.")]
    [NoSecret]
    public SwitchParameter NoPassword { get; set; }

    /// <summary>Leaves the private key out.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NoPrivateKey", HelpMessage = "Leave the private key out.")]
    [NoSecret]
    public SwitchParameter NoPrivateKey { get; set; }

    /// <summary>Writes what this service is told of the CA, and nothing else.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Format", HelpMessage = "The service that is told of the CA, such as AzureDps.")]
    [OneName]
    public AuthorityFormat Format { get; set; }

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Refuse(CertificateAuthority, "a CA", "Import-CertificateAuthority reads one from files.")) return;
        Try(CertificateAuthority, ParameterSetName == nameof(Format) ? Register : Write);
    }

    void Register()
    {
        var folder = ResolveNew(Path);
        if (!MayChange(folder, $"Write CA '{CertificateAuthority.Name}' for {Format}")) return;
        WriteOnce(folder, () => AuthorityFiles.WriteForService(CertificateAuthority, folder, Format, Force, WriteWarning));
    }

    void Write()
    {
        CheckNewPassword(Password);
        var folder = ResolveNew(Path);
        if (!MayChange(folder, $"Write CA '{CertificateAuthority.Name}'")) return;
        if (!NoPrivateKey) CertificateAuthority.RequireExportableKey();
        // Each CA has a password of its own.
        var encrypting = NoPassword || NoPrivateKey
            ? null
            : Password ?? new PasswordPrompt(Host).AskForNew($"the private key of the CA '{CertificateAuthority.Name}'");
        if (!NoPrivateKey) WarnOfOthers();
        WriteOnce(folder, () => Secret.Use(encrypting,
            password => AuthorityFiles.Write(CertificateAuthority, folder, withKey: !NoPrivateKey, password, Force)));
    }

    // The keys of the others are only in this session.
    void WarnOfOthers()
    {
        if (InputObject?.BaseObject is not CertificateChain { Authorities: { Count: > 1 } all }) return;
        var others = string.Join(", ", all.Where(a => a != CertificateAuthority).Select(a => $"'{a.Name}'"));
        WriteWarning(
            $"Only '{CertificateAuthority.Name}' is written, the CA that issues devices. "
                + $"Save {others} as well: the chain's Authorities have their keys.");
    }
}
