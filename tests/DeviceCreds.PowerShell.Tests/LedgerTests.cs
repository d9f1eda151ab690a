namespace DeviceCreds.PowerShell.Tests;

/// <summary>Lists in, ledgers out.</summary>
public sealed class LedgerTests(Engine engine) : IClassFixture<Engine>
{
    const string Lines =
        "V\t460123111610Z\t\t01AB\tunknown\t/CN=dev-1\n"
            + "V\t200123111610Z\t\t02\tunknown\t/OU=acc/CN=dev-2\n"
            + "V\t460123111610Z\t\t03\tunknown\t/CN=dev-1\n"
            + "R\t460123111610Z\t250123111610Z,superseded\t04\tunknown\t/CN=other\n";

    static string Ledger(TempFolder folder, string name = "index.txt", string content = Lines)
    {
        File.WriteAllText(folder.File(name), content);
        return folder.File(name);
    }

    [Theory]
    [InlineData("", "01AB,02,03,04")]
    [InlineData("-EndpointName dev-*", "01AB,02,03")]
    [InlineData("-EndpointName DEV-1", "")]
    [InlineData("-SerialNumber 1:ab, 4", "01AB,04")]
    [InlineData("-State Valid", "01AB,03")]
    [InlineData("-State Expired, Revoked", "02,04")]
    [InlineData("-ExpiresBefore 2030-01-01", "02")]
    [InlineData("-ExpiresAfter 2030-01-01 -State Revoked", "04")]
    public void Filters_must_all_be_met(string filters, string serials)
    {
        using var folder = new TempFolder();
        var result = engine.Run("Get-IssuedCertificate $args[0] " + filters, Ledger(folder));
        Assert.Empty(result.Errors);
        Assert.Equal(serials, string.Join(",", result.All<string>("SerialNumber")));
    }

    [Fact]
    public void A_malformed_line_is_an_error_record_and_the_others_are_given()
    {
        using var folder = new TempFolder();
        var result = engine.Run("Get-IssuedCertificate $args[0]", Ledger(folder, content: "what\n" + Lines));
        Assert.Equal(4, result.Output.Count);
        Assert.StartsWith("LedgerFieldCount,", Assert.Single(result.Errors).FullyQualifiedErrorId);
    }

