using System.Diagnostics;
using System.Text.RegularExpressions;

namespace DeviceCreds.Shell.Tests;

public sealed class TerminalTests : IDisposable
{
    const string Escape = "\x1b[";

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void The_prompt_runs_lines_continues_incomplete_ones_and_leaves_on_exit()
    {
        using var terminal = new TerminalSession(shell);
        terminal.WaitForPrompt();
        terminal.TypeLine("$n = 20");
        terminal.WaitForPrompt();
        terminal.TypeLine("1..2 | ForEach-Object {");
        terminal.WaitFor(">> ");
        terminal.TypeLine("$_ + $n");
        terminal.WaitFor(">> ");
        terminal.TypeLine("}");
        terminal.WaitFor("21\r\n22\r\n");
        terminal.WaitForPrompt();
        terminal.TypeLine("exit 4");

        Assert.Equal(4, terminal.ExitCode());
    }

    [Fact]
    public void Lines_are_edited_recalled_and_completed()
    {
        using var terminal = new TerminalSession(shell);
        terminal.WaitForPrompt();
        terminal.TypeLine("'abd'\x1b[D\x1b[D\x1b[D\x7f" + "XY");
        terminal.WaitFor("XYbd\r\n");
        terminal.WaitForPrompt();
        terminal.TypeLine("\x1b[A\x01'up'+\x05");
        terminal.WaitFor("upXYbd\r\n");
        terminal.WaitForPrompt();
        terminal.Type("New-DeviceK\t");
        terminal.WaitFor("New-DeviceKey");
        terminal.Type("\x15Get-Module -Na\t");
        terminal.WaitFor("-Name");
        terminal.Type("\x15'/et\t");
        terminal.WaitFor("/etc");
        terminal.TypeLine("\x15" + "exit");

        Assert.Equal(0, terminal.ExitCode());
    }

    [Fact]
    public void Ctrl_C_at_the_prompt_cancels_the_line_and_what_runs_and_stays()
    {
        using var terminal = new TerminalSession(shell);
        terminal.WaitForPrompt();
        terminal.Type("exit 1");
        terminal.WaitFor("exit 1");
        terminal.TypeControlC();
        terminal.WaitForPrompt();
        terminal.TypeLine("$Host.UI.WriteLine('run' + 'ning'); while ($true) { }");
        terminal.WaitFor("running\r\n");
        terminal.TypeControlC();
        terminal.WaitForPrompt();
        terminal.TypeLine("'still ' + 'here'");
        terminal.WaitFor("still here\r\n");
        terminal.WaitForPrompt();
        terminal.Type("\x04");

        Assert.Equal(0, terminal.ExitCode());
    }

    [Fact]
    public void Mandatory_parameters_are_asked_for_lists_to_an_empty_line_and_secrets_masked()
    {
        var script = shell.Script("""
            param([Parameter(Mandatory)][string[]]$Name, [Parameter(Mandatory)][securestring]$Password, [Parameter(Mandatory)][int]$Count)
            "$($Name -join '+') $([Net.NetworkCredential]::new('', $Password).Password.ToUpper()) $($Count * 2)"
            """);
        using var terminal = new TerminalSession(shell, script);
        terminal.WaitFor("Name[0]: ");
        terminal.TypeLine("a");
        terminal.WaitFor("Name[1]: ");
        terminal.TypeLine("b");
        terminal.WaitFor("Name[2]: ");
        terminal.TypeLine("");
        terminal.WaitFor("Password: ");
        terminal.TypeLine("hushh\x7f");
        terminal.WaitFor("*****");
        terminal.WaitFor("Count: ");
        terminal.TypeLine("many");
        terminal.WaitFor("Cannot convert");
        terminal.WaitFor("Count: ");
        terminal.TypeLine("21");
        terminal.WaitFor("a+b HUSH 42");

        Assert.Equal(0, terminal.ExitCode());
        Assert.DoesNotContain("hush", terminal.Screen);
    }

