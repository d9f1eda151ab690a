using System.Text;

namespace DeviceCreds.Tests;

/// <summary>One file, whole or not at all, in the form that was asked for.</summary>
[Collection(MemoryTests.Name)]
public sealed class ReportExportTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("r.html", null, "Html")]
    [InlineData("r.HTM", null, "Html")]
    [InlineData("r.xml", null, "JUnit")]
    [InlineData("r.sarif", null, "Sarif")]
    [InlineData("r.sarif.json", null, "Sarif")]
    [InlineData("r.csv", null, "Csv")]
    [InlineData("r.md", null, "Markdown")]
    [InlineData("r.txt", null, "Html")]
    [InlineData("r", null, "Html")]
    [InlineData("r.html", "junit", "JUnit")]
    [InlineData("r.csv", "HTML", "Html")]
    public void The_format_is_what_was_said_or_what_the_ending_says(string path, string? format, string expected) =>
    Assert.Equal(expected, ReportFormats.Choose(format, path).Name);

    [Fact]
    public void A_format_that_there_is_not_is_answered_with_those_that_there_are()
    {
        var e = Assert.Throws<InputException>(() => ReportFormats.Choose("Pdf", "x"));
        Assert.Equal("FormatUnknown", e.ErrorId);
        Assert.Contains("Csv, Html, JUnit, Markdown, Sarif", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_format_says_what_it_is_and_no_two_share_an_ending()
    {
        Assert.All(ReportFormats.Descriptions, d => Assert.EndsWith(".", d.Value, StringComparison.Ordinal));
        Assert.Equal(ReportFormats.All.SelectMany(f => f.Endings).Distinct().Count(), ReportFormats.All.Sum(f => f.Endings.Count));
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void A_file_is_there_once_it_is_whole(string ending)
    {
        var path = _folder.File("r" + ending);
        using (var export = new ReportExport(path, null, Fleet.Options, replace: false))
        {
            Fleet.Four(export);
            Assert.False(File.Exists(path));
            Assert.Equal(path, export.Complete());
        }

        Assert.Equal(["r" + ending], _folder.Files());
        Assert.NotEqual(0, new FileInfo(path).Length);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void A_file_that_is_given_up_leaves_nothing(string ending)
    {
        using (var export = new ReportExport(_folder.File("r" + ending), null, Fleet.Options, replace: false)) Fleet.Four(export);
        Assert.Empty(_folder.Files());
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void A_file_of_no_reports_is_a_file(string ending) => Assert.NotEqual("", Fleet.Write(ending, _ => { }));

    [Fact]
    public void What_exists_is_replaced_only_when_asked_for()
    {
        var path = _folder.Write("r.md", "precious");
        var e = Assert.Throws<OutputException>(() => new ReportExport(path, null, Fleet.Options, replace: false));
        Assert.Equal(("FileExists", ErrorKind.AlreadyExists), (e.ErrorId, e.Kind));
        Assert.Equal("precious", File.ReadAllText(path));
        using (var given = new ReportExport(path, null, Fleet.Options, replace: true)) Fleet.Four(given);
        Assert.Equal("precious", File.ReadAllText(path));
        using var export = new ReportExport(path, null, Fleet.Options, replace: true);
        export.Complete();
        Assert.Contains("Nothing was tested.", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void What_appears_meanwhile_is_not_replaced()
    {
        var path = _folder.File("r.md");
        using var export = new ReportExport(path, null, Fleet.Options, replace: false);
        File.WriteAllText(path, "precious");
        Assert.Equal("FileExists", Assert.Throws<OutputException>(export.Complete).ErrorId);
        export.Dispose();
        Assert.Equal("precious", File.ReadAllText(path));
        Assert.Equal(["r.md"], _folder.Files());
    }

    [Fact]
    public void Folders_on_the_way_are_made() => Assert.True(File.Exists(Fleet.WriteTo(_folder.File("a/b/r.csv"), Fleet.Four)));

    /// <summary>The file grows on the disk, not the memory: what is held is less than a tenth of what a fleet's reports are.</summary>
    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Endings))]
    public void A_fleet_needs_little_memory(string ending)
    {
        const int count = 20_000;
        var reports = Enumerable.Range(0, 10).Select(i => Fleet.Report($"device-{i}", "/fleet/x.pem", trusted: i > 0)).ToList();
        using var export = new ReportExport(_folder.File("r" + ending), null, Fleet.Options, replace: false);
        var before = MemoryTests.Held();
        for (var i = 0; i < count; i++) export.Add(reports[i % reports.Count]);
        var held = MemoryTests.Held() - before;
        Assert.True(held < 4_000_000, $"{held:N0} bytes are held for {count:N0} reports.");
        export.Complete();
    }

    public static TheoryData<string> Endings => [.. ReportFormats.All.Select(f => f.Endings[0])];

    [Fact]
    public void The_summary_counts_by_kind_verdict_rule_and_month()
    {
        var summary = new ReportSummary();
        foreach (var report in new[] { Fleet.Report(), Fleet.Report("gerät"), Fleet.Report(trusted: false),
            Fleet.Report(notAfter: Given.Utc("2030-02-01")), Fleet.Report(kind: CredentialKind.Bootstrap, trusted: false) })
            summary.Add(ReportEntry.Of(report));
        summary.Add(ReportEntry.Unread(null, "gone"));
        Assert.Equal(6, summary.Total);
        Assert.Equal([CredentialKind.Bootstrap, CredentialKind.Lwm2m, null], summary.Kinds);
        Assert.Equal(summary.Total, Enum.GetValues<ReportVerdict>().Sum(summary.Count));
        Assert.Equal(1, summary.Count(null, ReportVerdict.Unread));
        Assert.Equal(1, summary.Count(CredentialKind.Bootstrap, ReportVerdict.Failed));
        Assert.Equal(Given.Utc("2030-02-01"), summary.FirstExpiry);
        Assert.Equal([(2030 * 12 + 1, 1), (2046 * 12 + 4, 4)], summary.Months.Select(m => (m.Key, m.Value.Total)));
        Assert.Contains(summary.Rules, r => r is { Id: "TrustedIssuer", Failed: 2 });
        Assert.Equal(summary.Rules.OrderByDescending(r => r.Failed).Select(r => r.Failed), summary.Rules.Select(r => r.Failed));
    }
}
