using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>The rules of issuing and of testing are one: what is issued passes, and what is altered does not.</summary>
public class MintedAndTestedTests
{
    static readonly CertificateAuthority[] Authorities = [.. Enumerable.Range(1, 4).Select(depth => Given.Chain([.. Enumerable.Range(1, depth).Select(i => $"CA {i} of {depth}")]))];

    static string Describe(DeviceCertificateReport report) => string.Join("\n", report.Checks.Where(c => c.Outcome is CheckOutcome.Failed or CheckOutcome.Warning).Select(c => $"{c.Id}: {c.Message}"));

    static void AssertClean(DeviceCertificateReport report, string? except = null) =>
        Assert.True(report.Checks.All(c => c.Outcome is CheckOutcome.Passed or CheckOutcome.Skipped || c.Id == except), Describe(report));

    [Fact]
    public void What_is_issued_passes_every_check_before_and_after_it_was_a_file() =>
        (from kind in Gen.Enum<CredentialKind>()
         from name in Gen.String[Gen.Char["abcXYZ0189 '()+,-./:=?"], 1, 64].Where(n => SubjectText.Find(n, "", "") is null)
         from depth in Gen.Int[0, 3]
         from years in Gen.Int[11, 34]
         from keepsKey in Gen.Bool
         select (kind, name, depth, years, keepsKey)).Sample(t =>
        {
            var authority = Authorities[t.depth];
            var identity = new DeviceIdentity(t.name, t.kind == CredentialKind.Lwm2m ? Given.AccountId : null);
            var issuer = new CredentialIssuer(authority, t.kind, ValidityRequest.ForYears(t.years));
            var credential = t.keepsKey ? issuer.Issue(DeviceCertificateRequest.Read(Given.Input(DeviceCertificateRequest.Create(t.name).Der)), t.name, identity.AccountId) : issuer.Issue(identity);
            var verifier = new CertificateVerifier { Issuers = [authority.Chain.Root!], EndpointName = t.name, AccountId = identity.AccountId };
            AssertClean(verifier.Test(credential));

            using var folder = new TempFolder();
            Given.Export(credential, folder.Path, ["Pem", "Der"], new ExportOptions(), replace: false);
            AssertClean(verifier.Test(CredentialImporter.Read(CredentialImporter.Group(folder.Path).Single()).Single()));
            foreach (var file in Directory.GetFiles(Path.Combine(folder.Path, FileNames.FolderFor(t.name)), "*Cert.*"))
                AssertClean(new CertificateVerifier { Issuers = authority.Chain.Certificates, EndpointName = t.name, AccountId = identity.AccountId, Key = credential.PrivateKey }.Test(CertificateReader.Read(InputFile.Read(file))).Single());
        }, iter: 25);

    [Fact]
    public void What_is_issued_passes_for_as_long_as_it_is_valid()
    {
        var clock = Given.Clock("2026-02-28T23:59:59.999Z");
        var authority = CertificateChain.Create(["Root", "Below"], time: clock).Issuer!;
        var credential = new CredentialIssuer(authority, CredentialKind.Bootstrap, time: clock).Issue(new DeviceIdentity("device"));
        foreach (var (at, passes) in new[] { ("2026-02-28T23:59:59.999Z", true), ("2036-02-28T00:00:00Z", true), ("2046-02-28T23:59:59Z", true), ("2046-03-01T00:00:00Z", false), ("2026-02-28T22:59:58Z", false) })
        {
            var report = new CertificateVerifier { Issuers = [authority.Chain.Root!], At = Given.Utc(at), Time = clock }.Test(credential);
            Assert.True(report.Passed == passes, $"{at}: {Describe(report)}");
        }
    }

    [Fact]
    public void No_bit_of_a_certificate_can_be_turned_without_a_check_failing()
    {
        var authority = Authorities[1];
        var credential = new CredentialIssuer(authority, CredentialKind.Lwm2m).Issue(new DeviceIdentity("device", Given.AccountId));
        var verifier = new CertificateVerifier { Issuers = authority.Chain.Certificates, Kind = CredentialKind.Lwm2m, EndpointName = "device", AccountId = Given.AccountId, Key = credential.PrivateKey };
        AssertClean(verifier.Test([credential.Leaf]).Single());
        Parallel.For(0, credential.CertificateDer.Length * 8, bit =>
        {
            var der = (byte[])credential.CertificateDer.Clone();
            der[bit / 8] ^= (byte)(1 << (bit % 8));
            DeviceCertificate altered;
            try
            {
                altered = CertificateReader.Read(Given.Input(der))[0];
            }
            catch (InputException)
            {
                return;
            }

            Assert.False(verifier.Test([altered]).Any(r => r.Passed), $"Bit {bit % 8} of byte {bit / 8} of {Convert.ToBase64String(credential.CertificateDer)} may be turned.");
        });
    }

    [Fact]
    public void No_bit_of_a_ca_certificate_in_the_chain_can_be_turned_without_a_check_failing()
    {
        var authority = Authorities[2];
        var credential = new CredentialIssuer(authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"));
        var verifier = new CertificateVerifier { Issuers = [authority.Chain.Root!], EndpointName = "device" };
        (from place in Gen.Int[1, 2] from damage in Damage.Bit select (place, damage)).Sample(t =>
        {
            try
            {
                var bundle = credential.Chain.Certificates.Select((c, i) => i == t.place ? CertificateReader.Read(Given.Input(t.damage(c.CertificateDer)))[0] : c).ToList();
                Assert.DoesNotContain(verifier.Test(bundle), r => r.Passed && r.EndpointName == "device");
            }
            catch (InputException)
            {
            }
        }, iter: 300);
    }
}
