using System.Globalization;

namespace DeviceCreds.Tests;

public class ValidityRuleTests
{
    public static TheoryData<string> Titles => ValidityCases.Titles;

    [Theory]
    [MemberData(nameof(Titles))]
    public void One_thing_wrong(string title) => ValidityCases.All.Single(c => c.Title == title).Check();

    [Theory]
    [InlineData(0, true)]
    [InlineData(9, true)]
    [InlineData(11, true, "TimeLeft")]
    [InlineData(21, false, "NotExpired", "TimeLeft")]
    public void At_moves_the_clock(int years, bool passed, params string[] noticed)
    {
        var credential = new CredentialIssuer(Given.Chain("Root", "Sub"), CredentialKind.Bootstrap).Issue(new DeviceIdentity(Scene.Name));
        var report = new CertificateVerifier { At = DateTime.Now.AddYears(years) }.Test(credential);
        Assert.Equal(passed, report.Passed);
        Assert.Equal(noticed, report.Failed.Concat(report.Warnings).Select(c => c.Id).Order());
    }

    [Fact]
    public void At_is_a_local_time_unless_it_says_otherwise()
    {
        var scene = new Scene();
        var notAfter = Given.Utc("2046-05-01");
        var verdicts = new[] { notAfter, notAfter.ToLocalTime(), DateTime.SpecifyKind(notAfter.ToLocalTime(), DateTimeKind.Unspecified) }
            .SelectMany(at => new[] { at, at.AddSeconds(1) })
            .Select(at => (scene with { At = at }).Test().Checks.Single(c => c.Id == "NotExpired").Outcome);
        Assert.Equal(Enumerable.Repeat<CheckOutcome[]>([CheckOutcome.Passed, CheckOutcome.Failed], 3).SelectMany(x => x), verdicts);
    }

