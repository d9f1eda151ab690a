using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>Takes texts, and what has one plain text, such as a number; PowerShell itself would take the text of any object.</summary>
/// <param name="what">What is expected, in words.</param>
public sealed class TextTransformationAttribute(string what) : ArgumentTransformationAttribute
{
    /// <summary>What is expected, in words.</summary>
    public string What { get; } = what;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        RowReader.Unwrap(inputData) is { } value ? RowValue.FindText(value) ?? throw OurObjects.Unexpected(What, inputData) : null;
}
