using System.Management.Automation;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>What happens when nothing is said about it.</summary>
public sealed class DefaultTests(Engine engine) : IClassFixture<Engine>
{
    [Theory]
    [InlineData("@(New-DeviceKey).Count", "1")]
    [InlineData("(New-CertificateAuthority Root).PathLength", "3")]
    [InlineData("(New-CertificateAuthority Root).IsRoot", "True")]
    [InlineData("(New-CertificateAuthority Root).KeyLocation", "memory")]
    [InlineData("(New-CertificateAuthority Sub -Issuer (New-CertificateAuthority Root)).PathLength", "2")]
    [InlineData("[int](((New-CertificateAuthority Root).NotAfter - [datetime]::Now).TotalDays / 365.2425)", "35")]
    [InlineData("[int](((New-CertificateChain Root, Sub).Leaf.NotAfter - [datetime]::Now).TotalDays / 365.2425)", "35")]
    [InlineData("(New-CertificateChain Root, A, B).Issuer.PathLength", "0")]
    [InlineData("(New-CertificateChain Root, A, B).Certificates.Subject -join ' '", "CN=B CN=A CN=Root")]
    [InlineData("[int](((New-BootstrapDeviceCredential d -Issuer (New-CertificateAuthority Root)).NotAfter - [datetime]::Now).TotalDays / "
        + "365.2425)", "20")]
    [InlineData("[int](((New-BootstrapDeviceCredential d -Issuer (New-CertificateAuthority Root -ValidYears 12)).NotAfter - "
        + "[datetime]::Now).TotalDays / 365.2425)", "12")]
    [InlineData("(New-BootstrapDeviceCredential d -Issuer (New-CertificateAuthority Root -NoExpiration) "
        + "-NoExpiration).NotAfter.ToUniversalTime().ToString('o')", "9999-12-31T23:59:59.0000000Z")]
    [InlineData("(New-BootstrapDeviceCredential d -Issuer (New-CertificateAuthority Root) | Test-DeviceCertificate).Kind", "Bootstrap")]
    [InlineData("(New-Lwm2mDeviceCredential d -AccountId a -Issuer (New-CertificateAuthority Root) | Test-DeviceCertificate).Kind",
        "Lwm2m")]
    [InlineData("(New-DeviceCertificateRequest d).Subject", "CN=d")]
    [InlineData("(New-DeviceCertificateRequest d -AccountId a).Subject", "CN=d,OU=a")]
    public void Nothing_said_means(string script, string expected) => Assert.Equal(expected, engine.Run(script).Single.ToString());

    [Theory]
    [InlineData("key.pem", "", "-----BEGIN EC PRIVATE KEY-----")]
    [InlineData("key", "", "-----BEGIN EC PRIVATE KEY-----")]
    [InlineData("key.der", "", "0w\u0002\u0001\u0001")]
    [InlineData("key.DER", "-Format Pem", "-----BEGIN EC PRIVATE KEY-----")]
    [InlineData("key.pem", "-Encoding Pkcs8", "-----BEGIN PRIVATE KEY-----")]
    public void A_key_is_written_in_the_form_that_its_file_s_ending_says(string name, string options, string begins)
    {
        using var folder = new TempFolder();
        var file = engine.Run($"New-DeviceKey | Export-DeviceKey $args[0] {options}", folder.File(name)).Single;
        Assert.Equal(folder.File(name), ((FileInfo)file.BaseObject).FullName);
        Assert.StartsWith(begins, File.ReadAllText(folder.File(name)));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File(name)));
    }

    [Fact]
    public void A_credential_is_written_as_the_document_names_its_files()
    {
        using var folder = new TempFolder();
        var script = """
            $chain = New-CertificateChain Root, Sub
            $f = $args[0]
            New-BootstrapDeviceCredential 'dev/1' -Issuer $chain | Export-DeviceCredential $f
            New-Lwm2mDeviceCredential 'dev/1' -AccountId a -Issuer $chain | Export-DeviceCredential $f -Format Pem -ExcludeRoot
            """;
        var files = engine.Run(script, folder.Path);
        Assert.Empty(files.Errors);
        Assert.Equal(
            ["BootstrapDeviceCert.der", "BootstrapDeviceCert.pem", "BootstrapDevicePrivateKey.der",
                "BootstrapDevicePrivateKey.pem", "LwM2MDeviceCert.pem", "LwM2MDevicePrivateKey.pem"],
            files.Output.SelectMany(o => ((IEnumerable<FileInfo>)o.Properties["Files"].Value).Select(f => f.Name))
                .Order(StringComparer.Ordinal));
        Assert.All(files.All<string>("Path"), path => Assert.Equal("dev%2F1", Path.GetFileName(path)));
        Assert.Equal(["1 CN=dev/1", "2 CN=Sub", "3 CN=Root"],
            engine.Run("Get-DeviceCertificate $args[0] | ForEach-Object { \"$($_.Position) $($_.Subject)\" }",
                folder.File("dev%2F1/BootstrapDeviceCert.pem")).Output.Select(o => o.ToString()));
        Assert.Equal(["CN=dev/1,OU=a", "CN=Sub"],
            engine.Run("Get-DeviceCertificate $args[0]", folder.File("dev%2F1/LwM2MDeviceCert.pem")).All<string>("Subject"));
    }

    [Fact]
    public void WhatIf_writes_no_request()
    {
        using var folder = new TempFolder();
        var result = engine.Run("New-DeviceCertificateRequest d | Export-DeviceCertificateRequest $args[0] -WhatIf", folder.File("r.pem"));
        Assert.Empty(result.Output);
        Assert.Empty(result.Errors);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("$key | Export-DeviceKey $f/x.pem")]
    [InlineData("$ca | Export-CertificateAuthority $f -NoPassword")]
    [InlineData("$request | Export-DeviceCertificateRequest $f/x.pem")]
    [InlineData("$credential | Export-DeviceCredential $f")]
    public void Nothing_is_replaced_without_Force(string export)
    {
        using var folder = new TempFolder();
        var script = $$"""
            $f = $args[0]
            foreach ($round in 1..3) {
                $ca = New-CertificateAuthority Root
                $key = New-DeviceKey
                $request = New-DeviceCertificateRequest d
                $credential = New-BootstrapDeviceCredential d -Issuer $ca
                if ($round -lt 3) { {{export}} } else { {{export}} -Force }
                $files = [System.IO.Directory]::GetFiles($f, '*', 'AllDirectories')
                [string]::Join("`n", @($files | ForEach-Object { [System.IO.File]::ReadAllText($_) }))
            }
            """;
        var result = engine.Run(script, folder.Path);
        Assert.StartsWith("FileExists,", Assert.Single(result.Errors).FullyQualifiedErrorId);
        var contents = result.Output.Where(o => o.BaseObject is string).Select(o => o.ToString()).ToList();
        Assert.Equal(contents[0], contents[1]);
        Assert.NotEqual(contents[1], contents[2]);
    }
}
