using System.Management.Automation;

namespace DeviceCreds.PowerShell.Tests;

public sealed class ScaleTests(Engine engine) : IClassFixture<Engine>
{
    static readonly string[] Names = [.. Enumerable.Range(0, 2_000).Select(i => $"device-{i}")];

    readonly PSObject _chain = engine.Run("New-CertificateChain 'Root CA', 'Factory CA'").Single;

    static string[] Folders(TempFolder folder) =>
        [.. Directory.GetDirectories(folder.Path).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    static (long Succeeded, long Skipped, long Failed) Figures(PSObject summary) =>
        ((long)summary.Properties["Succeeded"].Value, (long)summary.Properties["Skipped"].Value, (long)summary.Properties["Failed"].Value);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Whatever_the_limit_the_order_is_the_rows_and_errors_stand_at_their_place(int limit)
    {
        string[] names = [.. Names.Select((n, i) => i % 100 == 50 ? Names[i - 1] : n)];
        var result =
            engine.Run(
                "$args[0] | New-BootstrapDeviceCredential -Issuer $args[1] -ThrottleLimit $args[2] 2>&1 | ForEach-Object { if ($_ -is "
                    + "[DeviceCreds.DeviceCredential]) { $_.EndpointName } else { 'error ' + $_.TargetObject } }", names, _chain, limit);
        Assert.Empty(result.Errors);
        Assert.Equal(names.Select((n, i) => i % 100 == 50 ? "error " + n : n), result.Output.Select(o => (string)o.BaseObject));
    }

    [Fact]
    public void Files_come_out_in_the_order_of_the_rows_and_a_test_of_them_too()
    {
        using var folder = new TempFolder();
        const string line =
            "$args[0] | New-BootstrapDeviceCredential -Issuer $args[1] | Export-DeviceCredential -Path $args[2] -Format Pem "
                + "-ThrottleLimit 4";
        var exported = engine.Run(line, Names, _chain, folder.Path);
        Assert.Empty(exported.Errors);
        Assert.Equal(Names.Select(n => Path.Combine(folder.Path, n)), exported.All<string>("Path"));
        Assert.Equal(Names.Take(5).Select(n => @"Microsoft.PowerShell.Core\FileSystem::" + Path.Combine(folder.Path, n)),
            engine.Run("$args[0].PSPath", (object)exported.Output.Take(5).ToArray()).Output.Select(o => (string)o.BaseObject));
        Assert.All(exported.Output.Take(5),
            o => Assert.Equal("BootstrapDeviceCert.pem", ((FileInfo)o.Properties["CertificateFile"].Value).Name));
        var reports = engine.Run("$args[0] | Test-DeviceCertificate -Issuer $args[1] -ThrottleLimit 4", exported.Output, _chain);
        Assert.Equal(Names, reports.All<string>("EndpointName"));
        Assert.All(reports.All<bool>("Passed"), Assert.True);
    }

    [Fact]
    public void A_file_that_was_written_looks_as_Get_Item_shows_it()
    {
        using var folder = new TempFolder();
        var written = engine.Run("New-DeviceKey | Export-DeviceKey -Path $args[0]", folder.File("key.pem")).Output[0];
        var got = engine.Run("$ExecutionContext.InvokeProvider.Item.Get(@($args[0].PSPath), $true, $true)", written).Single;
        // In the engine: some of the properties are scripts.
        string[] Added(PSObject o) =>
            [.. engine.Run(
                "foreach ($p in $args[0].PSObject.Properties) { if ($p.Name -match '^(PS|Unix)') { \"$($p.Name)=$($p.Value)\" } }",
                o).Output.Select(line => line.ToString()).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(Added(got));
        Assert.Equal(Added(got), Added(written));
    }

    [Fact]
    public void The_ledger_has_every_certificate_before_anybody_else()
    {
        using var folder = new TempFolder();
        var ledger = folder.File("index.txt");
        var recorded =
            engine.Run(
                "$ledger = $args[2]; $args[0] | New-BootstrapDeviceCredential -Issuer $args[1] -Ledger $ledger | ForEach-Object { "
                    + "[System.IO.File]::ReadAllText($ledger).Contains($_.SerialNumber) }", Names.Take(300).ToArray(), _chain, ledger);
        Assert.Empty(recorded.Errors);
        Assert.Equal(300, File.ReadAllLines(ledger).Length);
        Assert.Equal(Enumerable.Repeat(true, 300), recorded.Output.Select(o => (bool)o.BaseObject));
    }

    [Fact]
    public void The_same_line_again_makes_what_is_missing_and_nothing_else()
    {
        using var folder = new TempFolder();
        using var books = new TempFolder();
        const string line =
            "$args[0] | New-BootstrapDeviceCredential -Issuer $args[1] -Ledger $args[3] -SkipExported $args[2] -Summary | "
                + "Export-DeviceCredential -Path $args[2] -Summary";
        (long, long, long)[] Run(string[] names)
        {
            var result = engine.Run(line, names, _chain, folder.Path, books.File("index.txt"));
            Assert.Empty(result.Errors);
            return [.. result.Output.Where(o => o.TypeNames[0] == "DeviceCreds.PowerShell.RunSummary").Select(Figures)];
        }

        string Content(string name) => File.ReadAllText(Path.Combine(folder.Path, name, "BootstrapDevicePrivateKey.pem"));

        Run(Names[..300]);
        File.WriteAllText(Path.Combine(folder.Path, Names[7], "BootstrapDeviceCert.der"), "");
        Directory.Delete(Path.Combine(folder.Path, Names[8]), recursive: true);
        var before = Content(Names[9]);

        var refused = engine.Run(line, Names[..400], _chain, folder.Path, books.File("index.txt"));
        // Nobody but a dead export may have left a half folder; what somebody else did there is not overwritten, and nothing is issued.
        Assert.StartsWith("ExportedCredentialUnusable,", Assert.Single(refused.Errors).FullyQualifiedErrorId);
        Directory.Delete(Path.Combine(folder.Path, Names[7]), recursive: true);

        Assert.Equal([(1, 399, 0), (1, 0, 0)], Run(Names[..400]));
        Assert.Equal(before, Content(Names[9]));
        Assert.Equal(Sorted(Names[..400]), Folders(folder));
        Assert.Equal(402, File.ReadAllLines(books.File("index.txt")).Length);
        Assert.All(
            engine.Run("Import-DeviceCredential $args[0] | Test-DeviceCertificate -Issuer $args[1]", folder.Path, _chain)
                .All<bool>("Passed"), Assert.True);
    }

    [Fact]
    public void What_passed_for_another_kind_CA_or_name_is_not_there()
    {
        using var folder = new TempFolder();
        var other = engine.Run("New-CertificateAuthority 'Other CA'").Single;
        engine.Run("'a' | New-BootstrapDeviceCredential -Issuer $args[0] | Export-DeviceCredential -Path $args[1]", _chain, folder.Path);
        (int, string) Issued(string command, PSObject issuer)
        {
            var run = engine.Run($"'a' | {command} -Issuer $args[0] -SkipExported $args[1]", issuer, folder.Path);
            return (run.Output.Count, string.Concat(run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0])));
        }

        Assert.Equal((0, ""), Issued("New-BootstrapDeviceCredential", _chain));
        Assert.Equal((1, ""), Issued("New-Lwm2mDeviceCredential -AccountId x", _chain));
        // What cannot be exported beside the other's files is not issued.
        Assert.Equal((0, "ExportedCredentialUnusable"), Issued("New-BootstrapDeviceCredential", other));
        Assert.Equal((0, "ExportedCredentialUnusable"), Issued("New-BootstrapDeviceCredential -Key (New-DeviceKey)", _chain));
    }

