using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What stands in each form, and that no name, path or message can be more than text there.</summary>
public sealed class ReportFormatTests
{
    static string WriteText(string ending, string text) => Fleet.Write(ending, e =>
    {
        if (text.Length > 0) e.Add(Fleet.Report(text, text));
        e.AddUnread(text, text);
    }, Fleet.Options with { Title = text.Length > 0 ? text : "x" });

    [Fact]
    public void Csv_has_a_row_a_certificate()
    {
        var rows = Csv(Fleet.Write(".csv", Fleet.Four));
        Assert.Equal(
            ["Verdict", "EndpointName", "Kind", "Failed", "Warnings", "Skipped", "Messages", "NotBeforeUtc", "NotAfterUtc",
                "SerialNumber", "Subject", "Path"], rows[0]);
        Assert.Equal(["Passed", "Warning", "Failed", "Unread"], rows.Skip(1).Select(r => r[0]));
        Assert.Equal(["device-1", "gerät 2", "device-3", ""], rows.Skip(1).Select(r => r[1]));
        Assert.Equal("2046-05-01 00:00:00", rows[1][8]);
        Assert.Equal("Readable", rows[4][3]);
        Assert.All(rows, r => Assert.Equal(12, r.Count));
    }

    [Fact]
    public void Csv_begins_with_a_mark_by_which_Excel_knows_the_encoding()
    {
        using var folder = new TempFolder();
        Assert.Equal([0xEF, 0xBB, 0xBF], File.ReadAllBytes(Fleet.WriteTo(folder.File("r.csv"), _ => { })).Take(3));
    }

    [Fact]
    public void No_text_is_a_formula_in_Csv_or_breaks_its_row() => Fleet.AnyText.Sample(text =>
    {
        var cell = CsvReport.Cell(text);
        var row = Assert.Single(Csv("x," + cell + ",y\r\n"));
        Assert.Equal(3, row.Count);
        Assert.Contains(row[1], new[] { text, "'" + text });
        Assert.Equal(text, CsvCell.Unguard(row[1]));
        if (text.TrimStart() is { Length: > 0 } start)
            Assert.True(!"=+-@|%".Contains(start[0], StringComparison.Ordinal) || row[1][0] == '\'', text);
    });

