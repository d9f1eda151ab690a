using System.Text.RegularExpressions;

namespace DeviceCreds.Docs.Tests;

/// <summary>The pages and the module's help say all that there is, nothing else, and the same.</summary>
public sealed partial class HelpTests
{
    const string HowToMakeIt = "The module's help is older than its pages: make it again with ./build.ps1 -Task Docs.";

    public static TheoryData<string> Cmdlets => [.. CmdletClass.All.Select(c => c.Name)];

    [Fact]
    public void The_manifest_exports_the_cmdlets_that_there_are()
    {
        var manifest = Repository.Read(Repository.File("DeviceCreds.psd1"));
        var exported = Quoted().Matches(ExportedCmdlets().Match(manifest).Groups[1].Value).Select(m => m.Groups[1].Value);
        Assert.Equal(CmdletClass.All.Select(c => c.Name), exported);
    }

    [Fact]
    public void Each_cmdlet_has_a_page_and_no_page_is_without_a_cmdlet() => Assert.Equal(CmdletClass.All.Select(c => c.Name), Page.Names());

    [Fact]
    public void Each_cmdlet_has_its_help_and_no_help_is_without_a_cmdlet() => Assert.Equal(CmdletClass.All.Select(c => c.Name), Maml.Names);

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_describes_the_parameters_that_there_are(string cmdlet)
    {
        var described = new Page(cmdlet).Parameters;
        Assert.Equal(CmdletClass.Named(cmdlet).Parameters, described.Keys.Order(StringComparer.Ordinal));
        Assert.All(described, p => Assert.Matches(@"^[A-Z`].*\.$", Maml.Words(p.Value)));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_syntax_of_a_page_names_the_parameters_that_there_are(string cmdlet)
    {
        var syntax = Repository.Read(Repository.File("docs", "cmdlets", cmdlet + ".md")).Split("## ALIASES")[0];
        Assert.Equal(CmdletClass.Named(cmdlet).Parameters,
            SyntaxParameter().Matches(syntax).Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_has_three_examples_or_more_each_with_its_code_in_one_piece(string cmdlet)
    {
        var examples = new Page(cmdlet).Examples;
        Assert.True(examples.Count >= 3, $"{examples.Count} examples");
        Assert.All(examples, (e, i) => Assert.StartsWith($"Example {i + 1}: ", e.Title));
        Assert.All(examples, e => Assert.Contains(cmdlet, Assert.Single(e.Code)));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_help_says_what_the_page_says(string cmdlet)
    {
        var (page, help) = (new Page(cmdlet), Maml.Of(cmdlet));
        Same(page.Synopsis, Maml.Words(help.Element(Maml.Command + "details")!.Element(Maml.Text + "description")));
        Same(page.Description, Maml.Words(help.Element(Maml.Text + "description")));
        Same($"{page.Notes} See also: {string.Join(", ", page.Links)}.", Maml.Words(help.Element(Maml.Text + "alertSet")));

        var parameters = Maml.Parameters(cmdlet);
        Assert.Equal(page.Parameters.Keys, parameters.Keys);
        Assert.All(page.Parameters, p => Same(p.Value, parameters[p.Key]));

        var examples = Maml.Examples(cmdlet).ToList();
        Assert.Equal(page.Examples.Select(e => $"--------- {e.Title} ---------"),
            examples.Select(e => e.Element(Maml.Text + "title")!.Value));
        Assert.All(page.Examples, (e, i) =>
        {
            Assert.Equal(e.Code[0], examples[i].Element(Maml.Dev + "code")!.Value.Replace("\r\n", "\n"));
            var remarks = Maml.Words(examples[i].Element(Maml.Dev + "remarks"));
            Assert.All(e.Text.Split("\n\n"),
                paragraph =>
                    Assert.True(remarks.Contains(Maml.Words(paragraph), StringComparison.Ordinal), $"{HowToMakeIt} Missing: {paragraph}"));
        });
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_error_ids_of_a_page_are_in_the_source(string cmdlet)
    {
        var named = ErrorIds().Matches(new Page(cmdlet).Notes)
            .SelectMany(m => Source.Identifier().Matches(m.Value).Select(id => id.Value)).Distinct();
        Assert.All(named, id => Assert.True(Source.Identifiers.Contains(id), $"No error has the id {id}."));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_links_of_a_page_lead_somewhere(string cmdlet)
    {
        var folder = Repository.File("docs", "cmdlets");
        var links = Link().Matches(Repository.Read(Path.Combine(folder, cmdlet + ".md"))).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(folder, link)), $"There is no {link}."));
    }

    static void Same(string page, string help) =>
        Assert.True(Maml.Words(page) == help, $"{HowToMakeIt}\nThe page: {Maml.Words(page)}\nThe help: {help}");

    [GeneratedRegex(@"CmdletsToExport\s*=\s*@\((.*?)\)", RegexOptions.Singleline)]
    private static partial Regex ExportedCmdlets();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[ \[]-(\w+)")]
    private static partial Regex SyntaxParameter();

    // Sentences that begin with "Error ids".
    [GeneratedRegex(@"^Error ids.*$", RegexOptions.Multiline)]
    private static partial Regex ErrorIds();

    [GeneratedRegex(@"\]\((?!https:)([^)]+)\)")]
    private static partial Regex Link();
}
