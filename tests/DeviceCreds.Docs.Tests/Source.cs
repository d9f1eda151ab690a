using System.Text.RegularExpressions;

namespace DeviceCreds.Docs.Tests;

/// <summary>The names that the product's source uses.</summary>
static partial class Source
{
    static readonly Lazy<HashSet<string>> All = new(() =>
    {
        var source =
            string.Concat(
                Directory.EnumerateFiles(Repository.File("src"), "*.cs", SearchOption.AllDirectories)
                    .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")).Select(File.ReadAllText));
        // Ids that are put together (EndpointName + TooLong) have no literal of their own; one is PowerShell's.
        string[] prefixes = ["EndpointName", "AccountId", "Name"];
        string[] suffixes =
        [
            "Empty", "Blank", "TooLong", "IsSecret", "NotExpanded", "InvalidCharacter", "DamagedNumber", "SurroundedBySpaces",
        ];
        return [.. Identifier().Matches(source).Select(m => m.Value), .. prefixes.SelectMany(p => suffixes.Select(s => p + s)),
            "ParameterArgumentTransformationError"];
    });

    /// <summary>Ids of errors and rules, types, members: words of several parts, in one.</summary>
    public static IReadOnlySet<string> Identifiers => All.Value;

    [GeneratedRegex(@"\b[A-Z][a-z0-9]+(?:[A-Z0-9][A-Za-z0-9]*)+\b(?!-)")]
    public static partial Regex Identifier();
}
