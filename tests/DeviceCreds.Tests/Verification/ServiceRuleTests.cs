using CsCheck;

namespace DeviceCreds.Tests;

public class ServiceRuleTests
{
    static readonly DeviceService[] Services = Enum.GetValues<DeviceService>();

    public static TheoryData<string> Titles => [.. ServiceCases.All.Select(c => c.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public void One_thing_about_a_certificate(string title) => ServiceCases.All.Single(c => c.Title == title).Check();

    [Fact]
    public void Each_service_has_rules_which_have_its_name()
    {
        Assert.Equal(Services, ServiceCatalogue.Services.Select(s => s.Service));
        Assert.All(ServiceCatalogue.Services, s => Assert.NotEmpty(s.Rules));
        Assert.All(ServiceCatalogue.Services, s => Assert.All(s.Rules, r => Assert.StartsWith(s.Service.ToString(), r.Id)));
    }

    [Fact]
    public void Ids_are_unique_among_all_rules()
    {
        var ids = RuleCatalogue.All.Concat(ConfigurationCatalogue.All).Select(r => r.Id).Distinct()
            .Concat(ServiceCatalogue.All.Select(r => r.Id)).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Each_rule_names_its_public_source_and_the_day_it_was_read() =>
        Assert.All(ServiceCatalogue.All, r => Assert.Matches(@"https://.*\(read on \d{4}-\d\d-\d\d\)$", r.Source));

    [Fact]
    public void Texts_are_sentences_for_people()
    {
        foreach (var rule in ServiceCatalogue.All)
        {
            Assert.Matches(@"^[A-Z].*\.$", rule.Title);
            Assert.Matches(@"^[A-Z].*\.$", rule.Advice);
            Assert.False(string.IsNullOrWhiteSpace(rule.Compares));
        }

        Assert.All(ServiceCases.All.SelectMany(c => c.Checks()), c => Assert.Matches(@"^['A-Za-z].*\.$", c.Message));
    }

    [Fact]
    public void Each_rule_is_shown_to_pass_and_to_say_its_worst()
    {
        foreach (var rule in ServiceCatalogue.All)
        {
            Assert.Contains(ServiceCases.All, c => c.Rule == rule.Id && c.Outcome == CheckOutcome.Passed);
            Assert.Contains(ServiceCases.All, c => c.Rule == rule.Id && c.Outcome == rule.Severity);
        }

        Assert.DoesNotContain(ServiceCases.All.SelectMany(c => c.Checks()),
            c => c.Severity == CheckOutcome.Warning && c.Outcome == CheckOutcome.Failed);
    }

    [Fact]
    public void A_report_without_services_has_no_rule_of_a_service() =>
        Assert.Equal(RuleCatalogue.All.Select(r => r.Id), new Scene().Test().Checks.Select(c => c.Id));

    [Fact]
    public void The_rules_of_services_follow_the_others_and_change_none()
    {
        var scene = new Scene();
        var (plain, full) = (scene.Test().Checks, (scene with { Services = Services }).Test().Checks);
        Assert.Equal(plain, full.Take(plain.Count));
        Assert.Equal(ServiceCatalogue.All.Select(r => r.Id), full.Skip(plain.Count).Select(c => c.Id));
    }

    [Fact]
    public void Services_come_once_and_in_their_own_order() =>
        Assert.Equal(
            ServiceCatalogue.Of([DeviceService.AwsIot, DeviceService.Mosquitto]).Select(r => r.Id),
            (new Scene() with { Services = [DeviceService.Mosquitto, DeviceService.AwsIot, DeviceService.Mosquitto] }).Test()
                .Checks.Skip(RuleCatalogue.All.Count).Select(c => c.Id));

    [Fact]
    public void No_rule_passes_when_the_service_s_CAs_were_not_given()
    {
        var scene = new Scene() with { Services = Services, Trusted = _ => [] };
        var skipped = scene.Test().Checks.Where(c => c.Outcome == CheckOutcome.Skipped && c.Id.EndsWith("Chain", StringComparison.Ordinal));
        Assert.Equal(["AzureDpsChain", "AwsIotChain", "LeshanChain", "CumulocityChain", "MosquittoChain"], skipped.Select(c => c.Id));
        Assert.All(skipped, c => Assert.Contains("use -Issuer", c.Message));
    }

    /// <summary>What the product issues with default values is accepted by every service that gets all it needs.</summary>
    [Fact]
    public void What_is_issued_here_every_service_accepts()
    {
        var chain = CertificateChain.Create(["Root", "Sub"]);
        var credential = new CredentialIssuer(chain.Issuer!, CredentialKind.Lwm2m).Issue(new DeviceIdentity("device-1", Given.AccountId));
        var report = new CertificateVerifier { Services = Services, Issuers = chain.Certificates }.Test(credential);
        Assert.All(report.Checks.Skip(RuleCatalogue.All.Count),
            c => Assert.True(c.Outcome == CheckOutcome.Passed || c.Message.Contains("-RevocationList"), $"{c.Id}: {c.Message}"));
    }

    public static TheoryData<string, string, string, string> Foreign => new()
    {
        { "a client", "-newkey ec -pkeyopt ec_paramgen_curve:P-256", "extendedKeyUsage=clientAuth", "" },
        { "a client on P-384", "-newkey ec -pkeyopt ec_paramgen_curve:P-384", "extendedKeyUsage=clientAuth", "" },
        { "a server", "-newkey ec -pkeyopt ec_paramgen_curve:P-256", "extendedKeyUsage=serverAuth", "LeshanPurpose, MosquittoPurpose" },
        { "encipherment", "-newkey ec -pkeyopt ec_paramgen_curve:P-256", "keyUsage=keyEncipherment", "LeshanPurpose, MosquittoPurpose" },
        { "RSA", "-newkey rsa:2048", "extendedKeyUsage=clientAuth", "ThingsBoardKey" },
        { "a short RSA key", "-newkey rsa:1024", "extendedKeyUsage=clientAuth", "AwsIotKey, ThingsBoardKey" },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Certificates_of_OpenSSL_fail_these_rules_of_services(string name, string key, string extension, string failed)
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, $"""
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=CA -keyout ca.key -out ca.pem 2>/dev/null
            openssl req -new {key} -nodes -subj "/CN={name.Replace(' ', '-')}" -keyout device.key -out device.csr 2>/dev/null
            echo {extension} >device.cnf
            openssl x509 -req -in device.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile device.cnf \
              -out device.pem 2>/dev/null
            """, "openssl");
        var verifier = new CertificateVerifier
        {
            Services = Services,
            Issuers = CertificateReader.Read(InputFile.Read(folder.File("ca.pem"))),
        };
        var checks = Assert.Single(verifier.Test(CertificateReader.Read(InputFile.Read(folder.File("device.pem"))))).Checks;
        Assert.Equal(failed, string.Join(", ",
            checks.Skip(RuleCatalogue.All.Count).Where(c => c.Outcome == CheckOutcome.Failed).Select(c => c.Id)));
    }

    /// <summary>The formats refuse exactly the names that the rules fail.</summary>
    [Theory]
    [InlineData("AzureDps")]
    [InlineData("AwsIot")]
    public void A_format_and_its_rule_agree_on_every_name(string service) => Given.EndpointName.Sample(name =>
    {
        var credential = Delivery.Issue(CredentialKind.Lwm2m, name);
        using var folder = new TempFolder();
        var refused = false;
        try
        {
            Given.Export(credential, folder.Path, [service], new ExportOptions(), replace: false);
        }
        catch (InputException e) when (e.ErrorId == "EndpointNameNotPossible")
        {
            refused = true;
        }

        var verifier = new CertificateVerifier { Services = [Enum.Parse<DeviceService>(service)] };
        var check = verifier.Test(credential).Checks.Single(c => c.Id == service + "Name");
        return refused == (check.Outcome != CheckOutcome.Passed);
    }, iter: 60);

    /// <summary>Leshan takes the common name from Java's text of the subject, which has it unchanged only when the rule passes.</summary>
    [Fact]
    public void Java_escapes_the_names_that_Leshan_does_not_read_back()
    {
        Tool.Require("javac");
        string[] names = [.. Enumerable.Range(' ', '~' - ' ' + 1).SelectMany(c => new[] { $"a{(char)c}b", $"{(char)c}b", $"a{(char)c}" }),
            "Gerät", "漢 字"];
        using var folder = new TempFolder();
        folder.Write("names", string.Concat(names.Select(n =>
            Convert.ToBase64String(Tlv.Name(Tlv.Attribute(Tlv.CommonName, n))) + "\n")));
        folder.Write("Names.java", """
            import java.nio.file.*;
            import java.util.Base64;
            import javax.security.auth.x500.X500Principal;
            class Names {
                public static void main(String[] arguments) throws Exception {
                    var out = new java.io.PrintStream(System.out, true, "UTF-8");
                    for (var line : Files.readAllLines(Path.of("names")))
                        out.println(new X500Principal(Base64.getDecoder().decode(line)).getName());
                }
            }
            """);
        var texts = Tool.Bash(folder.Path, "java Names.java").TrimEnd('\n').Split('\n');
        Assert.Equal(names.Where((n, i) => texts[i] != "CN=" + n), names.Where(n => ServiceNames.FindLeshanProblem(n) is not null));
    }
}

/// <summary>What one rule of a service says of a scene.</summary>
sealed record ServiceCase(string Title, DeviceService Service, Func<Scene, Scene> Bend, string Rule, CheckOutcome Outcome, string Says)
{
    public IEnumerable<DeviceCertificateCheck> Checks() =>
        (Bend(new Scene()) with { Services = [Service] }).Test().Checks.Skip(RuleCatalogue.All.Count);

    public void Check()
    {
        var check = Checks().Single(c => c.Id == Rule);
        Assert.Equal((Outcome, check.Message), (check.Outcome, check.Message));
        Assert.Contains(Says, check.Message, StringComparison.Ordinal);
    }
}
