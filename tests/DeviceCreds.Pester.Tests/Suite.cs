using System.Diagnostics;
using System.Reflection;
using System.Xml.Linq;

namespace DeviceCreds.Pester.Tests;

/// <summary>Runs the Pester suite in the shell, a part of it in each of two processes.</summary>
static class Suite
{
    const int Parts = 2;

    static readonly string Root = Built("RepositoryRoot");

    internal static IReadOnlyList<PesterResult> Run() =>
        [.. Task.WhenAll(Enumerable.Range(1, Parts).Select(RunPart)).GetAwaiter().GetResult().SelectMany(results => results)];

    static async Task<IReadOnlyList<PesterResult>> RunPart(int part)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "TestResults"));
        var xml = Path.Combine(folder.FullName, $"pester-{part}.xml");
        File.Delete(xml);
        string[] arguments =
        [
            Built("ShellPath"), "-NoProfile", "-NonInteractive", "-File", Path.Combine(Root, "tests", "Pester", "run.ps1"),
            "-Part", $"{part}/{Parts}", "-OutputPath", xml,
        ];
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var results = File.Exists(xml) ? XDocument.Load(xml).Descendants("test-case").Select(PesterResult.Read).ToList() : [];

        // A run that ended badly although no test failed is a failure of its own.
        if (process.ExitCode != 0 && !results.Exists(result => result.Outcome == PesterOutcome.Failed))
            results.Add(new($"run.ps1, part {part}", PesterOutcome.Failed, $"Exit code {process.ExitCode}.\n{await output}\n{await error}"));
        return results;
    }

    static string Built(string name) =>
        typeof(Suite).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == name).Value!;
}
