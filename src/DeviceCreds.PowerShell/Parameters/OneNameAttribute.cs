using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Refuses several names where one value of an enumeration is expected: PowerShell would add their numbers, and take
/// 'KeyCompromise, Superseded' for CessationOfOperation. It refuses a secret as its base does.
/// </summary>
public sealed class OneNameAttribute : NoSecretAttribute
{
    /// <summary>Whether the parameter takes several values, each of one name.</summary>
    public bool EachOfMany { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = base.Transform(engineIntrinsics, inputData);
        var isOne = RowReader.Unwrap(value) switch
        {
            string text => IsOne(text),
            IList many when EachOfMany => many.Cast<object?>().All(item => RowReader.Unwrap(item) is not string text || IsOne(text)),
            IList many => many.Count < 2,
            _ => true,
        };
        return isOne ? value : throw new ArgumentTransformationMetadataException(
            EachOfMany ? "Expected one name in each value, found several." : "Expected one name, found several.");
    }

    static bool IsOne(string text) => text.IndexOf(',') < 0;
}
