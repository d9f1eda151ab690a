using System.Runtime.InteropServices;

namespace DeviceCreds;

/// <summary>What a path leads to. Opening a pipe or a device could wait forever, or change it: only regular files are opened.</summary>
internal static class FileKind
{
    const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    const int FromWorkingFolder = -100; // AT_FDCWD
    const uint TypeAlone = 0x1; // STATX_TYPE
    const int ModeAt = 28; // stx_mask, stx_blksize, stx_attributes, stx_nlink, stx_uid, stx_gid, stx_mode
    const int StatxSize = 256;
    const int NoEntry = 2;
    const int NotADirectory = 20;

    static readonly bool IsLinux = RuntimeInformation.IsOSPlatform(OSPlatform.Linux);

    /// <summary>What has this path: the path's last part itself, or what it leads to if it is a link and links are followed.</summary>
    public static PathKind Of(string path, bool follow = false)
    {
        try
        {
            // The system's call would take a part of such a path.
            if (IsLinux && path.IndexOf('\0') < 0 && Ask(path, follow) is { } kind) return kind;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or ArgumentException)
        {
            // A C library without the call, or an impossible path.
        }

        if (Attributes(path) is not { } found) return PathKind.Missing;
        if ((found & FileAttributes.ReparsePoint) == 0)
            return (found & FileAttributes.Directory) != 0 ? PathKind.Folder : PathKind.File;
        return !follow ? PathKind.Link : Directory.Exists(path) ? PathKind.Folder : File.Exists(path) ? PathKind.File : PathKind.Missing;
    }

    /// <summary>
    /// The kind of a special file, with its article; null for a regular file, a folder, and where nothing exists.
    /// </summary>
    public static string? Special(string path) => path.StartsWith(@"\\.\", StringComparison.Ordinal) ? "a device"
        : Of(path, follow: true) switch
        {
            PathKind.Pipe => "a pipe (FIFO)",
            PathKind.Device => "a device",
            PathKind.Socket => "a socket",
            _ => null,
        };

    /// <summary>Whether the path's last part is a symbolic link or a junction, wherever it leads.</summary>
    public static bool IsLink(string path) => Of(path) == PathKind.Link;

    /// <summary>Whether anything has this path, a link that leads nowhere included.</summary>
    public static bool Exists(string path) => Of(path) != PathKind.Missing;

    // Null when the system does not say: old containers forbid the call.
    static PathKind? Ask(string path, bool follow)
    {
        Span<byte> status = stackalloc byte[StatxSize];
        if (Statx(FromWorkingFolder, path, follow ? 0 : NoFollow, TypeAlone, ref status[0]) != 0)
            return Marshal.GetLastWin32Error() is NoEntry or NotADirectory ? PathKind.Missing : null;
        return (MemoryMarshal.Read<ushort>(status.Slice(ModeAt)) & 0xF000) switch
        {
            0x1000 => PathKind.Pipe,
            0x2000 or 0x6000 => PathKind.Device,
            0x4000 => PathKind.Folder,
            0xA000 => PathKind.Link,
            0xC000 => PathKind.Socket,
            _ => PathKind.File,
        };
    }

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

    [DllImport("libc", EntryPoint = "statx", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    static extern int Statx(int folder, string path, int flags, uint mask, ref byte status);
}
