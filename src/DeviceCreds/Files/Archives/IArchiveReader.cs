namespace DeviceCreds;

/// <summary>Reads the records of one archive format. It has no state, and may be used from any thread.</summary>
internal interface IArchiveReader
{
    /// <summary>Whether a file begins like an archive of this format.</summary>
    /// <param name="beginning">Its first <see cref="Archive.Beginning"/> bytes, or all of it.</param>
    bool Recognises(ReadOnlySpan<byte> beginning);

    /// <summary>Every entry, in one pass.</summary>
    /// <exception cref="InputException">The archive is incomplete or damaged.</exception>
    IEnumerable<ArchiveEntry> Scan(FileStream file);

    /// <summary>The entry whose record is at a position that <see cref="Scan"/> gave.</summary>
    /// <exception cref="InputException">It is not there any more.</exception>
    ArchiveEntry At(FileStream file, long position);

    /// <summary>Moves the file to the beginning of an entry's content.</summary>
    /// <exception cref="InputException">The archive is damaged.</exception>
    void Seek(FileStream file, ArchiveEntry entry);
}
