using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DeviceCreds.Tests;

/// <summary>Ctrl+C for another process, by the system call: a container may lack the program "kill".</summary>
static class Signal
{
    const int Interruption = 2;

    public static void Require() => Assert.SkipUnless(OperatingSystem.IsLinux(), "this test sends a signal as Linux does");

    public static void Interrupt(Process process) => Assert.Equal(0, Kill(process.Id, Interruption));

    [DllImport("libc", EntryPoint = "kill")]
    static extern int Kill(int process, int signal);
}
