using System.Diagnostics;

namespace DeviceCreds.Shell.Tests;

/// <summary>The shell is PowerShell with the module at hand.</summary>
public sealed class ModuleTests : IDisposable
{
    static readonly string Modules = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Shell.Built("ModuleRoot")))!;

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void The_module_is_loaded_when_a_cmdlet_is_used()
    {
        var run = shell.Command("(New-DeviceKey).Curve; (Get-Module DeviceCreds).Path");

        Assert.Equal($"P-256\n{Path.Combine(Modules, "DeviceCreds", "DeviceCreds.psm1")}\n", run.Output);
    }

    [Fact]
    public void A_script_may_require_and_import_the_module_itself()
    {
        var run = shell.Run(shell.Script("#Requires -Modules DeviceCreds\nImport-Module DeviceCreds\n@(Get-Module DeviceCreds).Count"));

        Assert.Equal(("1\n", ""), (run.Output, run.Error));
    }

    [Theory]
    [InlineData("")]
    [InlineData("another")]
    public void The_module_s_folder_is_the_first_on_PSModulePath_and_PowerShell_s_own_are_there(string before)
    {
        // A module of the same name that somebody has installed.
        shell.Environment["PSModulePath"] = before.Length == 0 ? "" : Path.Combine(shell.Folder, before);
        var other = Directory.CreateDirectory(Path.Combine(shell.Folder, "another", "DeviceCreds"));
        File.WriteAllText(Path.Combine(other.FullName, "DeviceCreds.psm1"), "function New-DeviceKey { 'another' }");

        var run = shell.Command("$env:PSModulePath -split [IO.Path]::PathSeparator; (New-DeviceKey).Curve");

        var lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal(Modules, lines[0]);
        Assert.Equal(before == "another", lines.Contains(other.Parent!.FullName));
        const string Utility = "Microsoft.PowerShell.Utility/Microsoft.PowerShell.Utility.psd1";
        Assert.Contains(lines, folder => File.Exists(Path.Combine(folder, Utility)));
        Assert.Equal("P-256", lines[^1]);
    }

    [Fact]
    public void Modules_of_PowerShell_are_there()
    {
        var run = shell.Command("""
            'Name', 'b', 'a' | ConvertFrom-Csv | Sort-Object Name | ForEach-Object Name
            (Get-ChildItem /).Count -gt 0
            (ConvertTo-SecureString x -AsPlainText).Length
            """);

        Assert.Equal(("a\nb\nTrue\n1\n", ""), (run.Output, run.Error));
    }

    [Fact]
    public void It_reports_nothing_and_asks_nobody_for_updates()
    {
        var run = shell.Command("$env:POWERSHELL_TELEMETRY_OPTOUT; $env:POWERSHELL_UPDATECHECK");

        Assert.Equal("1\nOff\n", run.Output);
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

        using var process =
            Process.Start(new ProcessStartInfo(Shell.Dotnet, [Path.Combine(shell.Folder, Path.GetFileName(Shell.Path)), "-Command", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        var run = Shell.Finish(process);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("module was not found", run.Error);
    }
}
