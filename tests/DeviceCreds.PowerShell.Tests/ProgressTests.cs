using System.Globalization;
using System.IO.Compression;
using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>How far a run is, and how long it will take: what each record says goes together, however fast the machine is.</summary>
public sealed partial class ProgressTests(Engine engine) : IClassFixture<Engine>
{
    const int Devices = 40;

    // So that there is something to see: over a second in all.
    const string Slowly = " | ForEach-Object { [System.Threading.Thread]::Sleep(50); $_ }";

    [GeneratedRegex(@"^([\d,]+) \w+, ([\d,]+) per second")]
    private static partial Regex Figures();

    /// <summary>
    /// Long rows, so that what is read ahead is a small part of the file: names with empty lines behind, objects and fields with
    /// noise that does not pack well.
    /// </summary>
    [Theory]
    [InlineData("{0}{1}")]
    [InlineData("{0}{1}", 3)]
    [InlineData("{0}{1}", 1, 200, "-First 40")]
    [InlineData("{{\"EndpointName\": \"{0}\", \"Noise\": \"{2}\"}}")]
    [InlineData("{0};\"{2}, {2}\"")]
    [InlineData("{{\"EndpointName\": \"{0}\", \"Noise\": \"{2}\"}}", 1, Devices, "", true)]
    public void A_list_shows_how_much_of_it_is_read_and_the_time_left(string row, int files = 1, int devices = Devices,
    string more = "", bool packed = false)
    {
        using var folder = new TempFolder();
        var random = new Random(1);
        // What is unpacked ahead is 32 KiB.
        var noise = new byte[packed ? 16_000 : 4_000];
        string Row(int i)
        {
            random.NextBytes(noise);
            return string.Format(CultureInfo.InvariantCulture, row, $"device-{i}", new string('\n', noise.Length),
                Convert.ToHexString(noise));
        }

        for (var file = 0; file < files; file++)
        {
            var rows = Enumerable.Range(0, devices).Where(i => i * files / devices == file).Select(Row);
            if (row.Contains(';', StringComparison.Ordinal)) rows = rows.Prepend("EndpointName;Noise");
            Write(folder.File($"list-{file}"), string.Join("\n", rows), packed);
        }

        var records = Progress($"Import-DeviceList $args[0] {more}" + Slowly, folder.File("list-*"));
        Assert.All(records, r => Assert.Equal("Reading the device list", r.Activity));
        Goes(records, Devices);
    }

    [Fact]
    public void Keys_and_files_that_are_counted_show_it_too()
    {
        Goes(Progress("New-DeviceKey -Count 40" + Slowly), 40);
        using var folder = new TempFolder();
        for (var i = 0; i < 40; i++) File.WriteAllText(folder.File($"{i:00}.pem"), "x");
        Goes(Progress("Test-DeviceCertificate $args[0] -Quiet -ThrottleLimit 1" + Slowly, folder.File("*.pem")), 40);
    }

    [Fact]
    public void What_comes_through_the_pipeline_shows_count_and_rate_alone()
    {
        var issuer = engine.Run("New-CertificateAuthority Root").Single;
        var records =
            Progress(
                "1..40 | ForEach-Object { [System.Threading.Thread]::Sleep(50); "
                    + "\"device-$_\" } | New-BootstrapDeviceCredential -Issuer $args[0]", issuer);
        Assert.All(records,
            r => Assert.Equal((-1, -1, "Issuing Bootstrap credentials"), (r.PercentComplete, r.SecondsRemaining, r.Activity)));
        Assert.All(records, r => Assert.Matches(Figures(), r.StatusDescription));
    }

    static void Write(string path, string text, bool packed)
    {
        using var file = File.Create(path);
        using Stream stream = packed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    List<ProgressRecord> Progress(string script, params object[] arguments)
    {
        using var shell = engine.Create(script, arguments);
        shell.Invoke();
        Assert.Equal(ProgressRecordType.Completed, shell.Streams.Progress[^1].RecordType);
        var records = shell.Streams.Progress.SkipLast(1).ToList();
        Assert.NotEmpty(records);
        return records;
    }

    static void Goes(List<ProgressRecord> records, int total)
    {
        Assert.Equal(records.Select(r => r.PercentComplete).Order(), records.Select(r => r.PercentComplete));
        Assert.All(records, r =>
        {
            var figures = Figures().Match(r.StatusDescription);
            double Figure(int group) => double.Parse(figures.Groups[group].Value, CultureInfo.InvariantCulture);
            Assert.InRange(r.PercentComplete, 100 * Figure(1) / total - 6, 100 * Figure(1) / total + 6);
            // The rate is rounded to whole devices.
            var left = total - Figure(1);
            Assert.InRange(r.SecondsRemaining, left / (Figure(2) + 1) - 2, left / Math.Max(1, Figure(2) - 1) + 2);
        });
    }
}