    [Fact]
    public void An_endpoint_name_stands_for_all_its_valid_certificates()
    {
        using var folder = new TempFolder();
        var path = Ledger(folder);
        Assert.Empty(engine.Run("Revoke-DeviceCertificate -EndpointName dev-1 -Ledger $args[0] -WhatIf", path).Output);
        Assert.Equal(Lines, File.ReadAllText(path));
        var result =
            engine.Run("Revoke-DeviceCertificate -EndpointName dev-1, nobody -Ledger $args[0] -Reason KeyCompromise -Confirm:$false", path);
        Assert.Equal(["01AB", "03"], result.All<string>("SerialNumber"));
        Assert.StartsWith("EndpointNameNotFound,", Assert.Single(result.Errors).FullyQualifiedErrorId);
        Assert.StartsWith("AlreadyRevoked,",
            engine.Run("Revoke-DeviceCertificate -SerialNumber 3 -Ledger $args[0] -Confirm:$false", path).Error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Entries_and_credentials_are_revoked_from_the_pipeline()
    {
        using var folder = new TempFolder();
        var path = Ledger(folder);
        Assert.Equal("02",
            engine.Run("Get-IssuedCertificate $args[0] -State Expired | Revoke-DeviceCertificate -Ledger $args[0] -Confirm:$false",
                path).Single.Properties["SerialNumber"].Value);
        Assert.StartsWith("SerialNumberNotFound,",
            engine.Run(
                "New-BootstrapDeviceCredential dev-9 -Issuer (New-CertificateAuthority Root) | Revoke-DeviceCertificate -Ledger $args[0] "
                    + "-Confirm:$false", path).Error.FullyQualifiedErrorId);
        Assert.StartsWith("FileNotFound,",
            engine.Run("Revoke-DeviceCertificate -SerialNumber 3 -Ledger $args[0] -Confirm:$false",
                folder.File("none")).Error.FullyQualifiedErrorId);
        Assert.False(File.Exists(folder.File("none")));
    }

    [Fact]
    public void A_fleet_is_renewed_in_its_order_and_the_ledger_says_what_each_renews()
    {
        using var folder = new TempFolder();
        var (path, ca) = (folder.File("index.txt"), engine.Run("New-CertificateAuthority Root").Single);
        var old =
            engine.Run(
                "$n = 1..60 | ForEach-Object { \"dev-$_\" }; $n | New-BootstrapDeviceCredential -Issuer $args[0] -Ledger $args[1]; "
                    + "$n | New-Lwm2mDeviceCredential -AccountId acc -Issuer $args[0] -Ledger $args[1]", ca, path);
        var renewed = engine.Run("$args[2] | Update-DeviceCredential -Issuer $args[0] -Ledger $args[1] -Summary", ca, path, old.Output);
        Assert.Empty(renewed.Errors);
        Assert.Equal(120L, renewed.Output[120].Properties["Succeeded"].Value);
        var credentials = renewed.Output.Take(120).ToList();
        Assert.Equal(old.All<object>("Kind"), credentials.Select(c => c.Properties["Kind"].Value));
        Assert.Equal(old.All<string>("EndpointName"), credentials.Select(c => (string)c.Properties["EndpointName"].Value));
        Assert.Equal(old.All<string>("SerialNumber"), credentials.Select(c => (string)c.Properties["Renews"].Value));
        Assert.Equal(old.All<string>("SerialNumber"),
            engine.Run("Get-IssuedCertificate $args[0] -State Valid | Where-Object Renews", path).All<string>("Renews"));
        Assert.Equal(240, engine.Run("Get-IssuedCertificate $args[0] -State Valid", path).Output.Count);
    }

    [Fact]
    public void A_credential_that_cannot_be_renewed_is_an_error_and_the_others_go_on()
    {
        using var folder = new TempFolder();
        var (path, ca) = (folder.File("index.txt"), engine.Run("New-CertificateAuthority Root").Single);
        var old =
            engine.Run(
                "'a', 'b', 'c' | New-BootstrapDeviceCredential -Issuer $args[0] -Ledger $args[1]; "
                    + "New-DeviceCertificateRequest d | Export-DeviceCertificateRequest $args[2] | Import-DeviceCertificateRequest | "
                    + "New-BootstrapDeviceCredential -Issuer $args[0]", ca, path, folder.File("d.csr"));
        engine.Run("$args[0][1] | Revoke-DeviceCertificate -Ledger $args[1] -Confirm:$false", old.Output, path);
        var kept = engine.Run("$args[2] | Update-DeviceCredential -Issuer $args[0] -Ledger $args[1]", ca, path, old.Output);
        Assert.Equal(["a", "c", "d"], kept.All<string>("EndpointName"));
        Assert.StartsWith("CertificateRevoked,", Assert.Single(kept.Errors).FullyQualifiedErrorId);
        var fresh = engine.Run("$args[2] | Update-DeviceCredential -Issuer $args[0] -Ledger $args[1] -NewKey -AllowDuplicate", ca, path,
            old.Output);
        Assert.Equal(["a", "b", "c"], fresh.All<string>("EndpointName"));
        Assert.StartsWith("NewKeyOnDevice,", Assert.Single(fresh.Errors).FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("New-BootstrapDeviceCredential d -Issuer $args[0] -Ledger $args[1]")]
    [InlineData("New-Lwm2mDeviceCredential d -AccountId acc -Issuer $args[0] -Ledger $args[1]")]
    [InlineData("$args[2] | Update-DeviceCredential -Issuer $args[0] -Ledger $args[1] -NewKey")]
    [InlineData("New-CertificateAuthority Other -Issuer $args[0] -Ledger $args[1]")]
    [InlineData("$args[3] | Update-CertificateAuthority -Issuer $args[0] -Ledger $args[1]")]
    public void What_the_ledger_has_as_revoked_issues_nothing(string command)
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        var root = engine.Run("New-CertificateAuthority Root -Ledger $args[0]", path).Single;
        var factory = engine.Run("New-CertificateAuthority Factory -Issuer $args[0] -Ledger $args[1] -PathLength 1", root, path).Single;
        var device = engine.Run("New-BootstrapDeviceCredential d -Issuer $args[0]", factory).Single;
        var other = engine.Run("New-CertificateAuthority Below -Issuer $args[0]", factory).Single;
        engine.Run("$args[0] | Revoke-DeviceCertificate -Ledger $args[1] -Reason CertificateHold -Confirm:$false", factory, path);
        var lines = File.ReadAllText(path);
        var error = engine.Run(command, factory, path, device, other).Error;
        Assert.StartsWith("IssuerRevoked,", error.FullyQualifiedErrorId);
        Assert.Equal(lines, File.ReadAllText(path));
        engine.Run("$args[0] | Revoke-DeviceCertificate -Ledger $args[1] -Reason RemoveFromCrl -Confirm:$false", factory, path);
        Assert.Empty(engine.Run(command, factory, path, device, other).Errors);
    }

    [Theory]
    [InlineData("-ValidYears 10", "ValidityTooShort,")]
    [InlineData("-ValidYears 11 -NoExpiration", "ValidityAmbiguous,")]
    public void A_renewal_that_cannot_be_leaves_no_ledger(string validity, string id)
    {
        using var folder = new TempFolder();
        var result =
            engine.Run(
                "$ca = New-CertificateAuthority Root; New-BootstrapDeviceCredential a -Issuer $ca | Update-DeviceCredential -Issuer $ca "
                    + "-Ledger $args[0] " + validity, folder.File("index.txt"));
        Assert.StartsWith(id, result.Error.FullyQualifiedErrorId);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Ledgers_are_merged_and_nothing_is_written_when_only_asked_about()
    {
        using var folder = new TempFolder();
        Ledger(folder, "1.txt");
        Ledger(folder, "2.txt", Lines.Replace("01AB", "05"));
        Assert.Empty(engine.Run("Merge-IssuanceLedger \"$($args[0])/?.txt\" \"$($args[0])/all.txt\" -WhatIf", folder.Path).Output);
        Assert.False(File.Exists(folder.File("all.txt")));
        Assert.Equal("all.txt",
            engine.Run("Merge-IssuanceLedger \"$($args[0])/?.txt\" \"$($args[0])/all.txt\"", folder.Path).Single.Properties["Name"].Value);
        Assert.Equal(["01AB", "02", "03", "04", "05"],
            engine.Run("Get-IssuedCertificate $args[0]", folder.File("all.txt")).All<string>("SerialNumber"));
    }

    [Fact]
    public void The_columns_of_a_list_reach_the_cmdlets_behind_by_their_names()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("d.csv"), "cn;aid;Manufacturer;Columns\ndev-1;acc;Acme;x\n bad;acc;;\ndev-2;acc;Other;\n");
        var result = engine.Run("Import-DeviceList $args[0] | New-DeviceConfiguration", folder.File("d.csv"));
        Assert.Equal(["Acme", "Other"], result.All<string>("Manufacturer"));
        var error = Assert.Single(result.Errors);
        Assert.StartsWith("EndpointNameSurroundedBySpaces,", error.FullyQualifiedErrorId);
        Assert.Contains("line 3, column 1: cn: ", error.Exception.Message);
        Assert.Equal(["dev-1", "dev-2"],
            engine.Run(
                "Import-DeviceList $args[0] -ErrorAction SilentlyContinue | New-Lwm2mDeviceCredential -Issuer (New-CertificateAuthority "
                    + "Root)", folder.File("d.csv")).All<string>("EndpointName"));
    }

    [Fact]
    public void Skip_first_and_shard_take_a_part()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("d"), string.Concat(Enumerable.Range(0, 100).Select(i => $"dev-{i:D2}\n")));
        Assert.Equal(["dev-03", "dev-04"],
            engine.Run("Import-DeviceList $args[0] -Skip 3 -First 2", folder.File("d")).All<string>("EndpointName"));
        var parts = engine.Run("$f = $args[0]; 1..3 | ForEach-Object { Import-DeviceList $f -Shard \"$_/3\" }", folder.File("d"))
            .All<string>("EndpointName").Order();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"dev-{i:D2}"), parts);
        Assert.StartsWith("CannotConvertArgumentNoMessage,",
            engine.Run("Import-DeviceList $args[0] -Shard 4/3", folder.File("d")).Error.FullyQualifiedErrorId);
    }
}
