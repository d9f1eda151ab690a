namespace DeviceCreds.Tests;

/// <summary>The file that holds all devices: whole or not there, whatever happens, and never in memory.</summary>
public class FleetFileTests
{
    static readonly DeviceCredential Credential = Delivery.Issue(CredentialKind.Lwm2m, "dev-1");

    static CredentialExport Export(TempFolder folder, bool replace = false) => new(folder.Path, ["AwsIot", "Leshan"], new ExportOptions(), replace);

    [Fact]
    public void It_gets_its_name_when_it_is_whole()
    {
        using var folder = new TempFolder();
        using var export = Export(folder);
        export.Write(Credential);
        Assert.DoesNotContain(folder.Files(), f => !f.EndsWith(".tmp", StringComparison.Ordinal));
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
        var onDisk = new FileInfo(Directory.GetFiles(folder.Path, "*aws-iot.jsonl*").Single()).Length;
        export.Complete();
        var path = folder.File("aws-iot.jsonl");
        Assert.InRange(new FileInfo(path).Length - onDisk, 1, 3 * 65536);
        Assert.Equal(5_000, File.ReadLines(path).Count());
    }
}
