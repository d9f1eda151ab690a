namespace DeviceCreds;

/// <summary>The bytes of one archive format. It has no state, and may be used from any thread.</summary>
internal interface IArchiveEncoder
{
    /// <summary>The ending of its files.</summary>
    string Ending { get; }

    /// <summary>
    /// A folder with its files. Owners are 0 without names, and files that hold keys may be read by their owner alone.
    /// </summary>
    ArchiveBlock Encode(string folder, IReadOnlyList<OutputFile> files, DateTimeOffset time);

    /// <summary>The part of the directory for a block that begins at an offset.</summary>
    byte[] Directory(ArchiveBlock block, long offset);

    /// <summary>The end of the archive, after the directory.</summary>
    byte[] End(long entries, long directoryStart, long directoryLength);
}
