using CsCheck;
using Change = System.Func<DeviceCreds.DeviceConfiguration, DeviceCreds.DeviceConfiguration>;

namespace DeviceCreds.Tests;

/// <summary>What the device would say: outcome and status of each thing that can be wrong.</summary>
public class ConfigurationRuleTests
{
    static DeviceCertificateReport Test(DeviceConfiguration configuration, DeviceCredential? credential = null,
        ExportOptions? options = null) =>
        new ConfigurationVerifier { Options = (options ?? new ExportOptions()) with { Configurations = [configuration] },
            Time = Given.Clock("2030-01-31T12:00:00Z") }.Test(credential ?? Issued());

    // Issued for the time at which these tests take place.
    static DeviceCredential Issued(CredentialKind kind = CredentialKind.Bootstrap, string name = "device-1",
        DeviceKey? key = null, CertificateAuthority? authority = null, string accountId = Given.AccountId, int years = 20) =>
        new CredentialIssuer(authority ?? Root, kind, ValidityRequest.ForYears(years),
            Clock).Issue(new DeviceIdentity(name, kind == CredentialKind.Lwm2m ? accountId : null), key);

    static readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider Clock = Given.Clock("2030-01-31T11:00:00Z");

    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root", time: Given.Clock("2030-01-30T12:00:00Z"));

    static CertificateAuthority Deep(int depth) =>
        CertificateChain.Create([.. Enumerable.Range(1, depth).Select(i => $"CA {i} of {depth}")],
            time: Given.Clock("2030-01-30T12:00:00Z")).Issuer!;

    static DeviceCertificate Of(string name, int years) =>
        CertificateAuthority.Create(name, validity: ValidityRequest.ForYears(years), time: Given.Clock("2029-01-30T12:00:00Z")).Own;

    static DeviceConfiguration Full(CredentialKind kind = CredentialKind.Bootstrap) =>
        Factory.Full(kind) with { UpdateCertificate = Of("Update", 35) };

    static string[] Findings(DeviceCertificateReport report) =>
        [.. report.Checks.Where(c => c.Outcome is CheckOutcome.Failed or CheckOutcome.Warning).Select(c => $"{c.Outcome} {c.Id}")];

    static void AssertOnly(DeviceCertificateReport report, CheckOutcome outcome, string id, string says)
    {
        Assert.Equal([$"{outcome} {id}"], Findings(report));
        Assert.Contains(says, report.Checks.Single(c => c.Id == id).Message);
    }

    [Fact]
    public void A_full_configuration_leaves_nothing_to_say()
    {
        Assert.Empty(Findings(Test(Full())));
        Assert.Empty(Findings(Test(Full(), Issued(authority: Deep(4)), new ExportOptions { ExcludeRoot = true })));
        Assert.Empty(Findings(Test(Full(), Issued(key: new DeviceKey(null, DeviceKey.Generate().Point)))));
        Assert.Empty(Findings(Test(Full() with { FirstToClaim = true, ServerUri = "coaps://a.example:5684" })));
    }

    [Fact]
    public void LwM2M_mode_is_a_warning_of_the_device() =>
    AssertOnly(Test(Full(CredentialKind.Lwm2m), Issued(CredentialKind.Lwm2m)), CheckOutcome.Warning, "UseBootstrap",
        "\"Bootstrap mode not activated:mbed.UseBootstrap\"");

    [Theory]
    [InlineData("Timezone", "Timezone", "Item not set:mbed.Timezone")]
    [InlineData("UtcOffset", "UtcOffset", "Item not set:mbed.UTCOffset")]
    [InlineData("ClassId", "ClassId", "Item not set:mbed.ClassId")]
    [InlineData("VendorId", "VendorId", "Item not set:mbed.VendorId")]
    [InlineData("UpdateCertificate", "UpdateCertificate", "Item not set:mbed.UpdateAuthCert")]
    public void What_is_missing_is_a_warning_in_the_devices_words(string field, string rule, string words) =>
        AssertOnly(Test(ConfigurationField.Find(field)!.Set(Full(), null)), CheckOutcome.Warning, rule, $"The device warns: \"{words}\".");

