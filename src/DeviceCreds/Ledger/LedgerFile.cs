using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DeviceCreds;

/// <summary>What is done to a ledger on the disk: each step is there whole, or not at all. Whoever calls this holds the lock.</summary>
internal static class LedgerFile
{
    static readonly byte[] Attributes = "unique_subject = no\n"u8.ToArray();

    /// <summary>Appends lines and waits until the disk has them; where it cannot, the file is as it was.</summary>
    /// <exception cref="OutputException">The disk is full, or the file is no longer what it was.</exception>
    public static void Append(string path, byte[] lines)
    {
        try
        {
            // Opened for each group, so that what OpenSSL put in its place meanwhile is what gets the lines. No buffer: it would write once more when it is closed.
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            var length = file.Length;
            if (length > 0)
            {
                file.Position = length - 1;
                if (file.ReadByte() != '\n')
                    throw new OutputException("LedgerChanged", ErrorKind.Conflict, "another program wrote to the ledger while this run had it open, and its last line has no end.", "Let no other program write to it meanwhile; run again to mend it.", path);
            }

            try
            {
                file.Write(lines, 0, lines.Length);
                file.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                file.SetLength(length);
                file.Flush(flushToDisk: true);
                throw;
            }
        }
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Replaces the file by what is written to a temporary one beside it.</summary>
    /// <exception cref="OutputException">It cannot be written; the file is as it was.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 128 * 1024))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            FileWriter.Move(temporary, path, replace: true);
            FlushFolder(path);
        }
        catch (Exception e)
        {
            FileWriter.TryDelete(temporary);
            if (Explain(e, path) is { } explained) throw explained;
            throw;
        }
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

    /// <summary>Makes an empty ledger where there is none, and the file of attributes in which OpenSSL looks whether a subject may come twice.</summary>
    public static void Create(string path)
    {
        try
        {
            if (File.Exists(path) && File.Exists(path + ".attr")) return;
            // A device that gets a second certificate keeps its subject.
            if (!File.Exists(path + ".attr")) Replace(path + ".attr", file => file.Write(Attributes, 0, Attributes.Length));
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
            FlushFolder(path);
        }
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>
    /// Moves what a crash left behind the last whole line to a file beside the ledger. A power cut may also leave zeros where
    /// data was to be: nothing from there on was ever promised.
    /// </summary>
    /// <returns>What was done, for people; null when there was nothing to do.</returns>
    /// <exception cref="InputException">The file is no ledger: nothing was done.</exception>
    public static string? Mend(string path)
    {
        long whole = 0, end;
        using (var lines = new LineReader(path))
        {
            var isLedger = false;
            while (lines.Read() && lines.IsWhole && lines.Line.IndexOf((byte)0) < 0)
            {
                whole = lines.NextOffset;
                if (isLedger || LedgerFormat.IsComment(lines.Line)) continue;
                LedgerFormat.Read(lines.Line, path, lines.Number);
                isLedger = true;
            }

            end = lines.NextOffset;
            if (whole == end) return null;
            if (!isLedger && lines.Line.Length > 1 && !(lines.Line[0] is (byte)'V' or (byte)'R' or (byte)'E' or (byte)'#' or 0 && lines.Line[1] is (byte)'\t' or 0))
                throw new InputException("LedgerNotRecognised", ErrorKind.InvalidData, "this is not a ledger.", "Give the path of a ledger, or of a file that is not there yet.", path);
        }

        var torn = path + ".torn";
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            using (var aside = new FileStream(torn, FileMode.Append, FileAccess.Write))
            {
                file.Position = whole;
                file.CopyTo(aside);
                aside.Flush(flushToDisk: true);
            }

            end = file.Length;
            file.SetLength(whole);
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (Explain(e, path) is { } explained)
        {
            throw explained;
        }

        return FormattableString.Invariant($"{path}: the last {end - whole:N0} bytes were no whole line, as a run leaves them that was cut short; they were moved to {Path.GetFileName(torn)}. No certificate of theirs had left that run.");
    }

    public static OutputException? Explain(Exception e, string path) => e switch
    {
        UnauthorizedAccessException => new("LedgerAccessDenied", ErrorKind.AccessDenied, "you may not write here.", "Choose another path, or ask its owner." + FileWriter.IfOpen, path, e),
        FileNotFoundException or DirectoryNotFoundException => new("LedgerGone", ErrorKind.NotFound, "the ledger is no longer there.", "Somebody moved or deleted it.", path, e),
        IOException => new("LedgerNotWritten", ErrorKind.InputOutput, $"the ledger cannot be written: {e.Message}", "It is as it was before. Is the disk full?", path, e),
        NotSupportedException or ArgumentException => new("PathInvalid", ErrorKind.InvalidArgument, $"the path is not possible: {e.Message}", null, path, e),
        _ => null,
    };

    /// <summary>A file opened for reading without .NET's lock.</summary>
    public static SafeFileHandle OpenUnix(string path) => new((IntPtr)Open(path, 0), ownsHandle: true);

    // A new name is on the disk when its folder is; Windows' file systems see to that themselves.
    static void FlushFolder(string path)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows)) return;
        using var folder = OpenUnix(FileWriter.FolderOf(path));
        if (!folder.IsInvalid) Synchronise(folder);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    static extern int Synchronise(SafeFileHandle file);
}
