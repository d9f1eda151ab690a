using System.Diagnostics;

namespace DeviceCreds.Benchmarks;

/// <summary>Programs that are measured, and this one again.</summary>
static class Child
{
    /// <summary>Runs this program again, and gives what it wrote.</summary>
    public static string Run(params string[] arguments) => Start(Environment.ProcessPath!, Self(arguments));

    /// <summary>Runs this program again on some of the processors, and gives what it wrote.</summary>
    public static string Run(int processors, params string[] arguments) => On(processors, Environment.ProcessPath!, Self(arguments));

    /// <summary>Runs a program on some of the processors, which it sees as all.</summary>
    public static string On(int processors, string program, IEnumerable<string> arguments) => Exists("taskset")
        ? Start("taskset", ["-c", $"0-{processors - 1}", program, .. arguments]) : Start(program, arguments);

    /// <summary>The arguments with which this program runs again.</summary>
    public static IEnumerable<string> Self(string[] arguments) => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [typeof(Child).Assembly.Location, .. arguments] : arguments;

    /// <summary>Runs a program that must succeed, and gives what it wrote to its output.</summary>
    public static string Start(string program, IEnumerable<string> arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = folder ?? "" };
        // Else OpenSSL's commands spend most of their time reading the system's trusted certificates.
        start.Environment["SSL_CERT_FILE"] = "/dev/null";
        start.Environment["SSL_CERT_DIR"] = "/nonexistent";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    public static bool Exists(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(d => d.Length > 0 && File.Exists(Path.Combine(d, tool)));
}
