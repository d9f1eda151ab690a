namespace DeviceCreds;

/// <summary>One object of a file: its bytes, and their encoding there.</summary>
/// <param name="Bytes">DER, unless the shape says otherwise. The last user of a key's bytes wipes them.</param>
/// <param name="Shape">What it is.</param>
/// <param name="Encoding">Text or binary.</param>
/// <param name="Block">Its PEM block, when it was in one.</param>
internal sealed record FileObject(byte[] Bytes, FileShape Shape, FileEncoding Encoding, PemBlock? Block = null)
{
    /// <summary>The line of its BEGIN; null when it was not in a PEM block.</summary>
    public int? Line => Block?.Line;

    /// <summary>What it is, for a message: by its bytes, or otherwise by its label.</summary>
    public string Name => Shape == FileShape.Unknown && Block is { } block ? Pem.Printable(block.Label) : FileShapes.Name(Shape);

    /// <summary>Whether its label says that it is one of these.</summary>
    public bool IsLabelled(params string[] labels) => Block is { } block && Array.IndexOf(labels, block.Label) >= 0;
}
