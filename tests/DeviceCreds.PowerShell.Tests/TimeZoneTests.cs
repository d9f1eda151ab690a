using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>Alone: it changes the process's time zone.</summary>
[CollectionDefinition(nameof(TimeZoneTests), DisableParallelization = true)]
public sealed class TimeZoneCollection;

[Collection(nameof(TimeZoneTests))]
public sealed class TimeZoneTests(Engine engine) : IClassFixture<Engine>, IDisposable
{
    readonly string? _before = Environment.GetEnvironmentVariable("TZ");

    public void Dispose() => Set(_before);

    static void Set(string? zone)
    {
        Environment.SetEnvironmentVariable("TZ", zone);
        TimeZoneInfo.ClearCachedData();
    }

    [Theory]
    [InlineData("UTC", 0)]
    [InlineData("Asia/Kolkata", 330)]
    [InlineData("Pacific/Kiritimati", 840)]
    [InlineData("Pacific/Marquesas", -570)]
    public void A_moment_is_the_same_everywhere(string zone, int minutes)
    {
        Set(zone);
        Assert.SkipUnless(TimeZoneInfo.Local.BaseUtcOffset.TotalMinutes == minutes, $"this system cannot be set to {zone}");
        var noon = new DateTime(2045, 6, 1, 12, 0, 0, DateTimeKind.Utc);
        var script = """
            $ca = New-CertificateAuthority Root
            $credential = New-BootstrapDeviceCredential d -Issuer $ca -NotAfter $args[0]
            $credential
            foreach ($at in $args[1..2]) { $credential | Test-DeviceCertificate -Issuer $ca -At $at }
            """;
        // As UTC, as local time, and as the unspecified time that [datetime]'2045-06-01' is, which PowerShell means as local.
        foreach (var notAfter in new[] { noon, noon.ToLocalTime(), DateTime.SpecifyKind(noon.ToLocalTime(), DateTimeKind.Unspecified) })
        {
            var result = engine.Run(script, notAfter, notAfter, notAfter.AddSeconds(1));
            Assert.Empty(result.Errors);
            using var certificate = X509CertificateLoader.LoadCertificate((byte[])result.Output[0].Properties["CertificateDer"].Value);
            Assert.Equal(noon, certificate.NotAfter.ToUniversalTime());
            var shown = (DateTime)result.Output[0].Properties["NotAfter"].Value;
            Assert.Equal((DateTimeKind.Local, certificate.NotAfter), (shown.Kind, shown));
            Assert.Equal([true, false], result.Output.Skip(1).Select(r => (bool)r.Properties["Passed"].Value));
        }
    }

    /// <summary>Local time cannot hold some of these, and .NET's objects cut them; a text names them.</summary>
    [Theory]
    [InlineData("UTC")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Pacific/Marquesas")]
    public void A_text_near_the_end_of_time_is_that_moment(string zone)
    {
        Set(zone);
        var root = Assert.Single(engine.Run("New-CertificateAuthority Root -NoExpiration").Output);
        foreach (var (text, expected) in new[]
        {
            ("9999-12-31T08:00:00Z", "99991231080000Z"), ("9999-12-31T12:00:00Z", "99991231120000Z"),
            ("99991231235958Z", "99991231235958Z"), ("9999-12-31T23:59:59Z", "99991231235959Z"),
        })
        {
            var result = engine.Run(
                "(New-BootstrapDeviceCredential d -Issuer $args[1] -NotAfter $args[0]).CertificateDer",
                text, root);
            Assert.Empty(result.Errors);
            var der = result.Output.Select(o => (byte)o.BaseObject).ToArray();
            Assert.Contains(expected, System.Text.Encoding.Latin1.GetString(der));
        }
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Pacific/Marquesas")]
    public void Injections_are_filtered_by_the_moment(string zone)
    {
        Set(zone);
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("line.jsonl"), """
            {"time":"2030-01-31T10:00:00.000Z","endpointName":"d","kind":"Bootstrap","succeeded":true}

            """);
        var noon = new DateTime(2030, 1, 31, 10, 0, 0, DateTimeKind.Utc);
        foreach (object moment in new object[] { "2030-01-31T10:00:00Z", noon, noon.ToLocalTime(), new DateTimeOffset(noon) })
        {
            Assert.Equal([1, 0], Count(moment));
        }

        Assert.Equal([0, 1], Count("2030-01-31T10:01:00Z"));
        Assert.Equal([1, 0], Count("2030-01-31T09:59:00Z"));

        IEnumerable<int> Count(object moment)
        {
            var result = engine.Run("""
                @(Get-DeviceInjection $args[0] -Since $args[1]).Count
                @(Get-DeviceInjection $args[0] -Before $args[1]).Count
                """, folder.File("line.jsonl"), moment);
            Assert.Empty(result.Errors);
            return result.Output.Select(o => (int)o.BaseObject);
        }
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Pacific/Marquesas")]
    public void What_is_issued_is_valid_at_once(string zone)
    {
        Set(zone);
        var report =
            engine.Run(
                "New-BootstrapDeviceCredential d -Issuer ($chain = New-CertificateChain Root, "
                    + "Sub) | Test-DeviceCertificate -Issuer $chain").Single;
        Assert.True((bool)report.Properties["Passed"].Value);
        Assert.Empty((System.Collections.IEnumerable)report.Properties["Warnings"].Value);
    }
}
