namespace DeviceCreds.Tests;

public sealed class EnrollmentIdTests
{
    [Fact]
    public void It_is_the_fingerprint_of_the_bootstrap_certificate()
    {
        var credential = Factory.Credential();
        Assert.Matches("^A-[A-Za-z0-9:]{95}$", credential.EnrollmentId!);
        using var folder = new TempFolder();
        var openssl = Tool.Run(
            "openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", folder.Write("c.pem", credential.CertificatePem));
        Assert.EndsWith("=" + credential.EnrollmentId![2..], openssl.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lwm2m_credentials_have_none() => Assert.Null(Factory.Credential(CredentialKind.Lwm2m).EnrollmentId);
}
