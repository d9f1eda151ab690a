namespace DeviceCreds.Tests;

/// <summary>Which formats heed a password, and that none ignores it.</summary>
public class PasswordTests
{
    static readonly char[] Password = "pässwörd".ToCharArray();

    public static TheoryData<string> Formats => [.. CredentialFormats.All.Select(f => f.Info.Name)];

    static ExportOptions Options(CredentialKind kind, char[]? password) =>
        Delivery.Options(Delivery.Configuration(kind)) with { Password = password };

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Formats))]
    public void A_format_encrypts_its_key_or_refuses_the_password_before_anything_is_written(string format)
    {
        using var folder = new TempFolder();
        var credential = Delivery.Issue(CredentialKind.Bootstrap);
        Action export = () => Given.Export(credential, folder.Path, [format], Options(CredentialKind.Bootstrap, Password), replace: false);
        if (CredentialFormats.Get(format).Info.KeyForm == PrivateKeyForm.Plain)
        {
            Assert.Equal("PasswordNotPossible", Refused.Input(export));
            Assert.Empty(folder.Files());
            return;
        }

        export();
        // The scalar itself stands in none of the files, however they are encoded.
        var texts = folder.Files().Select(f => File.ReadAllBytes(folder.File(f)))
            .SelectMany(b => new[] { Convert.ToHexString(b), System.Text.Encoding.Latin1.GetString(b) });
        Secrets.AssertAbsent(credential.PrivateKey!, [.. texts]);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_format_needs_a_password_only_where_it_is_always_encrypted(string format)
    {
        using var folder = new TempFolder();
        Action export = () =>
            Given.Export(Delivery.Issue(CredentialKind.Bootstrap), folder.Path, [format], Options(CredentialKind.Bootstrap, null),
                replace: false);
        if (CredentialFormats.Get(format).Info.KeyForm != PrivateKeyForm.Encrypted)
        {
            export();
            return;
        }

        Assert.Equal("PasswordMissing", Refused.Input(export));
        Assert.Empty(folder.Files());
    }

    [Theory]
    [InlineData("Pem")]
    [InlineData("Der")]
    [InlineData("Pfx")]
    [InlineData("PfxLegacy")]
    public void An_empty_password_is_none(string format)
    {
        using var folder = new TempFolder();
        Assert.Equal("PasswordEmpty",
            Refused.Input(
                () => Given.Export(Delivery.Issue(CredentialKind.Bootstrap), folder.Path, [format],
                    new ExportOptions { Password = [] }, replace: false)));
        Assert.Empty(folder.Files());
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Others_open_what_is_encrypted()
    {
        using var folder = new TempFolder();
        var credential = Delivery.Issue(CredentialKind.Bootstrap, "dev");
        Given.Export(credential, folder.Path, ["Pem", "Der"], new ExportOptions { Password = "secret".ToCharArray() }, replace: false);
        var python = Tool.PythonWith("cryptography");
        Assert.Equal(credential.PrivateKey!.PublicKeyPem + "\n", Tool.Bash(folder.Path, """
            set -e
            cd dev
            openssl pkey -in BootstrapDevicePrivateKey.pem -passin pass:secret -pubout > a.pub
            openssl pkey -in BootstrapDevicePrivateKey.der -inform DER -passin pass:secret -pubout > b.pub
            certtool --load-privkey BootstrapDevicePrivateKey.pem --password secret --pubkey-info --outfile c.pub > /dev/null
            cmp a.pub b.pub
            openssl pkey -pubin -in c.pub -pubout | cmp - a.pub
            cat a.pub
            """, "openssl", "certtool"));
        Tool.Run(python, "-c", """
            import sys
            from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_der_private_key
            pem, der = (open(f'{sys.argv[1]}/dev/BootstrapDevicePrivateKey.' + e, 'rb').read() for e in ('pem', 'der'))
            assert load_pem_private_key(pem, b'secret').private_numbers() == load_der_private_key(der, b'secret').private_numbers()
            """, folder.Path);
    }
}
