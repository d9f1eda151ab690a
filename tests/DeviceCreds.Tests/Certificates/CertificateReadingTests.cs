using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

public class CertificateReadingTests
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");
    static readonly DeviceCertificate Device = new CredentialIssuer(Root,
        CredentialKind.Bootstrap).Issue(new DeviceIdentity("device")).Leaf;

    [Fact]
    public void Certificates_are_read_in_the_files_order_with_their_places()
    {
        var read =
            CertificateReader.Read(
                new InputFile(
                    Encoding.UTF8.GetBytes($"text\n{Device.CertificatePem}\n{Root.ExportableKey.PublicKeyPem}\n{Root.CertificatePem}"),
                    "file.pem"));
        Assert.Equal([("CN=device", 1, "file.pem", FileEncoding.Pem), ("CN=Root", 2, "file.pem", FileEncoding.Pem)],
            read.Select(c => (c.Subject, c.Position, c.Path!, c.Encoding)));
        Assert.Equal([Device, Root.Own], CertificateReader.Read(Given.Input([.. Device.CertificateDer, .. Root.Own.CertificateDer])));
    }

    public static readonly IReadOnlyDictionary<string, (string ErrorId, Func<byte[]> Make)> Cases =
        new Dictionary<string, (string, Func<byte[]>)>
    {
        ["text"] = ("CertificateNotRecognised", () => Ascii("hello")),
        ["a private key"] = ("CertificateNotFound", () => DeviceKey.Generate().ToDer()),
        ["a private key in PEM"] = ("CertificateNotFound", () => Ascii(DeviceKey.Generate().ToPem())),
        ["a public key"] = ("CertificateNotFound", () => DeviceKey.Generate().PublicKeyInfo),
        ["a request"] = ("CertificateNotFound", () => DeviceCertificateRequest.Create("device").Der),
        ["a request in PEM"] = ("CertificateNotFound", () => Ascii(DeviceCertificateRequest.Create("device").Pem)),
        ["a key with a certificate's label"] = ("CertificateNotFound",
            () => Ascii(Pem.Encode("CERTIFICATE", DeviceKey.Generate().ToDer()))),
        ["half a certificate"] = ("CertificateTruncated", () => Device.CertificateDer[..200]),
        ["bytes after the certificate"] = ("CertificateTrailingData", () => [.. Device.CertificateDer, 0, 0]),
        ["half a certificate in PEM"] = ("CertificateMalformed", () => Ascii(Pem.Encode("CERTIFICATE", Device.CertificateDer[..200]))),
        ["30,000 sequences inside each other"] = ("CertificateMalformed",
            () => Ascii(Pem.Encode("CERTIFICATE", [.. Enumerable.Repeat<byte[]>([0x30, 0x80], 30_000).SelectMany(b => b)]))),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void What_is_no_certificate_is_refused_by_name(string name)
    {
        var (id, make) = Cases[name];
        var bytes = make();
        Assert.Equal(id, Refused.Input(() => CertificateReader.Read(new InputFile(bytes, "file.pem"))));
    }

    [Fact]
    public void A_damaged_certificate_or_request_is_read_or_refused_and_nothing_else()
    {
        var request = DeviceCertificateRequest.Create("device", Given.AccountId).Der;
        (from whole in Gen.OneOf(Device.CertificateDer, Root.Own.CertificateDer, request,
            Ascii(Device.CertificatePem)) from damage in Damage.Any select damage(whole)).Sample(bytes =>
        {
            try
            {
                foreach (var certificate in CertificateReader.Read(Given.Input(bytes))) Touch(certificate);
            }
            catch (InputException)
            {
            }

            try
            {
                _ = DeviceCertificateRequest.Read(Given.Input(bytes)).Subject;
            }
            catch (InputException)
            {
            }
        }, iter: 1000);
    }

    [Fact]
    public void Whatever_openssl_and_gnutls_issue_is_shown_as_they_show_it()
    {
        using var folder = new TempFolder();
        var output = Tool.Bash(folder.Path, """
            set -e
            openssl ecparam -name prime256v1 -genkey -noout -out k.pem
            c() { openssl req -new -x509 -key k.pem -sha256 -days 4000 -utf8 -out $1.pem "${@:2}" 2>/dev/null; }
            c 1 -subj '/C=DE/ST=Bayern/L=München/O=Böse, "Firma" + Söhne; GmbH/OU=#1/CN= Gerät \\ <1> '
            c 2 -subj '/CN=a/CN=b/OU=x/OU=y/emailAddress=a@b.c/UID=u/DC=d' -set_serial 0
            c 3 -subj '/CN=x/serialNumber=12' -set_serial 0x00ff00ff00ff00ff00ff
            c 4 -subj / -set_serial 255
            openssl req -new -x509 -newkey rsa:2048 -nodes -keyout r.pem -sha384 -days 10 -subj /CN=rsa -out 5.pem 2>/dev/null
            printf 'cn = "gnutls"\nca\ncert_signing_key\nexpiration_days = 4000\ndn_oid = 2.5.4.13 described\n' > t
            certtool --generate-self-signed --load-privkey k.pem --template t --outfile 6.pem 2>/dev/null
            for i in 1 2 3 4 5 6; do
              openssl x509 -in $i.pem -noout -subject -nameopt RFC2253,-esc_msb,utf8
              openssl x509 -in $i.pem -noout -serial
              openssl x509 -in $i.pem -noout -enddate -dateopt iso_8601
            done
            """, "openssl", "certtool").Split('\n');
        for (var i = 0; i < 6; i++)
        {
            var certificate = CertificateReader.Read(InputFile.Read(folder.File($"{i + 1}.pem")))[0];
            var subject = i == 5 ? certificate.Subject.Replace("2.5.4.13=", "description=") : certificate.Subject;
            string[] shown = ["subject=" + subject, "serial=" + certificate.SerialNumber,
                "notAfter=" + certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'")];
            Assert.Equal(output.Skip(3 * i).Take(3), shown);
        }

        var rsa = CertificateReader.Read(InputFile.Read(folder.File("5.pem")))[0];
        Assert.Equal(("an RSA key", "sha384WithRSAEncryption"), (rsa.KeyAlgorithm, rsa.SignatureAlgorithm));
        var twice = CertificateReader.Read(InputFile.Read(folder.File("2.pem")))[0];
        Assert.Equal(("a", "x"), (twice.EndpointName, twice.AccountId));
    }

    static void Touch(DeviceCertificate c) =>
        _ = (c.EndpointName, c.AccountId, c.Subject, c.Issuer, c.SerialNumber, c.NotBefore, c.NotAfter, c.KeyAlgorithm,
            c.SignatureAlgorithm, c.KeyUsage, c.EnhancedKeyUsage, c.IsCertificateAuthority, c.IsSelfSigned, c.PathLength, c.GetHashCode());

    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
