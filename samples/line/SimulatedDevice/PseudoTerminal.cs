using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SimulatedDevice;

/// <summary>A pseudo terminal: the device has one end, and the other one looks like a serial port. Linux and macOS.</summary>
sealed class PseudoTerminal : IDisposable
{
    const int ReadWrite = 2;
    const int AtOnce = 0;

    readonly int _master;
    readonly int _port;

    public PseudoTerminal()
    {
        _master = Open(ReadWrite);
        if (_master < 0 || Grant(_master) != 0 || Unlock(_master) != 0) throw new IOException("There is no pseudo terminal.");
        Name = Marshal.PtrToStringUTF8(NameOf(_master))!;
        // Kept open, so that the line does not hang up when the tool closes it.
        _port = OpenPort(Name, ReadWrite);
        var settings = new byte[256];
        if (_port < 0 || GetSettings(_port, settings) != 0) throw new IOException("The pseudo terminal cannot be opened.");
        // Before a tool has opened it, the terminal must not echo what the device writes.
        MakeRaw(settings);
        _ = SetSettings(_port, AtOnce, settings);
        Stream = new FileStream(new SafeFileHandle(_master, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
    }

    /// <summary>The name of the serial port.</summary>
    public string Name { get; }

    /// <summary>The device's end.</summary>
    public Stream Stream { get; }

    /// <summary>Discards bytes that the tool has sent and the device has not read.</summary>
    public void DiscardInput() => _ = Flush(_master, OperatingSystem.IsMacOS() ? 1 : 0);

    public void Dispose()
    {
        _ = Close(_port);
        Stream.Dispose();
    }

    [DllImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    static extern int Open(int flags);

    [DllImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    static extern int Grant(int master);

    [DllImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    static extern int Unlock(int master);

    [DllImport("libc", EntryPoint = "ptsname", SetLastError = true)]
    static extern IntPtr NameOf(int master);

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    static extern int OpenPort(string path, int flags);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    static extern int Close(int file);

    [DllImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    static extern int GetSettings(int file, byte[] settings);

    [DllImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    static extern int SetSettings(int file, int when, byte[] settings);

    [DllImport("libc", EntryPoint = "tcflush", SetLastError = true)]
    static extern int Flush(int file, int queue);

    [DllImport("libc", EntryPoint = "cfmakeraw")]
    static extern void MakeRaw(byte[] settings);
}
