using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>The file that holds all devices: whole or not there, whatever happens, and never in memory.</summary>
public class FleetFileTests
{
    static readonly DeviceCredential Credential = Delivery.Issue(CredentialKind.Lwm2m, "dev-1");

    static CredentialExport Export(TempFolder folder, bool replace = false) =>
        new(folder.Path, ["AwsIot", "Leshan"], new ExportOptions(), replace);

    [Fact]
    public void It_gets_its_name_when_it_is_whole()
    {
        using var folder = new TempFolder();
        using var export = Export(folder);
        export.Write(Credential);
        Assert.All(folder.Files(), f => Assert.StartsWith(".~export/", f));
        Assert.Equal([folder.File("aws-iot.jsonl"), folder.File("leshan-security.json")], export.Complete());
        Assert.Equal(["aws-iot.jsonl", "leshan-security.json"], folder.Files());
    }

    [Fact]
    public void What_is_broken_off_leaves_nothing()
    {
        using var folder = new TempFolder();
        using (var export = Export(folder)) export.Write(Credential);
        Assert.Empty(folder.Files());
    }

    [Fact]
    public void What_is_broken_off_leaves_the_old_file_alone()
    {
        using var folder = new TempFolder();
        folder.Write("aws-iot.jsonl", "old");
        using (var export = Export(folder, replace: true)) export.Write(Credential);
        Assert.Equal(["aws-iot.jsonl"], folder.Files());
        using (var export = Export(folder, replace: true))
        {
            export.Write(Credential);
            export.Complete();
        }

        Assert.StartsWith("{\"ThingName\":\"dev-1\"", File.ReadAllText(folder.File("aws-iot.jsonl")));
    }

    [Fact]
    public void Without_devices_there_is_no_file()
    {
        using var folder = new TempFolder();
        using var export = Export(folder);
        Assert.Empty(export.Complete());
        Assert.Empty(folder.Files());
    }

    [Fact]
    public void A_file_that_is_there_already_is_refused_before_anything_is_written()
    {
        using var folder = new TempFolder();
        folder.Write("aws-iot.jsonl", "old");
        Assert.Equal("FileExists", Refused.Output(() => Export(folder)));
        Assert.Equal(["aws-iot.jsonl"], folder.Files());
    }

    [Fact]
    public void A_file_that_appears_meanwhile_is_not_replaced()
    {
        using var folder = new TempFolder();
        using var export = Export(folder);
        export.Write(Credential);
        folder.Write("aws-iot.jsonl", "other");
        Assert.Equal("FileExists", Refused.Output(() => export.Complete()));
        Assert.Equal("other", File.ReadAllText(folder.File("aws-iot.jsonl")));
    }

    [Fact]
    public void A_device_whose_own_files_fail_is_not_in_it()
    {
        using var folder = new TempFolder();
        using var export = new CredentialExport(folder.Path, ["Pem", "AwsIot"], new ExportOptions(), replace: false);
        export.Write(Credential);
        Assert.Equal("FileExists", Refused.Output(() => export.Write(Credential)));
        Assert.Equal("EndpointNameNotPossible", Refused.Input(() => export.Write(Delivery.Issue(CredentialKind.Lwm2m, "a b"))));
        export.Complete();
        Assert.Single(File.ReadAllLines(folder.File("aws-iot.jsonl")));
        Assert.False(Directory.Exists(folder.File("a%20b")));
    }

    [Fact]
    public void Its_length_costs_no_memory()
    {
        using var folder = new TempFolder();
        using var export = Export(folder);
        for (var i = 0; i < 5_000; i++) export.Write(Credential);
        // What is not on the disk by now is in two buffers.
        var onDisk = new FileInfo(folder.File(folder.Files().Single(f => f.EndsWith("aws-iot.jsonl", StringComparison.Ordinal)))).Length;
        export.Complete();
        var path = folder.File("aws-iot.jsonl");
        Assert.InRange(new FileInfo(path).Length - onDisk, 1, 3 * 65536);
        Assert.Equal(5_000, File.ReadLines(path).Count());
    }

    static readonly CertificateAuthority Authority = CertificateAuthority.Create("Root");

