using System.Diagnostics;
using System.Text;

namespace DeviceCreds.Shell.Tests;

/// <summary>The shell on a pseudo-terminal of 'script' (util-linux): what is typed, and what then stands on the screen.</summary>
sealed class TerminalSession : IDisposable
{
    const string Tool = "/usr/bin/script";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly StringBuilder screen = new();
    readonly Process process;
    int seen;

    internal TerminalSession(Shell shell, string arguments = "", int columns = 200)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Tool))
            Assert.Skip("script (util-linux) not found");
        var start = new ProcessStartInfo(Tool)
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
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; Thread.Sleep(10))
        {
            var at = Screen.IndexOf(text, seen, StringComparison.Ordinal);
            if (at < 0)
                continue;
            seen = at + text.Length;
            return;
        }

        Assert.Fail($"'{text}' did not appear. The screen:\n{Screen[seen..]}");
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
