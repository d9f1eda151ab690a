using System.Globalization;
using System.Text.RegularExpressions;

namespace DeviceCreds.Architecture.Tests;

/// <summary>The tables of floors in docs/architecture.md: the only place that says which folder stands above which.</summary>
static partial class Floors
{
    /// <summary>The floor of each folder of a project.</summary>
    /// <param name="project">The project's folder below src; the table stands under the heading of its name.</param>
    public static IReadOnlyDictionary<string, int> Of(string project)
    {
        var text = File.ReadAllText(Repository.Path("docs", "architecture.md")).ReplaceLineEndings("\n");
        var section = text.Split("\n## ").Single(s => s.StartsWith($"`src/{project}`", StringComparison.Ordinal));
        return Row().Matches(section)
            .SelectMany(
            m => Folder().Matches(m.Groups["folders"].Value).Select(f => (Name: f.Groups[1].Value, Floor: m.Groups["floor"].Value)))
            .ToDictionary(f => f.Name, f => int.Parse(f.Floor, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^\| (?<floor>\d+) \| (?<folders>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Folder();
}
