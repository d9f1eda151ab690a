namespace DeviceCreds.Architecture.Tests;

/// <summary>A file uses its own folder and lower ones, and nothing else: docs/architecture.md says which is lower.</summary>
public sealed class ArrowTests
{
    public static TheoryData<string, bool> Projects => new() { { "DeviceCreds", true }, { "DeviceCreds", false } };

    // Compiled once for all tests: it takes seconds.
    static readonly Lazy<SourceProject> Net = new(() => new SourceProject("DeviceCreds", isNet: true));
    static readonly Lazy<SourceProject> NetStandard = new(() => new SourceProject("DeviceCreds", isNet: false));
    static readonly Lazy<IReadOnlyList<FolderUse>> NetUses = new(() => [.. FolderUse.Find(Net.Value)]);
    static readonly Lazy<IReadOnlyList<FolderUse>> NetStandardUses = new(() => [.. FolderUse.Find(NetStandard.Value)]);

    static SourceProject Load(string name, bool isNet) => (isNet ? Net : NetStandard).Value;

    static IReadOnlyList<FolderUse> Uses(bool isNet) => (isNet ? NetUses : NetStandardUses).Value;

    [Fact]
    public void The_compiler_knows_every_symbol()
    {
        var errors = Load("DeviceCreds", true).Compilation.GetDiagnostics()
            .Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).Select(d => d.ToString());
        Assert.Empty(errors);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_arrow_runs_up(string name, bool isNet)
    {
        var floors = Floors.Of(name);
        var up = Uses(isNet).Where(u => floors[u.To] >= floors[u.From]);
        Assert.Empty(up.Select(u => $"{u.From} -> {u.To}: {u.Text}").Distinct());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folders_form_a_circle(string name, bool isNet)
    {
        var arrows = Uses(isNet).Select(u => (u.From, u.To)).Distinct().ToLookup(u => u.From, u => u.To);
        Assert.NotEmpty(arrows);
        // Folders that use no other are at the bottom; taken away again and again, they leave the circles.
        var left = arrows.Select(a => a.Key).ToHashSet();
        while (left.RemoveWhere(f => !arrows[f].Any(left.Contains)) > 0) { }
        Assert.Empty(left);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Each_folder_has_a_floor_and_each_floor_a_folder(string name, bool isNet)
    {
        var folders = Load(name, isNet).Folders.Where(f => f != ".");
        Assert.Equal(folders, Floors.Of(name).Keys.Order(StringComparer.Ordinal));
    }
}