    [Theory]
    [InlineData("Manufacturer", "DeviceDetails")]
    [InlineData("ModelNumber", "DeviceDetails")]
    [InlineData("DeviceType", "DeviceDetails")]
    [InlineData("HardwareVersion", "DeviceDetails")]
    [InlineData("SerialNumber", "DeviceDetails")]
    [InlineData("MemoryTotalKB", "DeviceDetails")]
    [InlineData("ServerUri", "ServerUri")]
    [InlineData("ServerCertificate", "ServerCertificate")]
    public void What_is_mandatory_fails(string field, string rule) =>
    AssertOnly(Test(ConfigurationField.Find(field)!.Set(Full(), null)), CheckOutcome.Failed, rule, "The device answers 25 ITEM_NOT_EXIST.");

    public static readonly Dictionary<string, (Change Change, CheckOutcome Outcome, string Rule, string Says)> Cases = new()
    {
        ["a time before 2017"] = (c => c with { CurrentTime = DateTimeOffset.FromUnixTimeSeconds(1483264799) },
            CheckOutcome.Failed, "CurrentTime", "1 ERROR"),
        ["an offset without sign"] = (c => c with { UtcOffset = "02:00" }, CheckOutcome.Failed, "UtcOffset", "33 UTC_OFFSET_WRONG_FORMAT"),
        ["an offset of no place"] = (c => c with { UtcOffset = "+25:00" }, CheckOutcome.Warning, "UtcOffset",
            "the device does not check that"),
        ["an offset with a tail"] = (c => c with { UtcOffset = "+02:00:00" }, CheckOutcome.Failed, "UtcOffset",
            "ignores what follows"),
        ["a URI of HTTP"] = (c => c with { ServerUri = "http://a.example?aid=1" }, CheckOutcome.Failed, "ServerUri", "28 URI_WRONG_FORMAT"),
        ["a URI without account"] = (c => c with { ServerUri = "coaps://a.example" }, CheckOutcome.Failed, "ServerUri",
            "28 URI_WRONG_FORMAT"),
        ["first to claim with an account"] = (c => c with { FirstToClaim = true }, CheckOutcome.Failed, "ServerUri",
            "29 FIRST_TO_CLAIM_NOT_ALLOWED"),
        ["a URI without security"] = (c => c with { ServerUri = c.ServerUri!.Replace("coaps", "coap") }, CheckOutcome.Warning,
            "ServerUriSecure", "without security"),
        ["a class of 15 bytes"] = (c => c with { ClassId = new byte[15] }, CheckOutcome.Failed, "ClassId", "27 WRONG_ITEM_DATA_SIZE"),
        ["a vendor of 17 bytes"] = (c => c with { VendorId = new byte[17] }, CheckOutcome.Failed, "VendorId", "27 WRONG_ITEM_DATA_SIZE"),
        ["an expired update certificate"] = (c => c with { UpdateCertificate = Of("Old", 1) }, CheckOutcome.Failed,
            "UpdateCertificate", "13 EXPIRED_CERTIFICATE"),
        ["an update certificate of 5 years"] = (c => c with { UpdateCertificate = Of("Short", 5) }, CheckOutcome.Warning,
            "UpdateCertificate", "Certificate validity is less than 10 years:mbed.UpdateAuthCert"),
        ["a long detail"] = (c => c with { Manufacturer = new string('x', 65) }, CheckOutcome.Warning, "DetailLength", "Manufacturer"),
        ["a short entropy"] = (c => c with { Entropy = new byte[47] }, CheckOutcome.Failed, "StorableValues", "Entropy"),
        ["a custom parameter of a built-in name"] = (c => c with { CustomParameters = new Dictionary<string, object> { ["mbed.C"] = 1L } },
            CheckOutcome.Failed, "StorableValues", "mbed.CurrentTime"),
        ["no verification"] = (c => c with { SkipVerify = true }, CheckOutcome.Warning, "DeviceVerifies", "not to verify"),
        ["another endpoint name"] = (c => c with { EndpointName = "Device-1" }, CheckOutcome.Failed, "EndpointName",
            "14 INVALID_LWM2M_CN_ATTR"),
        ["items of the other mode"] = (c => c with { RedundantItems = ["mbed.LwM2MServerURI"] }, CheckOutcome.Warning,
            "RedundantItems", "\"Item redundant:mbed.LwM2MServerURI\""),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_wrong_has_the_devices_own_verdict(string name)
    {
        var (change, outcome, rule, says) = Cases[name];
        // A configuration by another name is not chosen: this one is as if it had been imported with the credential.
        var configuration = change(Full());
        var credential = new DeviceCredential(CredentialKind.Bootstrap, Issued().Leaf, [], null) { Configuration = configuration };
        AssertOnly(new ConfigurationVerifier { Time = Given.Clock("2030-01-31T12:00:00Z") }.Test(credential), outcome, rule, says);
    }

    [Theory]
    [InlineData("acme.key", CheckOutcome.Failed)]
    [InlineData("acme.missing", CheckOutcome.Passed)]
    [InlineData("mbed.BootstrapDevicePrivateKey", CheckOutcome.Passed)]
    public void The_key_that_the_device_certificate_names_belongs_to_it_and_is_named_again(string name, CheckOutcome outcome)
    {
        var issued = Issued();
        var configuration = Full() with
        {
            CustomKeys = [new CustomKey("acme.key", DeviceKey.Generate())],
            Delivered = new DeliveredBundle
            {
                Kind = CredentialKind.Bootstrap, NamesMode = true, CurrentTime = null, PrivateKeyName = name, Chain = [issued.Leaf],
            },
        };
        var credential = new DeviceCredential(CredentialKind.Bootstrap, issued.Leaf, [], null) { Configuration = configuration };
        var report = new ConfigurationVerifier { Time = Given.Clock("2030-01-31T12:00:00Z") }.Test(credential);
        Assert.Equal(outcome, report.Checks.Single(c => c.Id == "CustomKeys").Outcome);
        var bundle = FccBundleFormat.Compose(credential, configuration, new ExportOptions(), Factory.Noon);
        Assert.Equal(name, bundle.Certificates.Single(c => c.Name == "mbed.BootstrapDeviceCert").PrivateKeyName);
    }

    [Fact]
    public void The_account_of_the_uri_is_the_certificates()
    {
        AssertLwm2m("another", "14 INVALID_LWM2M_CN_ATTR");
        AssertLwm2m(Given.AccountId + "0", "28 URI_WRONG_FORMAT");

        static void AssertLwm2m(string accountId, string status) =>
            Assert.Contains(status,
                Test(Full(CredentialKind.Lwm2m), Issued(CredentialKind.Lwm2m, accountId: accountId)).Failed.Single(
                    c => c.Id == "AccountId").Message);
    }

    [Fact]
    public void First_to_claim_is_for_bootstrap_only() =>
        Assert.Contains("29 FIRST_TO_CLAIM_NOT_ALLOWED",
            Test(Full(CredentialKind.Lwm2m) with { FirstToClaim = true, ServerUri = "coaps://a.example" },
                Issued(CredentialKind.Lwm2m)).Failed.Single(c => c.Id == "ServerUri").Message);

    [Fact]
    public void The_device_judges_by_the_clock_that_it_is_given()
    {
        var credential = Issued(years: 11);
        Assert.Empty(Findings(Test(Full(), credential)));
        AssertOnly(Test(Full() with { CurrentTime = Factory.Noon.AddYears(2) }, credential), CheckOutcome.Warning, "TimeLeft", "2041");
        Assert.Equal(new[] { "Failed NotExpired", "Warning TimeLeft" },
            Findings(Test(Full() with { CurrentTime = Factory.Noon.AddYears(12) }, credential)));
        // The device only warns of what is not valid yet.
        AssertOnly(Test(Full() with { CurrentTime = Factory.Noon.AddDays(-2), UpdateCertificate = Of("Update", 35) }, credential),
            CheckOutcome.Warning, "NotBeforeInPast", "valid only from");
    }

    [Fact]
    public void What_the_device_lets_pass_only_warns()
    {
        var self = CertificateAuthority.Create("device-1", time: Given.Clock("2030-01-30T12:00:00Z"));
        var credential = new DeviceCredential(CredentialKind.Bootstrap, self.Own, [], self.ExportableKey);
        var report = new ConfigurationVerifier { Options = new ExportOptions { Configurations = [Full()] },
            Time = Given.Clock("2030-01-31T12:00:00Z") }.Test(credential);
        AssertOnly(report, CheckOutcome.Warning, "NotSelfSigned", "self-signed");
        Assert.True(report.Passed);
    }

    [Fact]
    public void Six_certificates_are_too_many() =>
        Assert.Contains("20 BUNDLE_ERROR", Test(Full(), Issued(authority: Deep(5))).Failed.Single(c => c.Id == "ChainLength").Message);

    // Measured: without a clock a chain of 4 was too much, and one of 5 with less than 10 years each.
    [Theory]
    [InlineData(4, 9, true)]
    [InlineData(5, 9, false)]
    public void A_reply_with_too_many_warnings_is_an_error(int length, int years, bool fits)
    {
        var bare = Full() with { Timezone = null, UtcOffset = null, ClassId = null, VendorId = null, UpdateCertificate = null,
            CurrentTime = Factory.Noon.AddYears(20 - years) };
        var report = Test(bare,
            Issued(authority: CertificateChain.Create([.. Enumerable.Range(1, length - 1).Select(i => $"CA {i}")],
                ValidityRequest.ForYears(20), Given.Clock("2030-01-30T12:00:00Z")).Issuer!, years: 19));
        Assert.Equal(fits, report.Passed);
        Assert.Contains(fits ? "bytes; warnings: 9" : "21 BUNDLE_RESPONSE_ERROR", report.Checks.Single(c => c.Id == "ReplySize").Message);
        if (!fits)
            Assert.True(
                Test(bare with { SkipVerify = true }, Issued(authority: Deep(length - 1))).Checks.Single(
                    c => c.Id == "ReplySize").Outcome == CheckOutcome.Passed);
    }

    [Fact]
    public void The_length_of_a_reply_is_that_of_its_cbor() =>
        (from warnings in Gen.String[Gen.Char.AlphaNumeric, 1, 90].Array[0,
            8] from session in Gen.OneOf(Gen.Const((string?)null),
                Gen.String[Gen.Char.AlphaNumeric, 0, 300].Select(s => (string?)s)) select (warnings, session)).Sample(t =>
        {
            var entries = new List<(object, object?)> { ("SchemeVersion", "0.0.1"), ("ReturnStatus", 0),
                ("InfoMessage", "The Factory process succeeded\n") };
            if (t.session is not null) entries.Add(("SID", t.session));
            if (t.warnings.Length > 0) entries.Add(("WarningInfo", string.Concat(t.warnings.Select(w => w + "\n"))));
            // The device leaves the length open: one byte at the end.
            Assert.Equal(CborItem.Encode(CborItem.Map([.. entries])).Length + 1, DeviceReply.Length(t.warnings, t.session));
        });

    [Fact]
    public void Every_rule_of_its_own_is_documented_and_has_an_id_of_its_own()
    {
        var ids = ConfigurationCatalogue.All.Select(r => r.Id).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(ConfigurationCatalogue.All,
            r => Assert.All(new[] { r.Id, r.Title, r.Compares, r.Advice, r.Source }, t => Assert.False(string.IsNullOrWhiteSpace(t))));
        // The column of a report.
        Assert.All(ids, id => Assert.InRange(id.Length, 1, 21));
    }
}
