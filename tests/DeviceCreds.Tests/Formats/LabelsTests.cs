using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Labels, whose codes another program reads back.</summary>
public sealed partial class LabelsTests
{
    const int Scale = 4;

    [Fact]
    public void Another_program_reads_what_a_code_holds()
    {
        Tool.Require("zbarimg");
        using var folder = new TempFolder();
        DeviceCredential[] credentials =
        [
            Factory.Credential(), Factory.Credential(depth: 3, name: "thermostat <7> & co"),
            .. ((string[])["a", "gerät-漢", new string('x', 64)]).Select(name => Factory.Credential(CredentialKind.Lwm2m, name: name)),
        ];
        foreach (var (credential, i) in credentials.Select((c, i) => (c, i)))
        {
            var image = folder.Write($"{i}.pgm", Draw(Entry(credential)));
            Assert.Equal(credential.EnrollmentId ?? credential.EndpointName,
                Tool.Run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", image).TrimEnd('\n'));
        }
    }

    [Fact]
    public void A_label_says_who_the_device_is()
    {
        var credential = Factory.Credential(name: "a<b>&\"c");
        var label = Entry(credential);
        Assert.Contains("<b>a&lt;b&gt;&amp;&quot;c</b>", label);
        Assert.Contains($"<code>{credential.EnrollmentId}</code>", label);
        Assert.Contains($"<span>Certificate {credential.SerialNumber}</span>", label);
        Assert.Contains("<span>Serial number S1</span>", Entry(credential, new ExportOptions { Configurations = [Factory.Full()] }));
        Assert.DoesNotContain("Enrollment", Entry(Factory.Credential(CredentialKind.Lwm2m)));
    }

    [Fact]
    public void The_page_needs_nothing_else()
    {
        using var folder = new TempFolder();
        using (var export = new CredentialExport(folder.Path, ["Labels"], new ExportOptions(), replace: false))
        {
            export.Write(Factory.Credential());
            export.Write(Factory.Credential(name: "device-2"));
            export.Complete();
        }

        var page = File.ReadAllText(folder.File("labels.html"));
        Assert.Equal(2, Regex.Count(page, "<li><svg "));
        Assert.DoesNotMatch("(\\ssrc=|href=|url\\()", page);
        Assert.Contains("default-src 'none'", page);
        Assert.EndsWith("</html>\n", page);
    }

    [Fact]
    public void What_the_library_of_codes_would_draw_bitmaps_with_is_not_loaded()
    {
        Entry(Factory.Credential(CredentialKind.Lwm2m, name: "gerät"));
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), a => a.GetName().Name == "System.Drawing.Common");
    }

    static string Entry(DeviceCredential credential, ExportOptions? options = null) => new LabelsFormat()
        .Entry(credential, options ?? new ExportOptions());

    // The picture's lines as a bitmap (PGM).
    static byte[] Draw(string label)
    {
        var size = int.Parse(Size().Match(label).Groups[1].Value, CultureInfo.InvariantCulture);
        var pixels = Enumerable.Repeat((byte)255, size * size * Scale * Scale).ToArray();
        foreach (Match line in Line().Matches(label))
        {
            var (x, y, length) = (Number(line, 1), Number(line, 2), Number(line, 3));
            for (var row = y * Scale; row < (y + 1) * Scale; row++) pixels.AsSpan(row * size * Scale + x * Scale, length * Scale).Clear();
        }

        return [.. Encoding.ASCII.GetBytes($"P5 {size * Scale} {size * Scale} 255\n"), .. pixels];
    }

    static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"viewBox=""0 0 (\d+) \d+""")]
    private static partial Regex Size();

    [GeneratedRegex(@"M(\d+) (\d+)\.5h(\d+)")]
    private static partial Regex Line();
}
