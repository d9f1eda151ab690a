using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Writes a private key to a file that only its owner may read.</summary>
[Cmdlet(VerbsData.Export, "DeviceKey", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportDeviceKeyCommand : DeviceCredsCmdlet
{
    /// <summary>The key.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "The key: New-DeviceKey makes one, Import-DeviceKey loads one.")]
    [AllowNull]
    [KeyTransformation(SecretAsNull = true)]
    public DeviceKey Key { get; set; } = null!;

    /// <summary>The file to write; a script block is evaluated for each key.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, HelpMessage = "The file to write.")]
    public string Path { get; set; } = "";

    /// <summary>PEM or DER; by default what the file's ending says, otherwise PEM.</summary>
    [Parameter]
    [OneName]
    public FileEncoding Format { get; set; } = FileEncoding.Pem;

    /// <summary>The structure around the key: SEC 1 or PKCS#8.</summary>
    [Parameter]
    [OneName]
    public KeyEncoding Encoding { get; set; } = KeyEncoding.Sec1;

    /// <summary>When given, the key is encrypted with it (PKCS#8, AES-256).</summary>
    [Parameter]
    [PasswordTransformation]
    public SecureString? Password { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    [NoSecret]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Refuse(Key, "a key", "Import-DeviceKey reads one from a file.")) Try(Path, Write);
    }

    void Write()
    {
        CheckNewPassword(Password);
        var path = ResolveNewFile(Path);
        var form = FileForm.Choose(this, nameof(Format), Format, path);
        if (Password is not null && Encoding == KeyEncoding.Sec1 && MyInvocation.BoundParameters.ContainsKey(nameof(Encoding)))
            throw new InputException("EncodingNotEncryptable", ErrorKind.InvalidArgument,
                "SEC 1 has no secure encrypted form.", "Leave out -Encoding: an encrypted key is PKCS#8.");
        if (MayChange(path, "Write private key"))
            WriteOnce(path, () => [Secret.Use(Password, password => KeyFile.Write(Key, path, form, Encoding, password, Force))]);
    }
}