    static List<string> Names(TempFolder folder) =>
        [.. File.ReadAllLines(folder.File("aws-iot.jsonl")).Select(l =>
            System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("ThingName").GetString()!)];

    /// <summary>Exports devices of these names as a run does that leaves out what is there.</summary>
    static List<DeviceCredsException> Run(TempFolder folder, string[] formats, bool replace, params string[] names)
    {
        var errors = new List<DeviceCredsException>();
        var issuer = new CredentialIssuer(Authority, CredentialKind.Lwm2m);
        var exported = new ExportedCredentials(folder.Path, CredentialKind.Lwm2m, Authority);
        var options = new ExportOptions { Configurations = [new DeviceConfiguration { ServerUri = "coaps://lwm2m.example.com" }] };
        using var export = new CredentialExport(folder.Path, formats, options, replace);
        foreach (var name in names)
        {
            var identity = new DeviceIdentity(name, "acc");
            if (exported.Find(identity, null) is null) export.Write(issuer.Issue(identity));
        }

        export.Complete(errors.Add);
        return errors;
    }

    [Fact]
    public void A_run_that_goes_on_after_another_leaves_all_devices_in_it()
    {
        using var folder = new TempFolder();
        string[] formats = ["Pem", "AwsIot", "Leshan", "Cumulocity"];
        foreach (var (replace, count) in new[] { (false, 3), (false, 5), (true, 7), (false, 7) })
        {
            Assert.Empty(Run(folder, formats, replace, [.. Enumerable.Range(1, count).Select(i => $"d{i}")]));
            Assert.Equal(Enumerable.Range(1, count).Select(i => $"d{i}"), Names(folder).Order());
            Assert.Equal(
                count, System.Text.Json.JsonDocument.Parse(
                File.ReadAllText(folder.File("leshan-security.json"))).RootElement.GetArrayLength());
            Assert.Equal(count + 1, File.ReadAllLines(folder.File("cumulocity-lwm2m.csv")).Length);
        }
    }

    [Fact]
    public void A_run_that_was_killed_before_the_file_got_its_name_costs_no_device_its_entry()
    {
        using var folder = new TempFolder();
        using (var export = new CredentialExport(folder.Path, ["Der"], new ExportOptions(), replace: false))
        {
            foreach (var name in new[] { "d1", "d2" }) export.Write(new CredentialIssuer(Authority,
                CredentialKind.Lwm2m).Issue(new DeviceIdentity(name, "acc")));
        }

        Assert.Empty(Run(folder, ["Der", "AwsIot"], replace: false, "d1", "d2"));
        Assert.Equal(["d1", "d2"], Names(folder).Order());
        Assert.Empty(Run(folder, ["Der", "AwsIot"], replace: false, "d1", "d2", "d3"));
        Assert.Equal(["d1", "d2", "d3"], Names(folder).Order());
    }

