namespace DeviceCreds;

/// <summary>What a constant is made of.</summary>
internal enum CValueKind
{
    Text,
    Array,
    Number,
    SizeOf,
}
