using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads private keys from files, in PEM or DER, SEC 1 or PKCS#8, encrypted or not.</summary>
[Cmdlet(VerbsData.Import, "DeviceKey", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceKey))]
public sealed class ImportDeviceKeyCommand : DeviceCredsCmdlet
{
    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    [PathTransformation]
    public string[] Path { get; set; } = [];

    /// <summary>The files, by their exact names.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The password of encrypted keys.</summary>
    [Parameter]
    [PasswordTransformation]
    public SecureString? Password { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in Resolve(literal ? LiteralPath : Path, literal))
        {
            Try(path, () =>
            {
                using var file = InputFile.Read(path);
                var key = Secret.Use(Password, password => DeviceKey.Read(file, password));
                WarnOfExposure(key.ExposedIn);
                WriteObject(key);
            });
        }
    }
}
