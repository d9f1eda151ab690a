using System.Text.RegularExpressions;

namespace DeviceCreds.Tests;

public class RuleCatalogueTests
{
    /// <summary>Scripts rely on these: none may change or go.</summary>
    static readonly string[] Ids =
    [
        "EncodingIsDer", "VersionIs3", "SerialNumber", "KeyIsP256", "SignatureAlgorithm", "CertificateSize",
        "CommonName", "EndpointName", "EndpointNameForm", "AccountId", "NotSelfSigned", "IssuerName",
        "ValidityEncoding", "NotBeforeAfterIssuer", "NotBeforeInPast", "NotExpired", "LifetimeOverTenYears", "TimeLeft",
        "NotAfterWithinIssuer",
        "ExtensionsWellFormed", "CriticalExtensions", "BasicConstraints", "KeyUsage", "ExtendedKeyUsage", "KeyIdentifiers",
        "PrivateKeyMatches",
        "ChainInPem", "ChainOrder", "ChainLength", "ChainAlgorithms", "ChainSignatures", "AuthoritiesMaySign",
        "AuthorityPurposes", "AuthoritiesWellFormed", "NameConstraints", "CertificatePolicies", "TrustedIssuer",
        "ParsedByDevice", "DatesFrom1970",
        .. NeedsList,
    ];

    static string[] NeedsList => ["RevocationLists", "NotRevoked", "AuthoritiesNotRevoked"];

    static readonly string[] NeedsIssuer = ["NotBeforeAfterIssuer", "NotAfterWithinIssuer", "KeyIdentifiers", "ChainAlgorithms",
        "ChainSignatures", "AuthoritiesMaySign", "AuthorityPurposes", "AuthoritiesWellFormed", "NameConstraints",
        "CertificatePolicies"];

    static readonly string[] CanSkip = ["EndpointName", "EndpointNameForm", "AccountId", "PrivateKeyMatches", "ChainInPem",
        "ChainOrder", "TrustedIssuer", .. NeedsIssuer, .. NeedsList];

    internal static readonly IReadOnlyList<Case> Cases = [.. FormatCases.All, .. IdentityCases.All, .. ValidityCases.All,
        .. ExtensionCases.All, .. KeyCases.All, .. ChainCases.All, .. RevocationCases.All, .. FileCases.All];

    [Fact]
    public void Ids_never_change() => Assert.Equal(Ids, RuleCatalogue.All.Select(r => r.Id));

