using System.Formats.Asn1;
using System.Text.RegularExpressions;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What the library issues, judged by OpenSSL, GnuTLS and .NET.</summary>
public class MintedCertificateTests(MintedCertificates minted) : IClassFixture<MintedCertificates>
{
    public static readonly TheoryData<string> All = ["root", "lone-root", "intermediate", "bootstrap", "bootstrap-account",
        "unicode", "lwm2m", "endless-root", "endless"];
    public static readonly TheoryData<string> Devices = ["bootstrap", "bootstrap-account", "unicode", "lwm2m", "endless"];

    [Theory]
    [MemberData(nameof(All))]
    public void It_is_x509_v3_on_p256_signed_with_ecdsa_and_sha256(string name)
    {
        var text = minted.Verdict(name, "text");
        Assert.Contains("Version: 3 (0x2)", text);
        Assert.Contains("ASN1 OID: prime256v1", text);
        Assert.Equal(2, Regex.Count(text, "Signature Algorithm: ecdsa-with-SHA256"));
        var certtool = minted.Verdict(name, "certtool");
        Assert.Contains("Version: 3", certtool);
        Assert.Contains("Subject Public Key Algorithm: EC/ECDSA", certtool);
        Assert.Contains("Curve:\tSECP256R1", certtool);
        Assert.Contains("Signature Algorithm: ECDSA-SHA256", certtool);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_signature_algorithm_has_no_parameters_in_either_place(string name)
    {
        // In asn1parse's list: the SEQUENCE of an AlgorithmIdentifier with this OID alone has 10 octets.
        var lines = minted.Verdict(name, "asn1").Split('\n');
        var places = lines.Select((l, i) => (l, i)).Where(x => x.l.Contains("OBJECT            :ecdsa-with-SHA256"))
            .Select(x => lines[x.i - 1]).ToList();
        Assert.Equal(2, places.Count);
        Assert.All(places, p => Assert.Matches(@"l=\s*10 cons: SEQUENCE", p));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_devices_extensions_are_these_and_no_others(string name) => Assert.Equal(
        [
            "X509v3 Basic Constraints: critical CA:FALSE",
            "X509v3 Key Usage: critical Digital Signature",
            "X509v3 Extended Key Usage: TLS Web Client Authentication",
            "X509v3 Subject Key Identifier: " + KeyIdentifier(name),
            "X509v3 Authority Key Identifier: " + KeyIdentifier(name == "endless" ? "endless-root" : "intermediate"),
        ], minted.Extensions(name));

    [Theory]
    [InlineData("root", 1, null)]
    [InlineData("lone-root", 3, null)]
    [InlineData("endless-root", 3, null)]
    [InlineData("intermediate", 0, "root")]
    public void A_cas_extensions_are_these_and_no_others(string name, int pathLength, string? issuer)
    {
        string[] expected =
        [
            $"X509v3 Basic Constraints: critical CA:TRUE, pathlen:{pathLength}",
            "X509v3 Key Usage: critical Digital Signature, Certificate Sign, CRL Sign",
            "X509v3 Subject Key Identifier: " + KeyIdentifier(name),
            .. issuer is null ? Array.Empty<string>() : ["X509v3 Authority Key Identifier: " + KeyIdentifier(issuer)],
        ];
        Assert.Equal(expected, minted.Extensions(name));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_fields_that_are_shown_are_those_that_openssl_shows(string name)
    {
        var certificate = minted[name];
        var fields = Regex.Matches(minted.Verdict(name, "fields"), "^(.*?)=(.*)$", RegexOptions.Multiline)
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.Equal(fields["serial"], certificate.SerialNumber);
        Assert.Equal(fields["notBefore"], certificate.NotBefore.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'"));
        Assert.Equal(fields["notAfter"], certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'"));
        Assert.Equal(fields.Single(f => f.Key.EndsWith("ingerprint", StringComparison.Ordinal)).Value.Replace(":", ""),
            certificate.Fingerprint);
        Assert.Equal(minted.Verdict(name, "subject").Trim(), "subject=" + certificate.Subject);
        Assert.Equal(certificate.Certificate.Thumbprint, certificate.Thumbprint);
        Assert.Equal(certificate.Certificate.SerialNumber, certificate.SerialNumber);
        Assert.Equal(certificate.Certificate.NotAfter, certificate.NotAfter);
        Assert.False(certificate.Certificate.HasPrivateKey);
    }

    [Theory]
    [InlineData("bootstrap", "PRINTABLESTRING   :device-0001")]
    [InlineData("lwm2m", "PRINTABLESTRING   :device-0002")]
    [InlineData("lwm2m", "PRINTABLESTRING   :" + Given.AccountId)]
    [InlineData("unicode", "UTF8STRING        :Gerät 漢字 😀")]
    [InlineData("intermediate", "PRINTABLESTRING   :Minted Intermediate")]
    public void Names_are_printable_strings_where_they_can_be_and_utf8_otherwise(string name, string line) =>
        Assert.Contains(line, minted.Verdict(name, "asn1"));

    [Theory]
    [InlineData("bootstrap", "CN=device-0001")]
    [InlineData("bootstrap-account", "CN=device-0003,OU=" + Given.AccountId)]
    [InlineData("lwm2m", "CN=device-0002,OU=" + Given.AccountId)]
    [InlineData("root", "CN=Minted Root")]
    public void The_subject_has_one_cn_and_the_account_as_ou_where_there_is_one(string name, string subject) =>
    Assert.Equal(subject, minted[name].Subject);

    [Fact]
    public void Openssl_verifies_the_chain_in_its_strictest_mode_and_as_a_tls_client() => Assert.Equal(
        ["bootstrap.pem: OK", "bootstrap-account.pem: OK", "unicode.pem: OK", "lwm2m.pem: OK", "intermediate.pem: OK", "lone-root.pem: OK"],
        Tool.Bash(minted.Folder, """
            set -e
            for n in bootstrap bootstrap-account unicode lwm2m; do
                openssl verify -x509_strict -purpose sslclient -check_ss_sig -CAfile root.pem -untrusted intermediate.pem $n.pem
            done
            openssl verify -x509_strict -CAfile root.pem intermediate.pem
            openssl verify -x509_strict -check_ss_sig -CAfile lone-root.pem lone-root.pem
            """, "openssl").Split('\n', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Gnutls_verifies_the_chain() => Assert.Equal(4, Regex.Count(Tool.Bash(minted.Folder, """
        for n in bootstrap bootstrap-account unicode lwm2m; do
            cat $n.pem intermediate.pem | certtool --verify --load-ca-certificate root.pem
        done
        """, "certtool"), "Chain verification output: Verified. The certificate is trusted."));

    [Fact]
    public void Serial_numbers_are_positive_at_most_20_octets_and_never_repeat()
    {
        var serials = Enumerable.Range(0, 2000).Select(_ => SerialNumbers.Create()).ToList();
        Assert.Equal(serials.Count, serials.Distinct().Count());
        Assert.All(serials, s =>
        {
            Assert.True(s.SignValue > 0);
            Assert.InRange(s.ToByteArray().Length, 9, SerialNumbers.MaximumOctets);
        });
        // 64 bits of entropy at least: each of the lowest 64 is sometimes set and sometimes not.
        Assert.All(Enumerable.Range(0, 64), bit => Assert.InRange(serials.Count(s => s.TestBit(bit)), 800, 1200));
    }

    [Fact]
    public void Times_up_to_2049_are_utc_times_and_later_ones_generalized_times() =>
        // Around 2030 the devices' ends, around 2050 their beginnings and their CAs' cross the border.
        (from year in Gen.Int[2027, 2060]
         from second in Gen.Int[0, 31_535_999]
         from years in Gen.Int[11, 30]
         select (new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(second), years)).Sample(t =>
        {
            var clock = Given.Clock(t.Item1);
            var root = CertificateAuthority.Create("Root", validity: ValidityRequest.ForYears(40), time: clock);
            var device = new CredentialIssuer(root, CredentialKind.Bootstrap, ValidityRequest.ForYears(t.years),
                clock).Issue(new DeviceIdentity("device"));
            foreach (var (der, length) in new[] { (root.Chain.Leaf.CertificateDer, 40), (device.CertificateDer, t.years) })
            {
                var (notBefore, notAfter) = Validity(der);
                Assert.True(notBefore < t.Item1);
                Assert.Equal(t.Item1.AddYears(length), notAfter);
            }
        }, iter: 40);

    [Theory]
    [InlineData("2029-12-31T23:59:59Z", "491231235959Z")]
    [InlineData("2030-01-01T00:00:00Z", "20500101000000Z")]
    public void The_border_of_2050_falls_on_the_right_second(string now, string notAfter)
    {
        var clock = Given.Clock(now);
        var device = new CredentialIssuer(CertificateAuthority.Create("Root", time: clock), CredentialKind.Bootstrap,
            ValidityRequest.ForYears(20), clock).Issue(new DeviceIdentity("device"));
        Assert.Contains(notAfter, System.Text.Encoding.Latin1.GetString(device.CertificateDer));
    }

    /// <summary>The dates as .NET reads them: in DER, each of the type that its year asks for.</summary>
    static (DateTime NotBefore, DateTime NotAfter) Validity(byte[] certificate)
    {
        var tbs = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        for (var i = 0; i < 4; i++) tbs.ReadEncodedValue();
        var validity = tbs.ReadSequence();
        return (Time(validity), Time(validity));
    }

    static DateTime Time(AsnReader reader)
    {
        var isUtc = reader.PeekTag() == Asn1Tag.UtcTime;
        var time = isUtc ? reader.ReadUtcTime(2049) : reader.ReadGeneralizedTime();
        Assert.Equal((isUtc, 0), (time.Year <= 2049, time.Millisecond));
        return time.UtcDateTime;
    }

    string KeyIdentifier(string name) => Colons(minted.Verdict(name, "ski")[..40].ToUpperInvariant());

    static string Colons(string hex) => string.Join(':', hex.Chunk(2).Select(c => new string(c)));
}
