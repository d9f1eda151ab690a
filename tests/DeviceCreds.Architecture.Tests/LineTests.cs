using System.Globalization;

namespace DeviceCreds.Architecture.Tests;

/// <summary>How long a line may be, and how it ends.</summary>
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
    public void No_line_of_code_is_too_long() =>
        Wrong.None(Find(l => l.Length > Longest, l => $"{l.Length} characters, at most {Longest}"));

    [Fact]
    public void No_line_of_code_ends_with_a_space() =>
        Wrong.None(Find(l => l.EndsWith(' ') || l.EndsWith('\t'), _ => "a space at its end"));

    static IEnumerable<string> Find(Func<string, bool> isWrong, Func<string, string> problem)
    {
        var files = Patterns.SelectMany(p => Repository.Files(Repository.Root, p)).ToList();
        Assert.Contains(Repository.Path("tests", "DeviceCreds.Architecture.Tests", "LineTests.cs"), files);
        return files.SelectMany(file => File.ReadLines(file).Index().Where(l => isWrong(l.Item))
            .Select(l => $"{Repository.Relative(file)}:{l.Index + 1}: {problem(l.Item)}"));
    }
}
