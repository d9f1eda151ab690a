namespace DeviceCreds.Tests;

public class RuleDocumentTests
{
    [Fact]
    public void The_document_is_what_the_catalogue_says()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DeviceCreds.sln"))) folder = folder.Parent!;
        var path = Path.Combine(folder.FullName, "docs", "about", "rules.md");
        if (Environment.GetEnvironmentVariable("DEVICECREDS_UPDATE_DOCS") == "1") File.WriteAllText(path, RuleDocument.Write());
        Assert.True(File.Exists(path) && File.ReadAllText(path).Replace("\r\n", "\n") == RuleDocument.Write(), "docs/about/rules.md is not what the catalogue says: run the tests once with DEVICECREDS_UPDATE_DOCS=1, and commit it.");
    }
}
