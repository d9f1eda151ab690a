using System.Globalization;
using System.Management.Automation;
using System.Security;

namespace DeviceCreds.PowerShell.Tests;

public sealed class BindingTests(Engine engine) : IClassFixture<Engine>
{
    [Theory]
    [InlineData("Export-DeviceCredential -Format sen", "SenmlCbor,SenmlJson")]
    [InlineData("Export-DeviceCredential -Format P", "P7b,Pem,Pfx,PfxLegacy")]
    [InlineData("Test-DeviceCertificate -Kind ", "Bootstrap,Lwm2m")]
    [InlineData("Export-DeviceKey -Encoding ", "Pkcs8,Sec1")]
    [InlineData("New-Lwm2mDeviceCredential -Acc", "-AccountId")]
    public void Tab_completes(string line, string expected)
    {
        using var shell = engine.Create("");
        shell.Commands.Clear();
        var completion = CommandCompletion.CompleteInput(line, line.Length, null, shell);
        Assert.Equal(expected, string.Join(",", completion.CompletionMatches.Select(m => m.CompletionText).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_wrong_kind_lists_what_there_is()
    {
        var message = engine.Run("Test-DeviceCertificate x.pem -Kind Bootstrp").Error.Exception.Message;
        Assert.Contains("Bootstrap", message);
        Assert.Contains("Lwm2m", message);
    }

    [Fact]
    public void A_password_opens_what_it_closed_and_no_other_does()
    {
        using var folder = new TempFolder();
        var key = engine.Run("New-DeviceKey").Single;
        Assert.Single(
            engine.Run("$args[0] | Export-DeviceKey $args[1] -Password $args[2]", key, folder.File("key.pem"), Password("grüße")).Output);
        Assert.Equal(key.BaseObject,
            engine.Run("Import-DeviceKey $args[0] -Password $args[1]", folder.File("key.pem"), Password("grüße")).Single.BaseObject);
        var wrong = engine.Run("Import-DeviceKey $args[0] -Password $args[1]", folder.File("key.pem"), Password("other")).Error;
        Assert.StartsWith("PasswordWrong,", wrong.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.AuthenticationError, wrong.CategoryInfo.Category);
        Assert.StartsWith("PasswordMissing,", engine.Run("Import-DeviceKey $args[0]", folder.File("key.pem")).Error.FullyQualifiedErrorId);
    }

    [Fact]
    public void An_authority_is_kept_and_loaded_again()
    {
        using var folder = new TempFolder();
        var script = """
            $chain = New-CertificateChain Root, Sub
            $null = $chain.Issuer | Export-CertificateAuthority -Path $args[0] -Password $args[1]
            $ca = Import-CertificateAuthority $args[0] -Password $args[1]
            New-BootstrapDeviceCredential device-1 -Issuer $ca | Test-DeviceCertificate -Issuer $chain
            """;
        Assert.True((bool)engine.Run(script, folder.Path, Password("secret")).Single.Properties["Passed"].Value);
    }

    [Theory]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    [InlineData("de-DE")]
    public void Culture_changes_nothing_in_files(string culture)
    {
        using var folder = new TempFolder();
        var script = """
            [cultureinfo]::CurrentCulture = $args[1]
            $null = New-BootstrapDeviceCredential device-1 -Issuer (New-CertificateChain Root, Sub) | Export-DeviceCredential -Path $args[0]
            [cultureinfo]::CurrentCulture.Name
            """;
        Assert.Equal(culture, engine.Run(script, folder.Path, new CultureInfo(culture)).Output[^1].ToString());
        var certificate = engine.Run("Get-DeviceCertificate $args[0]", folder.File("device-1/BootstrapDeviceCert.der")).Single;
        Assert.InRange((DateTime)certificate.Properties["NotAfter"].Value, DateTime.Now.AddYears(20).AddDays(-1),
            DateTime.Now.AddYears(20).AddDays(1));
    }

    [Theory]
    [InlineData(0, "True", "")]
    [InlineData(11, "True", "TimeLeft")]
    [InlineData(21, "False", "TimeLeft")]
    public void At_moves_the_clock(int years, string passed, string warnings)
    {
        var report =
            engine.Run(
                "New-BootstrapDeviceCredential d -Issuer ($ca = New-CertificateAuthority Root) | Test-DeviceCertificate -Issuer $ca -At "
                    + "([datetime]::Now.AddYears($args[0]).AddMinutes(1))", years).Single;
        Assert.Equal(passed, report.Properties["Passed"].Value.ToString());
        Assert.Equal(warnings,
            string.Join(",",
                ((IEnumerable<object>)report.Properties["Warnings"].Value).Select(w => PSObject.AsPSObject(w).Properties["Id"].Value)));
    }

    [Fact]
    public void Quiet_gives_a_bool_and_what_was_not_given_is_skipped()
    {
        Assert.Equal(true,
            engine.Run(
                "New-BootstrapDeviceCredential d -Issuer (New-CertificateAuthority Root) | Test-DeviceCertificate "
                    + "-Quiet").Single.BaseObject);
        var skipped =
            engine.Run(
                "(New-BootstrapDeviceCredential d -Issuer (New-CertificateAuthority Root) | Test-DeviceCertificate).Checks.Where({ "
                    + "$_.Outcome -eq 'Skipped' }).Id");
        Assert.Contains("TrustedIssuer", skipped.Output.Select(o => o.ToString()));
    }

    [Fact]
    public void The_module_can_be_removed_and_imported_again()
    {
        using var fresh = new Engine();
        Assert.Empty(fresh.Run("Remove-Module DeviceCreds; Import-Module $args[0]; Import-Module $args[0] -Force", Engine.Manifest).Errors);
        Assert.Single(fresh.Run("New-DeviceKey").Output);
    }

    static SecureString Password(string text)
    {
        var password = new SecureString();
        foreach (var c in text) password.AppendChar(c);
        return password;
    }
}
