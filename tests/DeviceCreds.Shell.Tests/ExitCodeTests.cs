using System.Diagnostics;
using DeviceCreds.Tests;

namespace DeviceCreds.Shell.Tests;

/// <summary>What a build sees of a script: its exit code.</summary>
public sealed class ExitCodeTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Theory]
    [InlineData("& { exit 3 }; 'not reached'", 3)]
    [InlineData("1/0; 'a non-terminating error'", 0)]
    [InlineData("throw 'no'", 1)]
    [InlineData("$ErrorActionPreference = 'Stop'; New-DeviceKey -Count 0; 'not reached'", 1)]
    public void A_script_ends_with(string text, int code) => Assert.Equal(code, shell.Run(shell.Script(text)).ExitCode);

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("1/0; 'the last statement succeeds'", 0)]
    [InlineData("Get-Nonsense", 1)]
    [InlineData("throw 'no'", 1)]
    public void A_command_ends_with(string text, int code) => Assert.Equal(code, shell.Command(text).ExitCode);

    [Fact]
    public void A_script_takes_parameters_and_its_output_is_apart_from_its_errors()
    {
        var script = shell.Script("param([string] $Name, [switch] $Force) \"$Name $Force\"; Write-Error 'wrong'");

        var run = shell.Run(script, "-Name", "gate 1", "-Force");

        Assert.Equal((0, "gate 1 True\n"), (run.ExitCode, run.Output));
        Assert.Contains("wrong", run.Error);
    }

    [Fact]
    public void Ctrl_C_stops_a_script_and_lets_it_clean_up()
    {
        Signal.Require();
        using var process = shell.Start(shell.Script("""
            try { [Console]::Out.WriteLine('started'); while ($true) { Start-Sleep -Milliseconds 5 } }
            finally { [Console]::Out.WriteLine('cleaned up') }
            'not reached'
            """));
        Assert.Equal("started", process.StandardOutput.ReadLine());

        Signal.Interrupt(process);

        Assert.Equal("cleaned up\n", Shell.Finish(process).Output);
    }
}
