using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.PowerShell.Tests;

/// <summary>Where a CA's key may live, from a user's side.</summary>
public sealed class SigningTests(Engine engine) : IClassFixture<Engine>
{
    static SecureString Secure(string text)
    {
        var secure = new SecureString();
        foreach (var c in text) secure.AppendChar(c);
        return secure;
    }

    static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Store CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(30));
    }

    [Fact]
    public void A_certificate_with_its_key_is_a_ca_by_parameter_and_by_pipeline()
    {
        using var certificate = Certificate();
        foreach (var script in new[] { "Get-CertificateAuthority $args[0]", "$args[0] | Get-CertificateAuthority" })
        {
            var authority = engine.Run(script, certificate).Single;
            Assert.Equal(("Store CA", "X509Certificate2"),
                ((string)authority.Properties["Name"].Value, (string)authority.Properties["KeyLocation"].Value));
        }

        Assert.True(
            (bool)engine.Run(
                "$ca = Get-CertificateAuthority $args[0]; "
                    + "New-BootstrapDeviceCredential device -Issuer $ca | Test-DeviceCertificate -Issuer $ca -Quiet",
                certificate).Single.BaseObject);
        Assert.StartsWith("IssuerWithoutKey,",
            engine.Run("Get-CertificateAuthority (New-CertificateAuthority Root)").Error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chain_may_come_from_files_and_objects()
    {
        using var folder = new TempFolder();
        var result = engine.Run(
            """
            $chain = New-CertificateChain Root, Lower
            $null = $chain.Issuer | Export-CertificateAuthority $args[0] -NoPassword
            $files = "$($args[0])/CA_cert.pem", "$($args[0])/CA_private.pem"
            $certificate = [System.Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile($files[0], $files[1])
            Get-CertificateAuthority -Certificate $certificate, "$($args[0])/CA_chain.pem"
            Get-CertificateAuthority -Certificate $chain.Root, $certificate
            """, folder.File("ca"));
        Assert.Empty(result.Errors);
        Assert.All(result.All<object>("Chain"), chain => Assert.Equal(2, PSObject.AsPSObject(chain).Properties["Length"].Value));
    }

    [Fact]
    public void A_password_may_come_as_a_credential_and_never_as_text()
    {
        using var folder = new TempFolder();
        var credential = new PSCredential("ca", Secure("correct horse"));
        var read =
            engine.Run(
                "$null = New-CertificateAuthority Root | Export-CertificateAuthority $args[0] -Password $args[1]; "
                    + "Import-CertificateAuthority $args[0] -Password $args[1].Password", folder.File("ca"), credential);
        Assert.Equal("Root", read.Single.Properties["Name"].Value);
        var refused = engine.Run("Import-CertificateAuthority $args[0] -Password 'correct horse'", folder.File("ca")).Error;
        Assert.StartsWith("ParameterArgumentTransformationError,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", refused.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Get-Credential", refused.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bare_key_is_written_only_when_it_is_said_out_loud()
    {
        using var folder = new TempFolder();
        var refused = engine.Run("New-CertificateAuthority Root | Export-CertificateAuthority $args[0]", folder.File("ca"));
        Assert.StartsWith("PasswordMissing,", refused.Error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("ca")));
        engine.Run("New-CertificateAuthority Root | Export-CertificateAuthority $args[0] -NoPassword", folder.File("ca"));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", File.ReadAllText(folder.File("ca/CA_private.pem")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_others_can_read_is_a_warning_once_a_file()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has access control lists, not modes");
        using var folder = new TempFolder();
        engine.Run(
            "New-CertificateAuthority Root | Export-CertificateAuthority $args[0] -NoPassword; New-DeviceKey | Export-DeviceKey $args[1]",
            folder.File("ca"), folder.File("key.pem"));
        const string Read =
            "$null = Import-CertificateAuthority $args[0] -WarningVariable first 3>$null; $null = $args[1], "
                + "$args[1] | Import-DeviceKey -WarningVariable second 3>$null; $first; $second";
        Assert.Empty(engine.Run(Read, folder.File("ca"), folder.File("key.pem")).Output);
        foreach (var key in new[] { "ca/CA_private.pem", "key.pem" })
        {
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.File(key), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }

        Assert.Equal([folder.File("ca/CA_private.pem"), folder.File("key.pem")],
            engine.Run(Read, folder.File("ca"), folder.File("key.pem")).Output.Select(w => w.ToString().Split(": ")[0]));
    }

    [Fact]
    public void What_speaks_to_azure_is_there_when_it_is_asked_for()
    {
        // Refused by that part, before it asks anybody.
        var error =
            engine.Run(
                "Get-CertificateAuthority -KeyVaultKeyId https://localhost/secrets/ca -Certificate (New-CertificateAuthority Root)").Error;
        Assert.StartsWith("KeyVaultKeyIdInvalid,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pkcs11:token=a?pin-value=472915", "Pkcs11UriPin")]
    [InlineData("token=a", "Pkcs11UriInvalid")]
    [InlineData("pkcs11:token=a", "Pkcs11LibraryNotFound")]
    public void A_token_that_is_named_wrongly_is_an_error_of_ours(string uri, string id)
    {
        foreach (var cmdlet in new[] { "Get-CertificateAuthority", "New-CertificateAuthority Name" })
        {
            var error = engine.Run(cmdlet + " -Pkcs11Library ./nowhere.so -Uri $args[0] -Pin $args[1]", uri,
                new PSCredential("user", Secure("1234"))).Error;
            Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.DoesNotContain("472915", $"{error.Exception} {error.TargetObject}", StringComparison.Ordinal);
        }
    }
}
