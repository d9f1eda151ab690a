using Microsoft.Extensions.Time.Testing;

namespace DeviceCreds.Tests;

/// <summary>
/// The commands of the vendor's "Properties for manually generated keys and certificates", run as they stand there. Two things are
/// mended: a backslash ends the lines that the document continues, and "-CApath no-such-dir" is left out of the last step but one,
/// since OpenSSL 3 stops at a folder that is not there.
/// </summary>
public class SourceDocumentTests
{
    const string Simple = """
        # Create private key -
        openssl ecparam -out BootstrapDevicePrivateKey.pem -name prime256v1 -genkey
        # Convert private key to DER format -
        openssl ec -in BootstrapDevicePrivateKey.pem -out BootstrapDevicePrivateKey.der -outform der
        # Create a certificate signing request for the private key -
        openssl req -key BootstrapDevicePrivateKey.pem -new -sha256 -out BootstrapDeviceCsr.pem \
        	-subj /CN=device_endpoint_name
        # Sign the certificate signing request with the CA key and certificate -
        openssl x509 -req -in BootstrapDeviceCsr.pem -sha256 -out BootstrapDeviceCert.der \
        	-outform der -CA CA_cert.pem -CAkey CA_private.pem -CAcreateserial -days 3650
        """;

    const string Chain = """
        # Create configuration for adding ca extensions-
        (echo '[ req ]'; echo 'distinguished_name=dn'; echo 'prompt = no'; echo '[ ext ]'; echo "basicConstraints = CA:TRUE";
            echo "keyUsage = digitalSignature, keyCertSign, cRLSign"; echo '[ dn ]') > ca_config.cnf

        # Create private keys -
        openssl ecparam -out root_key.pem -name prime256v1 -genkey
        openssl ecparam -out intermediate_key.pem -name prime256v1 -genkey
        openssl ecparam -out BootstrapDevicePrivateKey.pem -name prime256v1 -genkey

        # Create Root self-signed certificate -
        (cat ca_config.cnf; echo 'CN = ROOT_CA';) > root.cnf
        openssl req -key root_key.pem -new -x509 -days 7300 -sha256 -out root_cert.pem -config root.cnf -extensions ext

        # Create intermediate certificate -
        (cat ca_config.cnf; echo 'CN = INT_CA';) > int.cnf
        openssl req -new -sha256 -key intermediate_key.pem -out intermediate_csr.pem  -config int.cnf
        openssl x509 -sha256 -req -in intermediate_csr.pem -out intermediate_cert.pem -CA root_cert.pem -CAkey root_key.pem \
            -days 7300 -extfile ca_config.cnf -extensions ext -CAcreateserial
        cat intermediate_cert.pem root_cert.pem > intermediate_chain.pem

        # Create the device certificate:
        # Create a certificate signing request for the private key -
        (echo '[ req ]'; echo 'distinguished_name=dn'; echo 'prompt = no'; echo '[ dn ]'; echo 'CN = device_endpoint_name';) > device.cnf
        openssl req -key BootstrapDevicePrivateKey.pem -new -sha256 -out device_csr.pem -config device.cnf
        # Sign the certificate signing request with the Certificate Chain key and certificate -
        openssl x509 -sha256 -req -in device_csr.pem -out device_cert.pem -CA intermediate_cert.pem -CAkey intermediate_key.pem \
            -days 7300 -extensions ext -CAcreateserial
        # Verify chain-
        openssl verify -verbose -CAfile intermediate_chain.pem device_cert.pem
        # Create the device certificate with chain-
        cat device_cert.pem intermediate_chain.pem > BootstrapDeviceCert.pem
        """;

    static DeviceKey Key(TempFolder folder, string name) => DeviceKey.Read(InputFile.Read(folder.File(name)));

    static DeviceCertificate Certificate(TempFolder folder, string name) => CertificateReader.Read(InputFile.Read(folder.File(name)))[0];

    /// <summary>The document's CAs begin when they are made, and devices begin a second after their CA.</summary>
    static FakeTimeProvider InAMinute() => new(DateTimeOffset.UtcNow.AddMinutes(1));

