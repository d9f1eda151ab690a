using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Accepts objects of one type, also the public part of those from another process; for anything else the error says what it is
/// and which cmdlet accepts it; PowerShell would only say that it cannot be bound. Null takes the place of a text that no other
/// parameter takes: see <see cref="NoSecretAttribute.AsNull"/>.
/// </summary>
/// <param name="type">The type.</param>
/// <param name="what">What it is, in words.</param>
public sealed class ExpectedTransformationAttribute(Type type, string what) : ArgumentTransformationAttribute
{
    /// <summary>The type.</summary>
    public Type Type { get; } = type;

    /// <summary>What it is, in words.</summary>
    public string What { get; } = what;

    /// <summary>The types that another parameter of the cmdlet takes; object where another one reports unknown objects.</summary>
    public Type[] TakenByOthers { get; set; } = [];

    /// <summary>The types that another parameter of the same parameter set takes: this one is null then.</summary>
    public Type[] TakenBeside { get; set; } = [];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = RowReader.Unwrap(inputData);
        if (value is null || Type.IsInstanceOfType(value)) return inputData;
        if (Array.Exists(TakenBeside, t => t.IsInstanceOfType(value))) return null;
        var isOthers = Array.Exists(TakenByOthers, t => t.IsInstanceOfType(value));
        var isSecret = isOthers
            ? NoSecretAttribute.HoldsSecret(inputData) && !PipelineBinding.IsUnderWay
            : NoSecretAttribute.IsTextOrSecret(inputData);
        if (isSecret) return null;
        if (value is IList many) return many.Cast<object?>().Select(Restore).ToArray();
        var restored = Restore(inputData);
        if (isOthers || Type.IsInstanceOfType(restored) || Array.Exists(TakenByOthers, t => t.IsInstanceOfType(restored))) return restored;
        throw OurObjects.Unexpected(What, inputData);
    }

    static object? Restore(object? value)
    {
        try
        {
            return Remote.Restore(value);
        }
        catch (DeviceCredsException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
