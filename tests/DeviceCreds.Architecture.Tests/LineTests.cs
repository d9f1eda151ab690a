using System.Globalization;

namespace DeviceCreds.Architecture.Tests;

/// <summary>How long a line may be.</summary>
public sealed class LineTests
{
    // A solution is written by a tool.
    static readonly string[] Patterns =
        ["*.cs", "*.ps1", "*.psm1", "*.psd1", "*.ps1xml", "*.csproj", "*.props", "*.targets", "*.slnx"];

    /// <summary>Said once, for editors and for this test: max_line_length in .editorconfig.</summary>
    static readonly int Longest = File.ReadLines(Repository.Path(".editorconfig"))
        .Select(l => l.Split('=', StringSplitOptions.TrimEntries))
        .Where(l => l[0] == "max_line_length")
        .Select(l => int.Parse(l[1], CultureInfo.InvariantCulture))
        .First();

    [Fact]
    public void No_line_of_code_is_too_long()
    {
        var files = Patterns.SelectMany(p => Repository.Files(Repository.Root, p)).ToList();
        Assert.Contains(Repository.Path("tests", "DeviceCreds.Architecture.Tests", "LineTests.cs"), files);
        Wrong.None(files.SelectMany(TooLong));
    }

    static IEnumerable<string> TooLong(string file) =>
        File.ReadLines(file).Index()
            .Where(l => l.Item.Length > Longest)
            .Select(l => $"{Repository.Relative(file)}:{l.Index + 1}: {l.Item.Length} characters, at most {Longest}");
}
