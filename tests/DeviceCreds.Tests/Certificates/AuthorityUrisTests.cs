using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Where a CA publishes its lists, and what it issues says of it.</summary>
public sealed class AuthorityUrisTests
{
    static readonly Uri[] Crl =
        [new("http://pki.example.com/factory.crl"), new("ldap://ldap.example.com/cn=Factory?certificateRevocationList")];
    static readonly Uri[] Ocsp = [new("http://ocsp.example.com")];
    static readonly Uri[] Issuers = [new("http://pki.example.com/factory.cer")];

    static CertificateAuthority Factory(AuthorityUris uris, CertificateAuthority? issuer = null) =>
        CertificateAuthority.Create(new AuthorityOrder { Name = "Factory", Issuer = issuer, Uris = uris });

    static DeviceCredential Issue(CertificateAuthority issuer, string name = "device-1") =>
        new CredentialIssuer(issuer, CredentialKind.Bootstrap).Issue(new DeviceIdentity(name));

    [Fact]
    public void What_a_ca_issues_names_the_places_and_openssl_reads_them()
    {
        var root = CertificateAuthority.Create(new AuthorityOrder
        {
            Name = "Root", Uris = AuthorityUris.Create([new("http://pki.example.com/root.crl")], null, null),
        });
        var factory = Factory(AuthorityUris.Create(Crl, Ocsp, Issuers), root);
        using var folder = new TempFolder();
        folder.Write("root.pem", root.CertificatePem + "\n");
        folder.Write("factory.pem", factory.CertificatePem + "\n");
        folder.Write("device.pem", Issue(factory).CertificatePem + "\n");
        string Text(string name) => Tool.Bash(
            folder.Path, $"openssl x509 -in {name}.pem -noout -ext crlDistributionPoints,authorityInfoAccess 2>&1", "openssl");

        Assert.DoesNotContain("URI:", Text("root"));
        Assert.Equal(1, Text("factory").Split("URI:").Length - 1);
        Assert.Contains("URI:http://pki.example.com/root.crl", Text("factory"));
        var device = Text("device");
        Assert.Contains("URI:http://pki.example.com/factory.crl", device);
        Assert.Contains("URI:ldap://ldap.example.com/cn=Factory?certificateRevocationList", device);
        Assert.Contains("OCSP - URI:http://ocsp.example.com/", device);
        Assert.Contains("CA Issuers - URI:http://pki.example.com/factory.cer", device);
    }

    [Fact]
    public void Every_rule_and_the_devices_parser_take_such_a_certificate()
    {
        var factory = Factory(AuthorityUris.Create(Crl, Ocsp, Issuers));
        var credential = Issue(factory);
        var report = new CertificateVerifier { Issuers = [factory.Own] }.Test(credential);
        Assert.Empty(report.Failed.Concat(report.Warnings));
        Assert.Null(credential.Leaf.Facts.ParserProblem);
    }

    [Fact]
    public void A_ca_whose_certificates_a_devices_buffer_cannot_hold_warns_before_the_first()
    {
        var many = Enumerable.Range(1, 8)
            .Select(i => new Uri($"http://pki{i}.example.com/a-long-name-of-a-list-of-revoked-certificates.crl"));
        var issuer = new CredentialIssuer(Factory(AuthorityUris.Create(many, null, null)), CredentialKind.Lwm2m);
        Assert.Contains("MAX_CERTIFICATE_SIZE", issuer.Warning);
        Assert.Null(new CredentialIssuer(Factory(AuthorityUris.Create(Crl, Ocsp, Issuers)), CredentialKind.Lwm2m).Warning);
    }

