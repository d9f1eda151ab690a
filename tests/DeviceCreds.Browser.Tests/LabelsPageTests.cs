using Deque.AxeCore.Commons;

namespace DeviceCreds.Tests;

/// <summary>The page of labels as a printer and a phone see it.</summary>
public sealed class LabelsPageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_code_on_the_page_is_read_back_from_its_picture()
    {
        Tool.Require("zbarimg");
        var credentials = Enumerable.Range(1, 7).Select(i => Factory.Credential(name: $"thermostat-{i:000000}")).ToList();
        using var page = await browser.Open(Write(credentials), width: 1000, height: 700);
        var picture = _folder.Write("page.png", await page.Screenshot());
        var read = Tool.Run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture).Trim().Split('\n');
        Assert.Equal(credentials.Select(c => c.EnrollmentId).Order(), read.Order());
    }

    [Fact]
    public async Task Labels_have_the_size_of_a_sheet_s_and_nothing_of_them_is_cut_off()
    {
        using var page = await browser.Open(Write([Factory.Credential(name: new string('W', 64)),
            Factory.Credential(CredentialKind.Lwm2m)]));
        // 70 mm by 37 mm, at 96 pixels an inch.
        var sizes = await page.Evaluate<string[]>(
            "[...document.querySelectorAll('li')].map(l => Math.round(l.offsetWidth / 96 * 25.4) + 'x' + Math.round(l.offsetHeight "
                + "/ 96 * 25.4))");
        Assert.Equal(["70x37", "70x37"], sizes);
        Assert.True(await page.Evaluate<bool>(
            "[...document.querySelectorAll('li')].every(l => l.scrollHeight <= l.clientHeight + 1 && l.scrollWidth <= l.clientWidth "
            + "+ 1)"));
    }

    [Fact]
    public async Task Another_s_tool_finds_nothing_that_shuts_people_out()
    {
        using var page = await browser.Open(Write([Factory.Credential()]));
        using var axe = new StreamReader(typeof(AxeResult).Assembly.GetManifestResourceStream(
            "Deque.AxeCore.Commons.Resources.axe.min.js")!);
        await page.Evaluate<object>(await axe.ReadToEndAsync(TestContext.Current.CancellationToken) + ";0");
        Assert.Empty(await page.Evaluate<string[]>(
            "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] }).then(r => r.violations.map(v => v.id + ': ' + v.help))"));
    }

    string Write(IEnumerable<DeviceCredential> credentials)
    {
        using var export = new CredentialExport(_folder.Path, ["Labels"], new ExportOptions { Configurations = [Factory.Full()] },
            replace: true);
        foreach (var credential in credentials) export.Write(credential);
        return Assert.Single(export.Complete());
    }
}
