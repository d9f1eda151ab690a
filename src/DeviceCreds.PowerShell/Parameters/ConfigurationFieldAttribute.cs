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
        IList many and (object?[] or ArrayList or List<object?>) => PrepareAll(session, field, [.. many.Cast<object?>()]),
        var other => other,
    };

    // Each element has a wrapping of its own. Get-Content gives the lines of a file: they are one text.
    static object? PrepareAll(SessionState session, string field, object?[] many)
    {
        var values = Array.ConvertAll(many, RowReader.Unwrap);
        if (!ConfigurationBuilder.IsPath(field) || !Array.TrueForAll(values, v => v is string))
            return Array.ConvertAll(values, v => Prepare(session, field, v));
        var lines = new PemLines();
        List<string> texts = [.. lines.Add(values.Cast<string>())];
        if (lines.TakeRest() is { } rest) texts.Add(rest);
        texts.RemoveAll(t => t.Length == 0);
        return texts is [var only] ? Prepare(session, field, only) : texts.Select(t => Prepare(session, field, t)).ToArray();
    }
}
