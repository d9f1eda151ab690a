namespace DeviceCreds.Shell.Tests;

public sealed class StreamTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void Objects_are_shown_by_PowerShells_own_formatting()
    {
        var run = shell.Command("[pscustomobject]@{ Name = 'gate'; Count = 2 }; [pscustomobject]@{ Name = '漢字'; Count = 10 }");

        Assert.Equal("\nName Count\n---- -----\ngate     2\n漢字    10\n\n", run.Output);
    }

    [Fact]
    public void A_long_line_stays_one_line_in_a_file() => Assert.Equal(new string('x', 500) + "\n", shell.Command("'x' * 500").Output);

    [Fact]
    public void Output_is_apart_from_errors_and_messages()
    {
        var run = shell.Run(shell.Script("""
            [CmdletBinding()] param()
            $DebugPreference = 'Continue'
            $PSCmdlet.WriteWarning('careful')
            $PSCmdlet.WriteVerbose('detail')
            $PSCmdlet.WriteDebug('inside')
            $PSCmdlet.WriteInformation('info', @())
            $PSCmdlet.WriteProgress([System.Management.Automation.ProgressRecord]::new(1, 'Issuing', 'device 1'))
            $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([Exception]::new('wrong'), 'Id', 'NotSpecified', $null))
            $Host.UI.WriteLine('host')
            'result'
            """), "-Verbose", "-InformationAction", "Continue");

        Assert.Equal("info\nhost\nresult\n", run.Output);
        Assert.Equal("WARNING: careful\nVERBOSE: detail\nDEBUG: inside\nscript.ps1: wrong\n", run.Error);
    }

    [Fact]
    public void An_uncaught_error_is_shown_with_its_place_on_standard_error()
    {
        var run = shell.Run(shell.Script("'first'\n\n  throw 'the CA is gone'"));

        Assert.Equal("first\n", run.Output);
        Assert.Contains("script.ps1:3", run.Error);
        Assert.Contains("| the CA is gone", run.Error);
    }

    [Theory]
    [InlineData("'a'\n'b'\nforeach (", "foreach (")]
    [InlineData("'a'\n'b'\n'c' | }", "'c' | }")]
    public void A_parse_error_runs_nothing_and_shows_the_line(string text, string line)
    {
        var run = shell.Run(shell.Script(text));

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("script.ps1:3", run.Error);
        Assert.Contains($"3 |  {line}", run.Error);
    }

    [Fact]
    public void An_incomplete_command_is_shown_with_the_place_where_it_breaks_off()
    {
        var run = shell.Command("if (");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ParserError", run.Error);
        Assert.Contains("1 |  if (", run.Error);
    }

    [Fact]
    public void A_missing_script_is_named_with_its_full_path()
    {
        var run = shell.Run("no-such.ps1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"'no-such.ps1' was not found ({Path.Combine(shell.Folder, "no-such.ps1")})", run.Error);
    }

    [Theory]
    [InlineData("Format-Table", "Utility")]
    [InlineData("select Name", "Utility")]
    [InlineData("Microsoft.PowerShell.Management\\Get-ChildItem", "Management")]
    [InlineData("ConvertTo-SecureString x", "Security")]
    public void A_cmdlet_that_only_PowerShell_has_is_explained(string command, string module)
    {
        var run = shell.Command("'x' | " + command);

        Assert.Contains($"belongs to PowerShell's {module} module, which this shell does not have; it needs an installed PowerShell", run.Error);
    }

    [Theory]
    [InlineData("read-host", "use $Host.UI.ReadLine(), and for a password $Host.UI.ReadLineAsSecureString()")]
    [InlineData("Get-Credential ca", "use $Host.UI.PromptForCredential(")]
    public void What_asks_for_a_password_has_a_stand_in(string command, string instead) => Assert.Contains(instead, shell.Command(command).Error);

    [Fact]
    public void An_unknown_command_is_not() => Assert.DoesNotContain("belongs to", shell.Command("Get-Nonsense").Error);

    [Fact]
    public void Nothing_is_coloured_outside_a_terminal()
    {
        var run = shell.Command("$PSStyle.Foreground.Red + 'red'; [pscustomobject]@{ A = 1 }; $Host.UI.WriteLine('Red', 'Black', 'host'); Get-Nonsense");

        Assert.Contains("red", run.Output);
        Assert.DoesNotContain('\x1b', run.Output + run.Error);
    }
}
