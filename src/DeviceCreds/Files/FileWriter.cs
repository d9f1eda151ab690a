using System.Runtime.InteropServices;

namespace DeviceCreds;

/// <summary>
/// Writes files so that each is there completely or not at all: in a hidden folder beside its place, flushed to the disk, then
/// renamed. Only their owner may read secret files (mode 0600, or an owner-only ACL) from the first byte.
/// </summary>
internal static partial class FileWriter
{
    /// <summary>EEXIST, on Linux and macOS alike.</summary>
    const int FileExists = 17;

    /// <summary>EINTR, on Linux and macOS alike.</summary>
    const int Interrupted = 4;

    const string OfFiles = "files-";
    const string Replacing = "Choose another path, or use -Force to replace the file.";
    internal const string WithoutKey = "Choose another path, or move the file elsewhere. With -Force it is replaced, and a private key "
        + "in it is lost permanently.";

    /// <summary>Writes all files or none.</summary>
    /// <param name="folder">Created when missing; except on Windows only for its owner when it gets a secret.</param>
    /// <param name="files">The files.</param>
    /// <param name="replace">Whether existing files are replaced.</param>
    /// <returns>The paths, in the same order.</returns>
    /// <exception cref="OutputException">A file exists and may not be replaced, or the system refuses.</exception>
    public static IReadOnlyList<string> WriteAll(string folder, IReadOnlyList<OutputFile> files, bool replace)
    {
        var targets = Targets(folder, files.Select(f => f.Name), replace, files.Any(f => f.IsSecret));
        Explaining(folder, () =>
        {
            CreateFolder(folder, files.Any(f => f.IsSecret));
            using var work = WorkIn(folder);
            var temporary = files.Select(f => Path.Combine(work.Path, f.Name)).ToList();
            for (var i = 0; i < files.Count; i++) Write(temporary[i], files[i], flush: true);
            MoveAll(temporary, targets, replace);
        });
        return targets;
    }

    /// <summary>Writes one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="make">Makes the file of this name, once the path is known to name one.</param>
    /// <param name="replace">Whether an existing file is replaced.</param>
    /// <returns>The path.</returns>
    /// <inheritdoc cref="WriteAll"/>
    public static string WriteOne(string path, Func<string, OutputFile> make, bool replace)
    {
        OutputPath.EnsureNamesFile(path);
        return WriteAll(FolderOf(path), [make(Path.GetFileName(path))], replace)[0];
    }

    /// <summary>The paths that files will have; checks what exists now.</summary>
    /// <exception cref="OutputException">Something with the name of a file exists and may not be replaced.</exception>
    internal static IReadOnlyList<string> Targets(string folder, IEnumerable<string> names, bool replace, bool holdKeys)
    {
        var targets = names.Select(name => Path.Combine(folder, name)).ToList();
        foreach (var target in targets) EnsureFree(target, replace, holdKeys ? WithoutKey : Replacing);
        return targets;
    }

    /// <summary>Gives finished files their names: all, or none where nothing is replaced.</summary>
    /// <exception cref="IOException">A file has appeared in between, or the system refuses; what was not moved is where it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The system refuses; what was not moved is where it was.</exception>
    internal static void MoveAll(IReadOnlyList<string> temporary, IReadOnlyList<string> targets, bool replace)
    {
        var moved = 0;
        try
        {
            for (; moved < targets.Count; moved++) Move(temporary[moved], targets[moved], replace);
        }
        catch when (!replace)
        {
            // Replaced files cannot be restored.
            for (var i = 0; i < moved; i++) TryMove(targets[i], temporary[i]);
            throw;
        }
    }

    /// <summary>Begins a file that is written piece by piece and exists once it is committed. It is not secret.</summary>
    /// <exception cref="OutputException">The file exists and may not be replaced, or the system refuses.</exception>
    public static PendingFile Open(string path, bool replace) => OpenFile(path, replace, isSecret: false);

    /// <summary>The same for a file that only its owner may read, since it holds keys.</summary>
    /// <exception cref="OutputException">The file exists and may not be replaced, or the system refuses.</exception>
    public static PendingFile OpenSecret(string path, bool replace) => OpenFile(path, replace, isSecret: true);

    static PendingFile OpenFile(string path, bool replace, bool isSecret)
    {
        OutputPath.EnsureNamesFile(path);
        EnsureFree(path, replace, isSecret ? WithoutKey : Replacing);
        var folder = FolderOf(path);
        PendingFile? file = null;
        Explaining(folder, () =>
        {
            CreateFolder(folder, secret: false);
            file = new PendingFile(WorkIn(folder), path, replace, isSecret);
        });
        return file!;
    }

    /// <summary>A folder for unfinished files; what dead processes left in such folders is removed.</summary>
    static WorkFolder WorkIn(string folder)
    {
        foreach (var path in WorkFolder.Abandoned(folder, OfFiles)) WorkFolder.Sweep(path);
        return WorkFolder.Create(folder, OfFiles);
    }

