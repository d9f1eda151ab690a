namespace DeviceCreds;

/// <summary>One block of a PEM file: its label, the bytes inside, and the line of its BEGIN.</summary>
internal sealed record PemBlock(string Label, byte[] Bytes, int Line, IReadOnlyDictionary<string, string> Headers);
