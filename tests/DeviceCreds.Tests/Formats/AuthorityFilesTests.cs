namespace DeviceCreds.Tests;

public class AuthorityFilesTests
{
    static readonly CertificateAuthority Authority = Given.Chain("Root", "Below");

    static void AssertSame(CertificateAuthority expected, CertificateAuthority actual)
    {
        Assert.Equal(expected.Chain.Certificates, actual.Chain.Certificates);
        Assert.Equal(expected.ExportableKey, actual.ExportableKey);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        using var folder = new TempFolder();
        AuthorityFiles.Write(Authority, folder.Path, withKey: true, null, replace: false);
        Assert.Equal(["CA_cert.pem", "CA_chain.pem", "CA_private.pem"], folder.Files());
        var read = AuthorityFiles.Read(folder.Path);
        AssertSame(Authority, read);
        Assert.Equal(folder.File("CA_private.pem"), read.KeyLocation);
        new CredentialIssuer(read, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"));
    }

    [Fact]
    public void The_key_may_be_encrypted_or_left_out()
    {
        using var folder = new TempFolder();
        var password = "pässwörd".ToCharArray();
        AuthorityFiles.Write(Authority, folder.File("e"), withKey: true, password, replace: false);
        AssertSame(Authority, AuthorityFiles.Read(folder.File("e"), password: password));
        Assert.Equal("PasswordMissing", Refused.Input(() => AuthorityFiles.Read(folder.File("e"))));
        AuthorityFiles.Write(Authority, folder.File("n"), withKey: false, null, replace: false);
        var trusted = AuthorityFiles.Read(folder.File("n"));
        Assert.Null(trusted.KeyLocation);
        Assert.Equal(Authority.Chain.Certificates, trusted.Chain.Certificates);
        Assert.Equal("IssuerWithoutKey",
            Refused.Issuance(() => AuthorityFiles.Write(trusted, folder.File("x"), withKey: true, null, replace: false)));
        Assert.False(Directory.Exists(folder.File("x")));
    }

    [Fact]
    public void A_ca_is_read_from_any_files_that_hold_its_certificate_and_key()
    {
        using var folder = new TempFolder();
        var key = Authority.ExportableKey;
        var mixed = folder.Write("mixed.pem", $"{Authority.Chain.Root!.CertificatePem}\n{key.ToPem()}\n{Authority.CertificatePem}\n");
        AssertSame(Authority, AuthorityFiles.Read(mixed));
        var der = folder.Write("ca.der", Authority.Own.CertificateDer);
        var keyDer = folder.Write("key.der", key.ToDer());
        Assert.Equal([Authority.Own], AuthorityFiles.Read(der, keyDer).Chain.Certificates);
    }

    [Fact]
    public void Files_that_make_no_ca_are_refused()
    {
        using var folder = new TempFolder();
        var certificate = folder.Write("ca.pem", Authority.CertificatePem);
        Assert.Equal("FileNotFound", Refused.Input(() => AuthorityFiles.Read(folder.Path)));
        Assert.Equal("KeyMismatch",
            Refused.Input(() => AuthorityFiles.Read(certificate, folder.Write("other.pem", DeviceKey.Generate().ToPem()))));
        Assert.Equal("KeyNotFound", Refused.Input(() => AuthorityFiles.Read(certificate, certificate)));
        Assert.Equal("FileNotFound", Refused.Input(() => AuthorityFiles.Read(certificate, folder.File("missing"))));
        Assert.Equal("CertificateNotFound", Refused.Input(() => AuthorityFiles.Read(folder.File("other.pem"))));
    }

    [Fact]
    public void A_second_export_replaces_no_key_unless_it_shall()
    {
        using var folder = new TempFolder();
        AuthorityFiles.Write(Authority, folder.Path, withKey: true, null, replace: false);
        Assert.Equal("FileExists",
            Refused.Output(
                () => AuthorityFiles.Write(CertificateAuthority.Create("Another"), folder.Path, withKey: true, null, replace: false)));
        AssertSame(Authority, AuthorityFiles.Read(folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-legacy")]
    [InlineData("-keypbe AES-128-CBC -certpbe AES-128-CBC -macalg SHA512")]
    [InlineData("-keypbe NONE -certpbe NONE")]
    public void A_pkcs12_file_of_openssl_holds_a_ca_with_its_chain(string options)
    {
        using var folder = new TempFolder();
        folder.Write("key.pem", Authority.ExportableKey.ToPem());
        folder.Write("ca.pem", Authority.CertificatePem + "\n");
        folder.Write("above.pem", Authority.Chain.Root!.CertificatePem + "\n");
        Tool.Bash(folder.Path,
            $"openssl pkcs12 -export -inkey key.pem -in ca.pem -certfile above.pem {options} -passout pass:word -out ca.pfx", "openssl");
        var read = AuthorityFiles.Read(folder.File("ca.pfx"), password: "word".ToCharArray());
        AssertSame(Authority, read);
        Assert.Equal(folder.File("ca.pfx"), read.KeyLocation);
        Assert.Null(read.KeyExposedIn);
        new CredentialIssuer(read, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"));
        // Where nothing is encrypted, nothing needs the password but the MAC.
        if (options.Contains("NONE")) AssertSame(Authority, AuthorityFiles.Read(folder.File("ca.pfx")));
        else Assert.Equal("PasswordMissing", Refused.Input(() => AuthorityFiles.Read(folder.File("ca.pfx"))));
        Assert.Equal("PasswordWrong", Refused.Input(() => AuthorityFiles.Read(folder.File("ca.pfx"), password: "wrong".ToCharArray())));
    }

    [Fact]
    public void A_pkcs12_file_that_is_no_cas_is_told()
    {
        using var folder = new TempFolder();
        folder.Write("ca.pem", Authority.CertificatePem + "\n");
        folder.Write("key.pem", Authority.ExportableKey.ToPem());
        Tool.Bash(folder.Path,
            "openssl pkcs12 -export -nokeys -in ca.pem -passout pass:word -out trust.pfx; "
                + "openssl pkcs12 -export -inkey key.pem -nocerts -passout pass:word -out key.pfx", "openssl");
        var word = "word".ToCharArray();
        Assert.Null(AuthorityFiles.Read(folder.File("trust.pfx"), password: word).KeyLocation);
        Assert.Equal(Authority.ExportableKey, AuthorityFiles.Read(folder.File("trust.pfx"), folder.File("key.pem"), word).ExportableKey);
        Assert.Equal("CertificateNotFound", Refused.Input(() => AuthorityFiles.Read(folder.File("key.pfx"), password: word)));
    }
}