    [Fact]
    public void Encrypted_keys_are_there_without_their_password()
    {
        using var folder = new TempFolder();
        var password = new System.Net.NetworkCredential("", "secret").SecurePassword;
        Assert.Empty(
            engine.Run("'a' | New-BootstrapDeviceCredential -Issuer $args[0] | Export-DeviceCredential -Path $args[1] -Password $args[2]",
                _chain, folder.Path, password).Errors);
        Assert.Empty(engine.Run("'a' | New-BootstrapDeviceCredential -Issuer $args[0] -SkipExported $args[1]", _chain, folder.Path).Output);
    }

    [Fact]
    public void A_summary_counts_and_names_the_reasons()
    {
        var result = engine.Run("$args[0] | New-BootstrapDeviceCredential -Issuer $args[1] -Summary -ErrorAction SilentlyContinue",
            new[] { "a", "b", "a", "", "a" }, _chain);
        var summary = result.Output[^1];
        Assert.Equal((2, 0, 3), Figures(summary));
        Assert.Equal(5L, summary.Properties["Total"].Value);
        Assert.Equal(["EndpointNameDuplicate: 2", "EndpointNameEmpty: 1"],
            ((IEnumerable<object>)summary.Properties["Failures"].Value).Select(f => f.ToString()));
        Assert.True((double)summary.Properties["PerSecond"].Value > 0);
    }

    [Fact]
    public void Whoever_wants_the_first_only_stops_everything()
    {
        using var folder = new TempFolder();
        var rows = Enumerable.Range(0, 1_000_000).Select(i => "device-" + i);
        var result =
            engine.Run(
                "foreach ($once in 1) { $args[0] | New-BootstrapDeviceCredential -Issuer $args[1] | Export-DeviceCredential -Path "
                    + "$args[2] | ForEach-Object { $_; break } }", rows, _chain, folder.Path);
        Assert.Empty(Directory.GetDirectories(folder.Path, ".~*"));
        Assert.InRange(Folders(folder).Length, 1, 20_000);
    }

    [Fact]
    public void What_waits_for_its_place_asks_first_and_in_order()
    {
        using var folder = new TempFolder();
        Assert.Empty(
            engine.Run("$args[0] | New-BootstrapDeviceCredential -Issuer $args[1] | Export-DeviceCredential -Path $args[2] -WhatIf",
                Names[..50], _chain, folder.Path).Output);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
