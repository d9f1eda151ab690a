using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>The rules of issuing and of testing are one: what is issued passes, and what is altered does not.</summary>
public class MintedAndTestedTests
{
    static readonly CertificateAuthority[] Authorities = [
        .. Enumerable.Range(1, 4).Select(depth => Given.Chain([.. Enumerable.Range(1, depth).Select(i => $"CA {i} of {depth}")]))];

    static string Describe(DeviceCertificateReport report) =>
        string.Join("\n",
            report.Checks.Where(c => c.Outcome is CheckOutcome.Failed or CheckOutcome.Warning).Select(c => $"{c.Id}: {c.Message}"));

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
            var credential = t.keepsKey
                ? issuer.Issue(DeviceCertificateRequest.Read(Given.Input(DeviceCertificateRequest.Create(t.name).Der)), t.name,
                    identity.AccountId) : issuer.Issue(identity);
            var verifier = new CertificateVerifier { Issuers = [authority.Chain.Root!], EndpointName = t.name,
                AccountId = identity.AccountId };
            AssertClean(verifier.Test(credential));

            using var folder = new TempFolder();
            Given.Export(credential, folder.Path, ["Pem", "Der"], new ExportOptions(), replace: false);
            AssertClean(verifier.Test(CredentialImporter.Read(CredentialImporter.Group(folder.Path).Single()).Single()));
            foreach (var file in Directory.GetFiles(Path.Combine(folder.Path, FileNames.FolderFor(t.name)), "*Cert.*"))
                AssertClean(
                    new CertificateVerifier { Issuers = authority.Chain.Certificates, EndpointName = t.name,
                        AccountId = identity.AccountId, Key = credential.PrivateKey }.Test(CertificateReader.Read(InputFile.Read(file)))
                        .Single());
        }, iter: 25);

    /// <summary>
    /// Moments at which calendars are counted wrongly: leap days, ends of years, the last of UTCTime's and the last of all.
    /// </summary>
    static readonly Gen<DateTime> Moment = Gen.Frequency(
        (2, Gen.OneOf("2028-02-29 00:00:00", "2028-02-29 23:59:59", "2029-02-28 23:59:59",
            "2026-12-31 23:59:59", "2027-01-01 00:00:00",
            "2029-12-31 23:59:59", "2030-01-01 00:00:00", "2039-06-01 00:00:00", "2049-12-31 23:59:59", "2050-01-01 00:00:00",
            "2048-02-29 01:00:00", "2051-01-01 00:59:59", "2100-02-28 23:59:59", "2038-01-19 03:14:07").Select(Given.Utc)),
        (1, Gen.DateTime[Given.Utc("2026-12-01"), Given.Utc("2150-01-01")]));

    static readonly Gen<string> AccountId = Gen.OneOf(
        Gen.String[Gen.Char["0123456789abcdef"], 32, 32],
        Gen.String[Gen.Char["aZ09 -_.äΩ漢@&"], 1, 64].Where(a => SubjectText.Find(a, "", "") is null));

    [Fact]
    public void What_is_issued_at_any_time_passes_then() =>
        (from now in Moment
         from ticks in Gen.OneOf(0L, 1, 9_999_999)
         from kind in Gen.Enum<CredentialKind>()
         from name in Given.EndpointName
         from account in AccountId
         from depth in Gen.Int[1, 4]
         from years in Gen.OneOf(0, 11, 20, 23, 34, -1)
         select (now, ticks, kind, name, account, depth, years)).Sample(t =>
        {
            var clock = Given.Clock(t.now.AddTicks(t.ticks));
            var validity = t.years switch { 0 => ValidityRequest.Default, -1 => ValidityRequest.NoExpiration, _ =>
                ValidityRequest.ForYears(t.years) };
            var authority = CertificateChain.Create([.. Enumerable.Range(1, t.depth).Select(i => $"CA {i}")],
                t.years < 0 ? validity : null, clock).Issuer!;
            var account = t.kind == CredentialKind.Lwm2m ? t.account : null;
            var credential = new CredentialIssuer(authority, t.kind, validity, clock).Issue(new DeviceIdentity(t.name, account));
            // Out of the file, so that nothing is known of it but what the caller says.
            var bundle = CertificateReader.Read(Given.Input(credential.Chain.ToPem()));
            var report = Test(t.name, account);
            // A name beyond the recommended characters is the caller's wish.
            AssertClean(report, except: SubjectText.IsRecommended(t.name) ? null : "EndpointNameForm");
            Assert.Equal(account is null ? ["AccountId"] : [],
                Scene.WithoutRevocation(report).Where(c => c.Outcome == CheckOutcome.Skipped).Select(c => c.Id));
            // And it can be taken for no other device's, nor for another account's.
            Assert.Equal(["EndpointName"], Test(t.name + "x", account).Failed.Select(c => c.Id));
            if (account is not null) Assert.Equal(["AccountId"], Test(t.name, account + "x").Failed.Select(c => c.Id));

            DeviceCertificateReport Test(string name, string? id) =>
                new CertificateVerifier { Kind = t.kind, Issuers = [authority.Chain.Root!], EndpointName = name, AccountId = id,
                    Key = credential.PrivateKey, Time = clock }.Test(bundle).Single();
        }, iter: 150);

    [Fact]
    public void What_is_issued_passes_for_as_long_as_it_is_valid()
    {
        var clock = Given.Clock("2026-02-28T23:59:59.999Z");
        var authority = CertificateChain.Create(["Root", "Below"], time: clock).Issuer!;
        var credential = new CredentialIssuer(authority, CredentialKind.Bootstrap, time: clock).Issue(new DeviceIdentity("device"));
        foreach (var (at, passes) in new[] { ("2026-02-28T23:59:59.999Z", true), ("2036-02-28T00:00:00Z", true),
            ("2046-02-28T23:59:59Z", true), ("2046-03-01T00:00:00Z", false), ("2026-02-28T22:59:58Z", false) })
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
        var verifier = new CertificateVerifier { Issuers = authority.Chain.Certificates, Kind = CredentialKind.Lwm2m,
            EndpointName = "device", AccountId = Given.AccountId, Key = credential.PrivateKey };
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

            Assert.False(verifier.Test([altered]).Any(r => r.Passed),
                $"Bit {bit % 8} of byte {bit / 8} of {Convert.ToBase64String(credential.CertificateDer)} may be turned.");
        });
    }

    static readonly Scene Sound = new();

    /// <summary>Damage under a good signature: nobody's signature check stops it, so the rules and the readers have to bear it.</summary>
    [Fact]
    public void A_signed_part_with_any_damage_is_refused_or_judged() =>
        (from place in Gen.Int[0, 1] from damage in Damage.Any select (place, damage)).Sample(t =>
        {
            var scene = t.place == 0
                ? Sound with { Leaf = Sound.Leaf with { BendSigned = t.damage } }
                : Sound with { Sub = Sound.Sub with { BendSigned = t.damage } };
            IReadOnlyList<DeviceCertificate> bundle;
            try
            {
                bundle = CertificateReader.Read(Given.Input(Scene.Pem(scene.File(scene))));
            }
            catch (InputException)
            {
                return;
            }

            foreach (var report in scene.Verifier().Test(bundle))
            {
                Assert.Equal(RuleCatalogue.All.Count, report.Checks.Count);
                Assert.All(report.Checks, c => Assert.DoesNotContain(c.Message, char.IsControl));
            }

            foreach (var certificate in bundle)
                Assert.NotNull($"{certificate.EndpointName}{certificate.AccountId}{certificate.SerialNumber}"
                    + $"{certificate.NotBefore}{certificate.NotAfter}{certificate.KeyAlgorithm}{certificate.SignatureAlgorithm}"
                    + $"{certificate.KeyUsage}{certificate.EnhancedKeyUsage.Count}{certificate.IsCertificateAuthority}"
                    + $"{certificate.IsSelfSigned}{certificate.PathLength}");
        }, iter: 1_000);

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
                var bundle =
                    credential.Chain.Certificates.Select(
                        (c, i) => i == t.place ? CertificateReader.Read(Given.Input(t.damage(c.CertificateDer)))[0] : c).ToList();
                Assert.DoesNotContain(verifier.Test(bundle), r => r.Passed && r.EndpointName == "device");
            }
            catch (InputException)
            {
            }
        }, iter: 300);
    }
}
