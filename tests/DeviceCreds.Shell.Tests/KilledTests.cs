using System.Diagnostics;
using System.Text.Json;
using DeviceCreds.Tests;

namespace DeviceCreds.Shell.Tests;

/// <summary>
/// Real processes that are killed while they write (SIGKILL): what they wrote is complete or not there, and the next run takes
/// the rest away.
/// </summary>
public sealed class KilledTests : IDisposable
{
    // Where unfinished files are.
    const string Unfinished = ".~export";

    readonly Shell _shell = new();

    public KilledTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "SIGKILL is Unix's");

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void A_CA_s_key_that_was_being_written_is_nowhere_after_the_next_export()
    {
        var script = _shell.Script("""
            $ca = New-CertificateAuthority Root
            foreach ($i in 1..2000) { $null = $ca | Export-CertificateAuthority -Path "$PSScriptRoot/ca" -NoPassword -Force }
            """);
        var folder = Path.Combine(_shell.Folder, "ca");
        for (var kill = 0; kill < 5; kill++) Kill(script, () => File.Exists(Path.Combine(folder, "CA_private.pem"))
            && UnfinishedFiles(folder).Any());
        var run = _shell.Command(
            $"$null = New-CertificateAuthority Other | Export-CertificateAuthority -Path '{folder}' -NoPrivateKey -Force");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["CA_cert.pem", "CA_chain.pem", "CA_private.pem"], Everything(folder));
    }

    [Fact]
    public void Files_that_hold_all_devices_are_complete_after_the_run_that_goes_on()
    {
        const int devices = 300;
        var script = _shell.Script("""
            $ca = if (
                Test-Path "$PSScriptRoot/ca") { Import-CertificateAuthority "$PSScriptRoot/ca" } else { New-CertificateAuthority Root }
            if (-not (Test-Path "$PSScriptRoot/ca")) { $null = $ca | Export-CertificateAuthority "$PSScriptRoot/ca" -NoPassword }
            $configuration = New-DeviceConfiguration -ServerUri 'coaps://lwm2m.example.com:5684'
            1..300 | ForEach-Object { "d-$_" } |
                New-Lwm2mDeviceCredential -AccountId acc -Issuer $ca -Ledger "$PSScriptRoot/index.txt" -SkipExported "$PSScriptRoot/out" `
                    -WarningAction Ignore |
                Export-DeviceCredential -Path "$PSScriptRoot/out" -Format Pem, AwsIot, Leshan,
                    Cumulocity -Configuration $configuration | Out-Null
            """);
        var folder = Path.Combine(_shell.Folder, "out");
        var random = new Random(3);
        for (var kill = 1; kill <= 3; kill++)
        {
            var done = kill * devices / 5 + random.Next(20);
            Kill(script, () => Directory.Exists(folder) && Directory.GetDirectories(folder, "d-*").Length >= done
                && UnfinishedFiles(folder).Any(f => f.EndsWith("aws-iot.jsonl")));
        }

        var run = _shell.Run(script);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(devices, Directory.GetDirectories(folder, "d-*").Length);
        Assert.Equal(["aws-iot.jsonl", "cumulocity-lwm2m.csv", "leshan-security.json"],
            Everything(folder).Where(f => !f.StartsWith("d-", StringComparison.Ordinal)));
        var names = Enumerable.Range(1, devices).Select(i => $"d-{i}").Order().ToList();
        Assert.Equal(
            names, File.ReadLines(Path.Combine(folder, "aws-iot.jsonl")).Select(l =>
            JsonDocument.Parse(l).RootElement.GetProperty("ThingName").GetString()!).Order());
        Assert.Equal(
            names, JsonDocument.Parse(File.ReadAllText(Path.Combine(folder,
            "leshan-security.json"))).RootElement.EnumerateArray().Select(e => e.GetProperty("endpoint").GetString()!).Order());
        Assert.Equal(names, File.ReadLines(Path.Combine(folder, "cumulocity-lwm2m.csv")).Skip(1).Select(l => l.Split(';')[0]).Order());
        // Each of the certificates in the files is the one in the device's folder, and the ledger has it.
        var ledger = _shell.Command(
            $"@(Get-IssuedCertificate '{_shell.Folder}/index.txt' -State Valid -NotRenewed -NotIn '{folder}').Count; "
            + $"@(Get-IssuedCertificate '{_shell.Folder}/index.txt' -NotRenewed).Count");
        Assert.Equal($"0\n{devices}\n", ledger.Output);
        foreach (var entry in File.ReadLines(Path.Combine(folder, "aws-iot.jsonl")).Take(20).Select(l => JsonDocument.Parse(l).RootElement))
        {
            var certificate = File.ReadAllText(Path.Combine(folder, entry.GetProperty("ThingName").GetString()!, "LwM2MDeviceCert.pem"));
            Assert.StartsWith(entry.GetProperty("CertificatePem").GetString()!.Trim(), certificate);
        }
    }

    [Theory]
    [InlineData("Tar")]
    [InlineData("Zip")]
    public void An_archive_is_complete_or_not_there_and_the_next_run_removes_the_rest(string archive)
    {
        const int devices = 2000;
        var script = _shell.Script($$"""
            $ca = New-CertificateAuthority Root
            1..{{devices}} | ForEach-Object { "d-$_" } | New-BootstrapDeviceCredential -Issuer $ca -SkipExported "$PSScriptRoot/out" |
                Export-DeviceCredential -Path "$PSScriptRoot/out" -Archive {{archive}} | Out-Null
            """);
        var folder = Path.Combine(_shell.Folder, "out");
        for (var kill = 1; kill <= 3; kill++)
        {
            var bytes = kill * 500_000;
            Kill(script, () => UnfinishedFiles(folder).Any(f => f.Contains("devices.") && new FileInfo(f) is { Exists: true } file
                && file.Length > bytes));
            Assert.Empty(Directory.GetFiles(folder));
        }

        var run = _shell.Run(script);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var name = "devices." + archive.ToLowerInvariant();
        Assert.Equal([name, name + ".json"], Everything(folder));
        Assert.Equal($"{devices}\n", _shell.Command($"@(Import-DeviceCredential '{folder}').Count").Output);
    }

    [Fact]
    public void What_a_killed_run_recorded_and_did_not_export_is_NotDelivered_and_nothing_else_is()
    {
        const int devices = 2_000;
        var script = _shell.Script($$"""
            Set-Location $PSScriptRoot
            $ca = New-CertificateAuthority Root
            1..{{devices}} | ForEach-Object { "d-$_" } | Set-Content list.txt
            Import-DeviceList list.txt | New-BootstrapDeviceCredential -Issuer $ca -Ledger index.txt |
                Export-DeviceCredential -Path out | Out-Null
            """);
        var (ledger, folder) = (Path.Combine(_shell.Folder, "index.txt"), Path.Combine(_shell.Folder, "out"));
        Kill(script, () => Directory.Exists(folder) && Directory.GetDirectories(folder, "d-*").Length >= devices / 5);
        var recorded = File.ReadAllText(ledger).Split('\n')[..^1].Select(l => l.Split('\t')).ToDictionary(l => l[5][4..], l => l[3]);
        var exported = Directory.GetDirectories(folder, "d-*").Select(d => Path.GetFileName(d)!).ToHashSet();
        Assert.InRange(exported.Count, 1, recorded.Count - 1);

        var run = _shell.Run("-Command", $$"""
            Set-Location '{{_shell.Folder}}'
            $accounts = Compare-IssuanceLedger index.txt -Path out -List list.txt -SetExitCode
            $accounts | ForEach-Object { "$($_.EndpointName) $($_.State) $($_.SerialNumbersToRevoke)" }
            """);
        Assert.Equal((2, ""), (run.ExitCode, run.Error));
        string Expected(string name) => exported.Contains(name) ? $"{name} Delivered "
            : recorded.TryGetValue(name, out var serial) ? $"{name} NotDelivered {serial}" : $"{name} Missing ";
        Assert.Equal(Enumerable.Range(1, devices).Select(i => Expected($"d-{i}")),
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        // Revoked and made again, the books balance.
        run = _shell.Command($$"""
            Set-Location '{{_shell.Folder}}'
            $books = @{ Ledger = 'index.txt'; Path = 'out'; List = 'list.txt' }
            $null = Compare-IssuanceLedger @books | Where-Object State -EQ NotDelivered |
                Revoke-DeviceCertificate -Ledger index.txt -Reason Superseded -Confirm:$false
            $null = Compare-IssuanceLedger @books | Where-Object State -EQ Missing |
                New-BootstrapDeviceCredential -Issuer (New-CertificateAuthority Root) -Ledger index.txt | Export-DeviceCredential -Path out
            Compare-IssuanceLedger @books -Summary -SetExitCode | Select-Object -Last 1 |
                ForEach-Object { "$($_.States['Delivered']) $($_.IsBalanced) $($_.RevokedCertificates)" }
            """);
        Assert.Equal((0, $"{devices} True {recorded.Count - exported.Count}\n", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void A_revocation_list_s_number_is_whole_and_never_used_twice()
    {
        var script = _shell.Script("""
            $ca = New-CertificateAuthority Root
            Set-Location $PSScriptRoot
            if (-not (Test-Path index.txt)) {
                $credential = New-BootstrapDeviceCredential a -Issuer $ca -Ledger index.txt
                $null = $credential | Revoke-DeviceCertificate -Ledger index.txt -Confirm:$false
            }
            foreach ($i in 1..2000) { [System.IO.File]::AppendAllText('numbers',
                (New-CertificateRevocationList -Issuer $ca -Ledger index.txt).Number + "`n") }
            """);
        var numbers = Path.Combine(_shell.Folder, "numbers");
        for (var kill = 1; kill <= 4; kill++)
        {
            var least = kill * 5;
            Kill(script, () => File.Exists(numbers) && File.ReadLines(numbers).Count() >= least
                && File.Exists(Path.Combine(_shell.Folder, "index.txt.crlnumber.tmp")));
        }

        var run = _shell.Command(
            $"(New-CertificateRevocationList -Issuer (New-CertificateAuthority Root) -Ledger '{_shell.Folder}/index.txt').Number");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var all = File.ReadAllLines(numbers).Append(run.Output.Trim()).Select(n => Convert.ToInt32(n, 16)).ToList();
        Assert.Equal(all.Order().Distinct(), all);
        Assert.DoesNotContain(Everything(_shell.Folder), f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    void Kill(string script, Func<bool> isTime)
    {
        using var process = _shell.Start(script);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        while (!process.HasExited && !isTime()) Thread.Yield();
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        Assert.Equal("", error.Result + output.Result);
    }

    static IEnumerable<string> UnfinishedFiles(string folder)
    {
        try
        {
            return Directory.GetFiles(Path.Combine(folder, Unfinished), "*", SearchOption.AllDirectories).Where(f =>
                !f.EndsWith(".lock", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It comes and goes.
            return [];
        }
    }

    static IEnumerable<string> Everything(string folder) =>
        Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None })
            .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
}
