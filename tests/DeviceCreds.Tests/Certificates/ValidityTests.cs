using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>When certificates begin and end, at the edges, by a clock that stands still.</summary>
public class ValidityTests
{
    static readonly ValidityRequest Endless = ValidityRequest.NoExpiration;

    static CredentialIssuer Issuer(string now, CertificateAuthority root, ValidityRequest? validity = null) =>
        new(root, CredentialKind.Bootstrap, validity, Given.Clock(now));

    static DeviceCertificate Issue(string now, CertificateAuthority root, ValidityRequest? validity = null) =>
        Issuer(now, root, validity).Issue(new DeviceIdentity("device")).Leaf;

    static CertificateAuthority Root(string now, ValidityRequest? validity = null) =>
        CertificateAuthority.Create("Root", validity: validity, time: Given.Clock(now));

    static string Text(DateTime time) => Lifetime.Text(time);

    [Fact]
    public void A_device_can_be_issued_in_the_second_in_which_its_whole_chain_is_made()
    {
        var clock = Given.Clock("2026-01-01T00:00:00Z");
        var authority = CertificateChain.Create(["A", "B", "C", "D"], time: clock).Issuer!;
        var device = new CredentialIssuer(authority, CredentialKind.Bootstrap, time: clock).Issue(new DeviceIdentity("device"));
        var path = device.Chain.Certificates;
        for (var i = 0; i + 1 < path.Count; i++) Assert.True(path[i].Fields.NotBefore > path[i + 1].Fields.NotBefore);
        Assert.True(device.Leaf.Fields.NotBefore < clock.GetUtcNow().UtcDateTime);
    }

    [Fact]
    public void Whatever_is_issued_keeps_the_rules_about_time() =>
        (from days in Gen.Int[0, 60_000] from ticks in Gen.Long[0, TimeSpan.TicksPerDay - 1] from later in Gen.Int[0,
            8_000] from depth in Gen.Int[1, 4] select (days, ticks, later, depth)).Sample(t =>
        {
            var begin = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(t.days).AddTicks(t.ticks);
            var now = begin.AddDays(t.later);
            var authority = CertificateChain.Create([.. Enumerable.Range(0, t.depth).Select(i => $"CA {i}")],
                time: Given.Clock(begin)).Issuer!;
            var device = new CredentialIssuer(authority, CredentialKind.Bootstrap,
                time: Given.Clock(now)).Issue(new DeviceIdentity("device")).Leaf.Fields;
            Assert.True(authority.Own.Fields.NotBefore < device.NotBefore && device.NotBefore < now);
            Assert.True(device.NotAfter <= authority.Own.Fields.NotAfter);
            Assert.True(device.NotAfter > now.AddYears(10) && device.NotAfter - now > TimeSpan.FromSeconds(315_360_000));
        }, iter: 60);

