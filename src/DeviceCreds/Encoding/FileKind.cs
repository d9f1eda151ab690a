using System.Runtime.InteropServices;

namespace DeviceCreds;

/// <summary>What a path leads to. Opening a pipe or a device could wait forever, or change it: only regular files are opened.</summary>
internal static class FileKind
{
    const int Follow = 0; // no AT_SYMLINK_NOFOLLOW
    const int FromWorkingFolder = -100; // AT_FDCWD
    const uint TypeAlone = 0x1; // STATX_TYPE
    const int ModeAt = 28; // stx_mask, stx_blksize, stx_attributes, stx_nlink, stx_uid, stx_gid, stx_mode
    const int StatxSize = 256;

    /// <summary>
    /// The kind of a special file, with its article; null for a regular file, a folder, and where nothing exists.
    /// </summary>
    public static string? Special(string path)
    {
        if (path.StartsWith(@"\\.\", StringComparison.Ordinal)) return "a device";
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux)) return null;
        var status = new byte[StatxSize];
        try
        {
            if (Statx(FromWorkingFolder, path, Follow, TypeAlone, status) != 0) return null;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or ArgumentException)
        {
            // A C library without the call, or an impossible path: opening it reports the error.
            return null;
        }

        return (BitConverter.ToUInt16(status, ModeAt) & 0xF000) switch
        {
            0x1000 => "a pipe (FIFO)",
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => null,
        };
    }

    /// <summary>Whether the path's last part is a symbolic link or a junction, wherever it leads.</summary>
    public static bool IsLink(string path) => Attributes(path) is { } found && (found & FileAttributes.ReparsePoint) != 0;

    /// <summary>Whether anything has this path, a link that leads nowhere included.</summary>
    public static bool Exists(string path) => Attributes(path) is not null;

    // Of a file that is not there, FileInfo says so without an exception. Null also where nothing can be told of it.
    static FileAttributes? Attributes(string path)
    {
        try
        {
            return new FileInfo(path).Attributes is var found && (int)found != -1 ? found : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "statx", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int Statx(int folder, string path, int flags, uint mask, byte[] status);
}
