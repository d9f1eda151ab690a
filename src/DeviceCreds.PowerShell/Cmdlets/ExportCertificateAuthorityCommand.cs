using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Keeps a certificate authority in a folder: certificate, chain and (encrypted) private key.</summary>
[Cmdlet(VerbsData.Export, "CertificateAuthority", SupportsShouldProcess = true, DefaultParameterSetName = "Password")]
[OutputType(typeof(FileInfo))]
public sealed class ExportCertificateAuthorityCommand : DeviceCredsCmdlet
{
    /// <summary>The CA.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [NoSecret(AsNull = true)]
    public CertificateAuthority CertificateAuthority { get; set; } = null!;

    /// <summary>The folder to write to.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Path { get; set; } = "";

    /// <summary>Encrypts the private key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Password")]
    [PasswordTransformation]
    public SecureString? Password { get; set; }

    /// <summary>Writes the private key unencrypted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NoPassword")]
    [NoSecret]
    public SwitchParameter NoPassword { get; set; }

    /// <summary>Leaves the private key out.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NoPrivateKey")]
    [NoSecret]
    public SwitchParameter NoPrivateKey { get; set; }

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Refuse(CertificateAuthority, "a CA", "Import-CertificateAuthority reads one from files.")) Try(CertificateAuthority, Write);
    }

    void Write()
    {
        CheckNewPassword(Password);
        var folder = ResolveNew(Path);
        if (!ShouldProcess(folder, $"Write CA '{CertificateAuthority.Name}'")) return;
        foreach (var file in Secret.Use(Password, password => AuthorityFiles.Write(CertificateAuthority, folder, withKey: !NoPrivateKey, password, Force)))
            WriteFile(file);
    }
}
