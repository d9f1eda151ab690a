namespace DeviceCreds.Docs.Tests;

public sealed class FormatDocumentTests
{
    static readonly string Page = Repository.File("docs", "about", "formats.md");

    [Fact(DisplayName = "docs/about/formats.md is what the formats say")]
    public void It_is_what_the_formats_say()
    {
        if (Environment.GetEnvironmentVariable("DEVICECREDS_UPDATE_DOCS") == "1") File.WriteAllText(Page, FormatDocument.Create());
        Assert.True(File.Exists(Page) && Repository.Read(Page) == FormatDocument.Create(),
            "docs/about/formats.md is not what the formats say. Make it again: ./build.ps1 -Task Docs, "
                + "or run this test with the environment variable DEVICECREDS_UPDATE_DOCS=1.");
    }

    [Fact]
    public void Each_format_shows_the_pipeline_that_makes_it() =>
        Assert.All(CredentialFormats.All, f => Assert.Contains($"-Format {f.Info.Name}", f.Info.Example));

    [Fact]
    public void A_format_has_the_name_of_its_class() =>
        Assert.All(CredentialFormats.All, f => Assert.Equal(f.GetType().Name, f.Info.Name + "Format"));
}
