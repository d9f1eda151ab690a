using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DeviceCreds.Tests;

public class RequestTests
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");

    static DeviceCredential Issue(DeviceCertificateRequest request, string? endpointName = null, string? accountId = null, CredentialKind kind = CredentialKind.Bootstrap) => new CredentialIssuer(Root, kind).Issue(request, endpointName, accountId);

    [Fact]
    public void Openssl_and_certtool_verify_a_request_and_read_its_names()
    {
        using var folder = new TempFolder();
        var request = DeviceCertificateRequest.Create("device-1", Given.AccountId);
        folder.Write("r.pem", request.Pem);
        folder.Write("r.der", request.Der);
        var output = Tool.Bash(folder.Path, """
            set -e
            openssl req -in r.pem -noout -verify -subject -nameopt RFC2253 2>&1
            openssl req -in r.der -inform der -noout -pubkey
            openssl req -in r.pem -noout -text
            certtool --crq-info --infile r.pem
            """, "openssl", "certtool");
        Assert.Contains("verify OK", output);
        Assert.Contains("subject=CN=device-1,OU=" + Given.AccountId, output);
        Assert.Contains(request.Key.PublicKeyPem, output);
        Assert.Contains("Signature Algorithm: ecdsa-with-SHA256", output);
        Assert.Contains("Self signature: verified", output);
        Assert.Equal("CN=device-1,OU=" + Given.AccountId, request.Subject);
    }

    [Fact]
    public void A_request_that_is_written_and_read_is_the_same_without_the_private_key()
    {
        var made = DeviceCertificateRequest.Create("Gerät", "account");
        foreach (var file in new[] { Given.Input(made.Der), Given.Input("text\n" + made.Pem), Given.Input(made.Pem.Replace("CERTIFICATE", "NEW CERTIFICATE")) })
        {
            var read = DeviceCertificateRequest.Read(file);
            Assert.Equal((made.EndpointName, made.AccountId, made.Subject, made.Key.Fingerprint, made.Pem), (read.EndpointName, read.AccountId, read.Subject, read.Key.Fingerprint, read.Pem));
            Assert.True(made.Key.HasPrivateKey);
            Assert.False(read.Key.HasPrivateKey);
        }
    }

    [Fact]
    public void Requests_of_openssl_are_issued_to_and_their_keys_stay_with_the_device()
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, """
            set -e
            openssl ecparam -name prime256v1 -genkey -out k.pem
            openssl req -new -key k.pem -sha256 -subj /CN=device-1 -out cn.pem
            openssl req -new -key k.pem -sha256 -subj /OU=account/CN=device-1 -outform der -out cn.der
            openssl req -new -key k.pem -sha256 -subj /O=nobody -out nameless.pem
            openssl req -new -key k.pem -sha256 -subj /CN=device-1 -newhdr -addext subjectAltName=DNS:evil.example -addext basicConstraints=critical,CA:TRUE -out greedy.pem
            openssl req -new -key k.pem -sha256 -subj /CN=device-1 -text -out text.pem
            """, "openssl");
        foreach (var file in new[] { "cn.pem", "cn.der", "nameless.pem", "greedy.pem", "text.pem" })
        {
            var request = DeviceCertificateRequest.Read(InputFile.Read(folder.File(file)));
            var credential = Issue(request, "device-1");
            Assert.Null(credential.PrivateKey);
            // The request decides nothing but the key.
            Assert.Equal(("CN=device-1", false, 5), (credential.Subject, credential.Leaf.IsCertificateAuthority, credential.Leaf.Fields.Extensions.Count));
            Assert.Equal(DeviceKey.Read(InputFile.Read(folder.File("k.pem"))).Point, credential.Leaf.Point);
        }

        Assert.Equal("RequestWithoutName", Refused.Issuance(() => Issue(DeviceCertificateRequest.Read(InputFile.Read(folder.File("nameless.pem"))))));
        Assert.Equal("device-1", Issue(DeviceCertificateRequest.Read(InputFile.Read(folder.File("cn.pem")))).EndpointName);
    }

    [Fact]
    public void The_names_in_a_request_agree_with_the_order()
    {
        var request = DeviceCertificateRequest.Create("device-1", "account-1");
        Assert.Equal("RequestNameDiffers", Refused.Issuance(() => Issue(request, "device-2")));
        Assert.Equal("RequestNameDiffers", Refused.Issuance(() => Issue(request, "Device-1")));
        Assert.Equal("RequestAccountDiffers", Refused.Issuance(() => Issue(request, "device-1", "account-2", CredentialKind.Lwm2m)));
        Assert.Equal("account-1", Issue(request, kind: CredentialKind.Lwm2m).AccountId);
        Assert.Equal("account-1", Issue(request, "device-1", kind: CredentialKind.Lwm2m).AccountId);
        // A bootstrap certificate has no use for the account.
        Assert.Null(Issue(request).AccountId);
        Assert.Equal("AccountIdMissing", Refused.Issuance(() => Issue(DeviceCertificateRequest.Create("device-1"), kind: CredentialKind.Lwm2m)));
    }

    [Fact]
    public void A_request_with_names_that_no_device_may_have_is_read_and_not_issued_to()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = DeviceCertificateRequest.Read(Given.Input(new CertificateRequest(new X500DistinguishedName("CN=\"dev\u200Bice\""), key, HashAlgorithmName.SHA256).CreateSigningRequest()));
        Assert.Equal("EndpointNameInvalidCharacter", Refused.Issuance(() => Issue(request)));
    }

    public static readonly IReadOnlyDictionary<string, (string ErrorId, Func<byte[]> Make)> Cases = new Dictionary<string, (string, Func<byte[]>)>
    {
        ["an altered signature"] = ("RequestSignatureInvalid", () => Flip(DeviceCertificateRequest.Create("device").Der, fromEnd: 1)),
        ["an altered name"] = ("RequestSignatureInvalid", () => Replace(DeviceCertificateRequest.Create("device-1").Der, "device-1", "device-2")),
        ["another's key"] = ("RequestSignatureInvalid", Swapped),
        ["P-384"] = ("RequestKeyUnsupported", () => Ec(ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384)),
        ["RSA"] = ("RequestKeyUnsupported", Rsa),
        ["a SHA-384 signature"] = ("RequestSignatureUnsupported", () => Ec(ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA384)),
        ["half a request"] = ("RequestMalformed", () => DeviceCertificateRequest.Create("device").Der[..100]),
        ["bytes after the request"] = ("RequestMalformed", () => [.. DeviceCertificateRequest.Create("device").Der, 1]),
        ["a certificate"] = ("RequestNotFound", () => Root.Own.CertificateDer),
        ["a key"] = ("RequestNotFound", () => DeviceKey.Generate().ToDer()),
        ["a certificate in PEM"] = ("RequestNotFound", () => Encoding.ASCII.GetBytes(Root.CertificatePem)),
        ["two requests"] = ("RequestSeveral", () => Encoding.ASCII.GetBytes(DeviceCertificateRequest.Create("a").Pem + "\n" + DeviceCertificateRequest.Create("b").Pem)),
        ["text"] = ("RequestNotRecognised", () => Encoding.ASCII.GetBytes("please")),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void What_is_no_request_for_a_device_key_is_refused_by_name(string name)
    {
        var (id, make) = Cases[name];
        Assert.Equal(id, Refused.Input(() => DeviceCertificateRequest.Read(new InputFile(make(), "file.csr"))));
    }

    [Fact]
    public void A_request_is_signed_with_a_private_key() =>
        Assert.Equal("KeyIsPublic", Refused.Issuance(() => DeviceCertificateRequest.Create("device", key: new DeviceKey(null, DeviceKey.Generate().Point))));

    static byte[] Flip(byte[] der, int fromEnd)
    {
        der[^fromEnd] ^= 1;
        return der;
    }

    static byte[] Replace(byte[] der, string from, string to) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(der).Replace(from, to));

    static byte[] Swapped()
    {
        var (request, other) = (DeviceCertificateRequest.Create("device"), DeviceKey.Generate());
        return Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(request.Der).Replace(Encoding.Latin1.GetString(request.Key.Point), Encoding.Latin1.GetString(other.Point)));
    }

    static byte[] Ec(ECCurve curve, HashAlgorithmName hash)
    {
        using var key = ECDsa.Create(curve);
        return new CertificateRequest("CN=device", key, hash).CreateSigningRequest();
    }

    static byte[] Rsa()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=device", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest();
    }
}
