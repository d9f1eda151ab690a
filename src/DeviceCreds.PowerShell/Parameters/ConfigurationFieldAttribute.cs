using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Makes a configuration's value out of what a command line or a CSV cell says; an empty cell is no value.</summary>
/// <param name="field">The field's name.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigurationFieldAttribute(string field) : ArgumentTransformationAttribute
{
    /// <summary>The field's name.</summary>
    public string Field { get; } = field;

    /// <summary>Whether a text is a path (or PEM): a relative one starts from PowerShell's current location.</summary>
    public bool IsPath { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            if (value is SwitchParameter given) value = given.IsPresent;
            else if (IsPath && value is FileInfo file) value = file.FullName;
            else if (IsPath && value is string { Length: > 0 } text && text.IndexOf("-----BEGIN", StringComparison.Ordinal) < 0) value = engineIntrinsics.SessionState.Path.GetUnresolvedProviderPathFromPSPath(text);
            return ConfigurationBuilder.Convert(Field, value);
        }
        catch (DeviceCredsException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
