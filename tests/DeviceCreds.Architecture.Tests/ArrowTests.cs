using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace DeviceCreds.Architecture.Tests;

/// <summary>A file uses its own folder and lower ones, and nothing else: docs/architecture.md says which is lower.</summary>
public sealed class ArrowTests
{
    // Compiled once for all tests: it takes seconds.
    static readonly ConcurrentDictionary<(string, bool), Lazy<(SourceProject Project, IReadOnlyList<FolderUse> Uses)>> Compiled = [];

    /// <summary>Each project, with what stands under #if NET, and with what stands under its #else.</summary>
    public static TheoryData<string, bool> Projects => new()
    {
        { "DeviceCreds", true },
        { "DeviceCreds", false },
        { "DeviceCreds.PowerShell", true },
        { "DeviceCreds.PowerShell", false },
    };

    static (SourceProject Project, IReadOnlyList<FolderUse> Uses) Compile(string name, bool isNet) =>
        Compiled.GetOrAdd((name, isNet), _ => new(() =>
    {
        var project = name == "DeviceCreds"
            ? new SourceProject(name, isNet) : new SourceProject(name, isNet, Compile("DeviceCreds", isNet).Project);
        return (project, [.. FolderUse.Find(project)]);
    })).Value;

    [Theory]
    [InlineData("DeviceCreds")]
    [InlineData("DeviceCreds.PowerShell")]
    public void The_compiler_knows_every_symbol(string name)
    {
        var diagnostics = Compile(name, isNet: true).Project.Compilation.GetDiagnostics();
        Wrong.None(diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_arrow_runs_up(string name, bool isNet)
    {
        var floors = Floors.Of(name);
        var up = Compile(name, isNet).Uses.Where(u => floors[u.To] >= floors[u.From]);
        Wrong.None(up.Select(u => $"{u.From} -> {u.To}: {u.Text}"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folders_form_a_circle(string name, bool isNet)
    {
        var arrows = Compile(name, isNet).Uses.Select(u => (u.From, u.To)).Distinct().ToLookup(u => u.From, u => u.To);
        Assert.NotEmpty(arrows);
        // Folders that use no other are at the bottom; taken away again and again, they leave the circles.
        var left = arrows.Select(a => a.Key).ToHashSet();
        while (left.RemoveWhere(f => !arrows[f].Any(left.Contains)) > 0) { }
        Wrong.None(left);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Each_folder_has_a_floor_and_each_floor_a_folder(string name, bool isNet) =>
        Assert.Equal(Compile(name, isNet).Project.Folders, Floors.Of(name).Keys.Order(StringComparer.Ordinal));
}
