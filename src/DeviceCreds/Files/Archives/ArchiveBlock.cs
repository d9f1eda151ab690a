namespace DeviceCreds;

/// <summary>One device's folder as it stands in an archive.</summary>
/// <param name="Bytes">The records and contents.</param>
/// <param name="Entries">What the archive's directory says of them; empty where the format has no directory.</param>
internal sealed record ArchiveBlock(byte[] Bytes, IReadOnlyList<ArchiveBlockEntry> Entries);
