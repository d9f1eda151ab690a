using System.Text.RegularExpressions;

namespace DeviceCreds.Shell.Tests;

/// <summary>
/// docs/images/quickstart.svg, the README's picture, is what the quick start prints: painted again by ./build.ps1 -Task Docs.
/// </summary>
public sealed partial class QuickStartTests
{
    const int Columns = 124;

    [Fact]
    public void The_picture_shows_what_the_quick_start_prints()
    {
        var root = Repository();
        using var shell = new Shell();
        var output = Path.Combine(shell.Folder, "quickstart");
        using var terminal = new TerminalSession(shell,
            $"-Command \"\\$ProgressPreference = 'SilentlyContinue'; "
                + $"& '{Path.Combine(root, "samples", "Quickstart.ps1")}' -Path '{output}'\"", columns: Columns);
        Assert.Equal(0, terminal.ExitCode());
        terminal.WaitFor("are ready for bootstrap and for LwM2M.");

        var path = Path.Combine(root, "docs", "images", "quickstart.svg");
        var screen = terminal.Screen.Replace(output, Path.Combine("artifacts", "quickstart"), StringComparison.Ordinal);
        var picture = TerminalPicture.Paint("What the quick start prints",
            "$ dotnet run --project src/DeviceCreds.Shell -- samples/Quickstart.ps1\n\n" + screen, Columns);
        if (Environment.GetEnvironmentVariable("DEVICECREDS_UPDATE_DOCS") == "1") File.WriteAllText(path, picture);
        Assert.Equal(Timeless(picture), Timeless(File.ReadAllText(path)));
    }

    // Dates, numbers and fingerprints are others each time, and so is where a line of them wraps.
    static string Timeless(string picture) => Figures().Replace(picture, "0");

    [GeneratedRegex("[0-9A-F]{32,}|[0-9]+([.,:-][0-9]+)*Z?")]
    private static partial Regex Figures();

    static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DeviceCreds.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("The repository's root is not above the tests.");
    }
}
