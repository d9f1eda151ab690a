namespace DeviceCreds.Tests;

public class ConfigurationTests
{
    static DeviceConfiguration With(string field, object? value) => ConfigurationField.Find(field)!.Set(Factory.Full(), value);

    static Dictionary<string, object> Custom(string name, object value) => new() { [name] = value };

    public static TheoryData<string, object?, string> Bad => new()
    {
        { "EndpointName", "", "ConfigurationValueInvalid" },
        { "EndpointName", " x", "ConfigurationValueInvalid" },
        { "EndpointName", new string('x', 65), "ConfigurationValueInvalid" },
        { "ServerUri", "http://a.example?aid=1", "ConfigurationValueInvalid" },
        { "ServerUri", "COAPS://a.example?aid=1", "ConfigurationValueInvalid" },
        { "ServerUri", "coaps://", "ConfigurationValueInvalid" },
        { "ServerUri", "coaps://a.example?aid=", "ServerUriWithoutAccountId" },
        { "ServerUri", "coaps://a.example?aid=1&x=2", "ServerUriAccountIdNotLast" },
        { "AccountId", "another", "AccountIdAmbiguous" },
        { "Manufacturer", "", "ConfigurationValueInvalid" },
        { "Manufacturer", "a\0b", "ConfigurationValueInvalid" },
        { "Timezone", "\0", "ConfigurationValueInvalid" },
        { "MemoryTotalKB", -1L, "ConfigurationValueInvalid" },
        { "MemoryTotalKB", 4294967296L, "ConfigurationValueInvalid" },
        { "CurrentTime", DateTimeOffset.FromUnixTimeSeconds(1483264799), "ConfigurationValueInvalid" },
        { "UtcOffset", "+14:01", "ConfigurationValueInvalid" },
        { "UtcOffset", "-12:01", "ConfigurationValueInvalid" },
        { "UtcOffset", "+02:60", "ConfigurationValueInvalid" },
        { "UtcOffset", "02:00", "ConfigurationValueInvalid" },
        { "UtcOffset", "+2:00", "ConfigurationValueInvalid" },
        { "UtcOffset", "+02:00\n", "ConfigurationValueInvalid" },
        { "UtcOffset", "+٠٢:٠٠", "ConfigurationValueInvalid" },
        { "ClassId", new byte[15], "ConfigurationValueInvalid" },
        { "VendorId", new byte[17], "ConfigurationValueInvalid" },
        { "Entropy", new byte[47], "ConfigurationValueInvalid" },
        { "RootOfTrust", new byte[0], "ConfigurationValueInvalid" },
        { "SessionId", "", "ConfigurationValueInvalid" },
        { "ShortServerId", 0L, "ConfigurationValueInvalid" },
        { "ShortServerId", 65535L, "ConfigurationValueInvalid" },
        { "Lifetime", 0L, "ConfigurationValueInvalid" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_is_not_possible_is_refused_by_its_name(string field, object? value, string id)
    {
        var error = Assert.Throws<InputException>(() => With(field, value).Validated());
        Assert.Equal(id, error.ErrorId);
        Assert.StartsWith(field + ": ", error.Message);
    }

    // Not in the table above: the test runner cannot hand half a character on.
    [Fact]
    public void Half_a_character_is_refused() =>
    Assert.Equal("ConfigurationValueInvalid", Refused.Input(() => With("Manufacturer", "a\ud800").Validated()));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("m")]
    [InlineData("mbed")]
    [InlineData("mbed.")]
    [InlineData("mbed.CurrentTime")]
    [InlineData("mbed.Manufacturer")]
    [InlineData("mbed.Own")]
    public void A_name_of_a_custom_parameter_that_the_device_would_mistake_is_refused(string name)
    {
        Assert.Equal("ConfigurationValueInvalid", Refused.Input(() => With("CustomParameter", Custom(name, "x")).Validated()));
        Assert.Equal("ConfigurationValueInvalid",
            Refused.Input(() => With("CustomParameter", Custom(new string('a', 101), "x")).Validated()));
    }

    [Fact]
    public void Values_of_custom_parameters_are_texts_integers_and_bytes()
    {
        foreach (var value in new object[] { "x", "", 1L, new byte[0] }) With("CustomParameter", Custom("acme.a", value)).Validated();
        foreach (var value in new object[] { "a\0", 1.5, true, 1, 'x' })
            Assert.Equal("ConfigurationValueInvalid", Refused.Input(() => With("CustomParameter", Custom("acme.a", value)).Validated()));
    }

    [Fact]
    public void The_bounds_themselves_are_possible()
    {
        foreach (var offset in new[] { "+14:00", "-12:00", "+00:00", "-00:00", "+05:45" }) With("UtcOffset", offset).Validated();
        foreach (var memory in new[] { 0L, 4294967295L }) With("MemoryTotalKB", memory).Validated();
        With("CurrentTime", DateTimeOffset.FromUnixTimeSeconds(1483264800)).Validated();
        With("CustomParameter", Custom(new string('a', 100), "x")).Validated();
        With("ServerUri", "coap://[2001:db8::1]:5683/x?a=1&aid=2").Validated();
        (Factory.Full() with { FirstToClaim = true, ServerUri = "coaps://a.example:5684" }).Validated();
        (Factory.Full() with { AccountId = Given.AccountId }).Validated();
        new DeviceConfiguration().Validated();
        // Other services than Pelion's have no account in their URI.
        new DeviceConfiguration { ServerUri = "coaps://leshan.example:5684" }.Validated();
    }

    [Fact]
    public void First_to_claim_with_an_account_is_a_contradiction() =>
        Assert.Equal("ServerUriAccountIdNotAllowed", Refused.Input(() => (Factory.Full() with { FirstToClaim = true }).Validated()));

    [Fact]
    public void A_session_that_continues_cannot_close_the_factory_flow()
    {
        (Factory.Full() with { KeepSession = true }).Validated();
        (Factory.Full() with { Disable = true }).Validated();
        Assert.Equal("DisableNotAllowed", Refused.Input(() => (Factory.Full() with { KeepSession = true, Disable = true }).Validated()));
        Assert.Equal("DisableNotAllowed", Refused.Input(() => new DeviceConfiguration { KeepSession = true, Disable = true }.Validated()));
    }

    [Theory]
    [InlineData("2030-01-31T12:00:00Z", "2030-01-31T12:00:00Z")]
    [InlineData("2030-01-31T12:00:00.5+02:00", "2030-01-31T10:00:00Z")]
    [InlineData("2030-01-31 12:00:00Z", "2030-01-31T12:00:00Z")]
    [InlineData("2030-01-31 12:00Z", "2030-01-31T12:00:00Z")]
    [InlineData("1896091200", "2030-01-31T12:00:00Z")]
    [InlineData("2030-01-31", "2030-01-31T00:00:00")]
    [InlineData("2030-01-31 12:00", "2030-01-31T12:00:00")]
    public void A_time_of_a_list_is_read_in_one_form_only(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            ConfigurationBuilder.Convert("CurrentTime", text));

    [Theory]
    [InlineData("01.02.2030 08:00")]
    [InlineData("01/02/2030")]
    [InlineData("2030/01/31")]
    [InlineData("31 Jan 2030")]
    [InlineData("1.5")]
    [InlineData("12:30")]
    [InlineData("Monday")]
    public void A_time_whose_day_would_be_a_guess_is_refused_with_the_forms(string text)
    {
        var error = Assert.Throws<InputException>(() => ConfigurationBuilder.Convert("CurrentTime", text));
        Assert.Equal("ConfigurationWrongType", error.ErrorId);
        Assert.Contains("2030-01-31T12:00:00Z or 2030-01-31 12:00, a date such as 2030-01-31, or seconds since 1970", error.Message);
    }

    [Fact]
    public void Of_two_configurations_every_value_of_the_second_counts_and_no_other()
    {
        var above = new DeviceConfiguration { StoreNotifications = false, CipherSuites = [1] };
        Assert.False(ConfigurationField.Overlay(Factory.Full() with { StoreNotifications = true }, above).StoreNotifications);
        Assert.Equal(Factory.Full() with { StoreNotifications = false, CipherSuites = [1] },
            ConfigurationField.Overlay(Factory.Full(), above));
        Assert.Equal(Factory.Full(), ConfigurationField.Overlay(Factory.Full(), new DeviceConfiguration()));
    }

    [Fact]
    public void Configurations_are_equal_when_all_that_they_say_is()
    {
        Assert.Equal(Factory.Full(), Factory.Full());
        Assert.Equal(Factory.Full().GetHashCode(), Factory.Full().GetHashCode());
        Assert.All(ConfigurationField.All.Where(f => !f.IsCustom && f.Get(Factory.Full()) is not (false or null)),
            f => Assert.NotEqual(Factory.Full(), f.Set(Factory.Full(), null)));
        Assert.NotEqual(Factory.Full(), Factory.Full() with { CustomParameters = Custom("a", 1L) });
        Assert.Equal(Factory.Full() with { CustomParameters = Custom("a", new byte[] { 1 }) },
            Factory.Full() with { CustomParameters = Custom("a", new byte[] { 1 }) });
    }

    [Fact]
    public void Every_property_is_a_field_of_the_table()
    {
        // A secret is no public property, which ConvertTo-Json would show: only whether it is given is one.
        var properties = typeof(DeviceConfiguration).GetProperties().Select(p => p.Name).Where(n => n != "EqualityContract")
            .Select(n => n is "HasEntropy" or "HasRootOfTrust" ? n.Substring(3) : n);
        Assert.Equal(properties.Order(StringComparer.Ordinal),
            ConfigurationField.All.Select(f => f.IsCustom || f.Name == "CipherSuite" ? f.Name + "s" : f.Name)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_copy_keeps_what_no_field_says()
    {
        var builder = new ConfigurationBuilder();
        builder.Load(Factory.Full() with { CurrentTime = null, KeepsClock = true, RedundantItems = ["mbed.ServerUri"] });
        var copy = builder.Copy();
        Assert.Equal((true, "mbed.ServerUri"), (copy.Build().KeepsClock, Assert.Single(copy.Build().RedundantItems)));
        copy.Set(nameof(DeviceConfiguration.CurrentTime), "2030-01-01T00:00:00Z");
        Assert.False(copy.Build().KeepsClock);
    }

    [Fact]
    public void Custom_certificates_and_keys_are_read_from_objects_files_and_PEM()
    {
        using var folder = new TempFolder();
        var (key, chain) = (DeviceKey.Generate(), Factory.Credential(depth: 3).Chain.Certificates);
        var chainFile = folder.Write("chain.pem", string.Concat(chain.Select(c => c.CertificatePem + "\n")));
        var builder = new ConfigurationBuilder();
        builder.Load([new("CustomCertificates", new List<ConfigurationEntry> { new("acme.chain", "chain.pem", 2) }, 1)],
            folder.File("base.psd1"));
        builder.Set("CustomCertificate",
            new Dictionary<string, object> { ["acme.ca"] = Factory.Server, ["acme.list"] = new object[] { chain[0], chain[1] } });
        builder.Set("CustomKey",
            new Dictionary<string, object> { ["acme.key"] = key, ["acme.file"] = folder.Write("key.pem", key.ToPem()),
                ["acme.trust"] = key.PublicKeyPem, ["acme.der"] = folder.Write("key.der", key.PublicKeyInfo) });
        var configuration = builder.Build();
        Assert.Equal(new[] { ("acme.chain", 4), ("acme.ca", 1), ("acme.list", 2) },
            configuration.CustomCertificates.Select(c => (c.Name, c.Certificates.Count)));
        Assert.Equal(new[] { ("acme.der", false), ("acme.file", true), ("acme.key", true), ("acme.trust", false) },
            configuration.CustomKeys.Select(k => (k.Name, k.IsPrivate)).Order());
        Assert.All(configuration.CustomKeys, k => Assert.Equal(key.Fingerprint, k.Key!.Fingerprint));
        Assert.Equal(chainFile, folder.File("chain.pem"));
        // The later one of a name wins.
        builder.Set("CustomKey", new Dictionary<string, object> { ["acme.key"] = DeviceKey.Generate() });
        Assert.NotEqual(key, builder.Build().CustomKeys.Single(k => k.Name == "acme.key").Key);
        Assert.Equal("ConfigurationValueInvalid",
            Refused.Input(
                () => ConfigurationBuilder.Convert("CustomCertificate",
                    new Dictionary<string, object> { ["acme.six"] = Enumerable.Repeat<object>(Factory.Server, 6).ToArray() })));
        Assert.Equal("ConfigurationValueInvalid",
            Refused.Input(() => ConfigurationBuilder.Convert("CustomKey", new Dictionary<string, object> { ["mbed.key"] = key })));
    }

    [Fact]
    public void A_certificate_that_the_client_cannot_read_is_warned_of()
    {
        var bad = new Scene().Root.With(DraftExtension.NameConstraints, true, Tlv.Sequence()).Certificate();
        Assert.Empty(Factory.Full().FindWarnings());
        foreach (var configuration in new[] { Factory.Full() with { ServerCertificate = bad },
            Factory.Full() with { UpdateCertificate = bad },
            Factory.Full() with { CustomCertificates = [new("acme.ca", [Factory.Server, bad])] } })
            Assert.Contains("nameConstraints is critical and is not supported. It answers 18 KCM_CRYPTO_ERROR.",
                Assert.Single(configuration.FindWarnings()));
    }

    [Fact]
    public void Secrets_are_neither_in_its_text_nor_in_an_error()
    {
        var secret = new string('7', 94);
        var error = Assert.Throws<InputException>(() => new ConfigurationBuilder().Load(Given.Input($"Entropy: {secret}x")));
        Assert.DoesNotContain("77777777", error.Message);
        Assert.Equal("Configuration of device-1", (Factory.Full() with { EndpointName = "device-1", Entropy = new byte[48] }).ToString());
    }

    [Fact]
    public void A_guid_is_taken_as_it_is_written()
    {
        var text = "00112233-4455-6677-8899-aabbccddeeff";
        var expected = Convert.FromHexString(text.Replace("-", ""));
        foreach (var value in new object[] { text, "{" + text.ToUpperInvariant() + "}", new Guid(text), expected,
            expected.Select(b => (object)(int)b).ToArray(), text.Replace("-", "") })
            Assert.Equal(expected, ConfigurationBuilder.Convert("ClassId", value));
    }
}
