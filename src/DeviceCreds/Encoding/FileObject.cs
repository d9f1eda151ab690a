namespace DeviceCreds;

/// <summary>One object of a file: its bytes, and their encoding there.</summary>
/// <param name="Bytes">DER, unless the shape says otherwise. The last user of a key's bytes wipes them.</param>
/// <param name="Shape">What it is.</param>
/// <param name="Encoding">Text or binary.</param>
/// <param name="Block">Its PEM block, when it was in one.</param>
internal sealed record FileObject(byte[] Bytes, FileShape Shape, FileEncoding Encoding, PemBlock? Block = null)
{
    /// <summary>Why a part of the file cannot be read, which this object then stands for; null of an object.</summary>
    public InputException? Problem { get; init; }

    /// <summary>A part of a file that nobody reads.</summary>
    /// <param name="file">The file.</param>
    /// <param name="line">The line in which the part begins.</param>
    /// <param name="problem">What it is, as a sentence.</param>
    public static FileObject Unread(InputFile file, int line, string problem) =>
        new([], FileShape.Unknown, FileEncoding.Pem)
        {
            Problem = file.Invalid("FileNotReadWhole", problem, "Write each object into a file of its own, or all of them as PEM.", line),
        };

    /// <summary>The line of its BEGIN; null when it was not in a PEM block.</summary>
    public int? Line => Block?.Line;

    /// <summary>What it is, for a message: by its bytes, or otherwise by its label.</summary>
    public string Name => Shape == FileShape.Unknown && Block is { } block ? Pem.Printable(block.Label) : FileShapes.Name(Shape);

    /// <summary>Whether its label says that it is one of these.</summary>
    public bool IsLabelled(params string[] labels) => Block is { } block && Array.IndexOf(labels, block.Label) >= 0;
}
