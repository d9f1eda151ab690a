namespace DeviceCreds;

/// <summary>A constant of a C file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The kind of value.</param>
/// <param name="Bytes">The text's or the array's bytes; of a text without the NUL at its end.</param>
/// <param name="Number">The number.</param>
/// <param name="Of">For a size, the name of the constant that is measured.</param>
/// <param name="Line">Its line.</param>
internal sealed record CConstant(string Name, CValueKind Kind, byte[] Bytes, ulong Number, string Of, int Line);
