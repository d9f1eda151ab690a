using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Makes a configuration's value out of what a command line or a CSV cell says; an empty cell is no value.</summary>
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
        catch (DeviceCredsException e)
        {
            // Of a row the cmdlet itself says what is wrong: the binder passes over a failed cast there.
            throw new ArgumentTransformationMetadataException(e.Message, new PSInvalidCastException(e.Message, e));
        }
    }

    /// <summary>A value as the library takes it: unwrapped, and a path made whole that starts from PowerShell's current location.</summary>
    internal static object? Prepare(SessionState session, string field, object? value) => RowReader.Unwrap(value) switch
    {
        SwitchParameter given => given.IsPresent,
        FileInfo file when ConfigurationBuilder.IsPath(field) => file.FullName,
        string { Length: > 0 } text when ConfigurationBuilder.IsPath(field) && text.IndexOf("-----BEGIN", StringComparison.Ordinal) < 0 =>
            session.Path.GetUnresolvedProviderPathFromPSPath(text),
        Hashtable pairs => pairs.Keys.Cast<object>().ToDictionary(k => k.ToString()!, k => RowReader.Unwrap(pairs[k])),
        var other => other,
    };
}
