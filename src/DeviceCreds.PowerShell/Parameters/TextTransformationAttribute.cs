using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Accepts texts, and values with one plain text, such as a number; PowerShell itself would use the text of any object.</summary>
/// <param name="what">What is expected, in words.</param>
public sealed class TextTransformationAttribute(string what) : ArgumentTransformationAttribute
{
    /// <summary>What is expected, in words.</summary>
    public string What { get; } = what;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (RowReader.Unwrap(inputData) is not { } value) return null;
        if (RowValue.FindText(value) is { } text) return text;
        // PowerShell would show it in its own error.
        return NoSecretAttribute.HoldsSecret(inputData) ? MessageText.HiddenSecret : throw OurObjects.Unexpected(What, inputData);
    }
}
