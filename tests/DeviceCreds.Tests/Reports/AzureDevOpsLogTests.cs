using System.Text.RegularExpressions;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Logging commands: one line each, and no text gets out of its place. Read back as the agent reads them.</summary>
public sealed class AzureDevOpsLogTests
{
    [Fact]
    public void A_failed_check_is_an_error_and_a_warning_a_warning()
    {
        var lines = AzureDevOpsLog.Issues(Fleet.Report("gerät-1", "/a;b]/cert.pem", trusted: false)).ToList();
        Assert.Contains(lines,
            l => l.StartsWith("##vso[task.logissue type=error;sourcepath=/a%3Bb%5D/cert.pem;code=TrustedIssuer;]gerät-1: ",
                StringComparison.Ordinal));
        var warnings = AzureDevOpsLog.Issues(Fleet.Report("ger#t 1")).ToList();
        Assert.Contains(warnings, l => l.StartsWith("##vso[task.logissue type=warning;code=EndpointNameForm;]", StringComparison.Ordinal));
        Assert.Empty(AzureDevOpsLog.Issues(Fleet.Report()));
    }

    [Fact]
    public void An_error_carries_its_file_and_its_id()
    {
        var error = Assert.Throws<InputException>(() => InputFile.Read("/no/such;file"));
        Assert.StartsWith($"##vso[task.logissue type=error;sourcepath=/no/such%3Bfile;code={error.ErrorId};]",
            AzureDevOpsLog.Issue(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    [InlineData(42, 42)]
    [InlineData(101, 100)]
    public void Progress_is_a_percentage(int percent, int expected) =>
    Assert.Equal($"##vso[task.setprogress value={expected};]100%AZP25 done", AzureDevOpsLog.Progress(percent, "100% done"));

    [Fact]
    public void Whatever_the_text_an_issue_is_one_command_in_one_line() =>
    (from texts in Fleet.AnyText.Array[3] from isError in Gen.Bool select (texts, isError)).Sample(x =>
    {
        var (message, path, code) = (x.texts[0], x.texts[1], x.texts[2]);
        var line = AzureDevOpsLog.Issue(x.isError, message, path, code);
        Assert.Single(Regex.Split(line, "\r\n|[\r\n\u0085\u2028\u2029\f\v]"));
        Assert.DoesNotContain(line, char.IsControl);
        // As the agent reads it: the first "##vso[", properties up to the first "]", each up to a ";".
        Assert.StartsWith("##vso[", line, StringComparison.Ordinal);
        var end = line.IndexOf(']', StringComparison.Ordinal);
        var properties = line["##vso[task.logissue ".Length..end].Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => Unescape(p[1]));
        Assert.Equal(x.isError ? "error" : "warning", properties["type"]);
        Assert.Equal(Shown(path), properties.GetValueOrDefault("sourcepath", ""));
        Assert.Equal(Shown(code), properties.GetValueOrDefault("code", ""));
        Assert.True(properties.Count <= 3);
        Assert.Equal(Shown(message), Unescape(line[(end + 1)..]));
    });

    [Fact]
    public void No_report_prints_more_than_its_issues() => Fleet.AnyText.Where(t => t.Length > 0).Sample(name =>
    {
        var report = Fleet.Report(name, name, trusted: false);
        var lines = AzureDevOpsLog.Issues(report).ToList();
        Assert.Equal(report.Failed.Count + report.Warnings.Count, lines.Count);
        Assert.All(lines, l => Assert.Matches(@"^##vso\[task\.logissue type=(error|warning);[^\r\n]*$", l));
        // What is shown of a name elsewhere is no command, either.
        Assert.DoesNotContain("##", SubjectText.Shorten(name), StringComparison.Ordinal);
        Assert.All(report.Checks, c => Assert.DoesNotContain("##vso[", c.Message, StringComparison.OrdinalIgnoreCase));
    }, iter: 300);

    static string Shown(string text) => MessageText.CleanLines(text);

    static string Unescape(string text) =>
        text.Replace("%0D", "\r").Replace("%0A", "\n").Replace("%5D", "]").Replace("%3B", ";").Replace("%AZP25", "%");
}