    /// <summary>Our shell, and PowerShell where it is installed.</summary>
    public static TheoryData<string> Programs => Exists("pwsh") ? ["", "pwsh -NoProfile"] : [""];

    [Theory]
    [MemberData(nameof(Programs))]
    public void The_password_of_a_CA_is_asked_for_never_shown_and_opens_the_key(string program)
    {
        if (!Exists("openssl"))
            Assert.Skip("openssl not found");
        const string Password = "s3cret W\u00f6rd";
        var script = shell.Script($"Import-Module '{Shell.Built("ModuleRoot")}DeviceCreds.psd1'; New-CertificateAuthority Root | Export-CertificateAuthority ca | Out-Null; 'done' + 'here'");
        using var terminal = new TerminalSession(shell, $"-File {script}", program: program.Length == 0 ? null : program);
        terminal.WaitFor("Password: ");
        foreach (var key in Password)
        {
            terminal.Type(key.ToString());
            terminal.WaitFor("*");
        }

        terminal.TypeLine("");
        terminal.WaitFor("donehere");

        Assert.Equal(0, terminal.ExitCode());
        // Whatever moves the cursor aside.
        Assert.EndsWith("Password:" + new string('*', Password.Length) + "donehere", Regex.Replace(terminal.Screen, @"\x1b\[[0-9;?]*[A-Za-z]|\s", ""), StringComparison.Ordinal);
        using var openssl = Process.Start("openssl", ["pkey", "-in", Path.Combine(shell.Folder, "ca", "CA_private.pem"), "-passin", "file:" + shell.Script(Password, "password"), "-noout"]);
        openssl.WaitForExit();
        Assert.Equal(0, openssl.ExitCode);
    }

    static bool Exists(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => d.Length > 0 && File.Exists(Path.Combine(d, tool)));

    [Fact]
    public void Ctrl_C_at_a_question_ends_a_script_with_130()
    {
        using var terminal = new TerminalSession(shell, shell.Script("param([Parameter(Mandatory)]$Name) 'not reached'"));
        terminal.WaitFor("Name: ");
        terminal.TypeControlC();

        Assert.Equal(130, terminal.ExitCode());
    }

    [Fact]
    public void Ctrl_C_ends_a_running_script_with_130()
    {
        using var terminal = new TerminalSession(shell, shell.Script("'started'; while ($true) { }"));
        terminal.WaitFor("started");
        terminal.TypeControlC();

        Assert.Equal(130, terminal.ExitCode());
    }

    [Fact]
    public void Progress_is_a_bar_that_makes_way_for_output_and_disappears()
    {
        var script = shell.Script("""
            [CmdletBinding()] param()
            foreach ($percent in 25, 75) {
                $record = [System.Management.Automation.ProgressRecord]::new(1, 'Issuing', "device $percent")
                $record.PercentComplete = $percent
                $PSCmdlet.WriteProgress($record)
                "issued $percent"
                [Threading.Thread]::Sleep(110)
            }
            $PSCmdlet.WriteProgress([System.Management.Automation.ProgressRecord]::new(1, 'Exporting', 'in step'))
            """);
        using var terminal = new TerminalSession(shell, script);
        terminal.WaitFor("Issuing [######..................]  25%  device 25");
        terminal.WaitFor($"\r{Escape}Kissued 25\r\n");
        terminal.WaitFor("Issuing [##################......]  75%  device 75");
        terminal.WaitFor($"\r{Escape}Kissued 75\r\n");
        terminal.WaitFor("Exporting [##################......]  75%  in step");

        Assert.Equal(0, terminal.ExitCode());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_terminal_is_coloured_unless_NO_COLOR_is_set(bool colour)
    {
        using var terminal = new TerminalSession(shell, shell.Script("[pscustomobject]@{ Name = 'gate' } | Out-Host; throw 'wrong'"), colour);

        Assert.Equal(1, terminal.ExitCode());
        terminal.WaitFor("wrong");
        Assert.Equal(colour, terminal.Screen.Contains(Escape + "32;1m"));
        Assert.Equal(colour, terminal.Screen.Contains(Escape + "31;1m"));
    }
}
