using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DeviceCreds;

/// <summary>
/// Linux's own calls for small files. A .NET stream takes more than twice as long as the system's calls, which are most of an
/// export's time.
/// </summary>
internal static class UnixFile
{
    const int ToRead = 0x80000; // O_RDONLY | O_CLOEXEC
    const int CreateNewToWrite = 0x1 | 0x40 | 0x80 | 0x80000; // O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
    const uint OwnerAlone = 0x180; // 0600
    const uint OwnersFolder = 0x1C0; // 0700
    const uint AsTheMaskSays = 0x1B6; // 0666
    const int Small = 4096;
    const int InterruptedCall = 4;
    const int Exists = 17;
    const int NotADirectory = 20;
    const int NotEmpty = 39;

    public static bool IsSupported { get; } = RuntimeInformation.IsOSPlatform(OSPlatform.Linux);

    /// <summary>
    /// The content of a small file; null when it is not small, or the system refuses. Then a stream reads it, and says why.
    /// </summary>
    public static byte[]? TryRead(string path)
    {
        Span<byte> buffer = stackalloc byte[Small];
        int file;
        do file = Open(path, ToRead, 0);
        while (IsInterrupted(file));
        if (file < 0) return null;
        try
        {
            var (count, read) = (0, 1L);
            while (count < Small && read > 0)
            {
                do read = Read(file, ref buffer[count], (UIntPtr)(Small - count)).ToInt64();
                while (IsInterrupted(read));
                if (read > 0) count += (int)read;
            }

            return read == 0 ? buffer.Slice(0, count).ToArray() : null;
        }
        finally
        {
            Close(file);
            // It may be a key's.
            buffer.Clear();
        }
    }

    /// <exception cref="IOException">The file exists already, or the system refuses.</exception>
    public static void Write(string path, byte[] content, bool isSecret)
    {
        int file;
        do file = Open(path, CreateNewToWrite, isSecret ? OwnerAlone : AsTheMaskSays);
        while (IsInterrupted(file));
        Check(file, path);
        try
        {
            for (var at = 0; at < content.Length;)
            {
                long written;
                do written = Write(file, ref content[at], (UIntPtr)(content.Length - at)).ToInt64();
                while (IsInterrupted(written));
                at += (int)Check(written, path);
            }
        }
        finally
        {
            // Not repeated when it is interrupted: on Linux the file is closed anyway.
            Close(file);
        }
    }

    /// <summary>A new folder that only its owner may use.</summary>
    /// <exception cref="IOException">It exists already, or the system refuses.</exception>
    public static void CreateFolder(string path)
    {
        int result;
        do result = MakeDirectory(path, OwnersFolder);
        while (IsInterrupted(result));
        Check(result, path);
    }

    /// <summary>Renames a folder; false when a folder that is not empty has that name.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static bool TryMoveFolder(string from, string to)
    {
        int result;
        do result = Rename(from, to);
        while (IsInterrupted(result));
        if (result == 0) return true;
        if (Marshal.GetLastWin32Error() is Exists or NotEmpty or NotADirectory) return false;
        Check(-1, to);
        return false;
    }

    /// <summary>Returns when all that was written to the file system that holds the folder is on its disk.</summary>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public static void Flush(string folder)
    {
        int handle, result;
        do handle = Open(folder, 0, 0);
        while (IsInterrupted(handle));
        Check(handle, folder);
        try
        {
            do result = SyncFileSystem(handle);
            while (IsInterrupted(result));
            Check(result, folder);
        }
        finally
        {
            Close(handle);
        }
    }

    /// <summary>Gives a file the permissions of another one and, where the system allows it, its group.</summary>
    public static void CopyAccess(string from, string to)
    {
        const int currentFolder = -100, size = 256, placeOfGroup = 24; // AT_FDCWD; struct statx
        const uint group = 0x10; // STATX_GID
        var status = new byte[size];
        try
        {
            // Nobody but root may give a file to a group without being in it.
            if (Status(currentFolder, from, 0, group, status) == 0)
                ChangeOwner(to, uint.MaxValue, BitConverter.ToUInt32(status, placeOfGroup));
#if NET
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(to, File.GetUnixFileMode(from));
#endif
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EntryPointNotFoundException)
        {
            // A file system without permissions, or an old C library.
        }
    }

    // On a network file system a signal may interrupt a call, which is then repeated.
    static bool IsInterrupted(long result) => result < 0 && Marshal.GetLastWin32Error() == InterruptedCall;

    static long Check(long result, string path)
    {
        if (result >= 0) return result;
        var error = Marshal.GetLastWin32Error();
        const int accessDenied = 13, notPermitted = 1, readOnly = 30;
        var text = $"{new Win32Exception(error).Message}: '{path}'";
        throw error is accessDenied or notPermitted or readOnly ? new UnauthorizedAccessException(text) : new IOException(text, error);
    }

    static int Check(int result, string path) => (int)Check((long)result, path);

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    static extern int Open(string path, int flags, uint mode);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    static extern IntPtr Read(int file, ref byte content, UIntPtr length);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    static extern IntPtr Write(int file, ref byte content, UIntPtr length);

    [DllImport("libc", EntryPoint = "close")]
    static extern int Close(int file);

    [DllImport("libc", EntryPoint = "mkdir", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    static extern int MakeDirectory(string path, uint mode);

    [DllImport("libc", EntryPoint = "rename", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    static extern int Rename(string from, string to);

    [DllImport("libc", EntryPoint = "statx", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int Status(int folder, string path, int flags, uint mask, [Out] byte[] status);

    [DllImport("libc", EntryPoint = "chown", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int ChangeOwner(string path, uint owner, uint group);

    [DllImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    static extern int SyncFileSystem(int file);
}
