using System.Diagnostics;
using System.Management.Automation;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>What goes where, when, and what never does.</summary>
public sealed class StreamTests(Engine engine) : IClassFixture<Engine>
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(2), AtAll = TimeSpan.FromSeconds(30);

    const string Endless =
        "& { for ($i = 0; ; $i++) { \"device-$i\" } } | New-BootstrapDeviceCredential -Issuer (New-CertificateChain Root, Sub)";

    /// <summary>Runs a pipeline until so many objects came out, then stops it as Ctrl+C does.</summary>
    static int StopAfter(int objects, System.Management.Automation.PowerShell shell)
    {
        using var output = new PSDataCollection<PSObject>();
        using var arrived = new CountdownEvent(objects);
        output.DataAdded += (_, _) =>
        {
            if (!arrived.IsSet) arrived.Signal();
        };
        var running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        Assert.True(arrived.Wait(AtAll), "nothing came out");
        var watch = Stopwatch.StartNew();
        shell.Stop();
        Assert.True(watch.Elapsed < Soon, $"stopping took {watch.Elapsed}");
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Empty(shell.Streams.Error);
        return output.Count;
    }

    [Theory]
    [InlineData("New-DeviceKey -Count 1000000")]
    [InlineData(Endless)]
    [InlineData(Endless + " | Test-DeviceCertificate")]
    [InlineData("& { for ($i = 0; ; $i++) { \"device-$i\" } } | New-DeviceCertificateRequest")]
    public void Objects_come_out_as_they_are_made_and_Ctrl_C_stops(string script)
    {
        using var shell = engine.Create(script);
        Assert.InRange(StopAfter(3, shell), 3, 500_000);
    }

    [Fact]
    public void Ctrl_C_leaves_whole_folders_and_no_temporary_files()
    {
        using var folder = new TempFolder();
        using var shell = engine.Create(Endless + " | Export-DeviceCredential -Path $args[0]", folder.Path);
        StopAfter(9, shell);
        Assert.All(Directory.GetDirectories(folder.Path), d => Assert.Contains(Directory.GetFileSystemEntries(d).Length, new[] { 0, 4 }));
        Assert.DoesNotContain(
            Directory.GetFiles(folder.Path, "*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }),
            f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_break_further_down_stops_what_is_above()
    {
        var watch = Stopwatch.StartNew();
        Assert.Equal("P-256",
            engine.Run("foreach ($once in 1) { New-DeviceKey -Count 1000000 | ForEach-Object { $_.Curve; break } }").Single.BaseObject);
        Assert.True(watch.Elapsed < AtAll, $"took {watch.Elapsed}");
    }

    [Fact]
    public void The_main_job_says_nothing_beside_its_objects()
    {
        using var folder = new TempFolder();
        using var shell =
            engine.Create(
                "1..3 | ForEach-Object { \"device-$_\" } | New-BootstrapDeviceCredential -Issuer ($ca = New-CertificateAuthority Root) | "
                    + "Export-DeviceCredential $args[0] | Test-DeviceCertificate -Issuer $ca", folder.Path);
        Assert.Equal(3, shell.Invoke().Count);
        var streams = shell.Streams;
        Assert.Equal((0, 0, 0, 0, 0),
            (streams.Error.Count, streams.Warning.Count, streams.Verbose.Count, streams.Debug.Count, streams.Information.Count));
    }

    [Theory]
    [InlineData("New-CertificateAuthority Root -Verbose", "'Root', signed by itself, valid until \\d{4}-\\d\\d-\\d\\d")]
    [InlineData("New-CertificateAuthority Sub -Issuer (New-CertificateAuthority Root) -Verbose", "'Sub', signed by 'Root'")]
    [InlineData("New-BootstrapDeviceCredential device-1 -Issuer (New-CertificateAuthority Root) -Verbose",
        "from 'Root', which is valid until|Issued [0-9A-F]{32} to 'device-1'")]
    [InlineData("New-BootstrapDeviceCredential device-1 -Issuer (New-CertificateAuthority Root) | Test-DeviceCertificate -Verbose",
        "Passed: CN=device-1: 0 failed")]
    public void Verbose_tells_the_story(string script, string expected)
    {
        var verbose = engine.Run(script).Verbose;
        var patterns = expected.Split('|');
        Assert.Equal(patterns.Length, verbose.Count);
        Assert.All(patterns.Zip(verbose), p => Assert.Matches(p.First, p.Second));
    }

    [Fact]
    public void Verbose_says_where_a_CA_has_its_key()
    {
        using var folder = new TempFolder();
        var verbose =
            engine.Run(
                "$f = $args[0]; $null = New-CertificateAuthority Root | Export-CertificateAuthority $f -NoPassword; "
                    + "Import-CertificateAuthority $f -Verbose; Import-CertificateAuthority $f/CA_cert.pem -Verbose", folder.Path).Verbose;
        Assert.Contains(folder.File("CA_private.pem"), verbose[0]);
        Assert.Contains("without its key", verbose[1]);
    }

    [Fact]
    public void No_stream_shows_anything_of_a_damaged_key()
    {
        using var folder = new TempFolder();
        var pem = engine.Run("(New-DeviceKey).ToPem()").Single.ToString();
        var lines = pem.Split('\n');
        // A stranger's character in each line, a line lost, the ends exchanged, the wrong label, the halves of two keys.
        var damaged = Enumerable.Range(1, lines.Length - 2)
            .SelectMany(
            i => new[] { Replace(i, lines[i][..10] + "*" + lines[i][11..]), Replace(i, null), Replace(i, lines[i][..^1]),
                Replace(i, ":" + lines[i]), Replace(i, lines[i] + ":x"), Replace(i, "-----BEGIN " + lines[i] + "-----"),
                Replace(i, "-----END " + lines[i] + "-----") })
            .Append(pem.Replace("EC PRIVATE", "CERTIFICATE")).Append(pem.Replace("EC PRIVATE KEY", "CERTIFICATE REQUEST"))
            .Append(pem.Replace("EC PRIVATE", "ENCRYPTED PRIVATE")).Append(pem.Replace("EC PRIVATE KEY", "CERTIFICATE")).ToList();
        for (var i = 0; i < damaged.Count; i++) File.WriteAllText(folder.File($"{i}.pem"), damaged[i]);
        using var shell = engine.Create("""
            $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
            foreach ($path in [System.IO.Directory]::GetFiles($args[0])) {
                Import-DeviceKey $path
                Get-DeviceCertificate $path
                Import-DeviceCertificateRequest $path
                Import-DeviceCredential $path
                Test-DeviceCertificate $path
                Import-CertificateAuthority $path
            }
            """, folder.Path);
        shell.Invoke();
        var streams = shell.Streams;
        Assert.True(streams.Error.Count > 4 * damaged.Count, $"{streams.Error.Count} errors");
        var shown = string.Join("\n",
            streams.Error.SelectMany(Texts).Concat(streams.Verbose.Select(v => v.Message))
                .Concat(streams.Debug.Select(d => d.Message)).Concat(streams.Warning.Select(w => w.Message))
                .Concat(streams.Information.Select(x => x.ToString())));
        // Algorithm and curve stand at the same place in every key: only what lies in the scalar is secret.
        var body = string.Concat(lines[1..^1]);
        var secret = Convert.ToBase64String([.. Convert.FromBase64String(body)[6..39]]);
        for (var at = 0; at + 12 <= secret.Length; at += 4)
            Assert.DoesNotContain(secret.Substring(at, 12), shown, StringComparison.Ordinal);

        string Replace(int at, string? line) => string.Join("\n", lines.Select((l, i) => i == at ? line : l).Where(l => l is not null));

        static IEnumerable<string> Texts(ErrorRecord error)
        {
            yield return error.ToString();
            yield return error.ErrorDetails?.RecommendedAction ?? "";
            yield return error.TargetObject?.ToString() ?? "";
            for (var e = error.Exception; e is not null; e = e.InnerException) yield return e.ToString();
        }
    }
}
