namespace DeviceCreds;

/// <summary>What an entry of an archive is.</summary>
internal enum ArchiveEntryKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A link, a pipe, a device or something unknown.</summary>
    Other,
}