    [Fact]
    public void Messages_are_the_same_in_every_culture()
    {
        var scene = new Scene();
        string Messages() => string.Join("\n", scene.Test().Checks.Select(c => c.Message));
        var before = CultureInfo.CurrentCulture;
        var expected = Messages();
        try
        {
            foreach (var culture in new[] { "de-DE", "ar-SA", "th-TH", "fa-IR" })
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
                Assert.Equal(expected, Messages());
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}

sealed class ValidityCases : CaseTable
{
    const string TenYearsLeft = "less than 315,360,000 seconds";

    static readonly DateTime LeafEnd = Given.Utc("2046-05-01");

    static Case Lifetime(string title, string from, string to, params Verdict[] verdicts) =>
        Leaf(title, d => d with { NotBefore = Tlv.Time(Given.Utc(from)), NotAfter = Tlv.Time(Given.Utc(to)) }, verdicts);

    static Case NotBefore(string title, byte[] time, params Verdict[] verdicts) => Leaf(title, d => d with { NotBefore = time }, verdicts);

    static Case NotAfter(string title, byte[] time, params Verdict[] verdicts) => Leaf(title, d => d with { NotAfter = time }, verdicts);

    static Case At(string title, DateTime at, params Verdict[] verdicts) => new(title, s => s with { At = at }, verdicts);

    public static readonly IReadOnlyList<Case> All =
    [
        NotBefore("GeneralizedTime before 2050", Tlv.Time(Given.Utc("2026-05-01"), utc: false),
            Fails("ValidityEncoding", "notBefore is in 2026 and is written as GeneralizedTime")),
        NotAfter("GeneralizedTime in the last second of 2049", Tlv.Time(Given.Utc("2049-12-31 23:59:59"), utc: false),
            Fails("ValidityEncoding", "notAfter")),
        NotAfter("UTCTime in the last second of 2049", Tlv.Time(Given.Utc("2049-12-31 23:59:59"))),
        NotAfter("GeneralizedTime in the first second of 2050", Tlv.Time(Given.Utc("2050-01-01"))),
        NotAfter("UTCTime for 2050, which is 1950", Tlv.Text(0x17, "500101000000Z"),
            Fails("NotExpired", $"expired on 1950-01-01 00:00:00Z; the time is 2026-06-01 12:00:00Z. The device answers {Expired}"),
            Fails("LifetimeOverTenYears"), Warns("TimeLeft")),
        NotAfter("UTCTime without seconds", Tlv.Text(0x17, "4605010000Z"), Fails("EncodingIsDer"),
            Fails("ValidityEncoding", "4605010000Z")),
        NotAfter("UTCTime with an offset", Tlv.Text(0x17, "460501000000+0000"), Fails("EncodingIsDer"), Fails("ValidityEncoding", "+0000")),
        NotAfter("GeneralizedTime with a fraction", Tlv.Text(0x18, "20550501000000.5Z"), Fails("ValidityEncoding", ".5Z")),
        NotAfter("GeneralizedTime without a zone", Tlv.Text(0x18, "20550501000000"), Fails("EncodingIsDer"), Fails("ValidityEncoding")),

        NotBefore("begins when the issuer does", Tlv.Time(Given.Utc("2021-01-01")), Fails("NotBeforeAfterIssuer")),
        NotBefore("begins before the issuer", Tlv.Time(Given.Utc("2020-12-31 23:59:59")), Fails("NotBeforeAfterIssuer")),
        NotBefore("begins a second after the issuer", Tlv.Time(Given.Utc("2021-01-01 00:00:01"))),

        NotBefore("begins now", Tlv.Time(Scene.Now), Fails("NotBeforeInPast", "The certificate is valid only from 2026-06-01 12:00:00Z")),
        NotBefore("began a second ago", Tlv.Time(Scene.Now.AddSeconds(-1))),
        NotBefore("begins in a minute, which the device forgives", Tlv.Time(Scene.Now.AddSeconds(60)), Fails("NotBeforeInPast")),
        NotBefore("begins in more than a minute", Tlv.Time(Scene.Now.AddSeconds(61)),
            Fails("NotBeforeInPast", "The device warns \"Certificate validity cannot be checked\"")),
        new("a CA above begins tomorrow", s => s with { Root = s.Root with { NotBefore = Tlv.Time(Scene.Now.AddDays(1)) } },
            Fails("NotBeforeInPast", "'CN=Forge Root' above it is valid only from")),

        At("now is the last second", LeafEnd, Warns("TimeLeft", TenYearsLeft)),
        At("now is a second after the last", LeafEnd.AddSeconds(1), Fails("NotExpired", Expired), Warns("TimeLeft", TenYearsLeft)),
        Sub("the issuer has expired", d => d with { NotAfter = Tlv.Time(Given.Utc("2026-06-01 11:59:59")) },
            Fails("NotExpired",
                $"'CN=Forge Sub' above it expired on 2026-06-01 11:59:59Z; the time is 2026-06-01 12:00:00Z. The device answers {Expired}"),
            Warns("TimeLeft", "'CN=Forge Sub' above it"), Warns("NotAfterWithinIssuer")),

        new("alone, its issuing CA trusted, and an expired root above that given",
            s => s with { Root = s.Root with { NotAfter = Tlv.Time(Given.Utc("2026-05-01")) }, File = x => [x.Leaf.Der()],
                Trusted = x => [x.Sub.Der(), x.Root.Der()] },
            Fails("NotExpired", "'CN=Forge Root' above it expired on 2026-05-01 00:00:00Z; the time is 2026-06-01 12:00:00Z."),
            Warns("TimeLeft"), Skips("ChainInPem"), Skips("ChainOrder")),

        Lifetime("exactly 10 calendar years", "2026-05-01", "2036-05-01", Fails("LifetimeOverTenYears"), Warns("TimeLeft")),
        Lifetime("10 calendar years and a second", "2026-05-01", "2036-05-01 00:00:01", Warns("TimeLeft")),
        Lifetime("3,650 days", "2026-05-01", "2036-04-28", Fails("LifetimeOverTenYears", "9.993 years"), Warns("TimeLeft")),
        Lifetime("from 29 February, 10 calendar years", "2024-02-29", "2034-02-28", Fails("LifetimeOverTenYears"), Warns("TimeLeft")),
        Lifetime("a year, from a time to come", "2027-05-01", "2028-05-01", Fails("LifetimeOverTenYears"),
            Fails("NotBeforeInPast", "cannot be checked"), Warns("TimeLeft")),
        Lifetime("ends before it begins", "2026-05-01", "2025-05-01", Fails("LifetimeOverTenYears"), Fails("NotExpired", Expired),
            Warns("TimeLeft")),

        At("exactly 315,360,000 seconds are left", LeafEnd.AddSeconds(-315_360_000)),
        At("315,359,999 seconds are left", LeafEnd.AddSeconds(-315_359_999),
            Warns("TimeLeft", "The certificate expires on 2046-05-01 00:00:00Z, which is " + TenYearsLeft)),
        Root("too little time is left for the root", d => d with { NotAfter = Tlv.Time(Given.Utc("2036-05-01")) },
            Warns("TimeLeft", "'CN=Forge Root' above it expires on 2036-05-01")),

        Sub("the issuer ends a second earlier", d => d with { NotAfter = Tlv.Time(LeafEnd.AddSeconds(-1)) },
            Warns("NotAfterWithinIssuer", "until 2046-05-01 00:00:00Z, its issuer only until 2046-04-30 23:59:59Z")),
        Sub("the issuer ends in the same second", d => d with { NotAfter = Tlv.Time(LeafEnd) }),
        new("no end at all", s => s with { Leaf = Endless(s.Leaf), Sub = Endless(s.Sub), Root = Endless(s.Root) }),
    ];

    static Draft Endless(Draft draft) => draft with { NotAfter = Tlv.Text(0x18, "99991231235959Z") };

    public static TheoryData<string> Titles => TitlesOf(All);
}