    [Fact]
    public void JUnit_has_a_suite_a_certificate_and_a_case_a_check()
    {
        var suites = XDocument.Parse(Fleet.Write(".xml", Fleet.Four)).Root!.Elements("testsuite").ToList();
        Assert.Equal(["device-1", "gerät 2", "device-3", "junk.pem"], suites.Select(s => s.Attribute("name")!.Value));
        foreach (var suite in suites)
        {
            Assert.Equal(Number(suite, "tests"), suite.Elements("testcase").Count());
            Assert.Equal(Number(suite, "failures"), suite.Descendants("failure").Count());
            Assert.Equal(Number(suite, "errors"), suite.Descendants("error").Count());
            Assert.Equal(Number(suite, "skipped"), suite.Descendants("skipped").Count());
        }

        Assert.Equal((0, 1), (Number(suites[3], "failures"), Number(suites[3], "errors")));
        Assert.Equal("DeviceCreds.Lwm2m", suites[0].Elements("testcase").First().Attribute("classname")!.Value);
        Assert.Contains(suites[2].Elements("testcase"),
            c => c.Attribute("name")!.Value == "device-3: LifetimeOverTenYears" && c.Element("failure") is not null);
        Assert.All(suites.Descendants("skipped"), s => Assert.NotEqual("", s.Attribute("message")!.Value));
        // A warning is in the case's output, and the case has passed.
        Assert.All(suites[2].Elements("testcase").Where(c => c.Attribute("name")!.Value.EndsWith("TimeLeft", StringComparison.Ordinal)),
            c => Assert.StartsWith("Warning: ", c.Element("system-out")!.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Whatever_the_text_JUnit_is_XML_and_holds_it() => Fleet.AnyText.Sample(text =>
    {
        var suites = XDocument.Parse(WriteText(".xml", text)).Root!.Elements("testsuite").ToList();
        Assert.Equal(text.Length > 0 ? 2 : 1, suites.Count);
        Assert.Equal(MessageText.Message(text), suites.Last().Descendants("error").Single().Attribute("message")!.Value);
    }, iter: 300);

    [Fact]
    public void Sarif_has_no_ends_of_lines_that_could_be_others_on_another_system() =>
        Assert.DoesNotContain(Fleet.Write(".sarif", Fleet.Four), c => c is '\r' or '\n');

    [Fact]
    public void Sarif_has_a_result_for_each_check_that_a_person_must_read()
    {
        var run = Run(Fleet.Write(".sarif", Fleet.Four, Fleet.Options with { BaseFolder = "/fleet" }));
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray()
            .Select(r => r.GetProperty("id").GetString()!).ToList();
        Assert.Equal(rules.Distinct().Count(), rules.Count);
        Assert.All(RuleCatalogue.All, r => Assert.Contains(r.Id, rules));
        var results = run.GetProperty("results").EnumerateArray().ToList();
        Assert.All(results, r => Assert.Equal(r.GetProperty("ruleId").GetString(), rules[r.GetProperty("ruleIndex").GetInt32()]));
        Assert.All(results, r => Assert.Contains(r.GetProperty("level").GetString(), new[] { "error", "warning" }));
        Assert.Contains(results,
            r => r.GetProperty("ruleId").GetString() == "LifetimeOverTenYears" && Uri(r) == "device-3/LwM2MDeviceCert.pem");
        Assert.Contains(results, r => Uri(r) == "b%232/LwM2MDeviceCert.pem");
        Assert.DoesNotContain(results, r => Uri(r) == "device-1/LwM2MDeviceCert.pem");
        Assert.Contains(results, r => r.GetProperty("ruleId").GetString() == "Readable" && r.GetProperty("level").GetString() == "error");
        Assert.Equal("file:///fleet/", run.GetProperty("originalUriBaseIds").GetProperty("SRCROOT").GetProperty("uri").GetString());

        static string Uri(JsonElement result) =>
            result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri")
                .GetString()!;
    }

    [Theory]
    [InlineData("/a/b c.pem", "file:///a/b%20c.pem")]
    [InlineData("C:\\a\\b#1.pem", "file:///C:/a/b%231.pem")]
    [InlineData("\\\\server\\share\\x.pem", "file://server/share/x.pem")]
    [InlineData("/100%/ä.pem", "file:///100%25/%C3%A4.pem")]
    public void A_path_becomes_a_URI(string path, string uri) => Assert.Equal(uri, SarifReport.FileUri(path));

    [Fact]
    public void Whatever_the_text_Sarif_is_JSON_and_a_message_is_neither_link_nor_placeholder() => Fleet.AnyText.Sample(text =>
    {
        foreach (var result in Run(WriteText(".sarif", text)).GetProperty("results").EnumerateArray())
        {
            var message = result.GetProperty("message").GetProperty("text").GetString()!;
            Assert.DoesNotMatch(@"(?<!\\)(\\\\)*[\[\]]", message);
            Assert.DoesNotContain(message.Replace("{{", "").Replace("}}", ""), c => c is '{' or '}');
            Assert.All(result.GetProperty("locations").EnumerateArray(), l =>
            {
                // RFC 3986's characters, and no other.
                if (l.TryGetProperty("physicalLocation", out var place))
                    Assert.Matches("^([A-Za-z0-9._~:/-]|%[0-9A-F]{2})+$",
                        place.GetProperty("artifactLocation").GetProperty("uri").GetString());
            });
        }
    }, iter: 300);

    /// <summary>The schema as its publisher ships it, and a validator that is not ours.</summary>
    [Fact]
    public void Sarif_satisfies_the_published_schema()
    {
        using var folder = new TempFolder();
        var files =
            new[] { "</script>[x](y){0}", "\uD800" }.Select((text, i) => Fleet.WriteTo(folder.File($"{i}.sarif"), e => { Fleet.Four(
                e); e.Add(Fleet.Report(text, "/x y/" + text)); }, Fleet.Options with { BaseFolder = i == 0 ? "/fleet" : null }))
                .Append(Fleet.WriteTo(folder.File("none.sarif"), _ => { }));
        var tools = NodeTools.Require("@microsoft/jest-sarif");
        var result = Tool.Try("node", [Path.Combine(tools, "validate-sarif.js"), .. files]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        // The validator can say no.
        Assert.Equal(1,
            Tool.Try("node", Path.Combine(tools, "validate-sarif.js"),
                folder.Write("bad.sarif", """{ "version": "2.1.0", "runs": [ { "results": [] } ] }""")).ExitCode);
    }

    [Fact]
    public void Markdown_says_in_a_sentence_how_it_is_and_shows_the_first_that_did_not_pass()
    {
        var text = Fleet.Write(".md", Fleet.Four);
        Assert.StartsWith("## Device certificates\n\n**2 of 4 certificates did not pass.**\n", text, StringComparison.Ordinal);
        Assert.Contains("| Lwm2m | 1 | 1 | 1 | 0 |", text, StringComparison.Ordinal);
        Assert.Contains("| device-3 | **LifetimeOverTenYears** ", text, StringComparison.Ordinal);
        Assert.Contains("The first certificate expires on 2030-01-01.", text, StringComparison.Ordinal);
        Assert.Contains("**All 2 certificates passed.**",
            Fleet.Write(".md", e => { e.Add(Fleet.Report()); e.Add(Fleet.Report()); }), StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_of_a_fleet_stays_short()
    {
        var report = Fleet.Report(trusted: false);
        var text = Fleet.Write(".md", e => { for (var i = 0; i < 1000; i++) e.Add(report); });
        Assert.Contains("950 more did not pass.", text, StringComparison.Ordinal);
        Assert.True(text.Length < 32_000);
    }

    [Fact]
    public void No_text_is_markup_in_Markdown() => Fleet.AnyText.Select(MessageText.Clean).Sample(text =>
    {
        var escaped = MarkdownReport.Escape(text);
        Assert.DoesNotMatch(@"[<>|`*_\[\]\\~@!:#""\r\n](?!\d+;)", escaped.Replace("&#", "&"));
        Assert.Equal(text, System.Net.WebUtility.HtmlDecode(escaped));
    });

    /// <summary>People print reports into logs: an agent takes "##vso[" in them for a command, and a terminal takes ESC for one.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public void Whatever_the_text_each_line_is_visible_and_no_command(string format) => Fleet.AnyText.Sample(text =>
    {
        var ending = ReportFormats.All.Single(f => f.Name == format).Endings[0];
        var report = WriteText(ending, text).TrimStart('\uFEFF');
        Assert.DoesNotContain("##vso[", report, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("##[", report, StringComparison.Ordinal);
        for (var i = 0; i < report.Length; i += char.IsSurrogatePair(report, i) ? 2 : 1)
        {
            if (report[i] is not ('\r' or '\n')) Assert.False(InvisibleCharacter.IsHidden(report, i));
        }
    }, iter: 200);

    public static TheoryData<string> Formats => [.. ReportFormats.All.Select(f => f.Name)];

    [Fact]
    public void The_page_asks_for_nothing_from_outside()
    {
        var page = Fleet.Write(".html", Fleet.Four);
        Assert.Contains("Content-Security-Policy\" content=\"default-src 'none';", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href|import|fetch)\\s*[=(]|url\\((?!#)", page);
        Assert.Contains("<p class=\"verdict failed\">2 of 4 certificates did not pass.</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_text_the_page_has_our_elements_alone()
    {
        static string Skeleton(string page) =>
            string.Join(" ", Regex.Matches(page, "<[/!a-zA-Z][^ >]*").Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));
        var expected = Skeleton(WriteText(".html", "ä"));
        Fleet.AnyText.Where(t => t.Length > 0).Sample(text =>
        {
            var page = WriteText(".html", text);
            Assert.Equal(expected, Skeleton(page));
            var rows =
                JsonDocument.Parse(Regex.Match(page, "id=\"rows\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value).RootElement;
            Assert.Equal(MessageText.Clean(text), rows[1][4].GetString());
        }, iter: 300);
    }

    [Theory]
    [InlineData(1, "2046-05-01")]
    [InlineData(1, "9999-12-31")]
    [InlineData(3, "1999-01-01")]
    public void The_charts_are_drawn_for_any_dates(int count, string end)
    {
        var page = Fleet.Write(".html", e => { for (var i = 0; i < count; i++) e.Add(Fleet.Report(notAfter: Given.Utc(end))); });
        Assert.Equal(2, Regex.Count(page, "<svg [^>]*role=\"img\" aria-labelledby="));
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", page, StringComparison.Ordinal);
        foreach (Match number in Regex.Matches(page, "(?:x|y|x1|x2|y1|y2|width|height)=\"(-?[0-9.]+)\""))
            Assert.InRange(double.Parse(number.Groups[1].Value, CultureInfo.InvariantCulture), 0, 521);
    }

    static int Number(XElement element, string attribute) => int.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    static JsonElement Run(string sarif) => JsonDocument.Parse(sarif).RootElement.GetProperty("runs")[0];

    /// <summary>RFC 4180, read by a state machine that is not the writer's.</summary>
    static List<List<string>> Csv(string text)
    {
        List<List<string>> rows = [];
        List<string> row = [];
        var at = 0;
        while (at < text.Length)
        {
            var cell = new System.Text.StringBuilder();
            if (text[at] == '"')
            {
                for (at++; text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"'); at++)
                {
                    cell.Append(text[at]);
                    if (text[at] == '"') at++;
                }

                at++;
            }
            else
            {
                while (text[at] is not (',' or '\r')) cell.Append(text[at++]);
            }

            row.Add(cell.ToString());
            if (text[at] == ',')
            {
                at++;
                continue;
            }

            Assert.Equal("\r\n", text.Substring(at, 2));
            at += 2;
            rows.Add(row);
            row = [];
        }

        return rows;
    }
}
