using System.Text;
using System.Text.Json;
using CsCheck;

namespace DeviceCreds.Tests;

public class FccBundleTests
{
    [Theory]
    [InlineData(CredentialKind.Bootstrap, "Bootstrap", "01")]
    [InlineData(CredentialKind.Lwm2m, "LwM2M", "00")]
    public void The_bundle_is_byte_for_byte_what_the_scheme_says(CredentialKind kind, string mode, string useBootstrap)
    {
        var credential = Factory.Credential(kind);
        var configuration = Factory.Least(kind) with { CustomParameters = new Dictionary<string, object> { ["acme.n"] = -2L,
            ["acme.b"] = new byte[] { 1, 2 } } };
        // RFC 8949, by hand: A map, 8 array, 6 and 78 text, 58 and 59 bytes, 1A and 1B integers.
        var expected = Join(
            "A5",
            T("SchemeVersion"), T("0.0.1"),
            T("Keys"), "81", "A4", T("Name"), T($"mbed.{mode}DevicePrivateKey"), T("Type"), T("ECCPrivate"), T("Format"),
            T("der"), T("Data"), "58 79", Hex(credential.PrivateKey!.ToDer()),
            T("Certificates"), "82",
            "A3", T("Name"), T($"mbed.{mode}DeviceCert"), T("Format"), T("der"), T("Data"), B(credential.CertificateDer),
            "A3", T("Name"), T($"mbed.{mode}ServerCACert"), T("Format"), T("der"), T("Data"), B(Factory.Server.CertificateDer),
            T("ConfigParams"), "8C",
            P("mbed.UseBootstrap", useBootstrap),
            P("mbed.EndpointName", T("device-1")),
            P($"mbed.{mode}ServerURI", T(Factory.Uri(kind))),
            P("mbed.CurrentTime", "1A 71040E40"),
            P("mbed.Manufacturer", T("Acme")),
            P("mbed.ModelNumber", T("M1")),
            P("mbed.DeviceType", T("T1")),
            P("mbed.HardwareVersion", T("H1")),
            P("mbed.MemoryTotalKB", "19 0200"),
            P("mbed.SerialNumber", T("S1")),
            P("acme.b", "42 0102"),
            P("acme.n", "21"),
            T("Verify"), "01");
        Assert.Equal(expected, Hex(Factory.Bundle(credential, configuration)));

        static string P(string name, string data) => "A2" + T("Name") + T(name) + T("Data") + data;
        static string T(string text) =>
            (text.Length < 24 ? (0x60 + text.Length).ToString("X2") : "78" + text.Length.ToString("X2"))
                + Hex(Encoding.UTF8.GetBytes(text));
        static string B(byte[] bytes) => "59" + bytes.Length.ToString("X4") + Hex(bytes);
        static string Hex(byte[] bytes) => Convert.ToHexString(bytes);
        static string Join(params string[] parts) => string.Concat(parts).Replace(" ", "");
    }

