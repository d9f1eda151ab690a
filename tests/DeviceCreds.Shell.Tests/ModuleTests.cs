using System.Diagnostics;

namespace DeviceCreds.Shell.Tests;

public sealed class ModuleTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void The_module_is_loaded()
    {
        var run = shell.Command("(Get-Module DeviceCreds).Name; (Get-Command New-DeviceKey).ModuleName");

        Assert.Equal("DeviceCreds\nDeviceCreds\n", run.Output);
    }

    [Fact]
    public void A_script_may_require_and_import_the_module_itself()
    {
        var run = shell.Run(shell.Script("#Requires -Modules DeviceCreds\nImport-Module DeviceCreds\n@(Get-Module DeviceCreds).Count"));

        Assert.Equal(("1\n", ""), (run.Output, run.Error));
    }

    [Fact]
    public void The_core_cmdlets_are_there()
    {
        var run = shell.Command("1..5 | Where-Object { $_ -gt 2 } | ForEach-Object { $_ * 2 } | Out-Host");

        Assert.Equal("6\n8\n10\n", run.Output);
    }

    [Fact]
    public void A_program_without_its_module_says_how_to_build_it()
    {
        var built = Path.GetDirectoryName(Shell.Path)!;
        foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(shell.Folder, Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        using var process = Process.Start(new ProcessStartInfo(Shell.Dotnet, [Path.Combine(shell.Folder, Path.GetFileName(Shell.Path)), "-Command", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        var run = Shell.Finish(process);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("module was not found", run.Error);
    }
}
