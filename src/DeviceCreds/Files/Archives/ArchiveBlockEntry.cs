namespace DeviceCreds;

/// <summary>One entry of a block.</summary>
/// <param name="Header">Its record in the directory, without its place.</param>
/// <param name="Name">Its name in bytes.</param>
/// <param name="Extra">Its extra fields.</param>
/// <param name="Offset">Where it begins in the block.</param>
internal sealed record ArchiveBlockEntry(byte[] Header, byte[] Name, byte[] Extra, int Offset);
