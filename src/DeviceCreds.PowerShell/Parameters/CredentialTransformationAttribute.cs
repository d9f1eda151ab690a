using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Takes credentials, also those that come from another process without their keys.</summary>
public sealed class CredentialTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData;
}
