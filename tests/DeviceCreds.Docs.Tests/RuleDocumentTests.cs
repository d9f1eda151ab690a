namespace DeviceCreds.Docs.Tests;

public sealed class RuleDocumentTests
{
    static readonly string Page = Repository.File("docs", "about", "rules.md");

    [Fact(DisplayName = "docs/about/rules.md is what the catalogue says")]
    public void It_is_what_the_catalogue_says()
    {
        if (Environment.GetEnvironmentVariable("DEVICECREDS_UPDATE_DOCS") == "1")
            File.WriteAllText(Page, RuleDocument.Create(DeviceColumn.Of));
        Assert.True(File.Exists(Page) && Repository.Read(Page) == RuleDocument.Create(DeviceColumn.Of),
            "docs/about/rules.md is not what the rule catalogue says. Make it again: ./build.ps1 -Task Docs, "
                + "or run this test with the environment variable DEVICECREDS_UPDATE_DOCS=1.");
    }

    [Fact]
    public void Rules_have_ids_of_their_own()
    {
        var ids = RuleCatalogue.All.Select(r => r.Id).ToList();
        Assert.Equal(ids.Distinct(StringComparer.OrdinalIgnoreCase), ids);
    }
}
