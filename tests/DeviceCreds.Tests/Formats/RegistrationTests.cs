using System.Text;
using System.Text.Json;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What services are told of devices: the texts that they document, no key in any, and the certificates read back.</summary>
public class RegistrationTests
{
    static readonly DeviceCredential Credential = Delivery.Issue(CredentialKind.Lwm2m, "dev-1", Delivery.Lower);

    static string Pem => JsonSerializer.Serialize(Credential.CertificatePem + "\n").Replace("\\u002B", "+");

    static string Only(string folder) => File.ReadAllText(Assert.Single(Directory.GetFiles(folder, "*", SearchOption.AllDirectories)));

    static string Export(string format, DeviceConfiguration? configuration = null, params string[] names)
    {
        using var folder = new TempFolder();
        using (var export = new CredentialExport(folder.Path, [format], Delivery.Options(configuration), replace: false))
        {
            foreach (var credential in names.Length == 0 ? [Credential] : names.Select(n => Delivery.Issue(CredentialKind.Lwm2m, n)))
                export.Write(credential);
            export.Complete();
        }

        return Only(folder.Path);
    }

    [Fact]
    public void Leshan_is_given_the_list_that_its_security_store_gives() =>
        Assert.Equal(
            "[\n{\"endpoint\":\"dev-1\",\"tls\":{\"mode\":\"x509\"}},\n{\"endpoint\":\"dév \\\"2\\\" "
                + "</&\",\"tls\":{\"mode\":\"x509\"}}\n]\n", Export("Leshan", null, "dev-1", "dév \"2\" </&"));

    [Theory]
    [InlineData("dev-1", false)]
    [InlineData("dév 2", false)]
    [InlineData("dev=1", true)]
    [InlineData("a;b", true)]
    public void A_warning_names_the_device_that_Leshan_will_refuse(string name, bool warns)
    {
        using var folder = new TempFolder();
        var warnings = new List<string>();
        using var export = new CredentialExport(folder.Path, ["Leshan"], new ExportOptions { Warn = warnings.Add }, replace: false);
        export.Write(Delivery.Issue(CredentialKind.Lwm2m, name));
        Assert.Equal(warns ? 1 : 0, warnings.Count);
        Assert.All(warnings, w => Assert.Contains($"'{name}'", w, StringComparison.Ordinal));
    }

