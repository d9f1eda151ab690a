namespace DeviceCreds.Shell.Tests;

public sealed class CommandLineTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Theory]
    [InlineData("-Version")]
    [InlineData("--version")]
    public void Version_names_the_shell_and_the_engine(string option)
    {
        var run = shell.Run(option);

        Assert.Matches(@"^DeviceCreds \d+\.\d+\.\d+\S* \(PowerShell engine 7\.\d+\.\d+, \.NET \d+", run.Output);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("-Help")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    public void Help_is_honest_about_what_is_not_there(string option)
    {
        var run = shell.Run(option);

        Assert.Contains("-NonInteractive", run.Output);
        Assert.Contains("What it is not: PowerShell. The Utility, Management and Security modules", run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData("'-Bogus' is not an option", "-Bogus")]
    [InlineData("-Command needs a command", "-Command")]
    [InlineData("-File needs the path", "-File")]
    public void A_wrong_command_line_is_explained_and_fails(string explanation, params string[] arguments)
    {
        var run = shell.Run(arguments);

        Assert.Contains(explanation, run.Error);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public void A_script_takes_parameters_by_name_by_position_and_as_switches()
    {
        var script = shell.Script("""
            param([string]$Name, [int]$Count, [switch]$Force, [switch]$Quiet)
            "name=$Name count=$($Count + 1) force=$Force quiet=$Quiet"
            """);

        var run = shell.Run(script, "-Count", "41", "-Force", "gate 1", "-Quiet:$false");

        Assert.Equal("name=gate 1 count=42 force=True quiet=False\n", run.Output);
    }

    [Fact]
    public void A_value_behind_a_colon_may_hold_colons_dashes_and_blanks()
    {
        var script = shell.Script("param([string]$Uri, [string]$Text) \"$Uri|$Text\"");

        var run = shell.Run("-File", script, "-Uri:coaps://lwm2m:5684?aid=1", "-Text", "-5 - a 'b'");

        Assert.Equal("coaps://lwm2m:5684?aid=1|-5 - a 'b'\n", run.Output);
    }

    [Fact]
    public void A_script_knows_its_arguments_its_path_and_where_it_was_started()
    {
        var script = shell.Script("""
            "$args"
            $PSScriptRoot -eq [IO.Path]::GetDirectoryName($MyInvocation.MyCommand.Path)
            [IO.Path]::GetFileName($PSCommandPath)
            "$PWD" -eq [Environment]::CurrentDirectory
            """, "name with [brackets].ps1");

        var run = shell.Run(script, "a", "b c", "-d", "-1");

        Assert.Equal("a b c -d -1\nTrue\nname with [brackets].ps1\nTrue\n", run.Output);
    }

    [Fact]
    public void A_relative_path_is_found_from_the_current_directory()
    {
        shell.Script("'found'", "here.ps1");

        Assert.Equal("found\n", shell.Run("here.ps1").Output);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("-Command", "-")]
    [InlineData]
    public void Standard_input_is_run_as_a_script(params string[] arguments)
    {
        var run = shell.RunWith("$sum = 0\nforeach ($n in 1..4) {\n  $sum += $n\n}\n\"sum é $sum\"\nexit 6\n", arguments);

        Assert.Equal((6, "sum é 10\n", ""), (run.ExitCode, run.Output, run.Error));
    }
}
