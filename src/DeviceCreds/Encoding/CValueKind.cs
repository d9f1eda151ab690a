namespace DeviceCreds;

/// <summary>The kind of a constant's value.</summary>
internal enum CValueKind
{
    Text,
    Array,
    Number,
    SizeOf,
}
