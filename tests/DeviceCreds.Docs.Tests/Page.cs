using System.Text.RegularExpressions;

namespace DeviceCreds.Docs.Tests;

/// <summary>A page of docs/cmdlets, taken apart.</summary>
sealed partial class Page
{
    readonly Dictionary<string, string> _sections;

    public Page(string cmdlet)
    {
        var text = Repository.Read(Repository.File("docs", "cmdlets", cmdlet + ".md"));
        _sections = Parts(SectionHeading().Split(text));
        Parameters = Parts(PartHeading().Split(_sections["PARAMETERS"])).Where(p => p.Key.StartsWith('-')).ToDictionary(p => p.Key[1..],
            p => Fence().Replace(p.Value, "").Trim());
        Examples = [
            .. Parts(PartHeading().Split(_sections["EXAMPLES"]))
                .Select(e =>
                    new Example(e.Key, [.. Code().Matches(e.Value).Select(m => m.Groups[1].Value)], Fence().Replace(e.Value, "").Trim()))];
    }

    public string Synopsis => _sections["SYNOPSIS"];

    public string Description => _sections["DESCRIPTION"];

    public string Notes => _sections["NOTES"];

    public IEnumerable<string> Links => Link().Matches(_sections["RELATED LINKS"]).Select(m => m.Groups[1].Value);

    /// <summary>The parameters' texts by name, without the settings below them.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; }

    public IReadOnlyList<Example> Examples { get; }

    public static IEnumerable<string> Names() =>
        Directory.EnumerateFiles(Repository.File("docs", "cmdlets"), "*.md").Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal)!;

    // What Regex.Split gives: the text before the first heading, then headings and what follows them by turns.
    static Dictionary<string, string> Parts(string[] split) => split.Skip(1).Chunk(2).ToDictionary(p => p[0].Trim(), p => p[1].Trim());

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex SectionHeading();

    [GeneratedRegex("^### (.+)$", RegexOptions.Multiline)]
    private static partial Regex PartHeading();

    [GeneratedRegex(@"^- \[(.+)\]\(", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex("^```powershell\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    public sealed record Example(string Title, IReadOnlyList<string> Code, string Text);
}
