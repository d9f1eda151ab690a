using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DeviceCreds;

/// <summary>
/// Changes a ledger on the disk: each step is done completely or not at all. The caller holds the lock.
/// </summary>
internal static class LedgerFile
{
    /// <summary>EINTR, on Linux and macOS alike.</summary>
    const int InterruptedCall = 4;

    /// <summary>The files beside a ledger that are read or written here.</summary>
    static readonly string[] Beside =
        [".attr", ".lock", ".run", ".tmp", ".torn", ".attr.tmp", ".crlnumber", ".crlnumber.lock", ".crlnumber.tmp"];

    /// <summary>How long a ledger may be missing: OpenSSL renames the old one before it renames the new one.</summary>
    static readonly TimeSpan Absence = TimeSpan.FromSeconds(2);

    /// <summary>Appends lines and waits until the disk has them; if that fails, the file is unchanged.</summary>
    /// <returns>False when another program changed the file: nothing was written.</returns>
    /// <exception cref="OutputException">The disk is full, or the file is gone.</exception>
    public static bool TryAppend(string path, LedgerTail tail, byte[] lines)
    {
        try
        {
            // Opened for each group, so that a file that replaced it in between gets the lines. No buffer: it would
            // write again when it is closed.
            using var file = OpenAgain(path);
            if (file.Length != tail.End || !tail.IsIn(file)) return false;
            if (lines.Length == 0) return true;
            file.Position = tail.End;
            try
            {
                file.Write(lines, 0, lines.Length);
                file.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                Truncate(file, tail.End);
                throw;
            }

            return true;
        }
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Removes the lines after a position.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static void Truncate(string path, long end)
    {
        try
        {
            using var file = OpenAgain(path);
            Truncate(file, end);
        }
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Replaces the file by what is written to a temporary one beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the new content.</param>
    /// <param name="isCurrent">Asked when everything is written; when it returns false, the old file stays.</param>
    /// <returns>Whether the new file is in place.</returns>
    /// <exception cref="OutputException">It cannot be written; the file is unchanged.</exception>
    public static bool Replace(string path, Action<Stream> write, Func<bool>? isCurrent = null)
    {
        var temporary = TemporaryName(path);
        try
        {
            File.Delete(temporary);
            using (var file = OpenBeside(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 128 * 1024))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            if (UnixFile.IsSupported && File.Exists(path)) UnixFile.CopyAccess(path, temporary);

            if (isCurrent?.Invoke() == false)
            {
                File.Delete(temporary);
                return false;
            }

            FileWriter.Move(temporary, path, replace: true);
            FlushFolder(path);
            return true;
        }
        catch (Exception e)
        {
            FileWriter.TryDelete(temporary);
            if (Explain(e, path) is { } explained) throw explained;
            throw;
        }
    }

    /// <summary>Opens a file beside a ledger. A new one is open to nobody to whom the ledger is not.</summary>
    public static FileStream OpenBeside(string path, FileMode mode, FileAccess access, FileShare share, int bufferSize = 1)
    {
#if NET
        var ledger = Beside.Where(ending => path.EndsWith(ending, StringComparison.Ordinal))
            .Select(ending => path.Substring(0, path.Length - ending.Length)).FirstOrDefault(File.Exists);
        if (!OperatingSystem.IsWindows() && ledger is not null)
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = mode, Access = access, Share = share, BufferSize = bufferSize, UnixCreateMode = File.GetUnixFileMode(ledger),
            });
        }

#endif
        return new FileStream(path, mode, access, share, bufferSize);
    }

    /// <summary>
    /// Removes what an interrupted run left of a file that it was replacing. One name is enough: only the holder of the lock
    /// writes.
    /// </summary>
    public static void Sweep(string path) => FileWriter.TryDelete(TemporaryName(path));

    /// <summary>Checks the ledger and the files beside it before any of them is opened.</summary>
    /// <exception cref="InputException">One of the names belongs to something other than a regular file.</exception>
    /// <exception cref="OutputException">The path names no file.</exception>
    public static void EnsureRegular(string path)
    {
        OutputPath.EnsureNamesFile(path);
        // A rename would replace a link, and the file behind it would never have the revocation.
        EnsureRegular(path, "ledger", "Give the path of a ledger, or of a file that does not exist yet, such as ledger/index.txt.");
        EnsureRegularBeside(path);
    }

    /// <summary>Checks the files beside a ledger: behind a link, somebody else's file would be overwritten.</summary>
    /// <inheritdoc cref="EnsureRegular(string)"/>
    public static void EnsureRegularBeside(string path)
    {
        foreach (var ending in Beside) EnsureOwn(path + ending);
    }

    /// <summary>Checks a file that belongs to another one.</summary>
    /// <inheritdoc cref="EnsureRegular(string)"/>
    public static void EnsureOwn(string path) =>
        EnsureRegular(path, "file", "A file of this name is kept here. Remove what has the name, or choose another path.");

    static void EnsureRegular(string path, string expected, string advice)
    {
        // What a link leads to comes first: it says more.
        if (FileKind.Special(path) is { } kind) throw Refused("FileNotRegular", kind);
        if (FileKind.IsLink(path)) throw Refused("LedgerIsLink", "a link");
        if (Directory.Exists(path)) throw Refused("PathIsFolder", "a folder");

        InputException Refused(string id, string found) =>
            new(id, ErrorKind.InvalidArgument, $"expected a {expected}, found {found}.", advice, path);
    }

    public static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(FileWriter.FolderOf(path));
        }
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>
    /// Begins a ledger where there is none, with the file of attributes that tells OpenSSL whether a subject may have several
    /// certificates.
    /// </summary>
    /// <param name="path">The ledger.</param>
    /// <param name="isSubjectUnique">What the new file of attributes says; false because a device that gets a second certificate keeps
    /// its subject.</param>
    public static void Create(string path, bool isSubjectUnique)
    {
        var attributes = LedgerFormat.Bytes($"unique_subject = {(isSubjectUnique ? "yes" : "no")}\n");
        try
        {
            Await(path);
            Await(path + ".attr");
            if (File.Exists(path) && File.Exists(path + ".attr")) return;
            if (!File.Exists(path + ".attr")) Replace(path + ".attr", file => file.Write(attributes, 0, attributes.Length));
            if (!File.Exists(path))
            {
                if (File.Exists(path + ".new"))
                {
                    throw new OutputException("LedgerInterrupted", ErrorKind.Conflict,
                        "the ledger is missing, and beside it is the new one of another program, which was interrupted.",
                        "Rename index.txt.new, or index.txt.old, to the ledger's name.", path);
                }

                // If somebody deleted a ledger, its lines are not restored.
                File.Delete(LedgerRun.PathOf(path));
                new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
            }

            FlushFolder(path);
        }
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Moves what an interrupted run left after the last complete line to a file beside the ledger.</summary>
    /// <returns>What was done, for people.</returns>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static string Mend(string path, long whole)
    {
        var torn = path + ".torn";
        long end;
        var looksComplete = false;
        try
        {
            using (var lines = ReadLines(path, whole)) looksComplete = lines.Read() && !LedgerFormat.IsCut(lines.Line, isWriting: false);
            using var file = OpenAgain(path);
            using (var aside = OpenBeside(torn, FileMode.Append, FileAccess.Write, FileShare.Read))
            {
                file.Position = whole;
                file.CopyTo(aside);
                aside.Flush(flushToDisk: true);
            }

            end = file.Length;
            Truncate(file, whole);
        }
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }

        var size = FormattableString.Invariant($"{end - whole:N0} bytes");
        return looksComplete
            ? $"{path}: the ledger's last line ({size}) has no line feed, and the last run was interrupted: its name may be incomplete. "
                + $"The line was moved to {Path.GetFileName(torn)}. If another program wrote it, put it back with a line feed."
            : $"{path}: the ledger ended with an incomplete line ({size}), left by an interrupted run. "
                + $"The line was moved to {Path.GetFileName(torn)}; no certificate from it had been issued.";
    }

    /// <summary>Bytes of the file.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static byte[] ReadAt(string path, long place, int count)
    {
        var bytes = new byte[count];
        try
        {
            using var file = WhileAbsent(path, () => InputFile.Open(path), e => e is FileNotFoundException);
            file.Position = place;
            for (var read = 0; read < count;)
            {
                var more = file.Read(bytes, read, count - read);
                if (more == 0) return bytes.AsSpan(0, read).ToArray();
                read += more;
            }
        }
        catch (Exception e) when (InputFile.Explain(e, path) is { } explained)
        {
            throw explained;
        }

        return bytes;
    }

    public static OutputException? Explain(Exception e, string path) => e switch
    {
        UnauthorizedAccessException =>
            new("LedgerAccessDenied", ErrorKind.AccessDenied, "you may not write here.",
                "Choose another path, or ask its owner." + FileWriter.IfOpen, path, e),
        FileNotFoundException or DirectoryNotFoundException =>
            new("LedgerGone", ErrorKind.NotFound, "the ledger is no longer there.", "Somebody moved or deleted it.", path, e),
        IOException =>
            new("LedgerNotWritten", ErrorKind.InputOutput, $"the ledger cannot be written: {e.Message}",
                "It is as it was before." + (IsFull(e) ? " Make room on the disk, and run again." : ""), path, e),
        NotSupportedException or ArgumentException =>
            new("PathInvalid", ErrorKind.InvalidArgument, $"the path is not possible: {e.Message}", null, path, e),
        _ => null,
    };

    // ENOSPC; ERROR_DISK_FULL.
    static bool IsFull(Exception e) => (e.HResult & 0xFFFF) is 28 or 112;

    /// <summary>A file opened for reading without .NET's lock.</summary>
    public static SafeFileHandle OpenUnix(string path)
    {
        int file;
        do file = Open(path, 0);
        while (file < 0 && Marshal.GetLastWin32Error() == InterruptedCall);
        return new((IntPtr)file, ownsHandle: true);
    }

    static string TemporaryName(string path) => path + ".tmp";

    /// <summary>Reads the lines from a position on.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static LineReader ReadLines(string path, long start = 0, int bufferSize = LineReader.DefaultBufferSize) =>
        WhileAbsent(path, () => new LineReader(path, start, bufferSize), e => e is InputException { Kind: ErrorKind.NotFound });

    /// <summary>Opens a ledger that exists, or appears soon.</summary>
    /// <exception cref="IOException">It does not.</exception>
    public static FileStream OpenAgain(string path)
    {
        const FileShare all = FileShare.ReadWrite | FileShare.Delete;
        return WhileAbsent(path, () => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, all, 1), e => e is FileNotFoundException);
    }

    static T WhileAbsent<T>(string path, Func<T> open, Func<Exception, bool> isAbsent)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                return open();
            }
            catch (Exception e) when (isAbsent(e) && waited.Elapsed < Absence && IsComing(path))
            {
                Thread.Sleep(5);
            }
        }
    }

    static void Await(string path)
    {
        for (var waited = Stopwatch.StartNew(); !File.Exists(path) && IsComing(path) && waited.Elapsed < Absence;) Thread.Sleep(5);
    }

    // Between OpenSSL's two renames, the new file exists and the old one does not.
    static bool IsComing(string path) => File.Exists(path + ".new") || File.Exists(path);

    static void Truncate(FileStream file, long end)
    {
        file.SetLength(end);
        file.Flush(flushToDisk: true);
    }

    // A new name is on the disk after its folder was flushed; Windows' file systems do that themselves.
    static void FlushFolder(string path)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows)) return;
        using var folder = OpenUnix(FileWriter.FolderOf(path));
        if (folder.IsInvalid) return;
        while (Synchronise(folder) < 0 && Marshal.GetLastWin32Error() == InterruptedCall)
        {
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    static extern int Synchronise(SafeFileHandle file);
}
