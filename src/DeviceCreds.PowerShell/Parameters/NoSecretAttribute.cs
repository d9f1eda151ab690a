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
    // In bytes: a private key on P-256 without anything around it.
    const int Scalar = 32;

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
        if (PipelineBinding.IsUnderWay) return inputData;
        if (TakesTable && RowReader.Unwrap(inputData) is IDictionary table)
        {
            if (FindKey(table) is not { } name) return inputData;
            throw new ArgumentTransformationMetadataException($"'{name}' looks like a key or a password and is not shown.");
        }

        return HoldsSecret(inputData) ? throw new ArgumentTransformationMetadataException(Refusal) : inputData;
    }

    /// <summary>Whether a value is a text or bytes, or holds a secret.</summary>
    internal static bool IsTextOrSecret(object? value) => RowReader.Unwrap(value) is string or byte or byte[] || HoldsSecret(value);

    /// <summary>The name, as a message may show it, of a value that certainly is a key or a password; null without such a value.</summary>
    internal static string? FindKey(IDictionary table)
    {
        // As in a row, so that the members of a JSON Web Key are found.
        var row = table.Contains("kty") ? "{kty=;" : "{";
        return table.Keys.Cast<object>().FirstOrDefault(key => !IsNumber(RowReader.Unwrap(table[key]))
            && MessageText.HoldsKey($"{row}{key}={table[key]}")) is { } found ? MessageText.Shorten($"{found}") : null;
    }

    static bool IsNumber(object? value) => value is ValueType and IConvertible;

    /// <summary>Whether a value is a text, or holds one, that is a key or a password as far as that can be seen.</summary>
    internal static bool HoldsSecret(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => false,
        string text => MessageText.IsSecret(text),
        byte[] bytes => bytes.Length == Scalar || RowSecret.IsIn(bytes),
        // Objects from another process have no keys.
        PSCustomObject => !Remote.IsOurs(value!) && (MessageText.HoldsSecret(value!.ToString())
            || Members.Of(PSObject.AsPSObject(value!), isRow: true).Any(m => m.Value is string text && MessageText.HoldsSecret(text))),
        IDictionary table => table.Keys.Cast<object>().Any(key => MessageText.HoldsSecret($"{key}={table[key]}")),
        IList many => many.Cast<object?>().Any(HoldsSecret),
        _ => false,
    };
}
