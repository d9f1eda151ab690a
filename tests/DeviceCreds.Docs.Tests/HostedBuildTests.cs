using System.Text.RegularExpressions;
using DeviceCreds.Tests;

namespace DeviceCreds.Docs.Tests;

/// <summary>What hosted services run cannot run here: their schemas and tools judge the files, and what the files name is there.</summary>
public sealed partial class HostedBuildTests
{
    const string GitHub = "github-workflow";
    const string Azure = "raw.githubusercontent.com/microsoft/azure-pipelines-vscode/master/service-schema";

    public static TheoryData<string, string> Files
    {
        get
        {
            var files = new TheoryData<string, string> { { Azure, "azure-pipelines.yml" } };
            foreach (var file in Find(".github/workflows", SearchOption.TopDirectoryOnly)) files.Add(GitHub, file);
            foreach (var file in Find("build", SearchOption.TopDirectoryOnly)) files.Add(Azure, file);
            // The schema knows no conditions of templates among a task's inputs.
            foreach (var file in Find("samples/azure-pipelines", SearchOption.AllDirectories).Where(file => !Repository.Read(Repository.File(file)).Contains("${{ if", StringComparison.Ordinal))) files.Add(Azure, file);
            return files;
        }
    }

    static IEnumerable<string> Find(string folder, SearchOption depth) => Directory.GetFiles(Repository.File(folder), "*.yml", depth)
        .Select(file => Path.GetRelativePath(Repository.File(), file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_satisfies_the_schema_of_its_service(string schema, string file) => Validate(schema, Repository.File(file));

    [Theory]
    [InlineData(GitHub, ".github/workflows/ci.yml", "runs-on:", "run-on:")]
    [InlineData(Azure, "azure-pipelines.yml", "displayName:", "displayedName:")]
    public void A_slip_in_a_file_is_found(string schema, string file, string right, string wrong)
    {
        using var folder = new TempFolder();
        var text = Repository.Read(Repository.File(file));
        Assert.Contains(right, text, StringComparison.Ordinal);
        var slip = folder.Write("slip.yml", text.Replace(right, wrong, StringComparison.Ordinal));
        Assert.NotEqual(0, Tool.Try("node", Path.Combine(NodeTools.Require("schemastore"), "validate-schema.js"), schema, slip).ExitCode);
    }

    [Theory]
    [InlineData(".github/workflows/ci.yml")]
    [InlineData("azure-pipelines.yml")]
    public void A_build_runs_on_three_systems_and_in_Windows_PowerShell(string file)
    {
        var text = Repository.Read(Repository.File(file));
        Assert.All(["ubuntu-latest", "windows-latest", "bash .ci/run", "-PesterVersion 5.9.1"], part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Matches("(?i)macos-latest", text);
        Assert.All(Script().Matches(text), match => Assert.True(Path.Exists(Repository.File(match.Value)), match.Value));
    }

    [Fact]
    public void The_task_is_valid_and_has_the_newest_handler()
    {
        var script = Path.Combine(NodeTools.Require("tfx-cli"), "validate-task.js");
        Tool.Run("node", script, Repository.File("integrations", "azure-devops", "DeviceCredentials", "task.json"));
    }

    [Fact]
    public void The_extension_can_be_made()
    {
        var tool = Path.Combine(NodeTools.Require("tfx-cli"), "node_modules", "tfx-cli", "_build", "tfx-cli.js");
        using var folder = new TempFolder();
        var package = folder.File("devicecreds.vsix");
        string[] arguments = ["extension", "create", "--root", Repository.File("integrations", "azure-devops"), "--manifest-globs", "vss-extension.json", "--output-path", package, "--no-color", "--no-prompt"];
        Tool.Run("node", [tool, .. arguments]);
        using var archive = System.IO.Compression.ZipFile.OpenRead(package);
        Assert.All(["DeviceCredentials/task.json", "DeviceCredentials/scripts/mint.ps1"], name => Assert.NotNull(archive.GetEntry(name)));
    }

    static void Validate(string schema, string file) => Tool.Run("node", Path.Combine(NodeTools.Require("schemastore"), "validate-schema.js"), schema, file);

    // Paths that a build runs or hands on.
    [GeneratedRegex(@"(?<![\w/])(\.ci/run|build/[\w-]+\.yml|samples/\w+\.ps1|src/[\w.]+|build\.ps1)")]
    private static partial Regex Script();
}
