namespace DeviceCreds;

/// <summary>What an archive says of one entry.</summary>
/// <param name="Name">Its full name, with <c>/</c> between folders.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Position">Where its record is: with it, the entry is found again.</param>
/// <param name="Start">Where its content begins; for ZIP, where its local header is.</param>
/// <param name="StoredLength">How many bytes it has in the archive.</param>
/// <param name="Length">How many bytes it has.</param>
internal sealed record ArchiveEntry(string Name, ArchiveEntryKind Kind, long Position, long Start, long StoredLength, long Length)
{
    /// <summary>Whether the content is compressed (deflate).</summary>
    public bool IsCompressed { get; init; }

    /// <summary>The checksum of the content; null where the format has none.</summary>
    public uint? Crc { get; init; }

    /// <summary>Why the content cannot be read; null when it can.</summary>
    public string? Obstacle { get; init; }
}
