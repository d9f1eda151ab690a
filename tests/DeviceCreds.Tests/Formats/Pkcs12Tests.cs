using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using DeviceCreds.Fuzz;

namespace DeviceCreds.Tests;

/// <summary>PKCS#12: what others make of ours, what we make of theirs, and what a hostile file may cost.</summary>
public class Pkcs12Tests
{
    const string Name = "dév \"1\"";
    static readonly char[] Password = "pässwörd".ToCharArray();
    static readonly DeviceCredential Credential = Delivery.Issue(CredentialKind.Bootstrap, Name, Delivery.Lower);

    static byte[] Encode(DeviceCredential credential, char[] password, string format = "Pfx") =>
        Assert.Single(Delivery.Write(format, credential, new ExportOptions { Password = password })).Value;

    static DeviceCredential Read(byte[] pfx, char[]? password, string name = "x.pfx") =>
        Assert.Single(CredentialImporter.Read([new InputFile(pfx, name)], name, password));

    [Fact]
    [Trait("Speed", "Slow")]
    public void Whatever_is_written_and_read_again_is_equal() =>
        (from kind in Gen.Enum<CredentialKind>()
         from name in Given.EndpointName
         from deep in Gen.Bool
         from password in Gen.String[Gen.Char["abc XYZ09ßΩ漢\u0001\"'$"], 1, 20]
         select (kind, name, deep, password)).Sample(t =>
        {
            using var folder = new TempFolder();
            var credential = Delivery.Issue(t.kind, t.name, t.deep ? Delivery.Lower : Delivery.Root);
            Given.Export(credential, folder.Path, ["Pfx", "PfxLegacy"],
                new ExportOptions { Password = t.password.ToCharArray() }, replace: false);
            foreach (var file in Directory.GetFiles(Directory.GetDirectories(folder.Path).Single()))
            {
                var read = Assert.Single(CredentialImporter.Read([file], t.password.ToCharArray()));
                Delivery.AssertSame(credential, read);
                Assert.Equal(credential.Chain.Certificates, read.Chain.Certificates);
            }
        }, iter: 4);