    [Fact]
    public void Cbor2_of_Python_reads_the_same()
    {
        var python = Tool.PythonWith("cbor2");
        using var folder = new TempFolder();
        var (credential, configuration) = (Factory.Credential(depth: 3, name: "Gerät 漢字"),
            Factory.Full() with { Entropy = new byte[48], RootOfTrust = new byte[16], Disable = true });
        folder.Write("device.cbor", Factory.Bundle(credential, configuration));
        using var read = JsonDocument.Parse(Tool.Run(python, "-c", Script, folder.File("device.cbor")));
        var root = read.RootElement;
        Assert.Equal(
            new[] { "SchemeVersion", "Entropy", "ROT", "Keys", "Certificates", "CertificateChains", "ConfigParams", "Verify", "Disable" },
            root.EnumerateObject().Select(p => p.Name));
        Assert.Equal((48 * 2, 16 * 2, 1, 1),
            (root.GetProperty("Entropy").GetString()!.Length, root.GetProperty("ROT").GetString()!.Length,
                root.GetProperty("Verify").GetInt32(), root.GetProperty("Disable").GetInt32()));
        var chain = root.GetProperty("CertificateChains")[0];
        Assert.Equal(("mbed.BootstrapDeviceCert", "der"), (chain.GetProperty("Name").GetString(), chain.GetProperty("Format").GetString()));
        Assert.Equal(credential.Chain.Certificates.Select(c => Convert.ToHexStringLower(c.CertificateDer)),
            chain.GetProperty("DataArray").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(Convert.ToHexStringLower(credential.PrivateKey!.ToDer()), root.GetProperty("Keys")[0].GetProperty("Data").GetString());
        var parameters = root.GetProperty("ConfigParams").EnumerateArray().ToDictionary(p => p.GetProperty("Name").GetString()!,
            p => p.GetProperty("Data"));
        Assert.Equal("Gerät 漢字", parameters["mbed.EndpointName"].GetString());
        Assert.Equal((1, 512, Factory.Noon.ToUnixTimeSeconds()),
            (parameters["mbed.UseBootstrap"].GetInt32(), parameters["mbed.MemoryTotalKB"].GetInt32(),
                parameters["mbed.CurrentTime"].GetInt64()));
        Assert.Equal("000102030405060708090a0b0c0d0e0f", parameters["mbed.ClassId"].GetString());
    }

    [Fact]
    public void What_cbor2_of_Python_writes_is_read()
    {
        var python = Tool.PythonWith("cbor2");
        using var folder = new TempFolder();
        var (credential, configuration) = (Factory.Credential(depth: 2), Factory.Full());
        folder.Write("ours.cbor", Factory.Bundle(credential, configuration));
        Tool.Run(python, "-c",
            "import cbor2, sys; d = cbor2.load(open(sys.argv[1], 'rb')); cbor2.dump(dict(sorted(d.items(), key=lambda e: "
                + "e[0] == 'CertificateChains')), open(sys.argv[2], 'wb'))", folder.File("ours.cbor"), folder.File("device.cbor"));
        var read = CredentialImporter.Read([folder.File("device.cbor")]).Single();
        Assert.Equal(credential.Fingerprint, read.Fingerprint);
        Assert.Equal(configuration with { EndpointName = "device-1" }, read.Configuration);
    }

    [Fact]
    public void Whatever_is_written_and_read_again_is_equal() =>
        (from kind in Gen.Enum<CredentialKind>()
         from configuration in Factory.Configuration(kind)
         from depth in Gen.Int[1, 5]
         from encoding in Gen.Enum<KeyEncoding>()
         from keepsKey in Gen.Bool
         from withoutKey in Gen.Bool
         from excludeRoot in Gen.Bool
         from chainDepth in Gen.Int[0, 5]
         select (kind, configuration, depth, encoding, keepsKey, withoutKey, excludeRoot, chainDepth)).Sample(t =>
        {
            var options = new ExportOptions { KeyEncoding = t.encoding, NoPrivateKey = t.withoutKey,
                ExcludeRoot = t.excludeRoot || t.depth == 5, ChainDepth = t.chainDepth };
            var credential = Factory.Credential(t.kind, t.depth, keepsKey: t.keepsKey);
            var bundle = Factory.Bundle(credential, t.configuration, options);
            var read = Factory.Import(bundle);
            Assert.Equal((t.kind, "device-1", credential.Fingerprint), (read.Kind, read.EndpointName, read.Fingerprint));
            Assert.Equal(t.withoutKey || t.keepsKey ? null : credential.PrivateKey, read.PrivateKey);
            Assert.Equal(credential.HasChain ? credential.Chain.Select(options.ChainDepth, options.ExcludeRoot) : [credential.Leaf],
                read.Chain.Certificates);
            Assert.Equal(t.configuration with { EndpointName = "device-1" }, read.Configuration);
            var before = Given.Clock("2017-01-01T00:00:00Z");
            Assert.Equal(bundle, Factory.Bundle(read, read.Configuration!,
                options with { ChainDepth = 0, ExcludeRoot = false, Time = before }));
        }, iter: 150);

    [Fact]
    public void A_device_that_keeps_its_key_gets_its_name_beside_the_certificate_and_a_session()
    {
        var bundle = FccBundle.Read(Given.Input(Factory.Bundle(Factory.Credential(keepsKey: true), Factory.Least())));
        Assert.Empty(bundle.Keys);
        Assert.Equal("mbed.BootstrapDevicePrivateKey",
            bundle.Certificates.Single(c => c.Name == "mbed.BootstrapDeviceCert").PrivateKeyName);
        Assert.Equal(("device-1", true, false), (bundle.SessionId, bundle.Verify, bundle.IsSessionOpen));
    }

    [Fact]
    public void The_file_is_its_owners_alone_when_it_holds_a_secret()
    {
        Assert.True(Write(Factory.Credential(), Factory.Least()));
        Assert.True(Write(Factory.Credential(keepsKey: true), Factory.Least() with { Entropy = new byte[48] }));
        Assert.False(Write(Factory.Credential(keepsKey: true), Factory.Least()));

        static bool Write(DeviceCredential credential, DeviceConfiguration configuration) =>
            new FccBundleFormat().Write(credential, new ExportOptions { Configurations = [configuration] }).Single().IsSecret;
    }

    [Fact]
    public void Without_a_time_the_clock_is_set_to_the_moment_of_the_export()
    {
        var options = new ExportOptions { Time = Given.Clock("2030-02-01T00:00:00Z") };
        var bundle = Factory.Bundle(Factory.Credential(), Factory.Least() with { CurrentTime = null }, options);
        Assert.Equal(options.Time.GetUtcNow(), Factory.Import(bundle).Configuration!.CurrentTime);
    }

    // The bundle does not say whether its time was given.
    [Fact]
    public void A_bundle_that_is_exported_again_does_not_set_a_clock_back()
    {
        var read = Factory.Import(Factory.Bundle(Factory.Credential(), Factory.Least()));
        var march = new DateTimeOffset(2030, 3, 1, 0, 0, 0, default);
        foreach (var (time, expected) in new[] { ("2030-01-31T11:59:00Z", Factory.Noon), ("2030-03-01T00:00:00Z", march) })
        {
            var options = new ExportOptions { Time = Given.Clock(time) };
            Assert.Equal(expected, Clock(read.Configuration!, options));
            // A time that is given again counts, whatever it is, and so does one of a configuration that was read from no bundle.
            var given = new DateTimeOffset(2020, 1, 1, 0, 0, 0, default);
            Assert.Equal(given, Clock(read.Configuration! with { CurrentTime = given }, options));
            Assert.Equal(Factory.Noon, Clock(Factory.Least(), options));
        }

        // What was read is judged as it is, and what will be written as it will be.
        var later = Given.Clock("2050-01-01T00:00:00Z");
        Assert.Equal(Factory.Noon, new ConfigurationVerifier { Time = later }.Case(read).Clock);
        Assert.Null(new ConfigurationVerifier { Time = later, IsForSending = true }.Case(read).Clock);
        Assert.Equal(Factory.Noon.UtcDateTime, new ConfigurationVerifier { Time = later }.Case(read).Now);
        Assert.Equal(later.GetUtcNow().UtcDateTime, new ConfigurationVerifier { Time = later, IsForSending = true }.Case(read).Now);
        Assert.Equal(later.GetUtcNow().UtcDateTime,
            new ConfigurationVerifier { Time = later, Options = new ExportOptions { ChainDepth = 1 } }.Case(read).Now);

        DateTimeOffset? Clock(DeviceConfiguration configuration, ExportOptions options) =>
            Factory.Import(Factory.Bundle(read, configuration, options)).Configuration!.CurrentTime;
    }

    [Fact]
    public void Two_configurations_of_one_device_that_differ_are_an_error_of_this_device()
    {
        var own = Factory.Least() with { EndpointName = "device-1" };
        var options = new ExportOptions { Configurations = [own, Factory.Least(), own with { SerialNumber = "S2" }, own with { }] };
        var error = Assert.Throws<InputException>(() => options.ConfigurationOf("device-1"));
        Assert.Equal("ConfigurationAmbiguous", error.ErrorId);
        Assert.Contains("'device-1', found two that differ in SerialNumber", error.Message);
        Assert.Equal(Factory.Least(), options.ConfigurationOf("device-2"));
        Assert.Equal(own, new ExportOptions { Configurations = [own, own with { }] }.ConfigurationOf("device-1"));
        var all = new ExportOptions { Configurations = [own, Factory.Least(), Factory.Full()] };
        Assert.Equal(own, all.ConfigurationOf("device-1"));
        Assert.Equal("ConfigurationAmbiguous", Refused.Input(() => all.ConfigurationOf("device-2")));
        Assert.Equal("ConfigurationAmbiguous",
            Refused.Input(() => new FccBundleFormat().Write(Factory.Credential(name: "device-2"), all).ToList()));
        var secret = new ExportOptions { Configurations = [own with { Entropy = new byte[48] }, own with { Entropy = new byte[47] }] };
        Assert.DoesNotContain("0000", Assert.Throws<InputException>(() => secret.ConfigurationOf("device-1")).Message);
    }

    [Fact]
    public void A_configuration_by_name_goes_before_the_one_for_all_and_that_before_the_imported()
    {
        var imported = Factory.Import(Factory.Bundle(Factory.Credential(), Factory.Least() with { Manufacturer = "imported" }));
        var all = Factory.Least() with { Manufacturer = "all" };
        var own = Factory.Least() with { Manufacturer = "own", EndpointName = "device-1" };
        Assert.Equal("imported",
            new ExportOptions { Configurations = [own with { EndpointName = "device-2" }] }.ConfigurationOf(imported)!.Manufacturer);
        Assert.Equal("all", new ExportOptions { Configurations = [all] }.ConfigurationOf(imported)!.Manufacturer);
        Assert.Equal("own", new ExportOptions { Configurations = [own, all] }.ConfigurationOf(imported)!.Manufacturer);
    }

    [Fact]
    public void What_the_device_would_not_take_is_not_written()
    {
        var credential = Factory.Credential();
        Assert.Equal("ConfigurationMissing", Refused.Input(() => new FccBundleFormat().Write(credential, new ExportOptions()).ToList()));
        Assert.Equal("ChainTooLong", Refused.Input(() => Factory.Bundle(Factory.Credential(depth: 5), Factory.Least())));
        Assert.Equal("ConfigurationForOtherDevice",
            Refused.Input(
                () => FccBundleFormat.Compose(credential, Factory.Least() with { EndpointName = "device-2" }, new ExportOptions(),
                    Factory.Noon)));
        Assert.Equal("FirstToClaimNotAllowed",
            Refused.Input(
                () => Factory.Bundle(Factory.Credential(CredentialKind.Lwm2m),
                    Factory.Least(CredentialKind.Lwm2m) with { FirstToClaim = true, ServerUri = "coaps://a.example" })));
        Assert.Equal("AccountIdAmbiguous",
            Refused.Input(() => Factory.Bundle(Factory.Credential(CredentialKind.Lwm2m),
                Factory.Least(CredentialKind.Lwm2m) with { ServerUri = "coaps://a.example?aid=another" })));
        // A bootstrap certificate names no account that would differ.
        Factory.Bundle(credential, Factory.Least() with { ServerUri = "coaps://a.example?aid=another" });
        Assert.Equal("ServerUriWithoutAccountId",
            Refused.Input(() => Factory.Bundle(credential, Factory.Least() with { ServerUri = "coaps://a.example" })));
    }

    [Fact]
    public void A_mandatory_item_that_is_missing_is_named_unless_the_device_does_not_verify()
    {
        foreach (var field in ConfigurationField.All.Where(f => f.IsMandatory))
        {
            var configuration = field.Set(Factory.Least(), null);
            var error = Assert.Throws<InputException>(() => Factory.Bundle(Factory.Credential(), configuration));
            Assert.Equal("ConfigurationIncomplete", error.ErrorId);
            Assert.StartsWith(field.Name + ": missing", error.Message);
            if (field.Type != ConfigurationType.Certificate)
                Assert.NotEmpty(Factory.Bundle(Factory.Credential(), configuration with { SkipVerify = true }));
        }
    }

    static FccBundle Both(DeviceCredential bootstrap, DeviceCredential lwm2m)
    {
        var (a, b) = (FccBundle.Read(Given.Input(Factory.Bundle(bootstrap, Factory.Least()))),
            FccBundle.Read(Given.Input(Factory.Bundle(lwm2m, Factory.Least(CredentialKind.Lwm2m)))));
        return a with { Keys = [.. a.Keys, .. b.Keys], Certificates = [.. a.Certificates, .. b.Certificates],
            Parameters = [.. a.Parameters, .. b.Parameters.Where(p => p.Name == "mbed.LwM2MServerURI")] };
    }

    static IReadOnlyList<DeviceCredential> Import(FccBundle bundle)
    {
        using var folder = new TempFolder();
        return CredentialImporter.Read([folder.Write("device.cbor", bundle.Encode())]);
    }

    /// <summary>Whatever the bundle's mode is, each kind has its own server, and is exported and read again as it is.</summary>
    [Theory]
    [InlineData(CredentialKind.Bootstrap)]
    [InlineData(CredentialKind.Lwm2m)]
    public void Each_kind_in_a_bundle_of_both_modes_has_its_own_server(CredentialKind mode)
    {
        var both = Both(Factory.Credential(), Factory.Credential(CredentialKind.Lwm2m));
        both = both with
        {
            Parameters = [.. both.Parameters.Where(p => p.Name != "mbed.UseBootstrap"),
                new("mbed.UseBootstrap", mode == CredentialKind.Bootstrap ? 1L : 0L), new("acme.line", 7L), new("mbed.Unknown", 5L)],
            Certificates = [.. both.Certificates.Select(c =>
                c.Name == "mbed.LwM2MServerCACert" ? c with { Data = [Factory.Update.CertificateDer] } : c)],
        };
        foreach (var credential in Import(both))
        {
            var configuration = credential.Configuration!;
            Assert.Equal(Factory.Uri(credential.Kind), configuration.ServerUri);
            Assert.Equal(credential.Kind == CredentialKind.Bootstrap ? Factory.Server : Factory.Update, configuration.ServerCertificate);
            Assert.Equal(7L, configuration.CustomParameters["acme.line"]);
            Assert.Equal(5L, configuration.CustomParameters["mbed.Unknown"]);
            Assert.Equal(credential.Kind == mode, configuration.RedundantItems.Count > 0);
            var again = Factory.Import(Factory.Bundle(credential, configuration));
            Assert.Equal((credential.Kind, credential.Fingerprint), (again.Kind, again.Fingerprint));
            Assert.Equal(credential.PrivateKey, again.PrivateKey);
            Delivery.AssertSame(configuration, again.Configuration);
        }
    }

    [Fact]
    public void The_other_modes_key_without_its_certificate_is_kept_as_an_item()
    {
        var bundle = FccBundle.Read(Given.Input(Factory.Bundle(Factory.Credential(), Factory.Least())));
        var key = DeviceKey.Generate();
        var more = bundle with { Keys = [.. bundle.Keys, new("mbed.LwM2MDevicePrivateKey", true, key.ToDer())] };
        var read = Factory.Import(more.Encode());
        Assert.Equal(new[] { ("mbed.LwM2MDevicePrivateKey", key) }, read.Configuration!.CustomKeys.Select(k => (k.Name, k.Key!)));
        Assert.Equal(["mbed.LwM2MDevicePrivateKey"], read.Configuration.RedundantItems);
        Assert.Equal(more.Keys.Select(k => k.Name),
            FccBundle.Read(Given.Input(Factory.Bundle(read, read.Configuration))).Keys.Select(k => k.Name));
    }

    [Fact]
    public void The_time_0_leaves_the_clock_as_it_is_and_is_written_again()
    {
        var bundle = FccBundle.Read(Given.Input(Factory.Bundle(Factory.Credential(), Factory.Least())));
        bundle = bundle with { Parameters = [.. bundle.Parameters.Select(p => p.Name == "mbed.CurrentTime" ? p with { Value = 0L } : p)] };
        var read = Factory.Import(bundle.Encode());
        Assert.Null(read.Configuration!.CurrentTime);
        Assert.Equal(0L, TimeIn(Factory.Bundle(read, read.Configuration)));
        Assert.Equal(Factory.Noon.ToUnixTimeSeconds(), TimeIn(Factory.Bundle(read, Factory.Least())));

        static object TimeIn(byte[] content) =>
            FccBundle.Read(Given.Input(content)).Parameters.Single(p => p.Name == "mbed.CurrentTime").Value;
    }

    [Fact]
    public void A_bundle_of_both_modes_gives_both_credentials_and_says_what_is_redundant()
    {
        var (bootstrap, lwm2m) = (Factory.Credential(), Factory.Credential(CredentialKind.Lwm2m));
        var read = Import(Both(bootstrap, lwm2m));
        Assert.Equal(new[] { (CredentialKind.Bootstrap, bootstrap.Fingerprint), (CredentialKind.Lwm2m, lwm2m.Fingerprint) },
            read.Select(c => (c.Kind, c.Fingerprint)));
        Assert.Equal(new[] { "mbed.LwM2MServerCACert", "mbed.LwM2MServerURI", "mbed.LwM2MDevicePrivateKey", "mbed.LwM2MDeviceCert" },
            read[0].Configuration!.RedundantItems);
        Assert.Equal(Factory.Uri(CredentialKind.Bootstrap), read[0].Configuration!.ServerUri);
    }

    [Fact]
    public void Keys_certificates_chains_and_parameters_of_ones_own_are_kept_and_written_again()
    {
        var bundle = FccBundle.Read(Given.Input(Factory.Bundle(Factory.Credential(), Factory.Least())));
        var (key, chain) = (DeviceKey.Generate(), Factory.Credential(depth: 3).Chain.Certificates);
        var more = bundle with
        {
            SessionId = "s-1",
            IsSessionOpen = true,
            Keys = [.. bundle.Keys, new("acme.Key", true, key.ToDer()), new("acme.Key", false, key.PublicKeyInfo),
                new("acme.Damaged", false, [0x30, 0])],
            Certificates =
            [
                .. bundle.Certificates, new("acme.Cert", [Factory.Update.CertificateDer], false, "acme.Key"),
                new("acme.Chain", [.. chain.Select(c => c.CertificateDer)], true, null),
                new("acme.One", [Factory.Server.CertificateDer], true, null),
                new("mbed.UpdateAuthCert", [.. chain.Skip(1).Select(c => c.CertificateDer)], true, null),
            ],
            Parameters = [.. bundle.Parameters, new("acme.Text", ""), new("mbed.Unknown", 5L)],
        };
        var read = Factory.Import(more.Encode());
        var configuration = read.Configuration!;
        Assert.Equal(new[] { ("acme.Key", true), ("acme.Key", false), ("acme.Damaged", false) },
            configuration.CustomKeys.Select(k => (k.Name, k.IsPrivate)));
        Assert.Equal(new[] { key, new DeviceKey(null, key.Point), null }, configuration.CustomKeys.Select(k => k.Key));
        Assert.Equal(new[] { "acme.Cert", "acme.Chain", "acme.One", "mbed.UpdateAuthCert" },
            configuration.CustomCertificates.Select(c => c.Name));
        Assert.Equal(("acme.Key", false, true),
            (configuration.CustomCertificates[0].PrivateKeyName, configuration.CustomCertificates[0].IsChain,
                configuration.CustomCertificates[2].IsChain));
        Assert.Equal((true, "s-1"), (configuration.KeepSession, configuration.SessionId));
        Assert.Equal(more.Encode().Length, Factory.Bundle(read, configuration).Length);
        Assert.Equal(configuration, Factory.Import(Factory.Bundle(read, configuration)).Configuration);
        Assert.All(configuration.CustomKeys, k => Secrets.AssertAbsent(key, k.ToString()));
    }

    [Fact]
    public void A_bundle_is_judged_as_it_is_and_not_as_it_would_be_exported()
    {
        var bundle = FccBundle.Read(Given.Input(Factory.Bundle(Factory.Credential(), Factory.Full())));
        var bare = bundle with { Keys = [],
            Parameters = [
                .. bundle.Parameters.Where(p => p.Name is not ("mbed.CurrentTime" or "mbed.EndpointName" or "mbed.UseBootstrap"))] };
        var read = Factory.Import(bare.Encode());
        var report = new ConfigurationVerifier().Test(read);
        Assert.Equal(new[] { "UseBootstrap", "EndpointNameItem", "PrivateKey" }, report.Failed.Select(c => c.Id));
        Assert.All(report.Failed, c => Assert.Contains("The device answers 25 ITEM_NOT_EXIST.", c.Message));
        Assert.Contains(report.Warnings, c => c.Id == "CurrentTime");
        // Another configuration is judged as it would be exported.
        Assert.True(
            new ConfigurationVerifier { Options = new ExportOptions { Configurations = [Factory.Full()] },
                At = Factory.Noon.UtcDateTime }.Test(read).Passed);
    }

    const string Script = """
        import cbor2, json, sys
        print(json.dumps(cbor2.load(open(sys.argv[1], 'rb')), default=lambda b: b.hex()))
        """;
}
