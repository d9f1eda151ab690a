namespace DeviceCreds;

/// <summary>What has a path.</summary>
internal enum PathKind
{
    /// <summary>Nothing, or nothing can be told of it.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link or a junction.</summary>
    Link,

    /// <summary>A named pipe (FIFO).</summary>
    Pipe,

    /// <summary>A device.</summary>
    Device,

    /// <summary>A socket.</summary>
    Socket,
}
