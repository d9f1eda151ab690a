using System.Collections;
using System.Management.Automation;

namespace DeviceCreds.PowerShell;

/// <summary>
/// Takes CAs with their keys: of a chain every one whose key is at hand, the root first; otherwise what
/// <see cref="IssuerTransformationAttribute"/> takes. Null takes the place of all when one cannot be shown.
/// </summary>
public sealed class IssuersTransformationAttribute : ArgumentTransformationAttribute
{
    static readonly IssuerTransformationAttribute One = new() { SecretAsNull = true };

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var all = Find(engineIntrinsics, inputData).ToList();
        return all.Contains(null) ? null : all.ToArray();
    }

    static IEnumerable<object?> Find(EngineIntrinsics engine, object? given) => RowReader.Unwrap(given) switch
    {
        CertificateChain { Authorities: { Count: > 0 } authorities } => authorities,
        IList many and not byte[] => many.Cast<object?>().SelectMany(one => Find(engine, one)),
        _ => [One.Transform(engine, given)],
    };
}
