using CsCheck;

namespace DeviceCreds.Tests;

public class ConfigurationFileTests
{
    const string Json = """
        {
          // what all devices share
          "ServerUri": "coaps://a.example:5684?aid=0123",
          "ServerCertificate": "ca/server.pem",
          "Manufacturer": "Acme",
          "MemoryTotalKB": 512,
          "SkipVerify": true,
          "CurrentTime": "2030-01-31T14:00:00+02:00",
          "ClassId": "00010203-0405-0607-0809-0a0b0c0d0e0f",
          "CustomParameters": { "acme.text": "007", "acme.number": -7, "acme.list": [0, 255], "acme.hex": { "Hex": "00ff" } },
        }
        """;

    const string Yaml = """
        # what all devices share
        ServerUri: coaps://a.example:5684?aid=0123
        ServerCertificate: ca/server.pem
        Manufacturer: Acme
        MemoryTotalKB: 512
        SkipVerify: true
        CurrentTime: 2030-01-31T14:00:00+02:00
        ClassId: 00010203-0405-0607-0809-0a0b0c0d0e0f
        CustomParameter:
          acme.text: 007
          acme.number: -7
          acme.list: [0, 255]
          acme.hex: { Hex: 00ff }
        """;

    static DeviceConfiguration Read(string text, string? path = null)
    {
        var builder = new ConfigurationBuilder();
        builder.Load(new InputFile(System.Text.Encoding.UTF8.GetBytes(text), path));
        return builder.Build();
    }

    static readonly DeviceConfiguration Expected = new()
    {
        ServerUri = "coaps://a.example:5684?aid=0123", ServerCertificate = Factory.Server, Manufacturer = "Acme",
        MemoryTotalKB = 512, SkipVerify = true, CurrentTime = Factory.Noon,
        ClassId = [.. Enumerable.Range(0, 16).Select(i => (byte)i)],
        CustomParameters = new Dictionary<string, object> { ["acme.text"] = "007", ["acme.number"] = -7L,
            ["acme.list"] = new byte[] { 0, 255 }, ["acme.hex"] = new byte[] { 0, 255 } },
    };

    public static TheoryData<string, int> Encodings => new()
    {
        { "utf-8", 0 }, { "utf-16", 0 }, { "utf-16BE", 0 }, { "utf-32", 0 }, { "iso-8859-1", 3 },
    };

    /// <summary>What is no text must not reach a device as U+FFFD.</summary>
    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_file_is_text_in_Unicode_or_an_error_with_its_line(string name, int badLine)
    {
        var encoding = System.Text.Encoding.GetEncoding(name);
        var json = "{\n\"ModelNumber\": \"M\",\n\"Manufacturer\": \"Müller\"\n}";
        foreach (var text in new[] { json, "#\nModelNumber: M\nManufacturer: Müller\n" })
        {
            foreach (var lineEnd in new[] { "\n", "\r\n" })
            {
                var bytes = encoding.GetPreamble().Concat(encoding.GetBytes(text.Replace("\n", lineEnd))).ToArray();
                var builder = new ConfigurationBuilder();
                var file = new InputFile(bytes, "base.txt");
                if (badLine == 0)
                {
                    builder.Load(file);
                    Assert.Equal("Müller", builder.Build().Manufacturer);
                    continue;
                }

                var error = Assert.Throws<InputException>(() => builder.Load(file));
                Assert.Equal(("ConfigurationMalformed", badLine), (error.ErrorId, error.Line));
            }
        }
    }

