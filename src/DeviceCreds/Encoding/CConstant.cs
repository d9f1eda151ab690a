namespace DeviceCreds;

/// <summary>A constant of a C file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is made of.</param>
/// <param name="Bytes">The text's or the array's bytes; of a text without the NUL at its end.</param>
/// <param name="Number">The number.</param>
/// <param name="Of">The name of the constant whose size it is.</param>
/// <param name="Line">Where it stands.</param>
internal sealed record CConstant(string Name, CValueKind Kind, byte[] Bytes, ulong Number, string Of, int Line);
