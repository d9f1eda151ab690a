using System.Text;

namespace DeviceCreds.Tests;

/// <summary>
/// A device certificate with its CAs, and what the tester knows about the device. As it stands, nothing is wrong with it
/// and nothing is unknown but revocation lists: every other rule says Passed. A test bends one thing.
/// </summary>
sealed record Scene
{
    public const string Name = "device-1", Account = Given.AccountId;
    public static readonly DeviceKey RootKey = DeviceKey.Generate(), SubKey = DeviceKey.Generate(), LeafKey =
        DeviceKey.Generate(), StrangeKey = DeviceKey.Generate();
    public static readonly DateTime Now = Given.Utc("2026-06-01 12:00:00");
    public static readonly byte[] RootName = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Forge Root")), SubName =
        Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Forge Sub"));
    public static readonly byte[] LeafName = Tlv.Name(Tlv.Attribute(Tlv.OrganizationalUnit, Account), Tlv.Attribute(Tlv.CommonName, Name));

    public Draft Root { get; init; } = Authority(RootKey, RootName, RootKey, RootName, 2, "2020-01-01", "2060-01-01")
        .Without(DraftExtension.AuthorityKey);

    public Draft Sub { get; init; } = Authority(SubKey, SubName, RootKey, RootName, 0, "2021-01-01", "2059-01-01");

    public Draft Leaf { get; init; } = new Draft
    {
        Sign = SubKey.Sign, Issuer = SubName, Subject = LeafName, KeyInfo = LeafKey.PublicKeyInfo,
        NotBefore = Tlv.Time(Given.Utc("2026-05-01")), NotAfter = Tlv.Time(Given.Utc("2046-05-01")),
    }
        .With(DraftExtension.BasicConstraints, true, DraftExtension.False)
        .With(DraftExtension.KeyUsage, true, DraftExtension.Usage(7, 0x80))
        .With(DraftExtension.ExtendedKeyUsage, false, DraftExtension.Purposes("1.3.6.1.5.5.7.3.2"))
        .With(DraftExtension.SubjectKey, false, DraftExtension.Identifier(LeafKey))
        .With(DraftExtension.AuthorityKey, false, DraftExtension.Authority(SubKey));

    /// <summary>The certificates in the file.</summary>
    public Func<Scene, byte[][]> File { get; init; } = s => [s.Leaf.Der(), s.Sub.Der()];

    /// <summary>Whether the file is in DER, one certificate after the other.</summary>
    public bool InDer { get; init; }

    /// <summary>The certificates to trust.</summary>
    public Func<Scene, byte[][]> Trusted { get; init; } = s => [s.Root.Der()];

    /// <summary>The revocation lists.</summary>
    public Func<Scene, byte[][]> Revocation { get; init; } = _ => [];

    public CredentialKind? Kind { get; init; } = CredentialKind.Lwm2m;

    public string? EndpointName { get; init; } = Name;

    public string? AccountId { get; init; } = Account;

    public DeviceKey? Key { get; init; } = LeafKey;

    public int? ChainDepth { get; init; }

    public DateTime At { get; init; } = Now;

    /// <summary>The services whose rules are tested, too.</summary>
    public DeviceService[] Services { get; init; } = [];

    public static Draft Authority(DeviceKey key, byte[] name, DeviceKey issuerKey, byte[] issuerName, byte pathLength,
        string from, string to) => new Draft
    {
        Sign = issuerKey.Sign, Issuer = issuerName, Subject = name, KeyInfo = key.PublicKeyInfo,
            NotBefore = Tlv.Time(Given.Utc(from)), NotAfter = Tlv.Time(Given.Utc(to)),
    }
        .With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(pathLength))
        .With(DraftExtension.KeyUsage, true, DraftExtension.Usage(1, 0x86))
        .With(DraftExtension.SubjectKey, false, DraftExtension.Identifier(key))
        .With(DraftExtension.AuthorityKey, false, DraftExtension.Authority(issuerKey));

    public CertificateVerifier Verifier() => new()
    {
        Kind = Kind, EndpointName = EndpointName, AccountId = AccountId, Key = Key, ChainDepth = ChainDepth, At = At,
        Services = Services,
        Issuers = [.. Trusted(this).Select(der => new DeviceCertificate(der))],
        RevocationLists = [.. Revocation(this).Select(der => new CertificateRevocationList(der))],
    };

    /// <summary>The report on the only device certificate of the file, which is read as a file is.</summary>
    public DeviceCertificateReport Test() =>
        Assert.Single(
            Verifier()
                .Test(CertificateReader.Read(InDer ? Given.Input([.. File(this).SelectMany(c => c)]) : Given.Input(Pem(File(this))))));

    /// <summary>The checks that need no revocation list.</summary>
    public static IEnumerable<DeviceCertificateCheck> WithoutRevocation(DeviceCertificateReport report) =>
        report.Checks.Where(c => RevocationRules.All.All(r => r.Id != c.Id));

    public static string Pem(IEnumerable<byte[]> certificates) =>
        string.Concat(certificates.Select(der => DeviceCreds.Pem.Encode("CERTIFICATE", der) + "\n"));
}

