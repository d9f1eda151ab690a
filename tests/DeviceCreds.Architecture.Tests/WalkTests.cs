using System.Text.RegularExpressions;

namespace DeviceCreds.Architecture.Tests;

/// <summary>The walks of docs/architecture.md name files that are there.</summary>
public sealed partial class WalkTests
{
    [Fact]
    public void Each_file_of_the_walks_is_there()
    {
        var text = File.ReadAllText(Repository.Path("docs", "architecture.md"));
        var walks = text[text.IndexOf("## Three walks", StringComparison.Ordinal)..];
        List<string> missing = [];
        var named = 0;
        foreach (var line in walks.Split('\n'))
        {
            // A file without a project stands below the folder of the last one that has it.
            var folder = "";
            foreach (var name in SourceFile().Matches(line).Select(m => m.Groups[1].Value))
            {
                var path = name.StartsWith("DeviceCreds", StringComparison.Ordinal) && name.Contains('/') ? name : $"{folder}/{name}";
                if (path == name) folder = string.Join('/', name.Split('/').SkipLast(1));
                named++;
                if (!File.Exists(Repository.Path(["src", .. path.Split('/')]))) missing.Add(path);
            }
        }

        Assert.True(named > 50, $"{named} files");
        Wrong.None(missing);
    }

    [GeneratedRegex(@"`([\w./]+\.cs)`")]
    private static partial Regex SourceFile();
}
