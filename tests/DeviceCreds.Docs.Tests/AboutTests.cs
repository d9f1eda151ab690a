using System.Text.RegularExpressions;

namespace DeviceCreds.Docs.Tests;

/// <summary>The about topics name nothing that there is not.</summary>
public sealed partial class AboutTests
{
    // Of PowerShell, and of OpenSSL.
    static readonly string[] Others =
    [
        "eq", "Get-Command", "Get-Content", "Get-Help", "Import-Csv", "Read-Host", "Where-Object",
        "AsSecureString", "Delimiter", "Full", "Module", "PipelineVariable", "Prompt", "Raw", "Verbose",
        "ErrorActionPreference", "FullyQualifiedErrorId", "extfile", "req",
    ];

    public static TheoryData<string> Topics =>
        [.. Directory.EnumerateFiles(Repository.File("docs", "about"), "about_*.md")
            .Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_topic_has_its_name_and_says_in_short_what_it_is_about(string topic) =>
    Assert.Matches($@"^# {topic}\n\n## SHORT DESCRIPTION\n\n[A-Z].*\.\n\n## LONG DESCRIPTION\n\n[A-Z]", Read(topic));

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_topic_fits_a_console_of_80_columns(string topic) =>
    Assert.All(Read(topic).Split('\n'), line => Assert.True(line.Length <= 84, line));

    [Theory]
    [MemberData(nameof(Topics))]
    public void The_cmdlets_of_a_topic_exist(string topic)
    {
        var ours = CmdletClass.All.Select(c => c.Name).ToHashSet();
        Assert.All(Cmdlet().Matches(Read(topic)).Select(m => m.Value),
            name => Assert.True(ours.Contains(name) || Others.Contains(name), $"There is no {name}."));
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void The_parameters_of_a_topic_exist(string topic)
    {
        // Beside a cmdlet of ours a parameter is that one's; alone it is any one's.
        var text = Read(topic);
        var any = CmdletClass.All.SelectMany(c => c.Parameters).Concat(Others).ToHashSet();
        Assert.All(Parameter().Matches(text).Select(m => m.Groups[1].Value), p => Assert.True(any.Contains(p), $"There is no -{p}."));
        Assert.All(CmdletWithParameter().Matches(text).Where(m => CmdletClass.All.Any(c => c.Name == m.Groups[1].Value)), m =>
            Assert.True(CmdletClass.Named(m.Groups[1].Value).Parameters.Contains(m.Groups[2].Value),
                $"{m.Value}: there is no such parameter."));
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void The_statuses_of_a_topic_are_the_device_s(string topic) =>
        Assert.All(Status().Matches(Read(topic)), m => Assert.Equal(DeviceStatus.Name(int.Parse(m.Groups[1].Value)), m.Groups[2].Value));

    [Theory]
    [MemberData(nameof(Topics))]
    public void The_ids_of_a_topic_are_those_of_errors_rules_and_objects(string topic) =>
        Assert.All(Source.Identifier().Matches(Read(topic)).Select(m => m.Value),
            id => Assert.True(Source.Identifiers.Contains(id) || Others.Contains(id), $"Nothing has the name {id}."));

    [Fact]
    public void All_topics_are_named_by_the_first() =>
        Assert.All(Topics.Select(t => t.Data).Where(t => t != "about_DeviceCreds"),
            topic => Assert.Contains($"- {topic}", Read("about_DeviceCreds")));

    static string Read(string topic) => Repository.Read(Repository.File("docs", "about", topic + ".md"));

    [GeneratedRegex(@"\b[A-Z][a-z]+-[A-Z][A-Za-z0-9]+\b")]
    private static partial Regex Cmdlet();

    [GeneratedRegex(@"(?<=[\s(])-([A-Za-z]\w+)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?<!Get-Help )\b([A-Z][a-z]+-[A-Z][A-Za-z0-9]+)[^\n|).-]*? -([A-Za-z]+)")]
    private static partial Regex CmdletWithParameter();

    [GeneratedRegex(@"\b(\d+) ([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)\b")]
    private static partial Regex Status();
}
