using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Refuses a key or password that is given for something else, before PowerShell does: its own message would quote it.
/// For parameters that are not texts.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public class NoSecretAttribute : ArgumentTransformationAttribute
{
    const string Refusal = "This looks like a key or a password and is not shown. Another kind of value is expected.";

    /// <summary>
    /// Whether null takes the place of a secret, and of every text. PowerShell uses the pipeline's object as the target of
    /// its own error; so the cmdlet must report it.
    /// </summary>
    public bool AsNull { get; set; }

    /// <summary>
    /// Whether names with values are expected: certificates and digests may be among the values, which no message quotes.
    /// </summary>
    public bool TakesTable { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (AsNull) return IsTextOrSecret(inputData) ? null : inputData;
        // A pipeline value that cannot be converted is not bound, and the cmdlet reports the error in its row.
        if (!(TakesTable ? TableHoldsKey(inputData) : HoldsSecret(inputData)) || PipelineBinding.IsUnderWay) return inputData;
        throw new ArgumentTransformationMetadataException(Refusal);
    }

    /// <summary>Whether a value is a text or bytes, or holds a secret.</summary>
    internal static bool IsTextOrSecret(object? value) => RowReader.Unwrap(value) is string or byte or byte[] || HoldsSecret(value);

    /// <summary>Whether a table certainly holds a key or a password, or another value may be one.</summary>
    internal static bool TableHoldsKey(object? value) => RowReader.Unwrap(value) is IDictionary table
        // As in a row, so that the members of a JSON Web Key are found.
        ? table.Keys.Cast<object>().Any(key => MessageText.HoldsKey($"{{{key}={table[key]}"))
        : HoldsSecret(value);

    /// <summary>Whether a value is a text, or holds one, that is a key or a password as far as that can be seen.</summary>
    internal static bool HoldsSecret(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => false,
        string text => MessageText.IsSecret(text),
        byte[] bytes => RowSecret.IsIn(bytes),
        // Objects from another process have no keys.
        PSCustomObject => !Remote.IsOurs(value!) && MessageText.HoldsSecret(value!.ToString()),
        IDictionary table => table.Keys.Cast<object>().Any(key => MessageText.HoldsSecret($"{key}={table[key]}")),
        IList many => many.Cast<object?>().Any(HoldsSecret),
        _ => false,
    };
}
