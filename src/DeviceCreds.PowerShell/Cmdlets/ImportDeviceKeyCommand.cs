using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Cmdlets;

/// <summary>Reads private keys from files, in PEM or DER, SEC 1 or PKCS#8, encrypted or not.</summary>
[Cmdlet(VerbsData.Import, "DeviceKey", DefaultParameterSetName = "Path")]
[OutputType(typeof(DeviceKey))]
public sealed class ImportDeviceKeyCommand : PathCmdlet
{
    /// <summary>The password of encrypted keys.</summary>
    [Parameter]
    [PasswordTransformation]
    public SecureString? Password { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Files())
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