/// <summary>What one rule must say.</summary>
sealed record Verdict(string Rule, CheckOutcome Outcome, string Says);

/// <summary>A scene with one thing wrong, and every rule that does not say Passed then.</summary>
sealed record Case(string Title, Func<Scene, Scene> Bend, params Verdict[] Verdicts)
{
    public DeviceCertificateReport Test() => Bend(new Scene()).Test();

    /// <summary>What is expected: the verdicts, and that the device refuses a file that holds what it cannot read or express.</summary>
    public IReadOnlyList<Verdict> Expected
    {
        get
        {
            var scene = Bend(new Scene());
            var certificates = scene.File(scene).Select(der => new DeviceCertificate(der)).ToList();
            return
            [
                .. Verdicts,
                .. certificates.Any(c => c.Facts.ParserProblem is not null)
                    ? [new("ParsedByDevice", CheckOutcome.Failed, "The device answers 1")] : Array.Empty<Verdict>(),
                .. certificates.Any(DeviceRules.IsTooEarly)
                    ? [new("DatesFrom1970", CheckOutcome.Failed, "The device answers 11")] : Array.Empty<Verdict>(),
            ];
        }
    }

    /// <summary>The report says exactly the verdicts, and Passed for all other rules.</summary>
    public void Check()
    {
        var (report, expected) = (Test(), Expected);
        var hasLists = Bend(new Scene()) is var scene && scene.Revocation(scene).Length > 0;
        var found = (hasLists ? report.Checks : Scene.WithoutRevocation(report)).Where(c => c.Outcome != CheckOutcome.Passed).ToList();
        var all = string.Join("\n", found.Select(c => $"{c.Id} {c.Outcome}: {c.Message}"));
        Assert.True(found.Select(c => (c.Id, c.Outcome)).Order().SequenceEqual(expected.Select(v => (v.Rule, v.Outcome)).Order()),
            $"{Title}: found\n{all}\nexpected\n{string.Join("\n", expected.Select(v => $"{v.Rule} {v.Outcome}"))}");
        foreach (var verdict in expected)
            Assert.True(found.Single(c => c.Id == verdict.Rule).Message.Contains(verdict.Says, StringComparison.Ordinal),
                $"{Title}: '{verdict.Says}' is not in\n{all}");
        Assert.Equal(expected.All(v => v.Outcome != CheckOutcome.Failed), report.Passed);
        Assert.All(report.Checks,
            c => Assert.Equal(c.Outcome is CheckOutcome.Failed or CheckOutcome.Warning, c.Recommendation is not null));
        Assert.All(report.Checks, c => Assert.False(c.Severity == CheckOutcome.Warning && c.Outcome == CheckOutcome.Failed, c.Id));
        // A message that says nothing about the device must not seem to, and the other way round.
        foreach (var verdict in expected.Where(v => v.Says.Length == 0))
            Assert.DoesNotContain("The device answers", found.Single(c => c.Id == verdict.Rule).Message, StringComparison.Ordinal);
    }

    public override string ToString() => Title;
}

/// <summary>Short words for tables of cases.</summary>
abstract class CaseTable
{
    protected const string Kcm = "18 KCM_CRYPTO_ERROR", Attribute = "11 INVALID_CERT_ATTRIBUTE", Names =
        "14 INVALID_LWM2M_CN_ATTR", Expired = "13 EXPIRED_CERTIFICATE";

    /// <summary>The message says this; when empty, it says nothing about the device.</summary>
    protected static Verdict Fails(string rule, string says = "") => new(rule, CheckOutcome.Failed, says);

    protected static Verdict Warns(string rule, string says = "") => new(rule, CheckOutcome.Warning, says);

    protected static Verdict Skips(string rule, string says = "") => new(rule, CheckOutcome.Skipped, says);

    protected static Case Sound(string title, Func<Scene, Scene> bend) => new(title, bend);

    protected static Case Leaf(string title, Func<Draft, Draft> bend, params Verdict[] verdicts) =>
        new(title, s => s with { Leaf = bend(s.Leaf) }, verdicts);

    protected static Case Sub(string title, Func<Draft, Draft> bend, params Verdict[] verdicts) =>
        new(title, s => s with { Sub = bend(s.Sub) }, verdicts);

    protected static Case Root(string title, Func<Draft, Draft> bend, params Verdict[] verdicts) =>
        new(title, s => s with { Root = bend(s.Root) }, verdicts);

    /// <summary>The same, with the root in the file.</summary>
    protected static Case InFile(Case @case) =>
        @case with { Title = @case.Title + ", the root in the file",
            Bend = s => @case.Bend(s) with { File = x => [x.Leaf.Der(), x.Sub.Der(), x.Root.Der()] } };

    protected static TheoryData<string> TitlesOf(IEnumerable<Case> cases) => [.. cases.Select(c => c.Title)];
}
