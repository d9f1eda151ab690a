namespace DeviceCreds;

/// <summary>One object of a file: its bytes, and how they stood there.</summary>
/// <param name="Bytes">DER, unless the shape says otherwise. A key's are wiped by who is done with them.</param>
/// <param name="Shape">What it is.</param>
/// <param name="Encoding">Text or binary.</param>
/// <param name="Block">Its block of PEM, when it stood in one.</param>
internal sealed record FileObject(byte[] Bytes, FileShape Shape, FileEncoding Encoding, PemBlock? Block = null)
{
    /// <summary>The line of its BEGIN; null when it stood in no block of PEM.</summary>
    public int? Line => Block?.Line;

    /// <summary>What it is, for a message: what its bytes look like, or else what its label says.</summary>
    public string Name => Shape == FileShape.Unknown && Block is { } block ? Pem.Printable(block.Label) : FileShapes.Name(Shape);

    /// <summary>Whether its label says that it is one of these.</summary>
    public bool IsLabelled(params string[] labels) => Block is { } block && Array.IndexOf(labels, block.Label) >= 0;
}
