using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Where keys are left behind, and where not.</summary>
public class KeyHygieneTests
{
    static readonly DeviceKey Key = DeviceKey.Generate();

    [Fact]
    public void A_key_file_s_bytes_are_the_text_s() => Gen.Select(Given.Scalar, Gen.Enum<KeyEncoding>()).Sample((scalar, encoding) =>
        Assert.Equal(System.Text.Encoding.ASCII.GetBytes(Given.Key(scalar).ToPem(encoding) + "\n"),
            Given.Key(scalar).ToPemBytes(encoding, null)));

    [Fact]
    public void What_was_read_of_a_key_file_is_overwritten()
    {
        using var folder = new TempFolder();
        var file = InputFile.Read(folder.Write("key.der", Key.ToDer()));
        Assert.Equal(Key, DeviceKey.Read(file));
        file.Dispose();
        Assert.All(file.Bytes, b => Assert.Equal(0, b));
    }

    [Fact]
    public void What_was_written_of_a_key_file_is_overwritten()
    {
        using var folder = new TempFolder();
        var file = new OutputFile("key.pem", Key.ToPemBytes(KeyEncoding.Sec1, null), IsSecret: true);
        FileWriter.WriteAll(folder.Path, [file], replace: false);
        Assert.All(file.Content, b => Assert.Equal(0, b));
        Assert.Equal(Key, DeviceKey.Read(InputFile.Read(folder.File("key.pem"))));
    }

    [Fact]
    public void A_ca_that_is_disposed_of_has_its_key_no_more()
    {
        var authority = CertificateAuthority.Create("Root");
        authority.Dispose();
        Assert.Throws<InvalidOperationException>(() => authority.ExportableKey.ToDer());
    }

#if !NETSTANDARD_BUILD
    [Fact]
    public void A_key_knows_that_others_can_read_its_file()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has access control lists, not modes");
        using var folder = new TempFolder();
        var path = folder.Write("key.pem", Key.ToPem() + "\n");
        foreach (var (mode, exposed) in new[] { ("600", false), ("400", false), ("640", true), ("604", true),
            ("622", false), ("644", true) })
        {
            Modes.Set(path, mode);
            Assert.Equal(exposed ? path : null, DeviceKey.Read(InputFile.Read(path)).ExposedIn);
        }

        foreach (var locked in new[] { Key.ToPem(KeyEncoding.Pkcs8, "word".ToCharArray()),
            Tool.Bash(folder.Path, "chmod 600 key.pem && openssl ec -in key.pem -aes256 -passout pass:word 2>/dev/null", "openssl") })
        {
            var encrypted = folder.Write("encrypted.pem", locked);
            Modes.Set(encrypted, "644");
            Assert.Null(DeviceKey.Read(InputFile.Read(encrypted), "word".ToCharArray()).ExposedIn);
        }
    }

    [Fact]
    public void A_ca_and_a_credential_know_it_too()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has access control lists, not modes");
        using var folder = new TempFolder();
        var authority = CertificateAuthority.Create("Root");
        AuthorityFiles.Write(authority, folder.File("ca"), withKey: true, null, replace: false);
        Assert.Null(AuthorityFiles.Read(folder.File("ca")).KeyExposedIn);
        Modes.Set(folder.File("ca/CA_private.pem"), "644");
        Assert.Equal(folder.File("ca/CA_private.pem"), AuthorityFiles.Read(folder.File("ca")).KeyExposedIn);

        var credential = new CredentialIssuer(authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"));
        Given.Export(credential, folder.Path, ["Pem"], new ExportOptions(), replace: false);
        var key = folder.File("device/BootstrapDevicePrivateKey.pem");
        Modes.Set(key, "640");
        Assert.Equal(key, CredentialImporter.Read([key, folder.File("device/BootstrapDeviceCert.pem")])[0].PrivateKey!.ExposedIn);
    }
#endif
}
