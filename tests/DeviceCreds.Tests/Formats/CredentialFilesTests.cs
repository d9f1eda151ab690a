using CsCheck;

namespace DeviceCreds.Tests;

public class CredentialFilesTests
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");
    static readonly CertificateAuthority Lower = Given.Chain("Top", "Upper", "Lower");

    static DeviceCredential Issue(CertificateAuthority authority, CredentialKind kind, string name = "device", DeviceKey? key = null) =>
        new CredentialIssuer(authority, kind).Issue(new DeviceIdentity(name, kind == CredentialKind.Lwm2m ? Given.AccountId : null), key);

    static void AssertSame(DeviceCredential expected, DeviceCredential actual)
    {
        Assert.Equal((expected.Kind, expected.EndpointName, expected.AccountId, expected.Fingerprint),
            (actual.Kind, actual.EndpointName, actual.AccountId, actual.Fingerprint));
        Assert.Equal(expected.PrivateKey, actual.PrivateKey);
    }

    [Theory]
    [InlineData(CredentialKind.Bootstrap, "BootstrapDevicePrivateKey", "BootstrapDeviceCert")]
    [InlineData(CredentialKind.Lwm2m, "LwM2MDevicePrivateKey", "LwM2MDeviceCert")]
    public void The_files_have_the_names_of_the_contract(CredentialKind kind, string key, string certificate)
    {
        using var folder = new TempFolder();
        Given.Export(Issue(Root, kind), folder.Path, ["Pem", "Der"], new ExportOptions(), replace: false);
        Assert.Equal(
            new[] { $"device/{key}.pem", $"device/{key}.der", $"device/{certificate}.pem",
                $"device/{certificate}.der" }.Order(StringComparer.Ordinal), folder.Files());
    }

    [Fact]
    public void Whatever_is_written_and_read_again_is_equal() =>
        (from kind in Gen.Enum<CredentialKind>()
         from name in Given.EndpointName
         from formats in Gen.OneOf("Pem", "Der", "pem,der", "Der,Pem,Pem")
         from encoding in Gen.Enum<KeyEncoding>()
         from own in Gen.Bool
         from deep in Gen.Bool
         from excludeRoot in Gen.Bool
         select (kind, name, formats, encoding, own, deep, excludeRoot)).Sample(t =>
        {
            using var folder = new TempFolder();
            var credential = Issue(t.deep ? Lower : Root, t.kind, t.name, t.own ? new DeviceKey(null, DeviceKey.Generate().Point) : null);
            var paths = Given.Export(credential, folder.Path, t.formats.Split(','),
                new ExportOptions { KeyEncoding = t.encoding, ExcludeRoot = t.excludeRoot }, replace: false);
            Assert.All(paths, p => Assert.True(File.Exists(p)));
            var group = Assert.Single(CredentialImporter.Group(folder.Path));
            var read = Assert.Single(CredentialImporter.Read(group));
            AssertSame(credential, read);
            var chain = t.formats == "Der" || !t.deep
                ? credential.Chain.Certificates.Take(1) : credential.Chain.Certificates.Take(t.excludeRoot ? 3 : 4);
            Assert.Equal(chain, read.Chain.Certificates);
        }, iter: 40);

    [Fact]
    public void An_encrypted_export_is_read_with_its_password()
    {
        using var folder = new TempFolder();
        var (credential, password) = (Issue(Root, CredentialKind.Bootstrap), "pässwörd".ToCharArray());
        Given.Export(credential, folder.Path, ["Pem"], new ExportOptions { Password = password }, replace: false);
        var group = CredentialImporter.Group(folder.Path).Single();
        AssertSame(credential, CredentialImporter.Read(group, password).Single());
        Assert.Equal("PasswordMissing", Refused.Input(() => CredentialImporter.Read(group)));
    }

    [Fact]
    public void No_private_key_means_none()
    {
        using var folder = new TempFolder();
        Given.Export(Issue(Root, CredentialKind.Bootstrap), folder.Path, ["Pem", "Der"],
            new ExportOptions { NoPrivateKey = true }, replace: false);
        Assert.Equal(["device/BootstrapDeviceCert.der", "device/BootstrapDeviceCert.pem"], folder.Files());
    }

    [Theory]
    [InlineData(0, false, 4)]
    [InlineData(2, false, 2)]
    [InlineData(0, true, 3)]
    public void The_pem_file_holds_the_chain_device_first_and_the_der_file_the_device_alone(int depth, bool excludeRoot, int count)
    {
        using var folder = new TempFolder();
        var credential = Issue(Lower, CredentialKind.Bootstrap);
        Given.Export(credential, folder.Path, ["Pem", "Der"], new ExportOptions { ChainDepth = depth, ExcludeRoot = excludeRoot },
            replace: false);
        Assert.Equal(credential.Chain.Certificates.Take(count),
            CertificateReader.Read(InputFile.Read(folder.File("device/BootstrapDeviceCert.pem"))));
        Assert.Equal(credential.CertificateDer, File.ReadAllBytes(folder.File("device/BootstrapDeviceCert.der")));
    }

    [Fact]
    public void Both_kinds_of_one_device_share_a_folder_and_stay_apart()
    {
        using var folder = new TempFolder();
        var kinds = new[] { CredentialKind.Bootstrap, CredentialKind.Lwm2m }.Select(k => Issue(Lower, k)).ToList();
        foreach (var credential in kinds) Given.Export(credential, folder.Path, ["Pem", "Der"], new ExportOptions(), replace: false);
        var read = CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path))).OrderBy(c => c.Kind).ToList();
        Assert.Equal(2, read.Count);
        for (var i = 0; i < 2; i++) AssertSame(kinds[i], read[i]);
    }

    [Fact]
    public void Many_devices_are_a_folder_each()
    {
        using var folder = new TempFolder();
        var issuer = new CredentialIssuer(Root, CredentialKind.Bootstrap);
        var credentials =
            new[] { "a", ".", "..", "../..", "CON", "a/b", "a%2Fb", "A b", "漢" }.Select(n => issuer.Issue(new DeviceIdentity(n))).ToList();
        foreach (var credential in credentials) Given.Export(credential, folder.Path, ["Pem", "Der"], new ExportOptions(), replace: false);
        Assert.Equal(credentials.Count, Directory.GetDirectories(folder.Path).Length);
        var read = CredentialImporter.Group(folder.Path).Select(g => CredentialImporter.Read(g).Single()).ToDictionary(c => c.EndpointName);
        Assert.All(credentials, c => AssertSame(c, read[c.EndpointName]));
    }

    [Fact]
    public void A_second_run_replaces_no_key_unless_it_shall()
    {
        using var folder = new TempFolder();
        var (first, second) = (Issue(Root, CredentialKind.Bootstrap), Issue(Root, CredentialKind.Bootstrap));
        Given.Export(first, folder.Path, ["Pem", "Der"], new ExportOptions(), replace: false);
        Assert.Equal("FileExists",
            Refused.Output(() => Given.Export(second, folder.Path, ["Pem", "Der"], new ExportOptions(), replace: false)));
        AssertSame(first, CredentialImporter.Read(CredentialImporter.Group(folder.Path).Single()).Single());
        Given.Export(second, folder.Path, ["Pem", "Der"], new ExportOptions(), replace: true);
        AssertSame(second, CredentialImporter.Read(CredentialImporter.Group(folder.Path).Single()).Single());
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_refused()
    {
        using var folder = new TempFolder();
        var (first, second) = (Issue(Root, CredentialKind.Bootstrap), Issue(Root, CredentialKind.Bootstrap));
        var certificate = folder.Write("BootstrapDeviceCert.pem", first.CertificatePem);
        var key = folder.Write("BootstrapDevicePrivateKey.pem", second.PrivateKey!.ToPem());
        var mismatch = Assert.Throws<InputException>(() => CredentialImporter.Read([certificate, key]));
        Assert.Equal("KeyMismatch", mismatch.ErrorId);
        Assert.Contains(second.PrivateKey.Fingerprint[..32], mismatch.Problem);
        Assert.Contains(first.PrivateKey!.Fingerprint[..32], mismatch.Problem);
        // Advice that loses a key is none.
        Assert.DoesNotContain("Issue", mismatch.Advice);
        Assert.Equal("CredentialNotFound", Refused.Input(() => CredentialImporter.Read([key])));
        Assert.Equal("CredentialNotFound",
            Refused.Input(() => CredentialImporter.Read([folder.Write("r.pem", DeviceCertificateRequest.Create("device").Pem)])));
        Assert.Equal("FormatUnknown", Refused.Input(() => Given.Export(first, folder.Path, ["Pdf"], new ExportOptions(), replace: false)));
    }

    [Fact]
    public void Openssl_agrees_that_certificate_key_and_chain_belong_together()
    {
        using var folder = new TempFolder();
        foreach (var kind in new[] { CredentialKind.Bootstrap, CredentialKind.Lwm2m })
            Given.Export(Issue(Lower, kind), folder.Path, ["Pem", "Der"], new ExportOptions(), replace: false);
        folder.Write("root.pem", Lower.Chain.Root!.CertificatePem);
        Assert.Equal("device/BootstrapDeviceCert.pem: OK\ndevice/LwM2MDeviceCert.pem: OK\n", Tool.Bash(folder.Path, """
            set -e
            for k in Bootstrap LwM2M; do
              c=device/${k}DeviceCert
              for f in pem der; do
                openssl x509 -in $c.$f -noout -pubkey > c.pub
                openssl pkey -in device/${k}DevicePrivateKey.$f -pubout > k.pub
                cmp c.pub k.pub
              done
              openssl verify -x509_strict -CAfile root.pem -untrusted $c.pem $c.pem
            done
            """, "openssl"));
    }
}