    [Fact]
    public void An_entry_that_is_there_stays_to_the_letter_and_a_device_that_is_exported_again_gets_a_new_one()
    {
        using var folder = new TempFolder();
        Run(folder, ["Pem", "AwsIot"], replace: false, "d1", "d2");
        var earlier = File.ReadAllLines(folder.File("aws-iot.jsonl"));
        Directory.Delete(folder.File("d2"), recursive: true);
        Assert.Empty(Run(folder, ["Pem", "AwsIot"], replace: false, "d1", "d2"));
        var now = File.ReadAllLines(folder.File("aws-iot.jsonl"));
        Assert.Equal(2, now.Length);
        Assert.Contains(earlier.Single(l => l.Contains("\"d1\"")), now);
        Assert.DoesNotContain(earlier.Single(l => l.Contains("\"d2\"")), now);
        Assert.Contains(now, l => l.Contains(File.ReadAllText(folder.File("d2/LwM2MDeviceCert.pem")).Split('\n')[1]));
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_an_error_that_names_the_file_without_it()
    {
        using var folder = new TempFolder();
        Run(folder, ["Pem"], replace: false, "d1", "d2");
        File.WriteAllText(folder.File("d1/LwM2MDeviceCert.pem"), "-----BEGIN CERTIFICATE-----\nMII");
        Directory.CreateDirectory(folder.File("labels"));
        folder.Write("labels/d1.pem", "not a credential");
        using var export = new CredentialExport(folder.Path, ["Pem", "AwsIot"], new ExportOptions(), replace: false);
        var errors = new List<DeviceCredsException>();
        export.Complete(errors.Add);
        var error = Assert.IsType<InputException>(Assert.Single(errors));
        Assert.Equal(folder.File("d1"), error.Path);
        Assert.Contains("aws-iot.jsonl", error.Message);
        Assert.Equal(["d2"], Names(folder));
    }

    [Fact]
    public void Without_folders_it_holds_what_is_exported_and_a_file_that_is_there_is_refused()
    {
        using var folder = new TempFolder();
        Run(folder, ["Pem"], replace: false, "d1");
        Run(folder, ["AwsIot"], replace: false, "d2");
        Assert.Equal(["d2"], Names(folder));
        Assert.Equal("FileExists", Refused.Output(() => Run(folder, ["AwsIot"], replace: false, "d3")));
    }

    static readonly string[] AllFormats =
        [.. CredentialFormats.All.OfType<IFleetFormat>().Where(f => f is not IzumaEnrollmentFormat).Select(f => f.Info.Name)];

    static readonly ExportOptions WithServer = Delivery.Options(Delivery.Configuration(CredentialKind.Lwm2m));

    static void Export(TempFolder folder, bool replace, params DeviceCredential[] credentials)
    {
        using var export = new CredentialExport(folder.Path, ["Pem", .. AllFormats], WithServer, replace);
        foreach (var credential in credentials) export.Write(credential);
        export.Complete();
    }

    static DeviceCredential[] Issue(CredentialKind kind, params string[] names) => [.. names.Select(n => Delivery.Issue(kind, n))];

    /// <summary>How many entries each device has, and that no two are of the same credential.</summary>
    static void AssertEntries(TempFolder folder, params DeviceCredential[] credentials)
    {
        foreach (var format in CredentialFormats.All.OfType<IFleetFormat>().Where(f => AllFormats.Contains(f.Info.Name)))
        {
            var expected = credentials.GroupBy(format.IdOf).Select(g => format.Entry(g.First(), WithServer)).Order(StringComparer.Ordinal);
            var lines = File.ReadAllLines(folder.File(format.FileName)).Select(l => l.TrimEnd(','))
                .Where(l => format.Identify(l) is not null).Order(StringComparer.Ordinal);
            Assert.Equal(expected, lines);
        }
    }

    /// <summary>The same where entries come from folders, which do not hold all that the credential had.</summary>
    static void AssertWrittenAgain(TempFolder folder, params DeviceCredential[] credentials)
    {
        foreach (var format in CredentialFormats.All.OfType<IFleetFormat>().Where(f => AllFormats.Contains(f.Info.Name)))
        {
            var ids = File.ReadAllLines(folder.File(format.FileName)).Select(l => format.Identify(l.TrimEnd(','))).OfType<FleetEntryId>();
            Assert.Equal(credentials.Select(format.IdOf).Distinct().OrderBy(i => i.ToString()), ids.OrderBy(i => i.ToString()));
        }

        var certificates = File.ReadAllText(folder.File("aws-iot.jsonl"));
        Assert.All(credentials, c => Assert.Contains(System.Text.Json.JsonEncodedText.Encode(
            c.CertificatePem, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(), certificates));
    }

    [Fact]
    public void An_entry_says_whose_it_is() => Given.EndpointName.Sample(name =>
    {
        foreach (var credential in KindRule.All.Select(kind => Delivery.Issue(kind, name)))
        {
            foreach (var format in CredentialFormats.All.OfType<IFleetFormat>())
            {
                if (format is IzumaEnrollmentFormat && credential.Kind == CredentialKind.Lwm2m) continue;
                var entry = format.Entry(credential, WithServer);
                Assert.Equal(format.IdOf(credential), format.Identify(entry));
                Assert.DoesNotContain('\n', entry);
            }
        }
    }, iter: 20);

    [Fact]
    public void A_device_with_both_kinds_keeps_both_entries_when_another_device_comes()
    {
        using var folder = new TempFolder();
        DeviceCredential[] first = [.. Issue(CredentialKind.Bootstrap, "d1"), .. Issue(CredentialKind.Lwm2m, "d1")];
        Export(folder, replace: false, first);
        AssertEntries(folder, first);
        var second = Issue(CredentialKind.Lwm2m, "d2");
        Export(folder, replace: false, second);
        AssertEntries(folder, [.. first, .. second]);
    }

    [Fact]
    public void A_run_for_one_kind_leaves_the_entries_of_the_other_kind()
    {
        using var folder = new TempFolder();
        var bootstrap = Issue(CredentialKind.Bootstrap, "d1", "d2", "d3");
        Export(folder, replace: false, bootstrap);
        var lwm2m = Issue(CredentialKind.Lwm2m, "d1", "d2");
        Export(folder, replace: false, lwm2m);
        AssertEntries(folder, [.. bootstrap, .. lwm2m]);
    }

    [Fact]
    public void A_renewed_credential_replaces_its_own_entry_and_no_other()
    {
        using var folder = new TempFolder();
        var bootstrap = Issue(CredentialKind.Bootstrap, "d1", "d2", "d3");
        Export(folder, replace: false, [.. bootstrap, .. Issue(CredentialKind.Lwm2m, "d1")]);
        var renewed = Issue(CredentialKind.Lwm2m, "d1");
        Export(folder, replace: true, renewed);
        AssertWrittenAgain(folder, [.. bootstrap, .. renewed]);
        // An entry without a folder is not written again.
        Directory.Delete(folder.File("d3"), recursive: true);
        Export(folder, replace: true, renewed);
        AssertWrittenAgain(folder, [.. bootstrap.Take(2), .. renewed]);
    }

    // An enrollment list has no LwM2M credentials, and the labels have both.
    [Fact]
    public void What_one_file_lacks_is_no_other_file_s()
    {
        using var folder = new TempFolder();
        var lwm2m = Issue(CredentialKind.Lwm2m, "d1");
        var bootstrap = Issue(CredentialKind.Bootstrap, "d2");
        using (var labels = new CredentialExport(folder.Path, ["Pem", "Labels"], WithServer, replace: false))
        {
            labels.Write(lwm2m[0]);
            labels.Complete();
        }

        using var export = new CredentialExport(folder.Path, ["Pem", "IzumaEnrollment", "Labels"], WithServer, replace: true);
        export.Write(bootstrap[0]);
        export.Complete();
        var lines = File.ReadAllLines(folder.File("labels.html"));
        Assert.All([.. lwm2m, .. bootstrap], c => Assert.Single(lines, l => CredentialFormats.Get("Labels") is IFleetFormat format
            && format.Identify(l) == format.IdOf(c)));
    }

    [Fact]
    public void A_service_that_knows_only_names_gets_each_device_once_without_folders_too()
    {
        using var folder = new TempFolder();
        using var export = new CredentialExport(folder.Path, ["Leshan", "AwsIot"], new ExportOptions(), replace: false);
        foreach (var credential in KindRule.All.Select(k => Delivery.Issue(k, "d1"))) export.Write(credential);
        export.Complete();
        Assert.Equal(1, System.Text.Json.JsonDocument.Parse(
            File.ReadAllText(folder.File("leshan-security.json"))).RootElement.GetArrayLength());
        Assert.Equal(["d1", "d1"], Names(folder));
    }

    [Theory]
    [InlineData("AwsIot", "aws-iot.jsonl", "{\"ThingName\":\"a\"}\nwhat\n")]
    [InlineData("Leshan", "leshan-security.json", "[]")]
    [InlineData("Cumulocity", "cumulocity-lwm2m.csv", "endpoint id\r\na\r\n")]
    public void A_file_that_another_program_wrote_is_not_taken_for_one_of_ours(string format, string name, string content)
    {
        using var folder = new TempFolder();
        folder.Write(name, content);
        Assert.Equal("FileExists", Refused.Output(() => Run(folder, ["Pem", format], replace: false, "d1")));
        Assert.Equal(content, File.ReadAllText(folder.File(name)));
    }
}
