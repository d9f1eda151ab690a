namespace DeviceCreds;

/// <summary>The formats of archives.</summary>
public enum ArchiveFormat
{
    /// <summary>POSIX tar (pax), not compressed.</summary>
    Tar,

    /// <summary>ZIP, not compressed.</summary>
    Zip,
}
