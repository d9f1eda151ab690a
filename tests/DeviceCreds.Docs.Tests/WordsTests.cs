using System.Text.RegularExpressions;

namespace DeviceCreds.Docs.Tests;

/// <summary>Texts for people are in plain words: each word that is ruled out has a better one.</summary>
public sealed partial class WordsTests
{
    const int MaximumParagraph = 700;

    // Only words and turns without a good use in these texts.
    static readonly (Regex RuledOut, string Better)[] Words =
    [.. new (string RuledOut, string Better)[]
    {
        (@"\bshall\b", "must, will"),
        (@"\blikewise\b", "also"),
        (@"\bbesides\b", "in addition, also"),
        (@"\banew\b", "again"),
        (@"\b(?:take|takes|taken|took|taking)(?: \w+)? back\b", "revoke"),
        (@"\b(?:folders?|rows?|fields?|pages?|entry|objects?|reports?|line|once|one|bytes?|microseconds|warnings?|errors?) "
            + @"an? (?:device|line|row|file|folder|thread|certificate|credential|export|group|name|item|key|request|answer)\b(?! to\b)",
            "one ... per ..."),
        (@"(?<!there )\b(?:is|are) none\b", "is not one, is missing"),
        (@"\bto look at\b", "to check"),
        (@"\bof theirs\b", "their"),
        (@"\bput(?:s|ting)? together\b", "make, build, combine"),
        (@"\b(?:is|are|be|was|appear|there) whole\b|\bwhole (?:lines?|files?|folder|chain|pipeline)\b", "complete"),
        (@"\brules? (?:that )?(?:is|are|was|were) (?:not )?kept\b|\bkeeps? (?:every|the|this|a) rule\b", "pass, fail"),
        (@"\b(?:certificates?|credentials?|CAs?|issuers?)(?: that)? (?:end|ended)\b", "expire"),
        (@"\b(?:certificate|CA|issuer)'s (?:own )?end\b|\bwhose end has\b", "expire"),
        (@"\blives? longer\b|\bcertificate without an end\b", "is valid longer, never expires"),
        (@"\b(?:take|takes|taken|taking) (?:\w+ )?away\b", "remove"),
        (@"\bas like\b", "any number of"),
        (@"\blets? go of\b", "release"),
        (@"\bfor good\b", "permanently"),
        (@"\ball the same\b", "still, anyway"),
        (@"\bby turns\b", "one after the other"),
        (@"\bto the letter\b", "exactly"),
        (@"\b(?:became|becomes?) of\b", "the result of"),
        (@"\bheeds?\b", "obey, use"),
        (@"\bcut short\b", "incomplete, interrupted"),
        (@"\bcomes? twice\b", "is a duplicate"),
        (@"\bwhoever\b", "anyone who"),
        (@"\btravels? with\b", "stay with"),
        (@"\bborn on\b", "made on"),
        (@"\b(?:foretold|mended)\b", "predicted, repaired"),
        (@"\bdo(?:es)? (?:not )?(?:do )?what is asked\b", "support"),
        (@"\bwill do as well\b", "is also accepted"),
    }.Select(w => (new Regex(w.RuledOut, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Compiled), w.Better))];

    public static TheoryData<string> Places => ["src", "docs", "samples", "integrations", "README.md", "SECURITY.md", "CHANGELOG.md"];

    [Theory]
    [MemberData(nameof(Places))]
    public void Texts_are_in_plain_words(string place)
    {
        var found =
            from file in Files(Repository.File(place))
            from text in Texts(file)
            from word in Words
            let bad = word.RuledOut.Match(text.Text)
            where bad.Success
            select $"{Relative(file)}, line {text.Line}: write '{word.Better}' instead of '{bad.Value}': {text.Text.Trim()}";
        AssertNone(found);
    }

    [Theory]
    [InlineData("cmdlets")]
    [InlineData("about")]
    public void Paragraphs_are_short(string folder)
    {
        var found =
            from file in Files(Repository.File("docs", folder))
            from paragraph in ParagraphEnd().Split(Fence().Replace(Repository.Read(file), ""))
            where paragraph.Trim().Length > MaximumParagraph && !IsRecorded(paragraph)
            select $"{Relative(file)}: {paragraph.Trim().Length} characters, at most {MaximumParagraph}: {paragraph.Trim()[..60]}...";
        AssertNone(found);
    }

    [Theory]
    [InlineData("How long they shall live.", true)]
    [InlineData("/// <summary>One folder a device.</summary>", true)]
    [InlineData("The rule is kept.", true)]
    [InlineData("The chain ends at the root, and null means that there is none.", false)]
    public void The_table_finds_what_it_is_for(string text, bool isFound) =>
        Assert.Equal(isFound, Words.Any(w => w.RuledOut.IsMatch(text)));

    static string Relative(string file) => Path.GetRelativePath(Repository.File(), file);

    // Says all of them: Assert.Empty cuts long texts.
    static void AssertNone(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    static IEnumerable<string> Files(string path) => File.Exists(path)
        ? [path]
        : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".cs" or ".md" or ".ps1" or ".psm1" or ".yml" or ".json" or ".html" or ".js")
            .Where(f => !Skipped().IsMatch(f));

    // Of source in C#, comments and strings; what stands in braces in a string is an expression.
    static IEnumerable<(string Text, int Line)> Texts(string file)
    {
        var lines = Repository.Read(file).Split('\n').Select((text, i) => (Text: text, Line: i + 1)).Where(l => !IsRecorded(l.Text));
        return Path.GetExtension(file) != ".cs"
            ? lines
            : lines.SelectMany(l => CommentOrString().Matches(l.Text).Select(m => (Expression().Replace(m.Value, "{}"), l.Line)));
    }

    // Names of recorded experiments, in generated lists.
    static bool IsRecorded(string text) => text.TrimStart().StartsWith("- On the device:", StringComparison.Ordinal);

    [GeneratedRegex(@"//.*$|""(?:[^""\\]|\\.)*""")]
    private static partial Regex CommentOrString();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Expression();

    [GeneratedRegex(@"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\n(?=[|#])")]
    private static partial Regex ParagraphEnd();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"[\\/](?:bin|obj|node_modules)[\\/]|lock\.json$")]
    private static partial Regex Skipped();
}
