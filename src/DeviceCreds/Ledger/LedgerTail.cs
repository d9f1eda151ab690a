namespace DeviceCreds;

/// <summary>
/// The last line of a ledger as this process left it, and where it ends. Other programs read a complete ledger, change it, and put
/// the result in its place: as long as the last line is where it was, none of the lines before it was lost.
/// </summary>
/// <param name="End">Where the line ends: the length of the file.</param>
/// <param name="Line">The line with its line feed; empty at the beginning of the file.</param>
internal readonly record struct LedgerTail(long End, byte[] Line)
{
    public static readonly LedgerTail OfEmpty = new(0, []);

    /// <summary>The tail after lines were appended.</summary>
    public LedgerTail After(byte[] lines)
    {
        if (lines.Length == 0) return this;
        var start = Array.LastIndexOf(lines, (byte)'\n', lines.Length - 2) + 1;
        return new(End + lines.Length, lines.AsSpan(start).ToArray());
    }

    /// <summary>Whether the file has the line in its place.</summary>
    public bool IsIn(FileStream file)
    {
        if (file.Length < End) return false;
        var there = new byte[Line.Length];
        file.Position = End - Line.Length;
        for (var read = 0; read < there.Length;)
        {
            var more = file.Read(there, read, there.Length - read);
            if (more == 0) return false;
            read += more;
        }

        return there.AsSpan().SequenceEqual(Line);
    }
}
