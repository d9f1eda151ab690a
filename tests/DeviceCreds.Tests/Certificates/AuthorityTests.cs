using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceCreds.Tests;

/// <summary>Who may issue.</summary>
public class AuthorityTests
{
    static DeviceCredential Issue(CertificateAuthority authority) =>
        new CredentialIssuer(authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"));

    /// <summary>A self-signed certificate of .NET's making, with extensions of any kind.</summary>
    static CertificateAuthority Foreign(params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Foreign, O=Somebody", key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions) request.CertificateExtensions.Add(extension);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddYears(30));
        return CertificateAuthority.Open([CertificateReader.From(certificate)], DeviceKey.Read(Given.Input(key.ExportECPrivateKey())));
    }

    static readonly X509Extension Ca = new X509BasicConstraintsExtension(true, false, 0, true);

    [Fact]
    public void A_certificate_that_is_no_cas_issues_nothing()
    {
        Assert.Equal("IssuerNotAuthority", Refused.Issuance(() => Issue(Foreign())));
        Assert.Equal("IssuerNotAuthority",
            Refused.Issuance(() => Issue(Foreign(new X509BasicConstraintsExtension(false, false, 0, true)))));
        Assert.Equal("IssuerNotAuthority", Refused.Issuance(() => CertificateAuthority.Create("Below", Foreign())));
    }

    [Fact]
    public void A_ca_whose_key_usage_lacks_certificate_signing_issues_nothing()
    {
        Assert.Equal("IssuerMayNotSign",
            Refused.Issuance(
                () => Issue(Foreign(Ca, new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true)))));
        Issue(Foreign(Ca, new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true)));
        Issue(Foreign(Ca));
    }

    [Fact]
    public void A_foreign_issuers_name_and_key_identifier_are_taken_as_they_are()
    {
        var plain = Foreign(Ca);
        var issued = Issue(plain).Leaf;
        Assert.Equal(plain.Own.Fields.SubjectDer, issued.Fields.IssuerDer);
        Assert.Equal(SHA1.HashData(plain.Own.Point!), Extensions.AuthorityKeyIdentifier(issued.Fields));

        var named = Foreign(Ca, new X509SubjectKeyIdentifierExtension([1, 2, 3], false));
        Assert.Equal([1, 2, 3], Extensions.AuthorityKeyIdentifier(Issue(named).Leaf.Fields)!);
    }

    [Fact]
    public void A_path_length_of_zero_issues_devices_and_no_cas()
    {
        var last = CertificateAuthority.Create("Root", pathLength: 0);
        Issue(last);
        Assert.Equal("PathLengthExceeded", Refused.Issuance(() => CertificateAuthority.Create("Below", last)));
    }

    [Fact]
    public void A_path_length_goes_down_by_one_a_level_and_never_up()
    {
        var root = CertificateAuthority.Create("A");
        Assert.Equal(3, root.PathLength);
        var below = CertificateAuthority.Create("B", root);
        Assert.Equal(2, below.PathLength);
        Assert.Equal("PathLengthExceeded", Refused.Issuance(() => CertificateAuthority.Create("C", below, pathLength: 2)));
        Assert.Equal("PathLengthNegative", Refused.Issuance(() => CertificateAuthority.Create("C", below, pathLength: -1)));
        Assert.Equal(0, CertificateAuthority.Create("C", below, pathLength: 0).PathLength);
        // The limit of a CA further up counts, too, when the nearer one has none.
        var unlimited = Foreign(new X509BasicConstraintsExtension(true, false, 0, true));
        Assert.Null(unlimited.PathLength);
        Assert.Equal(0, CertificateAuthority.Create("Below", unlimited).PathLength);
    }

    [Fact]
    public void An_issuer_without_its_key_or_with_anothers_is_refused()
    {
        var root = CertificateAuthority.Create("Root");
        Assert.Equal("IssuerWithoutKey", Refused.Issuance(() => Issue(CertificateAuthority.Open([root.Own], null))));
        Assert.Equal("KeyMismatch", Refused.Input(() => CertificateAuthority.Open([root.Own], DeviceKey.Generate())));
        Assert.Equal("KeyIsPublic",
            Refused.Issuance(() => CertificateAuthority.Create("Root", key: new DeviceKey(null, DeviceKey.Generate().Point))));
    }

    [Fact]
    public void A_dotnet_certificate_with_its_key_is_an_issuer()
    {
        using var folder = new TempFolder();
        var root = CertificateAuthority.Create("Root");
        using var certificate = X509Certificate2.CreateFromPem(root.CertificatePem, root.ExportableKey.ToPem());
        var authority = CertificateAuthority.Open(certificate);
        Assert.Equal("X509Certificate2", authority.KeyLocation);
        var issuer = new CredentialIssuer(authority, CredentialKind.Bootstrap);
        // Numbers in signatures are shorter now and then: many signatures see them all.
        Assert.All(Enumerable.Range(0, 100).Select(i => issuer.Issue(new DeviceIdentity($"device-{i}"))),
            c => Assert.True(c.Leaf.IsSignedBy(root.Own)));
        Assert.Equal("KeyNotExportable",
            Refused.Issuance(() => AuthorityFiles.Write(authority, folder.Path, withKey: true, null, replace: false)));
        Assert.Empty(folder.Files());
    }

    [Fact]
    public void A_dotnet_certificate_without_its_key_or_of_another_algorithm_is_refused()
    {
        Assert.Equal("IssuerWithoutKey", Refused.Input(() => CertificateAuthority.Open(CertificateAuthority.Create("Root").Certificate)));
        using var rsa = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=RSA", rsa, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddYears(30));
        Assert.Equal("IssuerKeyUnsupported", Refused.Input(() => CertificateAuthority.Open(certificate)));
    }

    [Fact]
    public void A_ca_does_not_bear_the_name_of_one_above()
    {
        var root = CertificateAuthority.Create("Root");
        Assert.Equal("NameDuplicate",
            Refused.Issuance(() => CertificateAuthority.Create("Root", CertificateAuthority.Create("Below", root))));
    }

    [Theory]
    [InlineData("", "NameEmpty")]
    [InlineData("  ", "NameBlank")]
    [InlineData(" Root", "NameSurroundedBySpaces")]
    [InlineData("Root\n", "NameInvalidCharacter")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", "NameTooLong")]
    public void A_ca_has_a_name_that_people_can_read(string name, string id) =>
    Assert.Equal(id, Refused.Issuance(() => CertificateAuthority.Create(name)));

    [Fact]
    public void What_is_known_of_a_ca_is_what_its_certificate_says()
    {
        var chain = CertificateChain.Create(["Root", "Below"]);
        var below = chain.Issuer!;
        Assert.Equal(("Below", "CN=Below", "CN=Root", false, "memory", 0),
            (below.Name, below.Subject, below.Issuer, below.IsRoot, below.KeyLocation, below.PathLength));
        var root = CertificateAuthority.Open([chain.Root!], null);
        Assert.Equal(("Root", true, null, 1), (root.Name, root.IsRoot, root.KeyLocation, root.PathLength));
        Assert.Equal(chain.Root!.NotAfter, root.NotAfter);
    }
}
