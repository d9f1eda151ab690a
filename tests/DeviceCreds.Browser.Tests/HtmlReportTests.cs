using System.Diagnostics;
using System.Text.Json;
using Deque.AxeCore.Commons;

namespace DeviceCreds.Tests;

/// <summary>The page as a person uses it: looks, clicks, types, goes by keyboard; and as tools judge it.</summary>
public sealed class HtmlReportTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A small fleet: 120 that pass, 3 to look at, 2 that fail, a file that could not be read.</summary>
    string Small() => Fleet.WriteTo(_folder.File("report.html"), e =>
    {
        for (var i = 0; i < 120; i++)
            e.Add(Fleet.Report($"meter-{i:D3}", $"/fleet/meter-{i:D3}/LwM2MDeviceCert.pem", notAfter: Given.Utc($"{2040 + i % 8}-03-01")));
        for (var i = 0; i < 3; i++) e.Add(Fleet.Report($"zähler-{i}", notAfter: Given.Utc("2044-01-01")));
        e.Add(Fleet.Report("</script><img src=x onerror=alert(1)>", "/fleet/<b>.pem", trusted: false));
        e.Add(Fleet.Report("short", "/fleet/short.pem", notAfter: Given.Utc("2030-01-01")));
        e.AddUnread("/fleet/junk.pem", "/fleet/junk.pem: this is neither PEM nor DER.");
    });

    static Task<string[]> Names(Page page) => page.Texts("#devices tbody th");

    [Theory]
    [InlineData(1200, false)]
    [InlineData(1200, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Another_s_tool_finds_nothing_that_shuts_people_out(int width, bool dark)
    {
        using var page = await browser.Open(Small(), width, dark: dark);
        await page.Click("#devices details summary");
        using var axe = new StreamReader(
            typeof(AxeResult).Assembly.GetManifestResourceStream("Deque.AxeCore.Commons.Resources.axe.min.js")!);
        await page.Evaluate<object>(await axe.ReadToEndAsync(TestContext.Current.CancellationToken) + ";0");
        var violations =
            await page.Evaluate<string[]>(
                "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', "
                    + "'best-practice'] }).then(r => r.violations.map(v => v.id + ': "
                    + "' + v.nodes.map(n => n.html + ' ' + n.failureSummary).slice(0, 3).join(' | ')))");
        Assert.Empty(violations);
        // Nothing but the tables' own regions scrolls sideways.
        Assert.True(await page.Evaluate<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_charts_are_in_the_picture(bool dark)
    {
        using var page = await browser.Open(Small(), dark: dark);
        Assert.Equal(2, (await page.Texts("svg[role=img] > title")).Length);
        Assert.All(await page.Texts("svg[role=img] > desc"), d => Assert.NotEqual("", d));
        // The bars' and the line's colours, as they are painted.
        var seen = await page.Evaluate<string[]>("""
            Promise.all([...document.querySelectorAll('svg')].map(async svg => {
              const r = svg.getBoundingClientRect();
              const copy = svg.cloneNode(true);
              const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
              style.textContent = document.querySelector('style').textContent;
              copy.prepend(style);
              const drawn = svg.querySelectorAll('path.line, rect.passed-bar');
              return [drawn.length, r.width > 200 && r.height > 80, getComputedStyle(drawn[0]).visibility].join(' ');
            }))
            """);
        Assert.Equal(["1 true visible", "8 true visible"], seen);
        var picture = await page.Screenshot();
        Assert.Equal(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }, picture[..4]);
        Assert.True(picture.Length > 20_000, $"{picture.Length} bytes");
    }

    [Fact]
    public async Task The_worst_come_first_a_page_at_a_time()
    {
        using var page = await browser.Open(Small());
        Assert.Equal(["junk.pem", "</script><img src=x onerror=alert(1)>", "short", "zähler-0", "zähler-1", "zähler-2", "meter-000"],
            (await Names(page)).Take(7));
        Assert.Equal("1 to 50 of 126", await page.Evaluate<string>("document.getElementById('status').textContent"));
        await page.Click("#next");
        await page.Click("#next");
        Assert.Equal("101 to 126 of 126", await page.Evaluate<string>("document.getElementById('status').textContent"));
        Assert.Equal("meter-119", (await Names(page))[^1]);
        Assert.True(await page.Evaluate<bool>("document.getElementById('next').disabled"));
        await page.Click("#previous");
        Assert.Equal("Page 2 of 3", await page.Evaluate<string>("document.getElementById('page').textContent"));
    }

    [Fact]
    public async Task A_click_on_the_filter_and_a_word_in_the_search_leave_what_fits()
    {
        using var page = await browser.Open(Small());
        await page.Click("#verdicts label:nth-of-type(2) input");
        Assert.Equal(["junk.pem", "</script><img src=x onerror=alert(1)>", "short"], await Names(page));
        await page.Click("#verdicts label:nth-of-type(3) input");
        Assert.Equal(3, (await Names(page)).Length);
        await page.Click("#verdicts label:nth-of-type(1) input");
        await page.Click("#search");
        await page.Type("METER-01");
        Assert.Equal(Enumerable.Range(10, 10).Select(i => $"meter-{i:D3}"), await Names(page));
        Assert.Equal("1 to 10 of 10 (126 in all)", await page.Evaluate<string>("document.getElementById('status').textContent"));
        await page.Type("nowhere");
        Assert.Empty(await Names(page));
        Assert.Equal("No certificates match.", await page.Evaluate<string>("document.getElementById('status').textContent"));
    }

    [Fact]
    public async Task The_search_finds_rules_and_paths_and_the_lists_narrow_down()
    {
        using var page = await browser.Open(Small());
        await page.Click("#search");
        await page.Type("trustedissuer");
        Assert.Equal(["</script><img src=x onerror=alert(1)>"], await Names(page));
        await page.Evaluate<object>("document.getElementById('search').value = ''; 0");
        await page.Evaluate<object>(
            "(s => { s.value = [...s.options].find(o => o.text === 'LifetimeOverTenYears').value; s.dispatchEvent(new Event('input', "
                + "{ bubbles: true })); })(document.getElementById('rule'))");
        Assert.Equal(["short"], await Names(page));
        await page.Evaluate<object>(
            "(s => { s.value = '0'; s.dispatchEvent(new Event('input', { bubbles: true })); })(document.getElementById('kind'))");
        Assert.Empty(await Names(page));
    }

    [Fact]
    public async Task All_checks_of_a_device_are_a_click_away()
    {
        using var page = await browser.Open(Small());
        Assert.Contains("LifetimeOverTenYears: ", string.Concat(await page.Texts("#devices tbody tr:nth-child(3) td > ul")),
            StringComparison.Ordinal);
        await page.Click("#devices tbody tr:nth-child(3) summary");
        await page.Evaluate<object>("new Promise(requestAnimationFrame).then(() => 0)");
        var checks = await page.Texts("#devices tbody tr:nth-child(3) details li");
        Assert.Equal(RuleCatalogue.All.Select(r => r.Id), checks.Select(c => c.Split(": ")[1].Split('.')[0]));
        Assert.Contains(checks,
            c => c.StartsWith("Skipped: PrivateKeyMatches", StringComparison.Ordinal) && c.EndsWith("use -Key.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        using var page = await browser.Open(Small());
        var reached = new List<string>();
        for (var i = 0; i < 14; i++)
        {
            await page.Press("Tab", 9);
            reached.Add(
                await page.Evaluate<string>(
                    "document.activeElement.id || document.activeElement.name || document.activeElement.tagName + ' ' + "
                        + "document.activeElement.className"));
            Assert.NotEqual("none", await page.Evaluate<string>("getComputedStyle(document.activeElement).outlineStyle"));
        }

        Assert.Equal(["search", "verdict", "kind", "rule"], reached.Where(r => r is "search" or "verdict" or "kind" or "rule"));
        await page.Evaluate<object>("document.querySelector('input[name=verdict]').focus()");
        await page.Press("ArrowRight", 39);
        Assert.Equal(3, (await Names(page)).Length);
        await page.Evaluate<object>("document.querySelector('#devices summary').focus()");
        await page.Press("Enter", 13, "\r");
        Assert.True(await page.Evaluate<bool>("document.querySelector('#devices details').open"));
    }

    [Fact]
    public async Task Nothing_is_asked_of_the_network_and_nothing_complained_of()
    {
        var path = Small();
        using var page = await browser.Open(path);
        await page.Click("#next");
        await page.Click("#devices summary");
        await page.Evaluate<object>("new Promise(r => setTimeout(r, 200)).then(() => 0)");
        Assert.Empty(page.Complaints);
        Assert.Equal([new Uri(path).AbsoluteUri], page.Requests);
        Assert.Equal(0, await page.Evaluate<int>("document.querySelectorAll('img').length"));
    }

    [Fact]
    public async Task Without_scripts_the_summary_is_there()
    {
        using var page = await browser.Open(Small(), scripts: false);
        Assert.Equal(["3 of 126 certificates did not pass."], await page.Texts(".verdict"));
        Assert.Equal(["120", "3", "2", "1", "126"], await page.Texts("main table:first-of-type tfoot td"));
        Assert.Equal(2, (await page.Texts("svg[role=img]")).Length);
        Assert.True(await page.Evaluate<bool>("document.getElementById('filter').hidden && document.getElementById('devices').hidden"));
    }

    /// <summary>Whatever the names are, the table shows them as they are, and no element comes of them.</summary>
    [Fact]
    public async Task No_name_is_more_than_text()
    {
        var names = new[] { "<b>x</b>", "&amp;", "\"'`", "</script>", "<!--", "]]>", "{{x}}", "${x}", "\u2028",
            "<svg onload=alert(1)>", "javascript:alert(1)" };
        var path = Fleet.WriteTo(_folder.File("names.html"), e => { foreach (var name in names)
            e.Add(Fleet.Report(name, name, trusted: false)); }, Fleet.Options with { Title = "</title><script>alert(1)</script>" });
        using var page = await browser.Open(path);
        Assert.Equal(names.Select(MessageText.Clean), await Names(page));
        Assert.Equal("</title><script>alert(1)</script>", await page.Evaluate<string>("document.title"));
        Assert.Equal(0, await page.Evaluate<int>("document.querySelectorAll('b, svg[onload], body script:not([type]) ~ script').length"));
        Assert.Empty(page.Complaints);
    }

    /// <summary>
    /// 100,000 devices, a tenth of which fails: the page is there within seconds, and a filter within the blink of an eye.
    /// </summary>
    [Fact]
    public async Task A_hundred_thousand_devices_are_no_burden()
    {
        const int count = 100_000;
        var good = Fleet.Report("meter-123456", "/fleet/meter-123456/LwM2MDeviceCert.pem");
        var reports = Enumerable.Range(0, 500)
            .Select(i =>
                Fleet.Report($"meter-{i:D6}", $"/fleet/meter-{i:D6}/LwM2MDeviceCert.pem", trusted: i % 10 > 0,
                    notAfter: Given.Utc($"{2037 + i % 20}-0{1 + i % 9}-01"))).ToList();
        var path = Fleet.WriteTo(_folder.File("fleet.html"), e => { for (var i = 0; i < count; i++) e.Add(reports[i % reports.Count]); });
        var size = new FileInfo(path).Length;
        Assert.True(size < 20_000_000, $"{size:N0} bytes");

        var watch = Stopwatch.StartNew();
        using var page = await browser.Open(path);
        var loading = watch.Elapsed;
        Assert.Equal("1 to 50 of 100,000", await page.Evaluate<string>("document.getElementById('status').textContent"));
        var filtering =
            await page.Evaluate<double>(
                "(() => { const s = document.getElementById('search'); const t = performance.now(); for (const text of ['meter-000042', "
                    + "'nowhere', '']) { s.value = text; s.dispatchEvent(new Event('input', { bubbles: true })); "
                    + "document.body.offsetHeight; } return (performance.now() - t) / 3; })()");
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{count:N0} devices: {size / 1e6:0.0} MB, shown after {loading.TotalSeconds:0.00} s, filtered in {filtering:0} ms");
        Assert.True(loading < TimeSpan.FromSeconds(10), $"The page was there after {loading.TotalSeconds:0.0} s.");
        Assert.True(filtering < 500, $"A filter takes {filtering:0} ms.");
        await page.Click("#verdicts label:nth-of-type(2) input");
        Assert.Equal("1 to 50 of 10,000 (100,000 in all)", await page.Evaluate<string>("document.getElementById('status').textContent"));
    }

    /// <summary>docs/images/report.png, the README's picture: made again by ./build.ps1 -Task Docs.</summary>
    [Fact]
    public async Task The_readme_s_picture_is_made_from_a_report()
    {
        var path = Fleet.WriteTo(_folder.File("readme.html"), e =>
        {
            for (var i = 0; i < 400; i++)
                e.Add(Fleet.Report($"thermostat-{i:D6}", $"/line-7/thermostat-{i:D6}/LwM2MDeviceCert.pem", trusted: i % 97 > 0,
                    notAfter: Given.Utc(i % 61 == 5 ? "2033-03-01" : $"{2041 + i * i % 7}-0{1 + i % 9}-01")));
            e.AddUnread("/line-7/thermostat-000400/LwM2MDeviceCert.pem",
                "/line-7/thermostat-000400/LwM2MDeviceCert.pem: this is neither PEM nor DER.");
        }, Fleet.Options with { Title = "Line 7, lot 2026-06" });
        using var page = await browser.Open(path, 1000, 1200);
        var picture = await page.Screenshot();
        Assert.True(picture.Length > 20_000, $"{picture.Length} bytes");
        if (Environment.GetEnvironmentVariable("DEVICECREDS_UPDATE_DOCS") == "1")
            await File.WriteAllBytesAsync(Path.Combine(NodeTools.Root(), "docs", "images", "report.png"), picture,
                TestContext.Current.CancellationToken);
    }
}
