using Org.BouncyCastle.Asn1;

namespace DeviceCreds;

/// <summary>An extension as it stands in the certificate.</summary>
internal sealed record ExtensionField(DerObjectIdentifier Id, bool IsCritical, byte[] Value)
{
    static readonly object Damaged = new();
    object? _content;

    /// <summary>The content, read once; null when it is malformed or not DER.</summary>
    public object? Read(Func<Asn1Object, object?> read) =>
        (_content ??= Try(read) ?? Damaged) is var content && ReferenceEquals(content, Damaged) ? null : content;

    public bool IsSame(ExtensionField other) =>
        Id.Equals(other.Id) && IsCritical == other.IsCritical && Value.AsSpan().SequenceEqual(other.Value);

    object? Try(Func<Asn1Object, object?> read)
    {
        try
        {
            var content = Asn1Object.FromByteArray(Value);
            return content.GetEncoded(Asn1Encodable.Der).AsSpan().SequenceEqual(Value) ? read(content) : null;
        }
        catch (Exception e) when (Guarded.IsRefusal(e))
        {
            return null;
        }
    }
}
