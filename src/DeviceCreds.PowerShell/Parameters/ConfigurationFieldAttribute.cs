using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Makes a configuration's value from a command line or a CSV cell; an empty cell means no value.</summary>
/// <param name="field">The field's name.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigurationFieldAttribute(string field) : ArgumentTransformationAttribute
{
    /// <summary>The field's name.</summary>
    public string Field { get; } = field;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            return ConfigurationBuilder.Convert(Field, Prepare(engineIntrinsics.SessionState, Field, inputData));
        }
        catch (DeviceCredsException) when (PipelineBinding.IsUnderWay)
        {
            // Names bound: the cmdlet reads the row itself, and says what is wrong.
            return null;
        }
        catch (DeviceCredsException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    /// <summary>A value for the library: unwrapped, with full paths for those that are relative to PowerShell's current location.</summary>
    internal static object? Prepare(SessionState session, string field, object? value) => RowReader.Unwrap(value) switch
    {
        SwitchParameter given => given.IsPresent,
        FileInfo file when ConfigurationBuilder.IsPath(field) => file.FullName,
        string { Length: > 0 } text when ConfigurationBuilder.IsPath(field) => PathText.ForReading(session.Path, text),
        Hashtable pairs => pairs.Keys.Cast<object>().ToDictionary(k => k.ToString()!, k => Prepare(session, field, pairs[k])),
        object?[] many when ConfigurationBuilder.IsPath(field) => Array.ConvertAll(many, one => Prepare(session, field, one)),
        var other => other,
    };
}
