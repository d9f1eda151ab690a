using System.Text.RegularExpressions;
using DeviceCreds.Tests;

namespace DeviceCreds.Shell.Tests;

/// <summary>At a terminal.</summary>
public sealed partial class TerminalTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void The_prompt_runs_a_line_and_leaves_on_exit()
    {
        using var terminal = new TerminalSession(shell, "-NoProfile -NoLogo");
        terminal.WaitForPrompt();
        terminal.TypeLine("(New-DeviceKey).Curve.Replace('-', '+')");
        terminal.WaitFor("P+256");
        terminal.WaitForPrompt();
        terminal.TypeLine("exit 4");

        Assert.Equal(4, terminal.ExitCode());
    }

    [Fact]
    public void The_password_of_a_CA_is_asked_for_never_shown_and_opens_the_key()
    {
        Tool.Require("openssl");
        const string Password = "s3cret W\u00f6rd";
        var script = shell.Script("New-CertificateAuthority Root | Export-CertificateAuthority ca | Out-Null; 'done' + 'here'");
        using var terminal = new TerminalSession(shell, $"-NoProfile -File {script}");
        foreach (var prompt in new[] { "New password for the private key of the CA 'Root': ", "The same password again: " })
        {
            terminal.WaitFor(prompt);
            foreach (var key in Password)
            {
                terminal.WaitUntilHidden();
                terminal.Type(key.ToString());
                terminal.WaitFor("*");
            }

            terminal.WaitUntilHidden();
            terminal.TypeLine("");
        }

        terminal.WaitFor("donehere");

        Assert.Equal(0, terminal.ExitCode());
        var typed = new string('*', Password.Length);
        Assert.EndsWith($"'Root':{typed}Thesamepasswordagain:{typed}donehere", Unseen().Replace(terminal.Screen, ""),
            StringComparison.Ordinal);
        var file = shell.Script(Password, "password");
        Tool.Run("openssl", "pkey", "-in", Path.Combine(shell.Folder, "ca", "CA_private.pem"), "-passin", $"file:{file}", "-noout");
    }

    // Escape sequences of ECMA-48: control sequences, control strings (a title) and single functions (the keypad's mode); and blanks.
    [GeneratedRegex(@"\x1b(\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(\x07|\x1b\\)|[ -/]*[0-~])|\s", RegexOptions.Singleline)]
    private static partial Regex Unseen();
}
