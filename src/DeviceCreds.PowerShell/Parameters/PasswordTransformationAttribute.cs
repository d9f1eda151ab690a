using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Takes a password out of a PSCredential, so that Get-Credential works wherever a password is asked for; plain text is refused.
/// </summary>
public sealed class PasswordTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        PSCredential credential => credential.Password,
        SecureString or null => inputData,
        // PowerShell's own message would show it, also a PIN of digits.
        _ => throw new ArgumentTransformationMetadataException(
            "A password or PIN is a SecureString (Read-Host -AsSecureString) or a PSCredential (Get-Credential). "
                + "Plain text would appear in histories and logs."),
    };
}
