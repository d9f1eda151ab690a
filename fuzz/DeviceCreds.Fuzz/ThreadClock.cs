using System.Runtime.InteropServices;

namespace DeviceCreds.Fuzz;

/// <summary>How long the current thread had a processor. The work of others on the same machine does not count.</summary>
internal sealed class ThreadClock
{
    // CLOCK_THREAD_CPUTIME_ID of Linux and of macOS.
    static readonly int Clock = OperatingSystem.IsMacOS() ? 16 : 3;

    readonly TimeSpan _start = Now();

    public static ThreadClock StartNew() => new();

    public TimeSpan Elapsed => Now() - _start;

    static TimeSpan Now()
    {
        if (OperatingSystem.IsWindows())
        {
            return GetThreadTimes(GetCurrentThread(), out _, out _, out var kernel, out var user)
                ? TimeSpan.FromTicks(kernel + user)
                : throw new InvalidOperationException($"GetThreadTimes failed: {Marshal.GetLastPInvokeError()}.");
        }

        return GetTime(Clock, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100)
            : throw new InvalidOperationException("clock_gettime failed.");
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    static extern int GetTime(int clock, out TimeSpec time);

    [DllImport("kernel32")]
    static extern nint GetCurrentThread();

    [DllImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    static extern bool GetThreadTimes(nint thread, out long creation, out long exit, out long kernel, out long user);

    struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
