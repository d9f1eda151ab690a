using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>The endpoint name as subjectAltName.</summary>
public class AlternativeNameTests
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");

    static DeviceCredential Issue(string name, SubjectAltName form) =>
        new CredentialIssuer(Root, CredentialKind.Bootstrap, subjectAltName: form).Issue(new DeviceIdentity(name));

    static string Shown(DeviceCredential credential)
    {
        using var folder = new TempFolder();
        folder.Write("a.pem", credential.CertificatePem);
        return Tool.Bash(folder.Path, "openssl x509 -in a.pem -noout -ext subjectAltName 2>&1", "openssl").Trim();
    }

    [Theory]
    [InlineData(SubjectAltName.Dns, "device-1.example.com", "DNS:device-1.example.com")]
    [InlineData(SubjectAltName.Dns, "device-1", "DNS:device-1")]
    [InlineData(SubjectAltName.Uri, "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6")]
    [InlineData(SubjectAltName.Uri, "urn:dev:ops:32473-Refrigerator-5002", "URI:urn:dev:ops:32473-Refrigerator-5002")]
    [InlineData(SubjectAltName.None, "device-1", "No extensions in certificate")]
    public void OpenSSL_reads_the_name_in_the_form_that_was_asked_for(SubjectAltName form, string name, string expected)
    {
        var credential = Issue(name, form);
        Assert.EndsWith(expected, Shown(credential), StringComparison.Ordinal);
        Assert.Null(credential.Leaf.Facts.ParserProblem);
        var report = new CertificateVerifier { Issuers = [Root.Chain.Leaf], Kind = CredentialKind.Bootstrap }.Test(credential);
        Assert.Empty(report.Failed);
        Assert.Empty(report.Warnings);
    }

    [Theory]
    [InlineData(SubjectAltName.Dns, "device_1")]
    [InlineData(SubjectAltName.Dns, "-device")]
    [InlineData(SubjectAltName.Dns, "device-")]
    [InlineData(SubjectAltName.Dns, "a..b")]
    [InlineData(SubjectAltName.Dns, "d\u00e9vice")]
    [InlineData(SubjectAltName.Dns, "urn:imei:1")]
    [InlineData(SubjectAltName.Uri, "device-1")]
    [InlineData(SubjectAltName.Uri, "urn:")]
    [InlineData(SubjectAltName.Uri, "urn:a b")]
    [InlineData(SubjectAltName.Uri, "urn:d\u00e9vice")]
    public void A_name_that_has_not_the_form_is_refused_before_it_is_taken(SubjectAltName form, string name)
    {
        var issuer = new CredentialIssuer(Root, CredentialKind.Bootstrap, subjectAltName: form);
        for (var i = 0; i < 2; i++)
            Assert.Equal("SubjectAltNameNotPossible", Refused.Issuance(() => issuer.Accept(new DeviceIdentity(name))));
    }

    [Fact]
    public void Whatever_name_is_taken_stands_there_as_it_is() =>
        (from name in Gen.String[Gen.Char["abzAZ09.-:_/"], 1, 40]
         from form in Gen.OneOf(SubjectAltName.Dns, SubjectAltName.Uri)
         select (name, form)).Sample(t =>
        {
            if (Record.Exception(() => Issue(t.name, t.form)) is { } refusal)
            {
                Assert.Equal("SubjectAltNameNotPossible", Assert.IsType<IssuanceException>(refusal).ErrorId);
                return;
            }

            var name = Assert.Single(Extensions.AlternativeNames(Issue(t.name, t.form).Leaf.Fields)!.GetNames());
            Assert.Equal(t.name, name.Name.ToString());
        }, iter: 300);
}