    public static TheoryData<string> Impossible =>
    [
        "ca.crl", "//pki.example.com/ca.crl", "file:///etc/ca.crl", "ftp://pki.example.com/ca.crl",
        "http://user:secret@pki.example.com/ca.crl",
        "http://pki.example.com/ca.crl#top", "http://pki.example.com/$(Name).crl", "http://gerät.example.com/ca.crl", "",
    ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_nobody_could_fetch_is_refused_by_its_parameter(string uri)
    {
        var error = Assert.Throws<IssuanceException>(() => AuthorityUris.Create([new Uri(uri, UriKind.RelativeOrAbsolute)], null, null));
        Assert.Equal("UriInvalid", error.ErrorId);
        Assert.StartsWith("-CrlDistributionPoint", error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Fact]
    public void An_ocsp_responder_is_asked_over_http_only() =>
        Assert.Equal("UriInvalid", Refused.Issuance(() => AuthorityUris.Create(null, [new("ldap://ldap.example.com/")], null)));

    [Fact]
    public void Https_is_possible_and_warned_of()
    {
        Assert.Contains("advises http", AuthorityUris.Create([new("https://pki.example.com/ca.crl")], null, null).Warning);
        Assert.Contains("advises ldap", AuthorityUris.Create(null, null, [new("ldaps://pki.example.com/cn=x")]).Warning);
        Assert.Null(AuthorityUris.Create(Crl, Ocsp, Issuers).Warning);
    }

    [Fact]
    public void They_come_back_with_the_ca_from_its_folder_and_from_each_file_in_it()
    {
        using var folder = new TempFolder();
        var factory = Factory(AuthorityUris.Create(Crl, Ocsp, Issuers));
        AuthorityFiles.Write(factory, folder.Path, withKey: true, password: null, replace: false);
        foreach (var path in new[] { folder.Path, folder.File("CA_cert.pem"), folder.File("CA_chain.pem") })
        {
            var read = AuthorityFiles.Read(path, folder.File("CA_private.pem"));
            Assert.Equal(Crl, read.CrlDistributionPoint);
            Assert.Equal(Ocsp, read.OcspUri);
            Assert.Equal(Issuers, read.CaIssuersUri);
        }
    }

    [Fact]
    public void A_ca_that_replaces_another_does_not_inherit_its_places()
    {
        using var folder = new TempFolder();
        AuthorityFiles.Write(Factory(AuthorityUris.Create(Crl, null, null)), folder.Path, withKey: false, password: null, replace: false);
        AuthorityFiles.Write(Factory(AuthorityUris.None), folder.Path, withKey: false, password: null, replace: true);
        Assert.True(AuthorityFiles.Read(folder.Path).Uris.IsEmpty);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"CrlDistributionPoint\":7}")]
    [InlineData("{\"CrlDistributionPoint\":[7]}")]
    [InlineData("{\"CrlDistributionPoint\":[null]}")]
    [InlineData("{\"CrlDistributionPoint\":[\"ftp://x/\"]}")]
    public void A_damaged_file_of_them_is_an_error_and_not_a_ca_without_them(string text)
    {
        using var folder = new TempFolder();
        AuthorityFiles.Write(Factory(AuthorityUris.None), folder.Path, withKey: false, password: null, replace: false);
        folder.Write("CA_uris.json", text);
        Assert.Contains(Refused.Input(() => AuthorityFiles.Read(folder.Path)), new[] { "AuthorityUrisMalformed", "UriInvalid" });
    }

    [Fact]
    public void Whatever_is_accepted_is_a_certificate_that_the_device_reads()
    {
        var uri = from scheme in Gen.OneOf("http", "https", "ldap", "ldaps")
                  from host in Gen.String[Gen.Char["abcxyz019-"], 1, 30]
                  from path in Gen.String[Gen.Char["abc019/._-?=&%~:@!$',;() äß漢"], 0, 60]
                  select $"{scheme}://{host}.example.com/{path}";
        uri.Array[0, 3].Sample(texts =>
        {
            AuthorityUris uris;
            try
            {
                uris = AuthorityUris.Create(texts.Select(t => new Uri(t, UriKind.RelativeOrAbsolute)), null, null);
            }
            catch (IssuanceException)
            {
                return;
            }

            var certificate = Issue(Factory(uris)).Leaf;
            Assert.Null(certificate.Facts.ParserProblem);
            Assert.Null(Extensions.FindMalformed(certificate.Fields));
        }, iter: 200);
    }
}