    [Fact]
    public void Whenever_it_is_to_begin_it_begins_then_or_is_refused() =>
        (from chain in Gen.Int[-400_000_000, 1_800_000_000]
         from device in Gen.OneOf(Gen.Int[0, 3], Gen.Int[-400_000_000, 1_800_000_000])
         from isNear in Gen.Bool
         select (chain, device: isNear ? chain + device : device)).Sample(t =>
        {
            var clock = Given.Clock("2026-11-26T12:00:00.5Z");
            var (now, epoch) = (clock.GetUtcNow().UtcDateTime, new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            var (wanted, wantedBelow) = (epoch.AddSeconds(t.chain), epoch.AddSeconds(t.device));
            CertificateChain Make() => CertificateChain.Create(["A", "B"], ValidityRequest.Default.From(wanted), clock);
            if (t.chain < 0 || wanted.AddSeconds(2) >= now)
            {
                Assert.StartsWith("NotBeforeToo", Refused.Issuance(() => Make()), StringComparison.Ordinal);
                return;
            }

            var chain = Make();
            Assert.Equal([wanted, wanted.AddSeconds(1)], chain.Authorities.Select(a => a.Own.Fields.NotBefore));
            DeviceCredential Issue() => new CredentialIssuer(chain.Issuer!, CredentialKind.Bootstrap,
                ValidityRequest.ForYears(20).From(wantedBelow), clock).Issue(new DeviceIdentity("device"));
            if (wantedBelow < wanted.AddSeconds(2))
            {
                Assert.Equal("NotBeforeTooEarly", Refused.Issuance(() => Issue()));
                return;
            }

            if (wantedBelow >= now)
            {
                Assert.Equal("NotBeforeTooLate", Refused.Issuance(() => Issue()));
                return;
            }

            var device = Issue();
            Assert.Equal((wantedBelow, Lifetime.Seconds(now).AddYears(20)), (device.Leaf.Fields.NotBefore, device.Leaf.Fields.NotAfter));
            Assert.Empty(new CertificateVerifier { Issuers = [chain.Root!], At = now, Time = clock }.Test(device).Failed);
        }, iter: 60);

    [Fact]
    public void Ten_years_and_not_a_second_more_are_refused()
    {
        const string now = "2026-05-17T10:20:30Z";
        var root = Root(now);
        Assert.Equal("ValidityTooShort", Refused.Issuance(() => Issue(now, root, ValidityRequest.ForYears(10))));
        Assert.Equal("ValidityTooShort",
            Refused.Issuance(() => Issue(now, root, ValidityRequest.Until(Given.Utc("2036-05-17T10:20:30Z")))));
        // 3650 days, as in openssl's -days 3650.
        Assert.Equal("ValidityTooShort", Refused.Issuance(() => Issue(now, root, ValidityRequest.Until(Given.Utc(now).AddDays(3650)))));
        Assert.Equal("2036-05-17 10:20:31Z", Text(Issue(now, root, ValidityRequest.Until(Given.Utc("2036-05-17T10:20:31Z"))).NotAfter));
        Assert.Equal("2037-05-17 10:20:30Z", Text(Issue(now, root, ValidityRequest.ForYears(11)).NotAfter));
    }

    [Theory]
    [InlineData("2024-02-29T12:00:00Z", "2034-02-28T12:00:00Z", false)]
    [InlineData("2024-02-29T12:00:00Z", "2034-02-28T12:00:01Z", true)]
    [InlineData("2026-03-01T00:00:00Z", "2036-02-29T23:59:59Z", false)]
    [InlineData("2026-03-01T00:00:00Z", "2036-03-01T00:00:01Z", true)]
    [InlineData("2096-03-01T00:00:00Z", "2106-03-01T00:00:00Z", false)]
    [InlineData("2096-03-01T00:00:00Z", "2106-03-01T00:00:01Z", true)]
    [InlineData("9989-12-31T23:59:58Z", "9999-12-31T23:59:59Z", true)]
    [InlineData("9989-12-31T23:59:59Z", "9999-12-31T23:59:59Z", false)]
    public void More_than_ten_years_is_meant_by_the_calendar_and_by_the_second(string from, string to, bool isMore)
    {
        var (a, b) = (Given.Utc(from), Given.Utc(to));
        Assert.Equal(isMore, Lifetime.IsMoreThanTenYears(a, b));
    }

    [Fact]
    public void More_than_ten_years_always_exceeds_both_counts() =>
        (from days in Gen.Int[0, 2_900_000] from second in Gen.Int[0, 86_399] from off in Gen.Int[-200_000,
            200_000] select (new DateTime(1950, 1, 1).AddDays(days).AddSeconds(second), off)).Sample(t =>
        {
            var to = t.Item1.AddYears(10).AddSeconds(t.off);
            Assert.Equal(t.off > 0 && to - t.Item1 > TimeSpan.FromSeconds(315_360_000), Lifetime.IsMoreThanTenYears(t.Item1, to));
        }, iter: 2000);

    [Fact]
    public void A_leap_day_ends_on_the_last_of_february()
    {
        const string now = "2028-02-29T23:59:59Z";
        Assert.Equal("2049-02-28 23:59:59Z", Text(Issue(now, Root(now), ValidityRequest.ForYears(21)).NotAfter));
        Assert.Equal("2048-02-29 23:59:59Z", Text(Issue(now, Root(now)).NotAfter));
    }

    [Fact]
    public void The_default_is_20_years_for_a_device_and_35_for_a_ca_or_the_issuers_end()
    {
        var root = Root("2026-01-01T00:00:00Z");
        Assert.Equal("2061-01-01 00:00:00Z", Text(root.NotAfter));
        Assert.Equal("2046-01-01 00:00:00Z", Text(Issue("2026-01-01T00:00:00Z", root).NotAfter));
        Assert.Equal("2061-01-01 00:00:00Z", Text(Issue("2045-06-01T00:00:00Z", root).NotAfter));
        Assert.Equal("2061-01-01 00:00:00Z",
            Text(CertificateAuthority.Create("Below", root, time: Given.Clock("2045-06-01T00:00:00Z")).NotAfter));
    }

    [Fact]
    public void Nothing_that_was_asked_for_outlives_its_issuer()
    {
        const string now = "2026-01-01T00:00:00Z";
        var root = Root(now, ValidityRequest.ForYears(15));
        Assert.Equal("2041-01-01 00:00:00Z", Text(Issue(now, root, ValidityRequest.ForYears(15)).NotAfter));
        var error = Assert.Throws<IssuanceException>(() => Issue(now, root, ValidityRequest.Until(Given.Utc("2041-01-01T00:00:01Z"))));
        Assert.Equal("ValidityOutlivesIssuer", error.ErrorId);
        Assert.Contains("2041-01-01 00:00:01Z", error.Message);
        Assert.Contains("2041-01-01 00:00:00Z", error.Message);
        Assert.Equal("ValidityOutlivesIssuer", Refused.Issuance(() => Issue(now, root, Endless)));
        Assert.Equal("ValidityOutlivesIssuer",
            Refused.Issuance(() => CertificateAuthority.Create("Below", root, ValidityRequest.ForYears(16), time: Given.Clock(now))));
    }

    [Fact]
    public void An_issuer_with_ten_years_left_issues_no_device()
    {
        var root = Root("2026-01-01T00:00:00Z", ValidityRequest.ForYears(20));
        Assert.Equal("2046-01-01 00:00:00Z", Text(Issue("2035-12-31T23:59:59Z", root).NotAfter));
        Assert.Equal("IssuerExpiresTooSoon", Refused.Issuance(() => Issue("2036-01-01T00:00:00Z", root)));
    }

    [Fact]
    public void Without_expiration_means_the_last_second_of_9999()
    {
        const string now = "2026-01-01T00:00:00Z";
        var root = Root(now, Endless);
        Assert.Equal("9999-12-31 23:59:59Z", Text(root.NotAfter));
        Assert.Equal("9999-12-31 23:59:59Z", Text(Issue(now, root, Endless).NotAfter));
        Assert.Equal("2046-01-01 00:00:00Z", Text(Issue(now, root).NotAfter));
    }

    [Theory]
    [InlineData(0, "ValidityTooShort")]
    [InlineData(-1, "ValidityTooShort")]
    [InlineData(int.MinValue, "ValidityTooShort")]
    [InlineData(7974, "ValidityTooLong")]
    [InlineData(int.MaxValue, "ValidityTooLong")]
    public void A_number_of_years_that_makes_no_date_is_refused(int years, string id)
    {
        Assert.Equal(id, Refused.Issuance(() => Root("2026-01-01T00:00:00Z", ValidityRequest.ForYears(years))));
        Assert.Equal(id,
            Refused.Issuance(() => Issue("2026-01-01T00:00:00Z", Root("2026-01-01T00:00:00Z", Endless), ValidityRequest.ForYears(years))));
    }

    [Fact]
    public void The_year_9999_is_the_last() =>
        Assert.Equal("9999-06-01 00:00:00Z", Text(Root("2026-06-01T00:00:00Z", ValidityRequest.ForYears(7973)).NotAfter));

    [Fact]
    public void A_ca_that_would_have_expired_already_is_refused() =>
        Assert.Equal("ValidityTooShort",
            Refused.Issuance(() => Root("2026-01-01T00:00:00Z", ValidityRequest.Until(Given.Utc("2026-01-01T00:00:00Z")))));

    [Fact]
    public void An_issuer_begins_more_than_a_second_before_its_devices()
    {
        var root = Foreign("2026-01-01T00:00:00Z");
        Assert.Equal("IssuerNotYetValid", Refused.Issuance(() => Issue("2025-12-31T23:59:59Z", root)));
        Assert.Equal("IssuerTooYoung", Refused.Issuance(() => Issue("2026-01-01T00:00:00Z", root)));
        Assert.Equal("IssuerTooYoung", Refused.Issuance(() => Issue("2026-01-01T00:00:01Z", root)));
        Assert.Equal("2026-01-01 00:00:01Z", Text(Issue("2026-01-01T00:00:01.001Z", root).NotBefore));
        Assert.Equal("2026-01-01 00:00:01Z", Text(Issue("2026-01-01T00:00:02Z", root).NotBefore));
        // With time behind it, an hour is left for devices whose clocks are slow.
        Assert.Equal("2026-01-01 11:00:00Z", Text(Issue("2026-01-01T12:00:00.999Z", root).NotBefore));
    }

    [Fact]
    public void A_ca_below_begins_after_its_issuer_and_leaves_room_for_devices()
    {
        var root = Foreign("2026-01-01T00:00:00Z");
        foreach (var now in new[] { "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z" })
            Assert.Equal("IssuerTooYoung", Refused.Issuance(() => CertificateAuthority.Create("Below", root, time: Given.Clock(now))));
        var below = CertificateAuthority.Create("Below", root, time: Given.Clock("2026-01-01T00:00:03Z"));
        Assert.Equal("2026-01-01 00:00:01Z", Text(below.NotBefore));
        Assert.Equal("2026-01-01 00:00:02Z", Text(Issue("2026-01-01T00:00:03Z", below).NotBefore));
    }

    [Theory]
    [InlineData("2026-01-02T00:00:00Z", "IssuerTooYoung")]
    [InlineData("2026-01-01T23:59:59Z", "IssuerTooYoung")]
    [InlineData("1969-12-31T23:59:59Z", "NotBeforeTooEarly")]
    public void A_renewed_ca_keeps_its_beginning_which_nobody_asked_for(string begin, string id)
    {
        var error = Assert.Throws<IssuanceException>(() => Lifetime.ForAuthority(
            Given.Utc("2026-01-02T00:00:00Z"), null, null, ValidityRequest.Default, Given.Utc(begin)));
        Assert.Equal(id, error.ErrorId);
        Assert.DoesNotContain("-NotBefore", error.Message + error.Advice);
    }

    [Fact]
    public void An_issuer_issues_until_its_last_second_and_not_after()
    {
        var root = Root("2026-01-01T00:00:00Z", ValidityRequest.ForYears(20));
        Assert.Equal("IssuerExpiresTooSoon", Refused.Issuance(() => Issue("2046-01-01T00:00:00Z", root)));
        Assert.Equal("IssuerExpired", Refused.Issuance(() => Issue("2046-01-01T00:00:01Z", root)));
        Assert.Equal("IssuerExpired",
            Refused.Issuance(() => CertificateAuthority.Create("Below", root, time: Given.Clock("2046-01-01T00:00:01Z"))));
    }

    [Fact]
    public void A_run_that_outlasts_its_issuers_usefulness_refuses_the_devices_that_come_too_late()
    {
        var clock = Given.Clock("2026-01-01T00:00:00Z");
        var issuer = new CredentialIssuer(CertificateAuthority.Create("Root", validity: ValidityRequest.ForYears(11), time: clock),
            CredentialKind.Bootstrap, time: clock);
        issuer.Issue(new DeviceIdentity("in time"));
        clock.Advance(TimeSpan.FromDays(366));
        Assert.Equal("IssuerExpiresTooSoon", Refused.Issuance(() => issuer.Issue(new DeviceIdentity("too late"))));
    }

    [Fact]
    public void A_date_without_a_kind_is_local()
    {
        var local = new DateTime(2050, 6, 1, 12, 0, 0, DateTimeKind.Unspecified);
        Assert.Equal(local, Issue("2026-01-01T00:00:00Z", Root("2026-01-01T00:00:00Z"), ValidityRequest.Until(local)).NotAfter);
    }

    /// <summary>A root that is not backdated: it begins at the given second, as those of OpenSSL do.</summary>
    static CertificateAuthority Foreign(string notBefore)
    {
        var key = DeviceKey.Generate();
        var der = new CertificateBuilder(CertificateProfile.Authority, new SoftwareSigner(key, "test"), null, 3)
            .Build(SerialNumbers.Create(), new CertificateSubject(DistinguishedName.Create("Foreign Root"), key.Point),
                new ValidityPeriod(Given.Utc(notBefore), Lifetime.NoExpiration));
        return CertificateAuthority.Open([new DeviceCertificate(der)], key);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:05Z")]
    [InlineData("2025-12-31T23:59:59Z")]
    public void A_clock_that_cannot_be_right_is_said_before_anything_is_made(string now)
    {
        Assert.Equal("ClockWrong", Refused.Issuance(() => Root(now)));
        var error = Assert.Throws<IssuanceException>(() => CertificateAuthority.Create("Root", time: Given.Clock(now)));
        Assert.Contains("Check this computer's clock", error.Advice);
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", "V\t460123111610Z\t\t01\tunknown\t/CN=device-1\n");
        using var ledger = IssuanceLedger.Open(path, new() { Time = Given.Clock(now) });
        Assert.Equal("ClockWrong", Refused.Issuance(() => ledger.Revoke(["01"])));
        Assert.Equal(
            "ClockWrong", Refused.Issuance(
            () => LedgerRevocationList.Create(CertificateAuthority.Create("Root"), path, time: Given.Clock(now))));
    }
}