    [Fact]
    public void Of_a_keystore_with_a_device_s_entry_and_another_program_s_the_device_s_is_read()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("d.pfx"), Encode(Credential, "secret".ToCharArray()));
        Tool.Bash(folder.Path, """
            keytool -importkeystore -srckeystore d.pfx -srcstorepass secret \
                -destkeystore both.p12 -deststorepass secret -deststoretype PKCS12
            keytool -genkeypair -alias web -keyalg RSA -dname CN=web -keystore both.p12 -storepass secret
            keytool -genkeypair -alias web -keyalg RSA -dname CN=web -keystore rsa.p12 -storepass secret -storetype PKCS12
            """, "keytool");
        var read = Assert.Single(CredentialImporter.Read([folder.File("both.p12")], "secret".ToCharArray()));
        Assert.Equal(Credential.PrivateKey, read.PrivateKey);
        Assert.Equal(Credential.Chain.Certificates, read.Chain.Certificates);
        Assert.Equal("KeyUnsupported", Refused.Input(() => CredentialImporter.Read([folder.File("rsa.p12")], "secret".ToCharArray())));
    }

    [Theory]
    [InlineData("Pfx")]
    [InlineData("PfxLegacy")]
    public void A_password_that_Java_does_not_take_is_warned_of(string format)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("Open.java"), """
            public class Open {
                public static void main(String[] a) throws Exception {
                    var file = new java.io.FileInputStream(a[0]);
                    java.security.KeyStore.getInstance("PKCS12").load(file, a[1].replace('_', '\u00e4').toCharArray());
                }
            }
            """);
        foreach (var (password, warnings) in new[] { ("secret", 0), ("s\u00e4cret", 1) })
        {
            var said = new List<string>();
            var file = Assert.Single(Delivery.Write(format, Credential,
                new ExportOptions { Password = password.ToCharArray(), Warn = said.Add })).Value;
            Assert.Equal(warnings, said.Count);
            File.WriteAllBytes(folder.File("a.pfx"), file);
            var java = Tool.Bash(folder.Path, $"java Open.java a.pfx {password.Replace('\u00e4', '_')} 2>&1 || true", "javac");
            Assert.Equal(warnings == 1, java.Contains("keystore password was incorrect", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Pfx", "BootstrapDevice.pfx")]
    [InlineData("PfxLegacy", "BootstrapDevice.legacy.pfx")]
    public void It_is_one_secret_file(string format, string name)
    {
        var file = Assert.Single(((IDeviceFormat)CredentialFormats.Get(format)).Write(Credential,
            new ExportOptions { Password = Password }));
        Assert.Equal((name, true), (file.Name, file.IsSecret));
    }

    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData(0, false, 4)]
    [InlineData(2, false, 2)]
    [InlineData(0, true, 3)]
    public void It_holds_the_chain_as_far_as_wanted(int depth, bool excludeRoot, int count)
    {
        var pfx = Delivery.Write("PfxLegacy", Credential,
            new ExportOptions { Password = Password, ChainDepth = depth, ExcludeRoot = excludeRoot }).Single().Value;
        Assert.Equal(Credential.Chain.Certificates.Take(count), Read(pfx, Password).Chain.Certificates);
    }

    [Fact]
    public void A_device_that_keeps_its_key_has_none() =>
        Assert.Equal("PrivateKeyMissing", Refused.Input(() =>
            Encode(Delivery.Issue(CredentialKind.Bootstrap, key: new DeviceKey(null, DeviceKey.Generate().Point)), Password)));

    /// <summary>With .NET's own limits, which are lower than ours.</summary>
    [Theory]
    [InlineData("Pfx")]
    [InlineData("PfxLegacy")]
    public void Net_loads_it(string format)
    {
        var loaded = X509CertificateLoader.LoadPkcs12Collection(
            Encode(Credential, Password, format), new string(Password), X509KeyStorageFlags.EphemeralKeySet);
        Assert.Equal(Credential.Chain.Certificates.Select(c => c.Thumbprint).Order(), loaded.Select(c => c.Thumbprint).Order());
        var device = Assert.Single(loaded, c => c.HasPrivateKey);
        Assert.Equal(Credential.Thumbprint, device.Thumbprint);
        using var key = device.GetECDsaPrivateKey()!;
        Assert.Equal(Credential.PrivateKey!.PublicKeyInfo, key.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Others_open_it()
    {
        using var folder = new TempFolder();
        folder.Write("modern", Encode(Credential, "secret".ToCharArray()));
        folder.Write("legacy", Encode(Credential, "secret".ToCharArray(), "PfxLegacy"));
        var output = Tool.Bash(folder.Path, """
            set -e
            openssl pkcs12 -in modern -passin pass:secret -info -noout 2>&1
            openssl pkcs12 -in modern -passin pass:secret -nodes -nocerts | openssl pkey -pubout
            openssl pkcs12 -in modern -passin pass:secret -nokeys -clcerts | grep -c BEGIN
            openssl pkcs12 -in modern -passin pass:secret -nokeys -cacerts | grep -c BEGIN
            openssl pkcs12 -in modern -passin pass:secret -nokeys -clcerts | grep friendlyName | head -1
            openssl pkcs12 -legacy -in legacy -passin pass:secret -info -noout 2>&1
            for f in modern legacy; do
              certtool --p12-info --inder --infile $f --password secret | grep -cE 'BEGIN (CERTIFICATE|PRIVATE KEY|ENCRYPTED PRIVATE KEY)'
            done
            """, "openssl", "certtool");
        Assert.Contains("MAC: sha256, Iteration 300000", output);
        Assert.Equal(2, output.Split("PBES2, PBKDF2, AES-256-CBC, Iteration 300000, PRF hmacWithSHA256").Length - 1);
        Assert.Contains("MAC: sha1, Iteration 100000", output);
        Assert.Equal(2, output.Split("pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000").Length - 1);
        Assert.Contains(Credential.PrivateKey!.PublicKeyPem + "\n1\n3\n", output);
        Assert.EndsWith("\n5\n5\n", output);
    }

    [Fact]
    public void Python_opens_it_and_knows_the_device_by_its_name()
    {
        using var folder = new TempFolder();
        var python = Tool.PythonWith("cryptography");
        folder.Write("modern", Encode(Credential, Password));
        folder.Write("legacy", Encode(Credential, Password, "PfxLegacy"));
        Assert.Equal($"{Name} {Credential.Fingerprint} 3\n{Name} {Credential.Fingerprint} 3\n", Tool.Run(python, "-c", """
            import sys
            sys.stdout.reconfigure(encoding='utf-8')
            from cryptography.hazmat.primitives import hashes
            from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
            for name in 'modern', 'legacy':
                p = load_pkcs12(open(f'{sys.argv[1]}/{name}', 'rb').read(), 'pässwörd'.encode())
                assert p.key.public_key().public_numbers() == p.cert.certificate.public_key().public_numbers()
                print(p.cert.friendly_name.decode(), p.cert.certificate.fingerprint(hashes.SHA256()).hex().upper(), len(p.additional_certs))
            """, folder.Path));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void What_others_write_is_read()
    {
        using var folder = new TempFolder();
        Given.Export(Credential, folder.Path, ["Pem"], new ExportOptions(), replace: false);
        var device = Directory.GetDirectories(folder.Path).Single();
        Tool.Bash(device, """
            set -e
            key=BootstrapDevicePrivateKey.pem cert=BootstrapDeviceCert.pem
            p="openssl pkcs12 -export -inkey $key -in $cert -passout pass:secret -name device"
            $p -out openssl.pfx
            $p -out openssl-legacy.pfx -legacy
            $p -out openssl-nomac.pfx -nomac
            $p -out openssl-sha512.pfx -macalg sha512 -keypbe AES-128-CBC -certpbe AES-192-CBC
            $p -out openssl-plain-certificates.pfx -certpbe NONE
            c="certtool --to-p12 --load-privkey $key --load-certificate $cert --p12-name device --password secret --outder"
            $c --load-ca-certificate $cert --outfile certtool.pfx 2> /dev/null
            $c --pkcs-cipher 3des-pkcs12 --outfile certtool-3des.pfx 2> /dev/null
            from="-srckeystore openssl.pfx -srcstorepass secret -srcstoretype PKCS12"
            keytool -importkeystore $from -destkeystore keytool.pfx -deststorepass secret -deststoretype PKCS12 2> /dev/null
            """, "openssl", "certtool", "keytool");
        var files = Directory.GetFiles(device, "*.pfx");
        Assert.Equal(8, files.Length);
        foreach (var file in files)
        {
            Delivery.AssertSame(Credential, Assert.Single(CredentialImporter.Read([file], "secret".ToCharArray())));
            Assert.Equal("PasswordWrong", Refused.Input(() => CredentialImporter.Read([file], "Secret".ToCharArray())));
            Assert.Equal("PasswordMissing", Refused.Input(() => CredentialImporter.Read([file])));
        }
    }

    /// <summary>RFC 7292, B.1: of an empty password OpenSSL leaves two zero bytes, and others nothing.</summary>
    [Fact]
    public void An_empty_password_is_read_in_both_of_its_readings()
    {
        using var folder = new TempFolder();
        Given.Export(Credential, folder.Path, ["Pem"], new ExportOptions(), replace: false);
        var device = Directory.GetDirectories(folder.Path).Single();
        Tool.Bash(device, """
            set -e
            key=BootstrapDevicePrivateKey.pem cert=BootstrapDeviceCert.pem
            p="openssl pkcs12 -export -inkey $key -in $cert -passout pass:"
            $p -out openssl.pfx
            $p -out openssl-legacy.pfx -legacy
            $p -out openssl-legacy-nomac.pfx -legacy -nomac
            $p -out openssl-nomac.pfx -nomac
            $p -out openssl-plain.pfx -keypbe NONE -certpbe NONE
            $p -out openssl-plain-nomac.pfx -keypbe NONE -certpbe NONE -nomac
            c="certtool --to-p12 --load-privkey $key --load-certificate $cert --load-ca-certificate $cert --p12-name x --outder"
            $c --empty-password --pkcs-cipher 3des-pkcs12 --outfile certtool.pfx 2> /dev/null
            $c --null-password --pkcs-cipher 3des-pkcs12 --outfile certtool-null-3des.pfx 2> /dev/null
            """, "openssl", "certtool");
        var files = Directory.GetFiles(device, "*.pfx");
        Assert.Equal(8, files.Length);
        foreach (var file in files)
        {
            Delivery.AssertSame(Credential, Assert.Single(CredentialImporter.Read([file])));
            // GnuTLS asks for many rounds.
            if (Path.GetFileName(file).StartsWith("certtool", StringComparison.Ordinal)) continue;
            Delivery.AssertSame(Credential, Assert.Single(CredentialImporter.Read([file], [])));
            // A password that is none of the file's is wrong, but where there is nothing that it could open.
            if (!file.EndsWith("-plain-nomac.pfx", StringComparison.Ordinal)) Assert.Equal(
                "PasswordWrong", Refused.Input(() => CredentialImporter.Read([file], ['x'])));
        }
    }

    [Fact]
    public void A_file_that_only_has_a_MAC_is_not_encrypted()
    {
        using var folder = new TempFolder();
        Given.Export(Credential, folder.Path, ["Pem"], new ExportOptions(), replace: false);
        var device = Directory.GetDirectories(folder.Path).Single();
        Tool.Bash(device, "openssl pkcs12 -export -inkey BootstrapDevicePrivateKey.pem -in BootstrapDeviceCert.pem "
            + "-passout pass:secret -keypbe NONE -certpbe NONE -out x.pfx", "openssl");
        var pfx = File.ReadAllBytes(Path.Combine(device, "x.pfx"));
        foreach (var password in new[] { null, [], "secret".ToCharArray() }) Delivery.AssertSame(Credential, Read(pfx, password));
        Assert.Equal("PasswordWrong", Refused.Input(() => Read(pfx, ['x'])));
    }

#if !NETSTANDARD_BUILD
    // The build for .NET Framework knows no modes of files.
    [Fact]
    public void A_key_that_lies_open_in_a_readable_file_is_told()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has access control lists, not modes");
        using var folder = new TempFolder();
        var path = folder.File("x.pfx");
        foreach (var (password, exposed) in new[] { ("", true), ("secret", false) })
        {
            folder.Write("k.pem", Credential.PrivateKey!.ToPem());
            folder.Write("c.pem", Credential.CertificatePem);
            Tool.Bash(folder.Path, $"openssl pkcs12 -export -inkey k.pem -in c.pem -passout pass:{password} -out x.pfx && "
                + "chmod 644 x.pfx", "openssl");
            Assert.Equal(exposed ? path : null, CredentialImporter.Read([path], password.ToCharArray()).Single().PrivateKey!.ExposedIn);
        }
    }
#endif

    /// <summary>Azure Key Vault and certtool give it as text.</summary>
    [Theory]
    [InlineData("Base64")]
    [InlineData("Base64 in JSON")]
    [InlineData("PEM")]
    public void It_is_read_out_of_text(string form)
    {
        var pfx = Pkcs12.Encode(Name, Credential.PrivateKey!, Credential.Chain.Certificates, Password,
            Pkcs12Protection.Modern with { Iterations = 2 });
        var text = form switch { "Base64" => Convert.ToBase64String(pfx), "PEM" => Pem.Encode("PKCS12", pfx),
            _ => $"{{\"value\":\"{Convert.ToBase64String(pfx)}\",\"contentType\":\"application/x-pkcs12\"}}" };
        Delivery.AssertSame(Credential, Read(System.Text.Encoding.ASCII.GetBytes(text), Password, "x.pem"));
    }

    [Fact]
    public void What_Net_writes_is_read()
    {
        using var key = ECDsa.Create();
        key.ImportECPrivateKey(Credential.PrivateKey!.ToDer(), out _);
        using var certificate = X509CertificateLoader.LoadCertificate(Credential.CertificateDer).CopyWithPrivateKey(key);
        foreach (var parameters in new[] { Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, Pkcs12ExportPbeParameters.Pkcs12TripleDesSha1 })
            Delivery.AssertSame(Credential, Read(certificate.ExportPkcs12(parameters, "pässwörd"), Password));
    }

    /// <summary>RFC 9579, which OpenSSL writes from 3.4 on with -pbmac1_pbkdf2.</summary>
    [Fact]
    public void A_MAC_by_PBKDF2_is_checked()
    {
        var pfx = WithPbmac1(Encode(Credential, Password), "pässwörd", iterations: 2048);
        Delivery.AssertSame(Credential, Read(pfx, Password));
        Assert.Equal("PasswordWrong", Refused.Input(() => Read(pfx, ['x'])));
        Assert.Equal("KeyDerivationTooCostly", Refused.Input(() =>
            Read(WithPbmac1(Encode(Credential, Password), "x", iterations: 20_000_000, compute: false), Password)));
    }

    static byte[] WithPbmac1(byte[] pfx, string password, int iterations, bool compute = true)
    {
        var sequence = new AsnReader(pfx, AsnEncodingRules.DER).ReadSequence();
        sequence.ReadInteger();
        var authSafe = sequence.ReadEncodedValue();
        var content = new AsnReader(authSafe, AsnEncodingRules.DER).ReadSequence();
        content.ReadObjectIdentifier();
        var octets = content.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadOctetString();
        var salt = new byte[8];
        var key = compute ? Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32) : new byte[32];
        return Given.Der(w =>
        {
            using var _ = w.PushSequence();
            w.WriteInteger(3);
            w.WriteEncodedValue(authSafe.Span);
            using var __ = w.PushSequence();
            using (w.PushSequence())
            {
                using (w.PushSequence())
                {
                    w.WriteObjectIdentifier("1.2.840.113549.1.5.14");
                    using (w.PushSequence())
                    {
                        using (w.PushSequence())
                        {
                            w.WriteObjectIdentifier("1.2.840.113549.1.5.12");
                            using (w.PushSequence())
                            {
                                w.WriteOctetString(salt);
                                w.WriteInteger(iterations);
                                w.WriteInteger(32);
                                Algorithm(w, "1.2.840.113549.2.9");
                            }
                        }

                        Algorithm(w, "1.2.840.113549.2.9");
                    }
                }

                w.WriteOctetString(HMACSHA256.HashData(key, octets));
            }

            w.WriteOctetString("NOT USED"u8);
            w.WriteInteger(1);
        });

        static void Algorithm(AsnWriter w, string id)
        {
            using var _ = w.PushSequence();
            w.WriteObjectIdentifier(id);
            w.WriteNull();
        }
    }

    [Fact]
    public void A_hostile_file_costs_no_more_than_it_may()
    {
        // Three times eight million rounds instead of 300,000: none is too many alone, but together they are.
        var pfx = Convert.FromHexString(Convert.ToHexString(Encode(Credential, Password)).Replace("02030493E0", "02037FFFFF"));
        var time = ThreadClock.StartNew();
        Assert.Equal("KeyDerivationTooCostly", Refused.Input(() => Read(pfx, Password)));
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(2), $"refused only after {time.Elapsed}");
    }

    [Fact]
    public void Damage_is_named_and_shows_no_key()
    {
        var pfx = Encode(Credential, Password, "PfxLegacy");
        Assert.Equal("Pkcs12Malformed", Delivery.Refusal("x.pfx", pfx[..^1]).ErrorId);
        Assert.Equal("Pkcs12Malformed", Delivery.Refusal("x.pfx", [.. pfx, 0]).ErrorId);
        Assert.Equal("Pkcs12Malformed", Delivery.Refusal("x.pfx", [0x30, 0x03, 0x02, 0x01, 0x03]).ErrorId);
        // Nested a hundred thousand deep.
        Assert.Equal("Pkcs12Malformed", Delivery.Refusal("x.pfx",
            [0x30, 0x80, 0x02, 0x01, 0x03, .. Enumerable.Repeat<byte[]>([0x30, 0x80], 100_000).SelectMany(b => b)]).ErrorId);
    }
}