    [Theory]
    [InlineData(Json)]
    [InlineData(Yaml)]
    public void Json_and_yaml_say_the_same(string text)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("ca"));
        folder.Write("ca/server.pem", Factory.Server.CertificatePem);
        Assert.Equal(Expected, Read(text, folder.File("base")));
        Assert.Equal(Expected, Read("\ufeff" + text.ReplaceLineEndings("\r\n"), folder.File("base")));
    }

    [Theory]
    [InlineData("{ \"ServerCertificate\": PEM }")]
    [InlineData("ServerCertificate: PEM")]
    [InlineData("ServerCertificate: |\n  INDENTED\n")]
    public void A_certificate_may_stand_in_the_file(string text)
    {
        var pem = Factory.Server.CertificatePem;
        Assert.Equal(Factory.Server,
            Read(text.Replace("PEM", System.Text.Json.JsonSerializer.Serialize(pem)).Replace("INDENTED",
                pem.Replace("\n", "\n  "))).ServerCertificate);
    }

    [Fact]
    public void What_a_yaml_file_leaves_without_quotes_is_what_the_field_is()
    {
        var read =
            Read("SerialNumber: 0012\nModelNumber: 1.10\nDeviceType: true\nHardwareVersion: null\nLifetime: 86400\nFirstToClaim: False\n");
        Assert.Equal(("0012", "1.10", "true", null, 86400L, false),
            (read.SerialNumber, read.ModelNumber, read.DeviceType, read.HardwareVersion, read.Lifetime!.Value, read.FirstToClaim));
    }

    [Theory]
    [InlineData("{ \"Manufacturer\": \"a\",\n \"ServerUrl\": \"x\" }", "ConfigurationUnknownField", 2, "Do you mean ServerUri?")]
    [InlineData("Manufacturer: a\n\nmanufaktura: b", "ConfigurationUnknownField", 3, "Do you mean Manufacturer?")]
    [InlineData("xyz: b", "ConfigurationUnknownField", 1, "Fields: EndpointName,")]
    [InlineData("{ \"Manufacturer\": \"a\",\n \"manufacturer\": \"b\" }", "ConfigurationDuplicateField", 2, "Manufacturer")]
    [InlineData("Manufacturer: a\nManufacturer: b", "ConfigurationDuplicateField", 2, "Manufacturer")]
    [InlineData("{\n\"SerialNumber\": 12 }", "ConfigurationWrongType", 2,
        "SerialNumber: expected a text in quotes, found a number")]
    [InlineData("{ \"MemoryTotalKB\": \"512\" }", "ConfigurationWrongType", 1, "MemoryTotalKB")]
    [InlineData("{ \"MemoryTotalKB\": 1.5 }", "ConfigurationWrongType", 1, "MemoryTotalKB")]
    [InlineData("{ \"MemoryTotalKB\": 99999999999999999999 }", "ConfigurationWrongType", 1, "MemoryTotalKB")]
    [InlineData("MemoryTotalKB: lots", "ConfigurationWrongType", 1, "'lots'")]
    [InlineData("{ \"SkipVerify\": 1 }", "ConfigurationWrongType", 1, "SkipVerify")]
    [InlineData("SkipVerify: yes", "ConfigurationWrongType", 1, "SkipVerify")]
    [InlineData("Manufacturer: [a]", "ConfigurationWrongType", 1, "Manufacturer: expected a text, found a list")]
    [InlineData("Manufacturer: {a: b}", "ConfigurationWrongType", 1, "Manufacturer: expected a text, found names with values")]
    [InlineData("ClassId: 0001", "ConfigurationValueInvalid", 1, "ClassId: expected 16 bytes, found 2")]
    [InlineData("ClassId: xyz", "ConfigurationWrongType", 1, "ClassId")]
    [InlineData("CurrentTime: tomorrow", "ConfigurationWrongType", 1, "CurrentTime")]
    [InlineData("CurrentTime: 1000", "ConfigurationValueInvalid", 1, "CurrentTime")]
    [InlineData("ServerCertificate: nowhere.pem", "FileNotFound", 1, "ServerCertificate")]
    [InlineData("ServerCertificate: '-----BEGIN CERTIFICATE-----'", "PemTruncated", 1, "ServerCertificate")]
    [InlineData("CustomParameter: 5", "ConfigurationWrongType", 1, "CustomParameter")]
    [InlineData("CustomParameter:\n  acme.a: true", "ConfigurationWrongType", 2, "acme.a")]
    [InlineData("{ \"CustomParameter\": {\n \"acme.a\": 1.5 } }", "ConfigurationWrongType", 2, "acme.a")]
    [InlineData("CustomParameter:\n  acme.a: [1, 256]", "ConfigurationWrongType", 2, "acme.a")]
    [InlineData("CustomParameter:\n  acme.a: {Hex: 0}", "ConfigurationWrongType", 2, "acme.a")]
    [InlineData("CustomParameter:\n  a b: x", "ConfigurationValueInvalid", 2, "'a b'")]
    [InlineData("CustomParameter:\n  mbed: x", "ConfigurationValueInvalid", 2, "mbed.CurrentTime")]
    [InlineData("CustomParameter:\n  mbed.Manufacturer: x", "ConfigurationValueInvalid", 2, "mbed.")]
    [InlineData("CustomParameter:\n  a.b: x\n  a.b: y", "ConfigurationDuplicateField", 3, "a.b")]
    [InlineData("Manufacturer: a\nFirstToClaim: true\nServerUri: coaps://a.example?aid=1", "ServerUriAccountIdNotAllowed", 3, "ServerUri")]
    [InlineData("{ \"Manufacturer\": \"a\"", "ConfigurationMalformed", 1, "JSON")]
    [InlineData("{ \"Manufacturer\": }", "ConfigurationMalformed", 1, "JSON")]
    [InlineData("{ } x", "ConfigurationMalformed", 1, "JSON")]
    [InlineData("Manufacturer: 'a", "ConfigurationMalformed", null, "YAML")]
    [InlineData("a: b: c", "ConfigurationMalformed", 1, "YAML")]
    [InlineData("just a text", "ConfigurationMalformed", 1, "expected JSON, or YAML")]
    [InlineData("- a\n- b", "ConfigurationMalformed", 1, "expected JSON, or YAML")]
    [InlineData("Manufacturer: &x a\nModelNumber: *x", "ConfigurationMalformed", 1, "anchors")]
    [InlineData("Manufacturer: !!str a", "ConfigurationMalformed", 1, "tags")]
    [InlineData("Manufacturer: a\n---\nManufacturer: b", "ConfigurationMalformed", 2, "second document")]
    [InlineData("[a]: b", "ConfigurationMalformed", 1, "")]
    public void What_is_wrong_is_named_with_its_line(string text, string id, int? line, string says)
    {
        using var folder = new TempFolder();
        var error = Assert.Throws<InputException>(() => Read(text, folder.File("base.txt")));
        Assert.Equal(id, error.ErrorId);
        Assert.StartsWith(folder.File("base.txt"), error.Message);
        Assert.Contains(says, error.Message);
        if (line is not null) Assert.Equal(line, error.Line);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("{a: ", "}")]
    public void Depth_costs_nothing(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 50_000)) + "1" + string.Concat(Enumerable.Repeat(close, 50_000));
        foreach (var whole in new[] { text, $"{{\"CustomParameter\": {text}}}", $"CustomParameter: {text}" })
            Assert.Equal("ConfigurationMalformed", Refused.Input(() => Read(whole)));
    }

    [Fact]
    public void A_file_of_more_than_half_a_megabyte_is_refused_unread() =>
    Assert.Equal("ConfigurationTooLarge", Refused.Input(() => Read(new string(' ', 512 * 1024 + 1))));

    [Fact]
    public void Whatever_the_text_it_is_read_or_refused() =>
        (from text in Gen.OneOf(Json, Yaml) from damage in Damage.Any select damage(System.Text.Encoding.UTF8.GetBytes(text))).Sample(
            bytes =>
            {
                if (bytes.Length == 0) return;
                try
                {
                    new ConfigurationBuilder().Load(new InputFile(bytes));
                }
                catch (DeviceCredsException e)
                {
                    Assert.DoesNotContain(e.Message, char.IsControl);
                }
            }, time: 3);

    [Theory]
    [InlineData("CustomParameter")]
    [InlineData("CustomCertificate")]
    [InlineData("CustomKey")]
    public void A_named_item_with_nothing_in_it_is_refused(string field)
    {
        foreach (var text in new[] { $"{{\n\"{field}\": {{\n\"acme.region\": null}}}}", $"{field}:\n\n  acme.region:\n" })
        {
            var error = Assert.Throws<InputException>(() => Read(text, "base"));
            Assert.Equal(("ConfigurationWrongType", 3), (error.ErrorId, error.Line));
            Assert.Contains($"{field}: acme.region: expected a value, found nothing.", error.Problem);
        }

        Assert.Equal("ConfigurationWrongType", Refused.Input(() =>
            new ConfigurationBuilder().Set(field, new System.Collections.Hashtable { ["acme.region"] = null })));
    }

    [Fact]
    public void What_comes_later_wins_and_nothing_is_no_value()
    {
        var builder = new ConfigurationBuilder();
        builder.Load(Given.Input("Manufacturer: Acme\nSerialNumber: '1'\nCustomParameter:\n  acme.a: 1\n  acme.b: 2"));
        var row = builder.Copy();
        row.Set("SerialNumber", "2");
        row.Set("Manufacturer", "");
        row.Set("ModelNumber", null);
        row.Set("MemoryTotalKB", "64");
        row.Set("FirstToClaim", "TRUE");
        row.Set("CustomParameter", new System.Collections.Hashtable { ["acme.b"] = "x" });
        var configuration = row.Build();
        Assert.Equal(("Acme", "2", null, 64L, true),
            (configuration.Manufacturer, configuration.SerialNumber, configuration.ModelNumber,
                configuration.MemoryTotalKB!.Value, configuration.FirstToClaim));
        Assert.Equal(new Dictionary<string, object> { ["acme.a"] = 1L, ["acme.b"] = "x" }, configuration.CustomParameters);
        Assert.Equal("1", builder.Build().SerialNumber);
    }
}
