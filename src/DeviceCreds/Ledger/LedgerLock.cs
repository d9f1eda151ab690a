using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds;

/// <summary>
/// One process at a time: a file beside the ledger that is held open, so that the system releases it when the process
/// dies. The empty file stays: if it were deleted, two processes could hold two files of the same name.
/// </summary>
internal sealed class LedgerLock : IDisposable
{
    // How often to try again while a ledger is in use.
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // A process ID and, since computers may share the folder, a host name.
    static readonly Regex HolderForm = new(@"^([0-9]{1,10})(?: ([A-Za-z0-9._-]{1,255}))?\s*$", RegexOptions.CultureInvariant);

    // On Unix .NET locks a file (flock) only when it is opened unshared; on Windows others may read who holds it.
    static readonly FileShare Share = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? FileShare.Read : FileShare.None;

    readonly FileStream _file;

    LedgerLock(FileStream file, bool isLeft) => (_file, WasInterrupted) = (file, isLeft);

    /// <summary>Whether the last holder could not release it: its process was ended, or the computer stopped.</summary>
    public bool WasInterrupted { get; }

    /// <summary>Whether a process holds the lock of a ledger, or could not release it.</summary>
    public static bool IsHeldOrLeft(string ledger) => new FileInfo(PathOf(ledger)) is { Exists: true, Length: > 0 };

    static string PathOf(string ledger) => ledger + ".lock";

    /// <summary>Takes the lock, and waits for it as long as the options say.</summary>
    /// <exception cref="OutputException">Another process holds it, or it cannot be made.</exception>
    /// <exception cref="InputException">Something other than a regular file has its name.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static LedgerLock Take(string ledger, LedgerOptions options)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                return Take(ledger);
            }
            catch (OutputException e) when (e.ErrorId == "LedgerInUse" && waited.Elapsed < options.Timeout)
            {
                options.Cancel.WaitHandle.WaitOne(Pause);
                options.Cancel.ThrowIfCancellationRequested();
            }
        }
    }

    static LedgerLock Take(string ledger)
    {
        var path = PathOf(ledger);
        LedgerFile.EnsureOwn(path);
        FileStream? file = null;
        try
        {
            file = LedgerFile.OpenBeside(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, Share);
            using var process = Process.GetCurrentProcess();
            var holder = Encoding.ASCII.GetBytes($"{process.Id.ToString(CultureInfo.InvariantCulture)} {Environment.MachineName}");
            var isLeft = file.Length > 0;
            file.SetLength(0);
            file.Write(holder, 0, holder.Length);
            file.Flush(flushToDisk: true);
            return new(file, isLeft);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new OutputException("LedgerInUse", ErrorKind.Conflict, $"another run{Holder(path)} has the ledger open.",
                "Wait until it has ended: -LedgerTimeout waits. Runs that issue at the same time need a ledger each; Merge-IssuanceLedger "
                    + "merges them.", ledger, e);
        }
        catch (Exception e) when (LedgerFile.Explain(e, path) is { } explained)
        {
            file?.Dispose();
            throw explained;
        }
    }

    public void Dispose()
    {
        try
        {
            _file.SetLength(0);
        }
        catch (IOException)
        {
            // The holder's name is only a hint.
        }

        _file.Dispose();
    }

    // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION; EWOULDBLOCK on Linux and on macOS.
    static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is 32 or 33 or 11 or 35;

    static string Holder(string path)
    {
        try
        {
            // .NET would also ask for a lock to read.
            using var file = RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
                : new FileStream(LedgerFile.OpenUnix(path), FileAccess.Read);
            using var reader = new StreamReader(file);
            var holder = HolderForm.Match(reader.ReadLine() ?? "");
            return !holder.Success ? "" : holder.Groups[2].Success ? $" (process {holder.Groups[1]} on {holder.Groups[2]})"
                : $" (process {holder.Groups[1]})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
