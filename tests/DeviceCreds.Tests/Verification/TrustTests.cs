using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>
/// A trust anchor is a name and a key (RFC 5280, 6.1.1). Which of the CA's certificates is given, and in which order, does
/// not decide the verdict; what the device stores is judged by its own links.
/// </summary>
public class TrustTests
{
    static readonly Scene Sound = new();
    static readonly DeviceCertificate Leaf = Sound.Leaf.Certificate(),
        Sub = Sound.Sub.Certificate(),
        Root = Sound.Root.Certificate();
    static readonly byte[] OtherName = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Other Root"));
    static readonly DeviceKey OtherKey = DeviceKey.Generate();

    static readonly DeviceCertificate RenewedSub = Twin(Sound.Sub, 0x41, "2026-05-15", "2060-01-01").Certificate(),
        RenewedRoot = Twin(Sound.Root, 0x42, "2026-05-20", "2061-01-01").Certificate(),
        ExpiredSub = Twin(Sound.Sub, 0x43, "2020-06-01", "2026-05-25").Certificate(),
        ExpiredRoot = Twin(Sound.Root, 0x44, "2019-01-01", "2026-05-25").Certificate(),
        CrossedSub = (
            Scene.Authority(Scene.SubKey, Scene.SubName, OtherKey, OtherName, 0, "2022-01-01", "2058-01-01") with
            {
                Serial = Tlv.Integer(0x45),
            }
        ).Certificate(),
        NarrowSub = Twin(Sound.Sub, 0x46, "2021-02-01", "2059-01-01")
            .With(DraftExtension.NameConstraints, true, Tlv.Sequence(Tlv.Of(0xA1, Tlv.Sequence(Tlv.Of(0xA4, Scene.LeafName)))))
            .Certificate(),
        UnnamedSub = Twin(Sound.Sub, 0x47, "2021-03-01", "2059-01-01").Without(DraftExtension.SubjectKey).Certificate(),
        OtherRoot = Scene.Authority(OtherKey, OtherName, OtherKey, OtherName, 4, "2020-01-01", "2060-01-01").Certificate();

    static Draft Twin(Draft authority, byte serial, string from, string to) =>
        authority with
        {
            Serial = Tlv.Integer(serial),
            NotBefore = Tlv.Time(Given.Utc(from)),
            NotAfter = Tlv.Time(Given.Utc(to)),
        };

    static DeviceCertificateReport Test(IEnumerable<DeviceCertificate> trusted, params IReadOnlyList<DeviceCertificate> file) =>
        new CertificateVerifier
        {
            Issuers = [.. trusted],
            At = Scene.Now,
            EndpointName = Scene.Name,
            Key = Scene.LeafKey,
        }
            .Test(file)
            .Single(r => r.EndpointName == Scene.Name);

    static string[] Outcomes(DeviceCertificateReport report) => [.. report.Checks.Select(c => $"{c.Id} {c.Outcome}")];

    static void AssertSound(DeviceCertificateReport report, params string[] warnings)
    {
        Assert.Equal("", string.Join("\n", report.Failed.Select(c => $"{c.Id}: {c.Message}")));
        Assert.Equal(warnings, report.Warnings.Select(c => c.Id));
    }

    [Fact]
    public void The_root_in_the_file_is_the_one_that_was_renewed_since()
    {
        foreach (DeviceCertificate[] trusted in new[] { [RenewedRoot], new[] { Root, RenewedRoot }, [RenewedRoot, Root] })
            AssertSound(Test(trusted, Leaf, Sub, Root));
    }

    [Fact]
    public void Of_the_certificates_of_a_renewed_CA_the_one_before_the_device_is_enough()
    {
        foreach (DeviceCertificate[] trusted in new[] { [Sub], new[] { Sub, RenewedSub }, [RenewedSub, Sub] })
            AssertSound(Test(trusted, Leaf));
    }

