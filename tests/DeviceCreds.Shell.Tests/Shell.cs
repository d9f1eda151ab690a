using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace DeviceCreds.Shell.Tests;

/// <summary>What a run of the shell came to.</summary>
sealed record Run(int ExitCode, string Output, string Error);

/// <summary>Runs the built shell as a process, with a folder of its own for scripts.</summary>
sealed class Shell : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("devicecreds-shell-");

    internal static string Path { get; } = Built("ShellPath");

    internal static string Dotnet { get; } = System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    internal string Folder => folder.FullName;

    /// <summary>Variables of the environment that the shell is started with.</summary>
    internal Dictionary<string, string> Environment { get; } = [];

    /// <summary>Where something lies that was built or restored for these tests.</summary>
    internal static string Built(string name) =>
        typeof(Shell).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == name).Value!;

    /// <summary>Writes a script and gives its path.</summary>
    internal string Script(string text, string name = "script.ps1")
    {
        var path = System.IO.Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    internal Run Run(params string[] arguments) => RunWith("", arguments);

    internal Run Command(string command) => Run("-Command", command);

    internal Run RunWith(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return Finish(process);
    }

    internal Process Start(params string[] arguments)
    {
        // A test run in the background may itself ignore Ctrl+C, and children inherit that.
        string[] prefix = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", Dotnet, Path] : [Dotnet, Path];
        var start = new ProcessStartInfo(prefix[0])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in (string[])[.. prefix[1..], "-NoProfile", .. arguments])
            start.ArgumentList.Add(argument);
        start.Environment.Remove("NO_COLOR");
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    internal static Run Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The shell did not end within {Patience}.");
        }

        return new(process.ExitCode, output.Result.ReplaceLineEndings("\n"), error.Result.ReplaceLineEndings("\n"));
    }

    public void Dispose() => folder.Delete(recursive: true);
}
