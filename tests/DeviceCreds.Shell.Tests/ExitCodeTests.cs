using System.Diagnostics;

namespace DeviceCreds.Shell.Tests;

public sealed class ExitCodeTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Theory]
    [InlineData("& { exit 3 }; 'not reached'", 3)]
    [InlineData("1/0; 'a non-terminating error'", 0)]
    [InlineData("throw 'no'", 1)]
    [InlineData("$ErrorActionPreference = 'Stop'; 1/0", 1)]
    public void A_script_ends_with(string text, int code) => Assert.Equal(code, shell.Run(shell.Script(text)).ExitCode);

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("1/0; 'the last statement is fine'", 0)]
    [InlineData("Get-Nonsense", 1)]
    [InlineData("throw 'no'", 1)]
    public void A_command_ends_with(string text, int code) => Assert.Equal(code, shell.Command(text).ExitCode);

    [Fact]
    public void A_script_started_by_a_script_sets_the_last_exit_code_only()
    {
        shell.Script("exit 5", "inner.ps1");
        var script = shell.Script("& \"$PSScriptRoot/inner.ps1\"; \"inner ended with $LASTEXITCODE\"");

        var run = shell.Run(script);

        Assert.Equal((0, "inner ended with 5\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public void A_failed_native_command_does_not_fail_the_script()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "sh not found");

        var run = shell.Run(shell.Script("sh -c 'echo native; exit 9'; \"code $LASTEXITCODE\""));

        Assert.Equal((0, "native\ncode 9\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public void Ctrl_C_stops_a_script_lets_it_clean_up_and_ends_with_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "kill not found");
        using var process = shell.Start(shell.Script("""
            try { $Host.UI.WriteLine('started'); while ($true) { [Threading.Thread]::Sleep(5) } } finally { $Host.UI.WriteLine('cleaned up') }
            """));
        Assert.Equal("started", process.StandardOutput.ReadLine());

        SendControlC(process);

        Assert.Equal(new Run(130, "cleaned up\n", ""), Shell.Finish(process));
    }

    [Fact]
    public void Ctrl_C_ends_a_script_that_does_not_listen_soon_after()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "kill not found");
        using var process = shell.Start(shell.Script("$Host.UI.WriteLine('started'); [Threading.Thread]::Sleep(60000)"));
        Assert.Equal("started", process.StandardOutput.ReadLine());

        SendControlC(process);

        Assert.Equal(130, Shell.Finish(process).ExitCode);
    }

    static void SendControlC(Process process) => Process.Start("sh", ["-c", $"kill -INT {process.Id}"]).WaitForExit();
}
