using DeviceCreds.Tests;

namespace DeviceCreds.Shell.Tests;

/// <summary>Time means the same in every zone: processes in four zones make certificates, read them back, renew and import them.</summary>
public sealed class TimeZoneTests : IDisposable
{
    const string Endless = "99991231235959Z";

    // What there is of each moment, in UTC: the credential's, the CA's, the ledger's, and what is read back from files.
    const string Script = """
        param([string[]] $NotAfter)
        function Text([DateTime] $Time) { $Time.ToUniversalTime().ToString('yyyyMMddHHmmss') + 'Z' }
        $ca = New-CertificateAuthority Root -NoExpiration
        foreach ($moment in $NotAfter) {
            Set-Location (New-Item -ItemType Directory -Path $PSScriptRoot -Name ([array]::IndexOf($NotAfter, $moment)))
            $until = if ($moment -eq 'never') { @{ NoExpiration = $true } } else { @{ NotAfter = $moment } }
            $null = $ca | Export-CertificateAuthority ca -NoPassword
            $made = New-BootstrapDeviceCredential a -Issuer $ca -Ledger l.txt @until
            $null = $made | Export-DeviceCredential out
            $read = Import-DeviceCredential out
            $again = New-BootstrapDeviceCredential b -Issuer (Import-CertificateAuthority ca) -NotAfter $read.NotAfter
            $fromDotNet = New-BootstrapDeviceCredential c -Issuer $ca -NotAfter $read.Certificate.NotAfter
            $renewed = $read | Update-DeviceCredential -Issuer $ca -Ledger l.txt -NotAfter $made.NotAfter
            $null = $renewed, $fromDotNet | Export-DeviceCredential renewed
            $times = [ordered]@{
                CA = $ca.NotAfter; ReadCA = (
                    Import-CertificateAuthority ca).NotAfter; Made = $made.NotAfter; Read = $read.NotAfter; Again = $again.NotAfter
                DotNet = $fromDotNet.NotAfter; Renewed = $renewed.NotAfter; ReadRenewed = (Import-DeviceCredential renewed/a).NotAfter
                Entry = (Get-IssuedCertificate l.txt)[0].ExpiresAt; RenewedEntry = (Get-IssuedCertificate l.txt)[1].ExpiresAt
                Certificate = (Get-DeviceCertificate renewed/a/BootstrapDeviceCert.der).NotAfter
                Report = (Test-DeviceCertificate renewed/a/BootstrapDeviceCert.pem -Issuer $ca).NotAfter
            }
            $times.GetEnumerator() | ForEach-Object { "$($_.Key) $(Text $_.Value)" }
            "Begin $(((Get-Date) - $made.NotBefore).TotalMinutes -as [int])"
            $until = $made.NotAfter
            $before, $after = @{ ExpiresBefore = $until }, @{ ExpiresAfter = $until }
            "Before $(@(Get-IssuedCertificate l.txt @before).Count) $(@(Get-IssuedCertificate l.txt @after).Count)"
        }
        """;

    readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    public static TheoryData<string> Zones => ["UTC", "Europe/Berlin", "Pacific/Auckland", "America/Sao_Paulo"];

    [Theory]
    [MemberData(nameof(Zones))]
    public void A_moment_is_the_same_in_files_objects_and_ledgers(string zone)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no TZ");
        Tool.Require("openssl");
        _shell.Environment["TZ"] = zone;
        var script = _shell.Script(Script);
        var moments = new Dictionary<string, string>
        {
            ["never"] = Endless,
            ["9999-12-31T23:59:59Z"] = Endless,
            [Endless] = Endless,
            ["2049-12-31T23:59:59Z"] = "20491231235959Z",
            ["2050-01-01T00:00:00Z"] = "20500101000000Z",
            ["2062-03-25T01:30:00+01:00"] = "20620325003000Z",
            // The hour that Berlin's clocks show twice, and one that Auckland's do not show.
            ["2044-10-30T00:30:00Z"] = "20441030003000Z",
            ["2044-09-24T14:30:00Z"] = "20440924143000Z",
        };
        var run = _shell.Command($"& '{script}' {string.Join(", ", moments.Keys.Select(m => $"'{m}'"))}");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Chunk(14).ToList();
        Assert.Equal(moments.Count, lines.Count);
        foreach (var (i, text) in moments.Values.Index())
        {
            Assert.All(lines[i].Where(l => l.EndsWith('Z')), l => Assert.EndsWith(" " + (l.Contains("CA ") ? Endless : text), l));
            Assert.Equal(12, lines[i].Count(l => l.EndsWith('Z')));
            Assert.Equal(["Begin 60", "Before 0 0"], lines[i][12..]);
            var files = Tool.Bash(Path.Combine(_shell.Folder, $"{i}"),
                "for f in renewed/*/*Cert.pem out/a/*Cert.pem; do openssl x509 -in $f -noout -enddate -dateopt iso_8601; done");
            var iso = $"notAfter={text[..4]}-{text[4..6]}-{text[6..8]} {text[8..10]}:{text[10..12]}:{text[12..14]}Z";
            Assert.Equal([iso, iso, iso], files.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void A_clock_that_cannot_be_right_is_said(string zone)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no TZ");
        Tool.Require("faketime");
        var script = _shell.Script(
            "try { $null = New-CertificateAuthority Root -ErrorAction Stop } catch { $_.Exception.ErrorId; $_.Exception.Message }");
        var run = Tool.Try("env", $"TZ={zone}", "faketime", "-f", "@1970-01-01 12:00:00", Shell.Dotnet, Shell.Path, "-NoProfile", script);
        Assert.StartsWith("ClockWrong\n", run.Output);
        Assert.Contains("Check this computer's clock", run.Output);
    }
}