    [Fact]
    public void Topics_hold_every_rule_once() =>
    Assert.Equal(RuleCatalogue.All.Count, RuleCatalogue.All.Select(r => r.Id).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void A_report_holds_every_rule_in_the_catalogue_s_order()
    {
        var checks = new Scene().Test().Checks;
        Assert.Equal(Ids, checks.Select(c => c.Id));
        Assert.Equal(RuleCatalogue.All.Select(r => (r.Title, r.Severity, r.Source)), checks.Select(c => (c.Rule, c.Severity, c.Source)));
    }

    [Fact]
    public void Texts_are_sentences_for_people()
    {
        foreach (var rule in RuleCatalogue.All)
        {
            Assert.Matches(@"^[A-Z].*[.?]$", rule.Title);
            Assert.Matches(@"^[A-Z].*\.$", rule.Advice);
            Assert.All([rule.Compares, rule.Source], text => Assert.False(string.IsNullOrWhiteSpace(text)));
        }

        foreach (var check in Cases.SelectMany(c => c.Test().Checks)) Assert.Matches(@"^['A-Za-z0-9].*\.$", check.Message);
    }

    [Theory]
    [InlineData(CheckOutcome.Passed)]
    [InlineData(CheckOutcome.Failed)]
    [InlineData(CheckOutcome.Skipped)]
    public void Each_rule_is_shown_to_say_each_thing_that_it_can(CheckOutcome outcome)
    {
        var shown = Ids.Where(id => outcome switch
        {
            CheckOutcome.Passed => Cases.Any(c => c.Expected.All(v => v.Rule != id)),
            CheckOutcome.Failed => Cases.Any(c => c.Expected.Any(v => v.Rule == id && v.Outcome == WorstOf(id))),
            _ => Cases.Any(c => c.Expected.Any(v => v.Rule == id && v.Outcome == outcome)),
        });
        Assert.Equal(outcome == CheckOutcome.Skipped ? [.. Ids.Where(CanSkip.Contains)] : Ids, shown);
    }

    static CheckOutcome WorstOf(string id) => RuleCatalogue.All.Single(r => r.Id == id).Severity;

    public static TheoryData<string, string[]> Unknowns => new()
    {
        { "endpoint name", ["EndpointName"] },
        { "account ID", ["AccountId"] },
        { "key", ["PrivateKeyMatches"] },
        { "anchor", ["TrustedIssuer"] },
        { "chain", ["ChainInPem", "ChainOrder"] },
        { "issuer", [.. NeedsIssuer, "ChainInPem", "ChainOrder", "TrustedIssuer"] },
        { "everything", [.. CanSkip.Where(id => id != "EndpointNameForm")] },
    };

    [Theory]
    [MemberData(nameof(Unknowns))]
    public void No_rule_says_Passed_when_what_it_needs_was_not_given(string unknown, string[] skipped)
    {
        var sound = new Scene();
        var scene = unknown switch
        {
            "endpoint name" => sound with { EndpointName = null },
            "account ID" => sound with { AccountId = null },
            "key" => sound with { Key = null },
            "anchor" => sound with { Trusted = _ => [] },
            "chain" => sound with { File = s => [s.Leaf.Der()], Trusted = s => [s.Sub.Der()] },
            "issuer" => sound with { File = s => [s.Leaf.Der()], Trusted = _ => [] },
            _ => sound with { EndpointName = null, AccountId = null, Key = null, File = s => [s.Leaf.Der()], Trusted = _ => [] },
        };
        var report = scene.Test();
        skipped = [.. skipped.Union(NeedsList)];
        Assert.Equal(Ids.Where(skipped.Contains), report.Checks.Where(c => c.Outcome == CheckOutcome.Skipped).Select(c => c.Id));
        Assert.Equal(Ids.Length - skipped.Length, report.Checks.Count(c => c.Outcome == CheckOutcome.Passed));
        // What was missing is named, so that a person can give it.
        Assert.All(report.Checks.Where(c => c.Outcome == CheckOutcome.Skipped), c => Assert.Matches(@"use -\w+|came alone", c.Message));
    }

    [Fact]
    public void A_credential_knows_its_own_names_and_one_that_was_read_does_not()
    {
        var issued = new CredentialIssuer(Given.Chain("Root", "Sub"),
            CredentialKind.Lwm2m).Issue(new DeviceIdentity(Scene.Name, Scene.Account));
        Assert.Equal(["TrustedIssuer", .. NeedsList], Skipped(new CertificateVerifier().Test(issued)));
        using var folder = new TempFolder();
        var read =
            Assert.Single(
                CredentialImporter.Read([folder.Write("cert.pem", issued.ChainPem), folder.Write("key.pem", issued.PrivateKey!.ToPem())]));
        Assert.Equal(["EndpointName", "AccountId", "TrustedIssuer", .. NeedsList], Skipped(new CertificateVerifier().Test(read)));

        static IEnumerable<string> Skipped(DeviceCertificateReport report) =>
            report.Checks.Where(c => c.Outcome == CheckOutcome.Skipped).Select(c => c.Id);
    }

    /// <summary>Every rule that an error of issuing names is one of the catalogue's, so that a person can look it up.</summary>
    [Fact]
    public void Errors_name_rules_that_there_are()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository(), "src", "DeviceCreds"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !Regex.IsMatch(f, @"[\\/](bin|obj)[\\/]"));
        // The rule is the fifth argument: an identifier after a sentence.
        var named =
            sources.SelectMany(
                f => Regex.Matches(File.ReadAllText(f), @"new IssuanceException\((?:[^;]|\n)*?[.:?]"", ""(?<rule>[A-Z][A-Za-z0-9]+)""\)")
                    .Select(m => m.Groups["rule"].Value)).Distinct().ToList();
        Assert.Contains("LifetimeOverTenYears", named);
        Assert.True(named.Count >= 8, string.Join(", ", named));
        Assert.All(named, rule => Assert.Contains(rule, Ids));
    }

    internal static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DeviceCreds.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("DeviceCreds.sln");
        return folder.FullName;
    }
}