    [Fact]
    public void The_simple_sequence_works_with_a_ca_of_ours_and_its_results_are_read_truthfully()
    {
        using var folder = new TempFolder();
        var root = CertificateAuthority.Create("Factory CA");
        AuthorityFiles.Write(root, folder.Path, withKey: true, null, replace: false);
        Tool.Bash(folder.Path, "set -e\n" + Simple, "openssl");

        var key = Key(folder, "BootstrapDevicePrivateKey.pem");
        Assert.Equal(key, Key(folder, "BootstrapDevicePrivateKey.der"));
        var issued = Certificate(folder, "BootstrapDeviceCert.der");
        Assert.True(issued.IsSignedBy(root.Own));
        Assert.True(key.Matches(issued.Point));
        Assert.Equal(("device_endpoint_name", "CN=Factory CA"), (issued.EndpointName, issued.Issuer));
        // What the document's own table asks for and its command does not give.
        Assert.False(Lifetime.IsMoreThanTenYears(issued.Fields.NotBefore, issued.Fields.NotAfter));

        // The whole folder, request and CA included, is one credential.
        var credential = Assert.Single(CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path))));
        Assert.Equal((CredentialKind.Bootstrap, "device_endpoint_name", key),
            (credential.Kind, credential.EndpointName, credential.PrivateKey));
        Assert.Equal([issued, root.Own], credential.Chain.Certificates);

        var request = DeviceCertificateRequest.Read(InputFile.Read(folder.File("BootstrapDeviceCsr.pem")));
        var ours = new CredentialIssuer(AuthorityFiles.Read(folder.Path), CredentialKind.Bootstrap).Issue(request);
        Assert.True(key.Matches(ours.Leaf.Point));
        Assert.Equal("device_endpoint_name", ours.EndpointName);
    }

    [Fact]
    public void The_chain_sequence_makes_cas_that_issue_for_us_and_a_chain_that_is_read_truthfully()
    {
        using var folder = new TempFolder();
        Assert.Contains("device_cert.pem: OK", Tool.Bash(folder.Path, "set -e\n" + Chain, "openssl"));

        var key = Key(folder, "BootstrapDevicePrivateKey.pem");
        var credential =
            Assert.Single(CredentialImporter.Read([folder.File("BootstrapDeviceCert.pem"), folder.File("BootstrapDevicePrivateKey.pem")]));
        Assert.Equal(["CN=device_endpoint_name", "CN=INT_CA", "CN=ROOT_CA"], credential.Chain.Certificates.Select(c => c.Subject));
        Assert.Equal(credential.Chain.Certificates, CertificateChain.Order([.. credential.Chain.Certificates.Reverse()]).Certificates);
        Assert.Equal(key, credential.PrivateKey);
        Assert.Single(CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path))));

        var authority = AuthorityFiles.Read(folder.File("intermediate_chain.pem"), folder.File("intermediate_key.pem"));
        Assert.Equal(("INT_CA", null, 2), (authority.Name, authority.PathLength, authority.Chain.Length));
        var clock = InAMinute();
        var ours = new CredentialIssuer(authority, CredentialKind.Bootstrap,
            time: clock).Issue(DeviceCertificateRequest.Read(InputFile.Read(folder.File("device_csr.pem"))));
        // 7300 days are less than 20 years, so the default ends with the CA.
        Assert.Equal(authority.NotAfter, ours.NotAfter);
        var below = CertificateAuthority.Create("Line 1",
            AuthorityFiles.Read(folder.File("root_cert.pem"), folder.File("root_key.pem")), time: clock);
        folder.Write("ours.pem", ours.CertificatePem);
        folder.Write("below.pem", below.CertificatePem);
        folder.Write("under-below.pem",
            new CredentialIssuer(below, CredentialKind.Bootstrap, time: clock).Issue(new DeviceIdentity("device-2")).CertificatePem);
        Assert.Equal("ours.pem: OK\nbelow.pem: OK\nunder-below.pem: OK\n", Tool.Bash(folder.Path, $"""
            set -e
            at="-attime {clock.GetUtcNow().ToUnixTimeSeconds()}"
            openssl verify $at -CAfile root_cert.pem -untrusted intermediate_chain.pem ours.pem
            openssl verify $at -CAfile root_cert.pem below.pem
            openssl verify $at -CAfile root_cert.pem -untrusted below.pem under-below.pem
            """, "openssl"));
    }

    [Fact]
    public void What_the_simple_sequence_makes_does_not_keep_the_documents_own_table_and_the_report_says_so()
    {
        using var folder = new TempFolder();
        var root = CertificateAuthority.Create("Factory CA");
        AuthorityFiles.Write(root, folder.Path, withKey: true, null, replace: false);
        Tool.Bash(folder.Path, "set -e\n" + Simple, "openssl");
        var verifier = new CertificateVerifier { Issuers = [root.Own], EndpointName = "device_endpoint_name",
            Key = Key(folder, "BootstrapDevicePrivateKey.der"), Time = InAMinute() };
        var report = Assert.Single(verifier.Test([Certificate(folder, "BootstrapDeviceCert.der")]));
        Assert.Equal(CredentialKind.Bootstrap, report.Kind);
        // OpenSSL 3.0 and later differ in the extensions that they add without being asked.
        var isV1 = Certificate(folder, "BootstrapDeviceCert.der").Fields.Version == 1;
        Assert.Equal(isV1 ? ["VersionIs3", "LifetimeOverTenYears"] : ["LifetimeOverTenYears"], report.Failed.Select(c => c.Id));
        Assert.Equal(isV1 ? ["EndpointNameForm", "TimeLeft", "KeyIdentifiers"] : ["EndpointNameForm", "TimeLeft"],
            report.Warnings.Select(c => c.Id));
        Assert.Contains("9.993 years: not more than 10", report.Failed.Single(c => c.Id == "LifetimeOverTenYears").Message);
        Assert.Equal(["AccountId", "ChainInPem", "ChainOrder"],
            Scene.WithoutRevocation(report).Where(c => c.Outcome == CheckOutcome.Skipped).Select(c => c.Id));
    }

    [Fact]
    public void What_the_chain_sequence_makes_does_not_keep_the_documents_own_table_and_the_report_says_so()
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, "set -e\n" + Chain, "openssl");
        var verifier = new CertificateVerifier { Issuers = [Certificate(folder, "root_cert.pem")],
            EndpointName = "device_endpoint_name", Key = Key(folder, "BootstrapDevicePrivateKey.pem"), Time = InAMinute() };
        var report = Assert.Single(verifier.Test(CertificateReader.Read(InputFile.Read(folder.File("BootstrapDeviceCert.pem")))));
        // OpenSSL 3 ignores -extensions without -extfile, and without extensions the certificate is X.509 v1.
        Assert.Equal("VersionIs3", report.Failed[0].Id);
        Assert.Contains("version 1", report.Failed[0].Message);
        Assert.All(report.Failed.Skip(1), c => Assert.Equal("NotBeforeAfterIssuer", c.Id));
        // The document's CAs have basicConstraints that are not critical; OpenSSL 3.0 gives them no key identifiers. Whether
        // device and CA begin, and so end, in one second is chance.
        Assert.Equal(["EndpointNameForm", "AuthoritiesMaySign"],
            report.Warnings.Select(c => c.Id).Where(id => id is not ("KeyIdentifiers" or "NotAfterWithinIssuer")));
        Assert.Contains("not critical", report.Warnings.Single(c => c.Id == "AuthoritiesMaySign").Message);
        foreach (var id in new[] { "ChainOrder", "ChainSignatures", "TrustedIssuer", "PrivateKeyMatches", "EndpointName",
            "LifetimeOverTenYears", "TimeLeft" })
            Assert.Equal(CheckOutcome.Passed, report.Checks.Single(c => c.Id == id).Outcome);
    }
}
