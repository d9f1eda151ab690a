namespace DeviceCreds;

/// <summary>Shows whether a file was changed or replaced: its length and the time of the last write.</summary>
internal readonly record struct FileStamp(long Length, DateTime Written)
{
    /// <summary>The stamp of a file as it is now, also where there is no file.</summary>
    public static FileStamp Of(string path) =>
        new FileInfo(path) is { Exists: true } file ? new(file.Length, file.LastWriteTimeUtc) : default;
}