    [Fact]
    public void A_CA_that_was_renewed_after_it_issued_warns_and_the_device_does_not_fail()
    {
        var report = Test([RenewedSub], Leaf);
        AssertSound(report, "NotBeforeAfterIssuer");
        Assert.Contains("may have been renewed", report.Warnings[0].Message, StringComparison.Ordinal);
        AssertSound(Test([RenewedRoot], Leaf, Sub));
        // What is stored says itself that it is younger than the device.
        Assert.Equal(["NotBeforeAfterIssuer"], Test([Root], Leaf, RenewedSub).Failed.Select(c => c.Id));
        AssertSound(Test([Root, Sub], Leaf, RenewedSub));
    }

    [Fact]
    public void A_CA_whose_first_certificate_expired_and_was_renewed_still_vouches_for_its_devices()
    {
        AssertSound(Test([ExpiredSub, RenewedSub], Leaf));
        AssertSound(Test([ExpiredRoot, RenewedRoot], Leaf, Sub));
        Assert.Equal(["NotExpired"], Test([ExpiredSub], Leaf).Failed.Select(c => c.Id));
        // The device stores the expired one, and judges its date.
        Assert.Contains(
            "13 EXPIRED_CERTIFICATE",
            Assert.Single(Test([RenewedRoot], Leaf, Sub, ExpiredRoot).Failed).Message,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "13 EXPIRED_CERTIFICATE",
            Assert.Single(Test([ExpiredRoot], Leaf, Sub).Failed).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_certificate_in_the_file_with_the_trusted_key_does_not_lift_what_the_trusted_one_forbids() =>
        Assert.Equal(["NameConstraints"], Test([NarrowSub], Leaf, Sub).Failed.Select(c => c.Id));

    [Fact]
    public void A_certificate_of_the_issuer_is_no_device_s_whichever_of_them_it_is() =>
        Assert.Contains(
            new CertificateVerifier { Issuers = [Sub], At = Scene.Now }
                .Test([RenewedSub])
                .Single()
                .Failed,
            c => c.Id == "TrustedIssuer" && c.Message.Contains("issuer itself", StringComparison.Ordinal)
        );

    [Fact]
    public void The_device_stores_a_root_twice()
    {
        var report = Test([Root], Leaf, Sub, Root, RenewedRoot);
        Assert.Equal(["ChainOrder"], report.Failed.Select(c => c.Id));
        Assert.Contains("'CN=Forge Root' does not belong to the chain", report.Failed[0].Message, StringComparison.Ordinal);
    }

    static readonly DeviceCertificate[] Pool =
    [
        Sub,
        Root,
        RenewedSub,
        RenewedRoot,
        ExpiredSub,
        ExpiredRoot,
        CrossedSub,
        NarrowSub,
        UnnamedSub,
        OtherRoot,
    ];

    static Gen<DeviceCertificate[]> Some(params DeviceCertificate[] from) =>
        Gen.Shuffle(from).SelectMany(all => Gen.Int[0, all.Length].Select(n => all[..n]));

    static Gen<DeviceCertificate[]> Shuffled(DeviceCertificate[] all) => Gen.Shuffle(all);

    [Fact]
    public void No_order_of_trusted_certificates_changes_a_word() =>
        (from trusted in Some(Pool) from again in Shuffled(trusted) from file in Some(Pool) select (trusted, again, file)).Sample(
            t =>
            {
                Assert.Equal(Words(Test(t.trusted, [Leaf, .. t.file])), Words(Test(t.again, [Leaf, .. t.file])));

                static IEnumerable<string> Words(DeviceCertificateReport report) =>
                    report.Checks.Select(c => $"{c.Id} {c.Outcome}: {c.Message}");
            },
            iter: 500
        );

    [Fact]
    public void No_order_of_the_file_changes_anything_but_the_order_itself() =>
        (
            from trusted in Some(Pool)
            from file in Some(Pool).Select(f => (DeviceCertificate[])[Leaf, .. f])
            from again in Shuffled(file)
            select (trusted, file, again)
        ).Sample(
            t =>
            {
                Assert.Equal(WithoutOrder(Test(t.trusted, t.file)), WithoutOrder(Test(t.trusted, t.again)));

                // Whether a link holds depends on what stands beside it, where a file is in no order at all.
                static IEnumerable<string> WithoutOrder(DeviceCertificateReport report) =>
                    Outcomes(report).Where(c => !c.StartsWith("ChainOrder ", StringComparison.Ordinal));
            },
            iter: 500
        );

    /// <summary>What is enough stays enough: no further certificate with a key that is trusted already makes it worse.</summary>
    [Fact]
    public void More_certificates_of_the_trusted_CAs_change_nothing() =>
        (
            from chain in Gen.OneOf<DeviceCertificate[]>([Leaf], [Leaf, Sub], [Leaf, Sub, Root])
            from more in Some(Sub, Root, RenewedSub, RenewedRoot, ExpiredSub, ExpiredRoot, CrossedSub, NarrowSub, UnnamedSub)
            from trusted in Shuffled([Sub, Root, .. more])
            select (chain, trusted)
        ).Sample(t => Assert.Equal(Outcomes(Test([Sub, Root], t.chain)), Outcomes(Test(t.trusted, t.chain))), iter: 500);

    // cat */chain.pem, or Get-DeviceCertificate of many files: the CAs come again with each device.
    [Fact]
    public void Each_device_of_a_file_has_the_chain_behind_it()
    {
        var authority = Given.Chain("Root of many", "Factory of many");
        var issuer = new CredentialIssuer(authority, CredentialKind.Bootstrap);
        var chains = Enumerable.Range(1, 3).Select(i => issuer.Issue(new DeviceIdentity($"device-{i}")).Chain.Certificates).ToList();
        var (factory, root) = (chains[0][1], chains[0][2]);
        var verifier = new CertificateVerifier { Issuers = [root] };

        Assert.All(verifier.Test([.. chains.SelectMany(c => c)]), r => AssertSound(r));
        // One chain for all of them.
        Assert.All(verifier.Test([.. chains.Select(c => c[0]), factory, root]), r => AssertSound(r));
        // What is wrong with the chain of one device is not the others'.
        var reports = verifier.Test([.. chains[0], chains[1][0], factory, factory, root, chains[2][0], root, factory]).ToList();
        Assert.Equal([true, false, false], reports.Select(r => r.Passed));
        Assert.All(reports.Skip(1), r => Assert.Contains("ChainOrder", r.Failed.Select(c => c.Id)));
        // From the top, which no device takes.
        Assert.All(verifier.Test([.. chains.SelectMany(c => c.Reverse())]), r => Assert.Contains("ChainOrder", r.Failed.Select(c => c.Id)));
        Assert.All(verifier.Test([.. chains.SelectMany(c => new[] { factory, c[0] })]),
            r => Assert.Contains("ChainOrder", r.Failed.Select(c => c.Id)));
    }

    // A CA that gets a new key each year, under the same name.
    [Fact]
    public void Many_devices_of_many_CAs_of_one_name_are_found_their_issuer()
    {
        var authorities = Enumerable.Range(0, 12).Select(_ => CertificateAuthority.Create("Factory of each year")).ToList();
        var devices = authorities.SelectMany(a =>
        {
            var issuer = new CredentialIssuer(a, CredentialKind.Bootstrap);
            return Enumerable.Range(0, 25).Select(i => issuer.Issue(new DeviceIdentity($"device-{i}")).Leaf);
        }).ToList();
        var reports = new CertificateVerifier { Issuers = [.. authorities.Select(a => a.Own)] }.Test(devices).ToList();
        Assert.Equal(300, reports.Count);
        Assert.All(reports, r => Assert.Equal(CheckOutcome.Passed, r.Checks.Single(c => c.Id == "TrustedIssuer").Outcome));
    }

    // A file of somebody else's may have CAs without end.
    [Fact]
    public void Too_many_CAs_of_one_name_are_said_to_be_too_many()
    {
        var strangers = Enumerable.Range(0, 1200)
            .Select(_ => Scene.Authority(DeviceKey.Generate(), Scene.SubName, Scene.StrangeKey, OtherName, 0, "2022-01-01", "2058-01-01"))
            .Select(d => d.Certificate());
        var leaf = Sound.Leaf.Without(DraftExtension.AuthorityKey).Certificate();
        var check = Test([OtherRoot], [leaf, .. strangers]).Failed.Single(c => c.Id == "TrustedIssuer");
        Assert.StartsWith("Too many CAs are called", check.Message);
    }
}
