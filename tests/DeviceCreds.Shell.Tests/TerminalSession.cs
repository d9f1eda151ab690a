using System.Diagnostics;
using System.Text;
using DeviceCreds.Tests;

namespace DeviceCreds.Shell.Tests;

/// <summary>The shell on a pseudo-terminal of 'script' (util-linux): what is typed, and what then stands on the screen.</summary>
sealed class TerminalSession : IDisposable
{
    const string Script = "/usr/bin/script";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly StringBuilder screen = new();
    readonly Process process;
    int seen;

    internal TerminalSession(Shell shell, string arguments = "", int columns = 200)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Script))
            Assert.Skip("script (util-linux) not found");
        Tool.Require("stty");
        var start = new ProcessStartInfo(Script)
        {
            WorkingDirectory = shell.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        // By default wide enough that no line of a test wraps.
        var command = $"stty cols {columns} rows 50; exec env --default-signal=INT '{Shell.Dotnet}' '{Shell.Path}' {arguments}";
        foreach (var argument in new[] { "--quiet", "--return", "--flush", "--command", command, "/dev/null" })
            start.ArgumentList.Add(argument);
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment.Remove("NO_COLOR");
        process = Process.Start(start)!;
        new Thread(Collect) { IsBackground = true }.Start();
    }

    internal string Screen
    {
        get
        {
            lock (screen)
                return screen.ToString();
        }
    }

    internal void Type(string keys)
    {
        process.StandardInput.Write(keys);
        process.StandardInput.Flush();
    }

    internal void TypeLine(string line) => Type(line + "\r");

    /// <summary>Waits for a text behind the last one waited for.</summary>
    internal void WaitFor(string text)
    {
        var at = -1;
        WaitUntil(() => (at = Screen.IndexOf(text, seen, StringComparison.Ordinal)) >= 0, $"'{text}' did not appear.");
        seen = at + text.Length;
    }

    /// <summary>Waits until the terminal shows nothing of what is typed: between two keys of a secret, .NET lets it for a moment.</summary>
    internal void WaitUntilHidden()
    {
        var child = File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children").Trim();
        var terminal = File.ResolveLinkTarget($"/proc/{child}/fd/0", returnFinalTarget: false)!.FullName;
        WaitUntil(() => Tool.Run("stty", "-F", terminal, "-a").Contains(" -echo ", StringComparison.Ordinal), "What is typed is shown.");
    }

    void WaitUntil(Func<bool> isSo, string otherwise)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; Thread.Sleep(10))
        {
            if (isSo())
                return;
        }

        Assert.Fail($"{otherwise} The screen:\n{Screen[seen..]}");
    }

    internal void WaitForPrompt() => WaitFor("PS /");

    internal int ExitCode()
    {
        if (!process.WaitForExit(Patience))
            Assert.Fail($"The shell did not end. The screen:\n{Screen}");
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    void Collect()
    {
        var buffer = new char[4096];
        while (process.StandardOutput.Read(buffer) is > 0 and var count)
        {
            lock (screen)
                screen.Append(buffer, 0, count);
            // PowerShell asks where the cursor is before each character of a secret, and waits for the answer.
            if (buffer.AsSpan(0, count).EndsWith("\x1b[6n"))
                Type("\x1b[1;1R");
        }
    }
}
