namespace DeviceCreds.Tests;

/// <summary>A report of compared books says of each account what failed, and never "passed" of what was not looked at.</summary>
public sealed class BooksReportTests
{
    [Theory]
    [InlineData(DeviceAccountState.Duplicate, "OneCertificate", "Planned Recorded Delivered")]
    [InlineData(DeviceAccountState.NotRecorded, "Recorded", "Planned Delivered")]
    [InlineData(DeviceAccountState.Unplanned, "Planned", "Delivered")]
    [InlineData(DeviceAccountState.Injected, "", "")]
    [InlineData(DeviceAccountState.Delivered, "", "")]
    [InlineData(DeviceAccountState.NotDelivered, "Delivered", "")]
    [InlineData(DeviceAccountState.Issued, "", "Delivered")]
    [InlineData(DeviceAccountState.Revoked, "", "")]
    [InlineData(DeviceAccountState.Expired, "", "")]
    [InlineData(DeviceAccountState.Missing, "Issued", "")]
    public void What_was_not_judged_is_skipped(DeviceAccountState state, string failed, string skipped)
    {
        var account = new DeviceAccount { EndpointName = "device", State = state, IsPlanned = state != DeviceAccountState.Unplanned };
        Assert.Equal((failed, skipped), Row(account));
        if (state is DeviceAccountState.Unplanned or DeviceAccountState.Missing) return;
        // Without a list nobody knows whether the device is planned.
        var expected = skipped.StartsWith("Planned", StringComparison.Ordinal) ? skipped : $"Planned {skipped}".TrimEnd();
        Assert.Equal((failed, expected), Row(account with { IsPlanned = null }));
    }

    static (string Failed, string Skipped) Row(DeviceAccount account)
    {
        using var folder = new TempFolder();
        var path = folder.File("report.csv");
        using (var export = new ReportExport(path, null, new ReportOptions(), replace: false))
        {
            export.Add(account);
            export.Complete();
        }

        var cells = File.ReadAllLines(path)[1].Split(',');
        return (cells[3].Trim('"'), cells[5].Trim('"'));
    }
}
