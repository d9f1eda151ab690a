using System.Diagnostics;

namespace DeviceCreds.Tests;

/// <summary>Other people's programs, whose verdict counts more than ours. A test that needs one that is not there is skipped.</summary>
static class Tool
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // What wraps the exceptions of its threads, and so the one that skips a test.
    static readonly string[] ParallelWork = ["System.Linq.Parallel", "System.Threading.Tasks.Parallel", "CsCheck"];

    /// <summary>Runs a program that must succeed, and gives what it wrote to its output.</summary>
    public static string Run(string tool, params string[] arguments) =>
        Succeeded(Start(tool, null, null, arguments), tool + " " + string.Join(' ', arguments));

    /// <summary>Runs a script in a folder. Many calls of programs belong into one script: a process is dear.</summary>
    public static string Bash(string folder, string script, params string[] tools) => Succeeded(TryBash(folder, script, tools), script);

    public static ToolResult TryBash(string folder, string script, params string[] tools)
    {
        foreach (var tool in tools) Require(tool);
        return Start("bash", folder, script.ReplaceLineEndings("\n"), "-s");
    }

    /// <summary>Runs a program that may fail.</summary>
    public static ToolResult Try(string tool, params string[] arguments) => Start(tool, null, null, arguments);

    /// <summary>A Python that has a module; without one the test is skipped.</summary>
    public static string PythonWith(string module)
    {
        // Debian's packages serve Debian's Python; another one may come first in the path.
        var found = new[] { "/usr/bin/python3",
            "python3" }.FirstOrDefault(python => Exists(python) && Try(python, "-c", "import " + module).ExitCode == 0);
        if (found is null) Assert.Skip($"python3-{module} not found");
        return found!;
    }

    /// <summary>Skips the test where a tool is missing, before any parallel work: in it the test would fail instead.</summary>
    /// <exception cref="InvalidOperationException">This is parallel work, whether the tool is missing or not.</exception>
    public static void Require(string tool)
    {
        var callers = new StackTrace().GetFrames().Select(frame => frame.GetMethod()?.Module.Assembly.GetName().Name);
        if (callers.FirstOrDefault(ParallelWork.Contains) is { } work)
            throw new InvalidOperationException($"Require {tool} before the parallel work ({work}): a test cannot be skipped in it.");
        SkipWithout(tool);
    }

    /// <summary>
    /// Skips the test where a tool is missing or of another version, which may judge otherwise: a page names the version.
    /// </summary>
    public static void RequireVersion(string tool, string option, string version)
    {
        Require(tool);
        if (!Run(tool, option).StartsWith(version, StringComparison.Ordinal)) Assert.Skip($"{version} not found");
    }

    public static bool Exists(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(d => d.Length > 0 && (File.Exists(Path.Combine(d, tool)) || File.Exists(Path.Combine(d, tool + ".exe"))));

    static void SkipWithout(string tool)
    {
        if (!Exists(tool)) Assert.Skip($"{tool} not found");
    }

    static string Succeeded(ToolResult result, string what)
    {
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode} of: {what}\n{result.Output}\n{result.Error}");
        return result.Output;
    }

    static ToolResult Start(string tool, string? folder, string? input, params string[] arguments)
    {
        SkipWithout(tool);
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["TZ"] = "UTC";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{tool} did not end within {Limit.TotalSeconds} s.");
        }

        return new ToolResult(process.ExitCode, output.Result, error.Result);
    }
}

sealed record ToolResult(int ExitCode, string Output, string Error);
