using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace DeviceCreds.Docs.Tests;

/// <summary>The templates of samples/azure-pipelines: what they name is there, and no secret goes where it could be read.</summary>
public sealed partial class PipelineSampleTests
{
    static readonly string Folder = Repository.File("samples", "azure-pipelines");

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.yml", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    static YamlMappingNode Load(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Repository.Read(Path.Combine(Folder, file))));
        return (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
    }

    static IEnumerable<YamlMappingNode> Mappings(YamlNode node) => node.AllNodes.OfType<YamlMappingNode>();

    static string? Value(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) ? (value as YamlScalarNode)?.Value : null;

    static Dictionary<string, YamlMappingNode> Parameters(YamlMappingNode root) => root.Children.TryGetValue("parameters", out var list)
        ? ((YamlSequenceNode)list).Cast<YamlMappingNode>().ToDictionary(p => Value(p, "name")!) : [];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_template_is_given_the_parameters_that_it_has(string file)
    {
        foreach (var use in Mappings(Load(file)).Where(m => m.Children.ContainsKey("template")))
        {
            var template = Path.GetRelativePath(Folder, Path.Combine(Folder, Path.GetDirectoryName(file)!, Value(use, "template")!));
            var declared = Parameters(Load(template));
            var given = use.Children.TryGetValue("parameters", out var parameters)
                ? ((YamlMappingNode)parameters).Children.Keys.Select(k => ((YamlScalarNode)k).Value!).ToList() : [];
            Assert.All(given, g => Assert.Contains(g, declared.Keys));
            Assert.All(declared.Where(d => !d.Value.Children.ContainsKey("default")), d => Assert.Contains(d.Key, given));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_parameter_that_is_used_is_declared_and_one_that_is_declared_is_used(string file)
    {
        var root = Load(file);
        var used = ParameterUse().Matches(Repository.Read(Path.Combine(Folder, file))).Select(m => m.Groups[1].Value).Distinct()
            .Order(StringComparer.Ordinal);
        Assert.Equal(Parameters(root).Keys.Order(StringComparer.Ordinal), used);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_step_runs_a_script_that_is_there_with_parameters_that_it_has(string file)
    {
        foreach (var inputs in Mappings(Load(file)).Where(m => m.Children.ContainsKey("filePath")))
        {
            var script = Repository.Read(Path.Combine(Folder, Value(inputs, "filePath")!.Replace("${{ parameters.scripts }}", "scripts")));
            var declared = ScriptParameter().Matches(script.Split("\n. (")[0]).Select(m => m.Groups[1].Value).ToHashSet();
            foreach (var arguments in Mappings(inputs).Select(m => Value(m, "arguments")).OfType<string>())
                Assert.All(Argument().Matches(arguments), m => Assert.Contains(m.Groups[1].Value, declared));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_secret_comes_by_the_environment_alone(string file)
    {
        foreach (var mapping in Mappings(Load(file)))
        {
            foreach (var (key, value) in mapping.Children)
            {
                if (value is not YamlScalarNode { Value: { } text } || !text.Contains("Password)", StringComparison.Ordinal)) continue;
                Assert.Contains(((YamlScalarNode)key).Value, new[] { "CA_PASSWORD", "KEY_PASSWORD" });
            }
        }
    }

    [Theory]
    [InlineData("templates/mint.yml")]
    [InlineData("templates/mint-parallel.yml")]
    public void The_ca_is_used_only_behind_an_environment(string file)
    {
        var jobs = ((YamlSequenceNode)Load(file).Children["jobs"]).Cast<YamlMappingNode>().ToList();
        Assert.Equal("${{ parameters.environment }}", Value(jobs[0], "environment"));
        Assert.All(jobs.Skip(1), j => Assert.NotNull(Value(j, "dependsOn")));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_published_was_collected_first(string file) =>
        Assert.All(Mappings(Load(file)).Select(m => Value(m, "publish")).OfType<string>(),
            p => Assert.StartsWith("$(Build.ArtifactStagingDirectory)/", p, StringComparison.Ordinal));

    [GeneratedRegex(@"parameters\.(\w+)")]
    private static partial Regex ParameterUse();

    [GeneratedRegex(@"\] \$(\w+)")]
    private static partial Regex ScriptParameter();

    [GeneratedRegex(@"(?<![\w'])-([A-Z]\w+)")]
    private static partial Regex Argument();
}
