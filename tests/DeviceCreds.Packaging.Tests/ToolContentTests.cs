using System.Text.Json;
using DeviceCreds.Tests;

namespace DeviceCreds.Packaging.Tests;

/// <summary>The shell's package carries what is loaded, and still is PowerShell.</summary>
public sealed class ToolContentTests
{
    const string Root = "tools/net10.0/any/";

    static readonly Dictionary<string, byte[]> Whole = Archive.Files(Built.Path("ShellFolder")).ToDictionary(f => Root + f.Key, f => f.Value)
        .Concat(Archive.Files(Built.Path("ModuleRoot")).ToDictionary(f => $"{Root}module/DeviceCreds/{f.Key}", f => f.Value)).ToDictionary();

    static readonly Dictionary<string, byte[]> Trimmed = ToolContent.Trim(Whole);

    [Theory]
    // What Windows PowerShell 5.1 loads.
    [InlineData("module/DeviceCreds/bin/netstandard2.0/")]
    // Windows' own, where a system's assembly comes before the one beside the program.
    [InlineData("any/System.Management.dll")]
    [InlineData("any/System.DirectoryServices.dll")]
    // Microsoft.Management.Infrastructure.Runtime.Win is under terms of its own, and the CIM cmdlets need it.
    [InlineData("microsoft.management.infrastructure.native")]
    [InlineData("CimCmdlets")]
    // Nothing of PowerShell's refers to these.
    [InlineData("System.ServiceModel.Primitives")]
    [InlineData("System.Data.SqlClient")]
    [InlineData("System.IO.Ports")]
    [InlineData("build.manifest")]
    public void What_nothing_loads_is_not_in_it(string part)
    {
        Assert.Contains(Whole.Keys, f => f.Contains(part, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(Trimmed.Keys, f => f.Contains(part, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("unix")]
    [InlineData("win")]
    public void Each_system_has_what_PowerShell_starts_with(string system) =>
        Assert.All(["System.Management.Automation", "Microsoft.PowerShell.ConsoleHost", "Microsoft.PowerShell.Commands.Utility", "Microsoft.Management.Infrastructure"], name =>
            Assert.Contains(Trimmed.Keys, f => f.StartsWith($"{Root}runtimes/{system}/lib/", StringComparison.Ordinal) && f.EndsWith($"/{name}.dll", StringComparison.Ordinal)));

    [Fact]
    public void Each_file_that_dotnet_asks_for_is_there()
    {
        using var deps = JsonDocument.Parse(Trimmed[Root + "DeviceCreds.Shell.deps.json"]);
        var named = (from target in deps.RootElement.GetProperty("targets").EnumerateObject()
                     from library in target.Value.EnumerateObject()
                     from kind in (string[])["runtime", "runtimeTargets"]
                     where library.Value.TryGetProperty(kind, out _)
                     from file in library.Value.GetProperty(kind).EnumerateObject()
                     select Root + (kind == "runtime" ? Path.GetFileName(file.Name) : file.Name)).ToList();
        Assert.True(named.Count > 40, $"{named.Count} files");
        Assert.All(named, file => Assert.Contains(file, Trimmed.Keys));
    }

    [Fact]
    public void Each_assembly_of_others_is_of_a_package_with_a_licence()
    {
        var dependencies = Dependencies.Of(Trimmed, Built.Assets("DeviceCreds.Shell", "DeviceCreds", "DeviceCreds.PowerShell", "DeviceCreds.KeyVault"));
        Assert.Contains(dependencies, d => d.Id == "Microsoft.PowerShell.ConsoleHost");
        Assert.DoesNotContain(dependencies, d => d.Id == "Microsoft.Management.Infrastructure.Runtime.Win");
        var notices = Notices.Of("DeviceCreds.Shell", dependencies);
        Assert.Contains("Of Markdig.Signed:\n\nBSD 2-Clause Licence", notices);
    }

    [Fact]
    public void It_runs()
    {
        using var folder = new TempFolder();
        Built.Unpack(Trimmed, folder.Path);
        const string Script = """
            $ErrorActionPreference = 'Stop'
            (New-DeviceKey).Curve
            (Get-Module DeviceCreds).Path
            Add-Type -TypeDefinition 'public static class Added { public static int One => 1; }'
            [Added]::One
            ('# a' | ConvertFrom-Markdown).Html
            '1' | Test-Json -Schema '{ "type": "integer" }'
            (Get-ChildItem -Path /).Count -gt 0
            (Get-Help Get-ChildItem).Name
            """;
        var output = Tool.Run("dotnet", folder.File(Root + "DeviceCreds.Shell.dll"), "-NoProfile", "-Command", Script);
        string[] expected = ["P-256", folder.File(Root + "module/DeviceCreds/DeviceCreds.psm1"), "1", "<h1 id=\"a\">a</h1>", "", "True", "True", "Get-ChildItem"];
        Assert.Equal(string.Join('\n', expected), output.TrimEnd().ReplaceLineEndings("\n"));
    }
}