    [Fact]
    public void AWS_IoT_is_given_a_line_a_device()
    {
        var authority = JsonSerializer.Serialize(Credential.Chain.Certificates[1].CertificatePem + "\n").Replace("\\u002B", "+");
        Assert.Equal($"{{\"ThingName\":\"dev-1\",\"CertificatePem\":{Pem},\"CACertificatePem\":{authority}}}\n", Export("AwsIot"));
        Assert.Equal(3, Export("AwsIot", null, "a", "b:c", "d_e").TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public void Azure_IoT_Hub_is_given_an_identity_a_line() => Assert.Equal(
        string.Concat(new[] { "dev-1", "DEV-1", "a.b:c@d" }.Select(name => $"{{\"id\":\"{name}\",\"status\":\"enabled\","
            + "\"authentication\":{\"type\":\"certificateAuthority\"},\"importMode\":\"create\"}\n")),
        Export("AzureIotHub", null, "dev-1", "DEV-1", "a.b:c@d"));

    [Fact]
    public void NRF_Cloud_is_given_a_row_that_CSV_readers_take()
    {
        using var folder = new TempFolder();
        folder.Write("onboard.csv", Export("NrfCloud") + Export("NrfCloud"));
        Assert.Equal("2 5 dev-1 True", Tool.Bash(folder.Path, """
            /usr/bin/python3 -c '
            import csv
            rows = list(csv.reader(open("onboard.csv", newline="")))
            pem = rows[1][4]
            print(len(rows), len(rows[1]), rows[1][0], pem.startswith("-----BEGIN CERT") and pem.endswith("-----END CERTIFICATE-----\n"))'
            """).Trim());
    }

    [Fact]
    public void Azure_is_given_an_enrolment_a_device() =>
        Assert.Equal(
            "{\"registrationId\":\"dev-1\",\"attestation\":{\"type\":\"x509\",\"x509\":{\"clientCertificates\":"
                + $"{{\"primary\":{{\"certificate\":{Pem}}}}}}}}},\"provisioningStatus\":\"enabled\"}}\n",
            Export("AzureDps"));

    [Fact]
    public void ThingsBoard_is_given_a_device_with_its_credentials()
    {
        using var document = JsonDocument.Parse(Export("ThingsBoard", new DeviceConfiguration { DeviceType = "LwM2M \"x\"" }));
        Assert.Equal("{\"name\":\"dev-1\",\"type\":\"LwM2M \\\"x\\\"\"}", document.RootElement.GetProperty("device").GetRawText());
        var credentials = document.RootElement.GetProperty("credentials");
        Assert.Equal("LWM2M_CREDENTIALS", credentials.GetProperty("credentialsType").GetString());
        var certificate = Convert.ToBase64String(Credential.CertificateDer);
        Assert.Equal(
            $"{{\"client\":{{\"endpoint\":\"dev-1\",\"securityConfigClientMode\":\"X509\",\"cert\":\"{certificate}\"}},"
                + "\"bootstrap\":{\"bootstrapServer\":{\"securityMode\":\"NO_SEC\"},\"lwm2mServer\":{\"securityMode\":\"NO_SEC\"}}}",
            credentials.GetProperty("credentialsValue").GetString());
    }

    [Fact]
    public void Cumulocity_is_given_a_row_a_device() =>
        Assert.Equal(""""
            endpoint id;securityMode;bootstrapSecurityMode;lwm2m server uri
            dev-1;X509;X509;coaps://lwm2m.example.com:5784
            "a;b, ""c""";X509;X509;coaps://lwm2m.example.com:5784
            +491701234567;X509;X509;coaps://lwm2m.example.com:5784
            -rf;X509;X509;coaps://lwm2m.example.com:5784

            """".ReplaceLineEndings("\r\n"),
            Export("Cumulocity", new DeviceConfiguration { ServerUri = "coaps://lwm2m.example.com:5784" }, "dev-1", "a;b, \"c\"",
                "+491701234567", "-rf"));

    [Theory]
    [InlineData("Cumulocity", "=1+1")]
    [InlineData("Cumulocity", "@SUM(A1)")]
    [InlineData("Cumulocity", "+1+cmd|' /C calc'!A0")]
    [InlineData("Cumulocity", "-(1)")]
    [InlineData("AzureIotHub", "a b")]
    [InlineData("AzureIotHub", "dév")]
    [InlineData("NrfCloud", "a.b")]
    [InlineData("NrfCloud", "a,b")]
    [InlineData("Cumulocity", "＝1+1")]
    [InlineData("Cumulocity", "－2+3")]
    [InlineData("AwsIot", "a b")]
    [InlineData("AwsIot", "a.b")]
    [InlineData("AwsIot", "dév")]
    [InlineData("AzureDps", "-a")]
    [InlineData("AzureDps", "a.")]
    [InlineData("AzureDps", "a/../b")]
    public void A_name_that_a_service_cannot_take_is_refused(string format, string name) =>
        Assert.Equal("EndpointNameNotPossible", Refused.Input(() => Export(format, Delivery.Configuration(CredentialKind.Lwm2m), name)));

    [Theory]
    [InlineData("AzureDps", "dev-1.", "it must end with a letter, a digit or '-', found '.'")]
    [InlineData("AzureDps", "_dev", "it must begin with a letter or a digit, found '_'")]
    [InlineData("AzureDps", "dev 1", "found ' ' at position 4")]
    [InlineData("AwsIot", "dev.1", "found '.' at position 4")]
    [InlineData("AwsIot", "dév", "found 'é' (U+00E9) at position 2")]
    public void The_rule_that_a_name_breaks_is_the_one_that_is_said(string format, string name, string rule)
    {
        var error = Assert.Throws<InputException>(() => Export(format, Delivery.Configuration(CredentialKind.Lwm2m), name));
        Assert.Contains(rule, error.Message);
    }

    [Fact]
    public void Cumulocity_must_know_the_server()
    {
        Assert.Equal("ConfigurationMissing", Refused.Input(() => Export("Cumulocity")));
        Assert.Equal("ServerUriScheme",
            Refused.Input(() => Export("Cumulocity", new DeviceConfiguration { ServerUri = "coap://lwm2m.example.com" })));
        Assert.Equal("ServerUriScheme", Refused.Input(() => Export("Cumulocity", new DeviceConfiguration())));
    }

    [Fact]
    public void Python_reads_what_is_written_whatever_the_name()
    {
        var python = Tool.PythonWith("cryptography");
        Given.EndpointName.Array[20].Sample(names =>
        {
            using var folder = new TempFolder();
            var taken = names.Distinct().Where(n => n[0] is not ('=' or '@' or '+' or '-')).ToList();
            var options = Delivery.Options(new DeviceConfiguration { ServerUri = "coaps://lwm2m.example.com:5784", DeviceType = "t" });
            using (var export = new CredentialExport(folder.Path, ["Leshan", "Cumulocity"], options, replace: false))
            {
                foreach (var name in taken) export.Write(Delivery.Issue(CredentialKind.Lwm2m, name));
                export.Complete();
            }

            folder.Write("names.json", JsonSerializer.Serialize(taken));
            Tool.Run(python, "-c", """
                import csv, json, sys
                read = lambda name, **k: open(f'{sys.argv[1]}/{name}', encoding='utf-8', **k)
                names = json.load(read('names.json'))
                assert [e['endpoint'] for e in json.load(read('leshan-security.json'))] == names
                rows = list(csv.DictReader(read('cumulocity-lwm2m.csv', newline=''), delimiter=';', strict=True)) if names else []
                assert [r['endpoint id'] for r in rows] == names, rows
                """, folder.Path);
        }, iter: 3);
    }

    [Theory]
    [InlineData("AwsIot")]
    [InlineData("AzureDps")]
    [InlineData("ThingsBoard")]
    public void What_holds_certificates_is_read_back_without_keys(string format)
    {
        foreach (var kind in Enum.GetValues<CredentialKind>())
        {
            using var folder = new TempFolder();
            var credential = Delivery.Issue(kind, "dev-1", Delivery.Lower);
            var path = Assert.Single(Given.Export(credential, folder.Path, [format], new ExportOptions(), replace: false));
            // By content: under any name, with a byte-order mark, and laid out by somebody else.
            var text = File.ReadAllText(path);
            var pretty = format == "AwsIot"
                ? text.Replace("\n", "\r\n\r\n")
                : JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(text),
                    new JsonSerializerOptions { WriteIndented = true });
            foreach (var content in new[] { File.ReadAllBytes(path),
                Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(pretty)).ToArray(),
                [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(pretty)] })
            {
                var read = Delivery.Read("x", content);
                Assert.Equal((kind, "dev-1", credential.Fingerprint), (read.Kind, read.EndpointName, read.Fingerprint));
                Assert.Null(read.PrivateKey);
            }
        }
    }

    [Theory]
    [InlineData("""{"CertificatePem":1}""", "RegistrationFieldMissing", "CertificatePem")]
    [InlineData("""{"CertificatePem":"-----BEGIN"}""", "RegistrationValueInvalid", "CertificatePem")]
    [InlineData("""{"CertificatePem":"AAAA"}""", "CertificateNotRecognised", "CertificatePem")]
    [InlineData("""{"CertificatePem":""", "RegistrationMalformed", "line 1")]
    [InlineData("""[{"clientCertificates":{}}]""", "RegistrationFieldMissing", "attestation.x509.clientCertificates.primary.certificate")]
    [InlineData("""{"credentials":{"credentialsValue":null}}""", "RegistrationFieldMissing", "credentials.credentialsValue")]
    [InlineData("""{"credentials":{"credentialsValue":"{"}}""", "RegistrationMalformed", "line 1")]
    [InlineData("""{"credentials":{"credentialsValue":"{\"client\":{\"cert\":[]}}"}}""", "RegistrationFieldMissing", "client.cert")]
    public void What_is_wrong_is_named(string text, string id, string where)
    {
        var error = Delivery.Refusal("x.json", Encoding.UTF8.GetBytes(text));
        Assert.Equal(id, error.ErrorId);
        Assert.Contains(where, error.Message);
    }

    [Fact]
    public void A_folder_is_read_without_what_services_are_told()
    {
        using var folder = new TempFolder();
        var credential = Delivery.Issue(CredentialKind.Lwm2m, "dev-1");
        Given.Export(credential, folder.Path, ["Pem", "AwsIot", "Leshan", "Cumulocity", "AzureDps", "ThingsBoard"],
            Delivery.Options(Delivery.Configuration(CredentialKind.Lwm2m)), replace: false);
        Delivery.AssertSame(credential, CredentialImporter.Group(folder.Path).SelectMany(g => CredentialImporter.Read(g)).Single());
    }
}
