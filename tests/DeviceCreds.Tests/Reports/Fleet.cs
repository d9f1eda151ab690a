using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Reports to be written: of real certificates, with any endpoint name.</summary>
static class Fleet
{
    public static readonly DateTime Now = Scene.Now;

    public static ReportOptions Options => new() { Time = Given.Clock(Now) };

    /// <summary>Whatever may come in a name, a path or a message: markup, commands, formulas, controls, half pairs of surrogates.</summary>
    public static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String[Gen.Char, 0, 40],
        Gen.String[Gen.Char["<>&\"'`|*_[](){}#@!=+-%;:\\/\r\n\t\0\u0001\u001B\u009B\u202E\uD800\uDC00\u2028\uFFFEab "], 0, 40],
        Gen.OneOf("</script><script>alert(1)</script>", "<!--<script>", "]]>", "##vso[task.setvariable variable=x]y",
            "\r\n##vso[task.complete result=Succeeded;]", "##[error]x", "%0D%0A##vso[x]", "%AZP25",
            "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "\t=1", " =1", "＝1", "[x](javascript:alert(1))", "{0}", "| a | b |",
            "\uD83D\uDE00", ""));

    static readonly Draft Stranger = Scene.Authority(Scene.StrangeKey, Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Stranger")),
        Scene.StrangeKey, Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Stranger")), 0, "2020-01-01", "2060-01-01");

    /// <summary>A device certificate with this common name, UTF-16 as it stands (BMPString).</summary>
    public static DeviceCertificateReport Report(string name = Scene.Name, string? path = null, bool trusted = true,
        DateTime? notAfter = null, CredentialKind kind = CredentialKind.Lwm2m)
    {
        var scene = new Scene();
        // Not by an encoding: half a pair of surrogates is to come through.
        var value = name == Scene.Name ? Tlv.Text(0x0C, name) : Tlv.Of(0x1E, [.. name.SelectMany(c => new[] { (byte)(c >> 8), (byte)c })]);
        var leaf =
            scene.Leaf with { Subject = Tlv.Name(Tlv.Attribute(Tlv.OrganizationalUnit, Scene.Account),
                Tlv.Attribute(Tlv.CommonName, value)), NotAfter = notAfter is { } end ? Tlv.Time(end) : scene.Leaf.NotAfter };
        var verifier = scene.Verifier();
        return Assert.Single(
            new CertificateVerifier { Kind = kind, Issuers = trusted ? verifier.Issuers : [Stranger.Certificate()], At = Now,
                AccountId = Scene.Account }
            .Test([leaf.Certificate(path), scene.Sub.Certificate(path)]));
    }

    /// <summary>One that passes, one with warnings, one that fails, and a file that could not be read.</summary>
    public static void Four(ReportExport export)
    {
        export.Add(Report(path: "/fleet/device-1/LwM2MDeviceCert.pem"));
        export.Add(Report("gerät 2", "/fleet/b#2/LwM2MDeviceCert.pem"));
        export.Add(Report("device-3", "/fleet/device-3/LwM2MDeviceCert.pem", notAfter: Given.Utc("2030-01-01")));
        export.AddUnread("/fleet/junk.pem", "/fleet/junk.pem: this is neither PEM nor DER.");
    }

    public static string Write(string ending, Action<ReportExport> add, ReportOptions? options = null)
    {
        using var folder = new TempFolder();
        return File.ReadAllText(WriteTo(folder.File("report" + ending), add, options));
    }

    public static string WriteTo(string path, Action<ReportExport> add, ReportOptions? options = null)
    {
        using var export = new ReportExport(path, null, options ?? Options, replace: false);
        add(export);
        return export.Complete();
    }
}
