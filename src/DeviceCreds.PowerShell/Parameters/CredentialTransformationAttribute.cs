using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Takes credentials, also those that come from another process without their keys; of anything else it says what to do.</summary>
public sealed class CredentialTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>The types that another parameter of the cmdlet takes; object where what is nobody's is told elsewhere.</summary>
    public Type[] TakenByOthers { get; set; } = [];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = RowReader.Unwrap(inputData);
        if (value is null or DeviceCredential or IList) return inputData;
        try
        {
            if (Remote.Restore(inputData) is DeviceCredential credential) return credential;
        }
        catch (DeviceCredsException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }

        if (Array.Exists(TakenByOthers, t => t.IsInstanceOfType(value))) return inputData;
        throw new ArgumentTransformationMetadataException($"Expected a credential, found {RowValue.Describe(value)}.{(OurObjects.UseOf(value) is { } use ? " " + use : "")}");
    }
}
