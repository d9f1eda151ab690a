namespace DeviceCreds.Tests;

/// <summary>Names that differ only in case: one device for services that ignore case, two for all others.</summary>
public class NamesInCaseTests
{
    static readonly DeviceCredential Small = Delivery.Issue(CredentialKind.Bootstrap, "dev-1");
    static readonly DeviceCredential Large = Delivery.Issue(CredentialKind.Bootstrap, "DEV-1");

    static CredentialExport Open(string folder, ExportOptions options, params string[] formats) =>
        new(folder, formats, options, replace: false);

    [Fact]
    public void The_first_is_exported_and_the_second_is_in_no_file()
    {
        using var folder = new TempFolder();
        using (var export = Open(folder.Path, new ExportOptions(), "AzureDps", "AwsIot", "Pem"))
        {
            export.Write(Small);
            var error = Assert.Throws<InputException>(() => export.Write(Large));
            Assert.Equal(("EndpointNameDiffersInCase", ErrorKind.Conflict), (error.ErrorId, error.Kind));
            Assert.Contains("'DEV-1'", error.Message, StringComparison.Ordinal);
            Assert.Contains("AzureDps", error.Message, StringComparison.Ordinal);
            export.Write(Delivery.Issue(CredentialKind.Bootstrap, "dev-2"));
            export.Complete();
        }

        Assert.Equal(["dev-1", "dev-2"], Directory.GetDirectories(folder.Path).Select(Path.GetFileName).Order());
        var list = File.ReadAllText(Path.Combine(folder.Path, "aws-iot.jsonl"));
        Assert.Equal(2, list.TrimEnd('\n').Split('\n').Length);
        Assert.DoesNotContain("DEV-1", list, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_the_devices_decides_and_not_that_of_the_threads()
    {
        using var folder = new TempFolder();
        using var export = Open(folder.Path, new ExportOptions(), "AzureDps");
        var (second, first) = (export.Stage(Large), export.Stage(Small));
        export.Flush();
        export.Place(first);
        Assert.Equal("EndpointNameDiffersInCase", Refused.Input(() => export.Place(second)));
    }

    [Fact]
    public void Folders_of_one_run_are_told_apart_only_by_the_service()
    {
        using var folder = new TempFolder();
        var options = new ExportOptions();
        using var one = Open(Path.Combine(folder.Path, "1"), options, "AzureDps");
        using var two = Open(Path.Combine(folder.Path, "2"), options, "AzureDps");
        one.Write(Small);
        two.Write(Small);
        Assert.Equal("EndpointNameDiffersInCase", Refused.Input(() => two.Write(Large)));
    }

    [Fact]
    public void A_device_of_an_earlier_run_keeps_its_name()
    {
        using var folder = new TempFolder();
        using (var first = Open(folder.Path, new ExportOptions(), "AzureDps")) first.Write(Small);
        using var export = Open(folder.Path, new ExportOptions(), "AzureDps");
        Assert.Equal("EndpointNameDiffersInCase", Refused.Input(() => export.Write(Large)));
        export.Write(Delivery.Issue(CredentialKind.Lwm2m, "dev-1"));
    }

    [Fact]
    public void Services_that_tell_case_apart_get_both()
    {
        using var folder = new TempFolder();
        using var export = Open(folder.Path, new ExportOptions(), "AzureIotHub", "AwsIot", "Leshan");
        export.Write(Small);
        export.Write(Large);
        Assert.Equal(3, export.Complete().Count);
    }
}
