namespace DeviceCreds.Tests;

public sealed class EnrollmentFormatTests
{
    static readonly FleetEntryId Device = FleetEntryId.Of("device", CredentialKind.Bootstrap);

    [Fact]
    public void The_portals_file_has_a_header_and_an_id_on_each_line()
    {
        using var folder = new TempFolder();
        var credentials = Enumerable.Range(1, 3).Select(i => Factory.Credential(name: $"device-{i}")).ToList();
        using (var export = new CredentialExport(folder.Path, ["IzumaEnrollment"], new ExportOptions(), replace: false))
        {
            credentials.ForEach(c => export.Write(c));
            Assert.Equal([folder.File("izuma-enrollment.csv")], export.Complete());
        }

        var lines = credentials.Select(c => $"{c.EnrollmentId},\"{c.EndpointName}\"\n");
        Assert.Equal("enrollment_identity,endpoint_name\n" + string.Concat(lines),
            File.ReadAllText(folder.File("izuma-enrollment.csv")));
    }

    [Fact]
    public void A_name_that_a_spreadsheet_would_run_is_text_and_is_read_back()
    {
        var format = new IzumaEnrollmentFormat();
        foreach (var name in new[] { "=HYPERLINK(\"http://x\")", "+1", "-1", "@x", "|x", "%x", "＝1", "'=1", "'x", "''-1", "plain" })
        {
            var credential = Factory.Credential(name: name);
            var entry = format.Entry(credential, new ExportOptions());
            Assert.Matches("^[^,]+,\"['a-z]", entry);
            Assert.Equal(format.IdOf(credential), format.Identify(entry));
        }
    }

    [Fact]
    public void An_lwm2m_credential_has_no_enrollment_id()
    {
        using var folder = new TempFolder();
        Assert.Equal("EnrollmentNotPossible",
            Assert.Throws<InputException>(() =>
            Given.Export(Factory.Credential(CredentialKind.Lwm2m), folder.Path, ["IzumaEnrollment"], new ExportOptions(),
            false)).ErrorId);
        Assert.Empty(folder.Files());
    }

    [Fact]
    public void No_file_has_more_than_10_MB_and_each_is_complete()
    {
        using var folder = new TempFolder();
        using var file = new FleetFile(folder.Path, new IzumaEnrollmentFormat(), replace: false, extends: false);
        const int Count = 210_000;
        var entry = Factory.Credential().EnrollmentId![..91];
        for (var i = 0; i < Count; i++) file.Append(Device, FormattableString.Invariant($"{entry}{i:000000}"));
        var paths = file.Complete();
        Assert.Equal(["izuma-enrollment.csv", "izuma-enrollment-2.csv", "izuma-enrollment-3.csv"], paths.Select(p => Path.GetFileName(p)));
        Assert.All(paths, p => Assert.InRange(new FileInfo(p).Length, 98, 10_000_000));
        // As full as can be, and no line is lost, twice or cut.
        Assert.All(paths.SkipLast(1), p => Assert.True(new FileInfo(p).Length > 10_000_000 - 98));
        Assert.All(paths, p => Assert.Equal("enrollment_identity,endpoint_name", File.ReadLines(p).First()));
        Assert.Equal(Enumerable.Range(0, Count),
            paths.SelectMany(p => File.ReadLines(p).Skip(1))
            .Select(l => int.Parse(l[91..], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_split_file_that_may_not_be_replaced_leaves_nothing()
    {
        using var folder = new TempFolder();
        folder.Write("izuma-enrollment-2.csv", "old");
        using (var file = new FleetFile(folder.Path, new IzumaEnrollmentFormat(), replace: false, extends: false))
        {
            var entry = new string('A', 5_000_000);
            file.Append(Device, entry);
            Assert.Equal("FileExists", Assert.Throws<OutputException>(() => file.Append(Device, entry)).ErrorId);
        }

        Assert.Equal(["izuma-enrollment-2.csv"], folder.Files());
    }
}