    /// <exception cref="OutputException">The system's error as one of ours.</exception>
    internal static void Explaining(string folder, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (Explain(e, folder) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>The folder of a file, also of one that is named without any.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(path) switch { null => path, "" => ".", var folder => folder };

    /// <summary>Writes a new file; a secret's bytes are wiped from memory afterwards.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="file">What.</param>
    /// <param name="flush">Whether it must be on the disk when this returns.</param>
    internal static void Write(string path, OutputFile file, bool flush)
    {
        try
        {
            if (!flush && UnixFile.IsSupported)
            {
                UnixFile.Write(path, file.Content, file.IsSecret);
                return;
            }

            using var stream = file.IsSecret
                ? CreateSecret(path) : new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            stream.Write(file.Content, 0, file.Content.Length);
            stream.Flush(flushToDisk: flush);
        }
        finally
        {
            file.Wipe();
        }
    }

    /// <exception cref="OutputException">A folder is there, or a device or pipe, or a file that may not be replaced.</exception>
    internal static void EnsureFree(string target, bool replace, string advice = Replacing)
    {
        if (Directory.Exists(target))
            throw new OutputException("FileIsFolder", ErrorKind.AlreadyExists, "a folder has the name of the file.",
                "Choose another path.", target);
        if (FileKind.Special(target) is { } kind)
        {
            throw new OutputException("FileNotRegular", ErrorKind.AlreadyExists, $"expected a file or nothing, found {kind}.",
                "Choose another path.", target);
        }

        if (!replace && File.Exists(target))
            throw new OutputException("FileExists", ErrorKind.AlreadyExists, "this file exists already and was not replaced.", advice,
                target);
    }

    internal static void Move(string from, string to, bool replace)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            Patiently(() => MoveNow(from, to, replace));
            return;
        }

        // .NET checks for the target and then renames: two processes at once would both succeed. Making a link is one step.
        if (!replace)
        {
            int result;
            do result = Link(from, to);
            while (result < 0 && Marshal.GetLastWin32Error() == Interrupted);
            if (result == 0)
            {
                File.Delete(from);
                return;
            }

            if (Marshal.GetLastWin32Error() == FileExists) throw new IOException("The file exists.", FileExists);
            // A file system without links: rename instead.
        }

#if NET
        File.Move(from, to, replace);
#else
        if (replace && File.Exists(to)) File.Replace(from, to, null);
        else File.Move(from, to);
#endif
    }

    /// <summary>Moves a file to the first of the places that is free.</summary>
    /// <returns>The place.</returns>
    /// <exception cref="IOException">None is free.</exception>
    internal static string MoveToFirst(string from, IEnumerable<string> targets, bool replace)
    {
        IOException? taken = null;
        foreach (var to in targets)
        {
            try
            {
                Move(from, to, replace);
                return to;
            }
            catch (IOException e) when (IsExists(e))
            {
                // Another run was faster.
                taken = e;
            }
        }

        throw taken ?? new IOException("There is no free name.");
    }

    internal static OutputException? Explain(Exception e, string folder) => e switch
    {
        UnauthorizedAccessException =>
            new OutputException("FolderAccessDenied", ErrorKind.AccessDenied, "you may not write here.",
                "Choose another folder, or ask its owner." + IfOpen, folder, e),
        IOException io when IsExists(io) =>
            new OutputException("FileExists", ErrorKind.AlreadyExists,
            "a file with this name appeared while this one was being written; nothing was replaced.",
            "Is another run writing to the same folder?", folder, e),
        PathTooLongException =>
            new OutputException("FileNotWritten", ErrorKind.InputOutput, $"the file cannot be written: {e.Message}",
                "Choose a folder with a shorter path. While files are being written, their paths are some thirty characters longer.",
                folder, e),
        IOException io =>
            new OutputException("FileNotWritten", ErrorKind.InputOutput, $"the file cannot be written: {io.Message}",
                "Nothing was left half-written. Is the disk full?", folder, e),
        NotSupportedException or ArgumentException =>
            new OutputException("PathInvalid", ErrorKind.InvalidArgument, $"the path is not possible: {e.Message}", null, folder, e),
        _ => null,
    };

    /// <summary>Windows reports the same error for a read-only file and for an open one.</summary>
    internal static string IfOpen =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "If you may write here, another program has the file open: close it." : "";

    static bool IsExists(IOException e) => (e.HResult & 0xFFFF) is 80 or 183 or FileExists;

    internal static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the useful one.
        }
    }

    static void TryMove(string from, string to)
    {
        try
        {
            Move(from, to, replace: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the useful one.
        }
    }

    /// <summary>Makes a folder; on Windows, where files have access lists of their own, a secret one is as any other.</summary>
    internal static void CreateFolder(string folder, bool secret)
    {
        if (Directory.Exists(folder)) return;
        for (var at = folder; !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at))
                throw new OutputException("FolderIsFile", ErrorKind.AlreadyExists, "a file has the name of the folder.",
                    "Choose another path.", at);
        }

#if NET
        if (secret && !OperatingSystem.IsWindows())
        {
            if (Path.GetDirectoryName(folder) is { Length: > 0 } parent) Directory.CreateDirectory(parent);
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return;
        }
#endif
        Directory.CreateDirectory(folder);
    }

    // Without a buffer (of one byte), in which a key would stay.
    internal static FileStream CreateSecret(string path)
    {
#if NET
        if (!OperatingSystem.IsWindows())
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 1,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }

        return CreateForOwner(path);
#else
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows)) return CreateForOwner(path);
        // .NET Framework has no file modes; on other systems this build is only used in tests, and the file is still empty here.
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1);
        if (ChangeMode(path, 0x180) == 0) return stream;
        stream.Dispose();
        throw new IOException("The file's mode cannot be set.");
#endif
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    static extern int Link(string from, string to);

#if !NET
    [DllImport("libc", EntryPoint = "chmod", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    static extern int ChangeMode(string path, uint mode);
#endif
}
