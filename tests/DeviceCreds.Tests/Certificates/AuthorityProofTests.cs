using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>The certificate that proves to Azure and AWS who has a CA's key.</summary>
public class AuthorityProofTests
{
    static readonly DateTime Now = Given.Utc("2026-11-26T12:00:00Z");
    static readonly CertificateChain Chain = CertificateChain.Create(["Root", "Line"], time: Given.Clock(Now));

    static DeviceCertificate Prove(string code, CertificateAuthority? authority = null) =>
        AuthorityProof.Create(authority ?? Chain.Issuer!, code, Given.Clock(Now));

    [Fact]
    public void Whatever_code_it_is_it_is_the_only_name_for_a_few_days_and_for_no_device() =>
        Gen.String[Gen.Char["0123456789abcdefABCDEFxyz-_"], 1, 64].Sample(code =>
        {
            var proof = Prove(code);
            Assert.Equal(($"CN={code}", "CN=Line"), (proof.Subject, proof.Issuer));
            Assert.True(proof.IsSignedBy(Chain.Leaf));
            Assert.Null(proof.EnhancedKeyUsage.FirstOrDefault());
            Assert.False(proof.IsCertificateAuthority);
            Assert.Equal((Now.AddHours(-1), Now.AddDays(7)), (proof.Fields.NotBefore, proof.Fields.NotAfter));
            var report = Assert.Single(new CertificateVerifier { Issuers = [Chain.Root!], At = Now }.Test([proof, Chain.Leaf]));
            Assert.Contains("LifetimeOverTenYears", report.Failed.Select(c => c.Id));
        }, iter: 50);

    [Theory]
    [InlineData("DDC3BFA75CA6D83A4B3C6C1B2F8E3E4E79D0A1B2C3D4E5F6")]
    [InlineData("9c3cbb8ef5d3d2a4a6f7f2e0d1c5b8a79c3cbb8ef5d3d2a4a6f7f2e0d1c5b8a7")]
    public void OpenSSL_verifies_it_below_a_root_and_below_a_factory_CA(string code)
    {
        foreach (var authority in Chain.Authorities)
        {
            using var folder = new TempFolder();
            folder.Write("chain.pem", authority.Chain.ToPem());
            folder.Write("proof.pem", AuthorityProof.Create(authority, code).CertificatePem);
            var said = Tool.Bash(folder.Path,
                "openssl verify -x509_strict -CAfile chain.pem proof.pem && openssl x509 -in proof.pem -noout -subject", "openssl");
            Assert.Contains("proof.pem: OK", said, StringComparison.Ordinal);
            Assert.Contains($"CN = {code}", said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 12")]
    [InlineData("12\n")]
    [InlineData("1 2")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    [InlineData("c\u00f6de")]
    public void A_code_that_no_service_shows_is_refused(string code) =>
        Assert.Equal("CodeInvalid", Refused.Issuance(() => Prove(code)));

    [Fact]
    public void A_CA_that_may_not_sign_proves_nothing()
    {
        var keyless = CertificateAuthority.Open(Chain.Certificates, null);
        Assert.Equal("IssuerWithoutKey", Refused.Issuance(() => Prove("1", keyless)));
    }
}
