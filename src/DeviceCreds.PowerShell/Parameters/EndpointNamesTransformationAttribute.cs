using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Accepts endpoint names, and the endpoint name in a row of a list; objects for other parameters are left to them. Null takes the
/// place of a secret that is not a name: see <see cref="NoSecretAttribute.AsNull"/>.
/// </summary>
public sealed class EndpointNamesTransformationAttribute : ArgumentTransformationAttribute
{
    static readonly string[] CertificateEndings = [".pem", ".der", ".crt", ".cer"];

    /// <summary>The types that another parameter of the cmdlet takes.</summary>
    public Type[] TakenByOthers { get; set; } = [];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = RowReader.Unwrap(inputData);
        if (value is string name && FileOf(engineIntrinsics, name) is { } file) return file;
        if (value is null or string or IList || Remote.IsOurs(inputData) || Array.Exists(TakenByOthers, t => t.IsInstanceOfType(value)))
            return inputData;
        try
        {
            if (value is DeviceIdentity identity) return identity.EndpointName;
            if (RowValue.FindText(value) is { } text) return text;
            if (OurObjects.UseOf(value) is not null) throw OurObjects.Unexpected("an endpoint name", inputData);
            if (new RowReader().ReadColumns(PSObject.AsPSObject(inputData)) is not { LacksEndpointName: false } row)
                return NoSecretAttribute.HoldsSecret(inputData) ? null : throw OurObjects.Unexpected("an endpoint name", inputData);
            return row.EndpointName;
        }
        catch (InputException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    // A text that names a certificate file is for another parameter.
    static FileInfo? FileOf(EngineIntrinsics engine, string text)
    {
        if (!CertificateEndings.Any(ending => text.EndsWith(ending, StringComparison.OrdinalIgnoreCase))) return null;
        try
        {
            var path = PathText.Resolve(engine.SessionState.Path, text);
            return File.Exists(path) ? new FileInfo(path) : null;
        }
        catch (InputException)
        {
            return null;
        }
    }
}
