using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Org.BouncyCastle.Asn1;

namespace DeviceCreds.Tests;

public class RequestTests
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");

    static DeviceCredential Issue(DeviceCertificateRequest request, string? endpointName = null, string? accountId = null,
        CredentialKind kind = CredentialKind.Bootstrap) => new CredentialIssuer(Root, kind).Issue(request, endpointName, accountId);

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
        foreach (var file in new[] { Given.Input(made.Der), Given.Input("text\n" + made.Pem),
            Given.Input(made.Pem.Replace("CERTIFICATE", "NEW CERTIFICATE")) })
        {
            var read = DeviceCertificateRequest.Read(file);
            Assert.Equal((made.EndpointName, made.AccountId, made.Subject, made.Key.Fingerprint, made.Pem),
                (read.EndpointName, read.AccountId, read.Subject, read.Key.Fingerprint, read.Pem));
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
            openssl req -new -key k.pem -sha256 -subj /CN=device-1 -newhdr \
                -addext subjectAltName=DNS:evil.example -addext basicConstraints=critical,CA:TRUE -out greedy.pem
            openssl req -new -key k.pem -sha256 -subj /CN=device-1 -text -out text.pem
            """, "openssl");
        foreach (var file in new[] { "cn.pem", "cn.der", "nameless.pem", "greedy.pem", "text.pem" })
        {
            var request = DeviceCertificateRequest.Read(InputFile.Read(folder.File(file)));
            var credential = Issue(request, "device-1");
            Assert.Null(credential.PrivateKey);
            // The request decides nothing but the key.
            Assert.Equal(("CN=device-1", false, 5), (credential.Subject, credential.Leaf.IsCertificateAuthority,
                credential.Leaf.Fields.Extensions.Length));
            Assert.Equal(DeviceKey.Read(InputFile.Read(folder.File("k.pem"))).Point, credential.Leaf.Point);
        }

        Assert.Equal("RequestWithoutName", Refused.Issuance(() =>
            Issue(DeviceCertificateRequest.Read(InputFile.Read(folder.File("nameless.pem"))))));
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
        Assert.Equal("AccountIdMissing", Refused.Issuance(() =>
            Issue(DeviceCertificateRequest.Create("device-1"), kind: CredentialKind.Lwm2m)));
    }

    [Fact]
    public void A_request_with_names_that_no_device_may_have_is_read_and_not_issued_to()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = DeviceCertificateRequest.Read(
            Given.Input(new CertificateRequest(new X500DistinguishedName("CN=\"dev\u200Bice\""), key,
            HashAlgorithmName.SHA256).CreateSigningRequest()));
        Assert.Equal("EndpointNameInvalidCharacter", Refused.Issuance(() => Issue(request)));
    }

    public static readonly IReadOnlyDictionary<string, (string ErrorId, Func<byte[]> Make)> Cases = new Dictionary<string,
        (string, Func<byte[]>)>
    {
        ["an altered signature"] = ("RequestSignatureInvalid", () => Flip(DeviceCertificateRequest.Create("device").Der, fromEnd: 1)),
        ["an altered name"] = ("RequestSignatureInvalid",
            () => Replace(DeviceCertificateRequest.Create("device-1").Der, "device-1", "device-2")),
        ["another's key"] = ("RequestSignatureInvalid", Swapped),
        ["P-384"] = ("RequestKeyUnsupported", () => Ec(ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384)),
        ["RSA"] = ("RequestKeyUnsupported", Rsa),
        ["a SHA-384 signature"] = ("RequestSignatureUnsupported", () => Ec(ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA384)),
        ["half a request"] = ("RequestMalformed", () => DeviceCertificateRequest.Create("device").Der[..100]),
        ["bytes after the request"] = ("RequestMalformed", () => [.. DeviceCertificateRequest.Create("device").Der, 1]),
        ["a certificate"] = ("RequestNotFound", () => Root.Own.CertificateDer),
        ["a key"] = ("RequestNotFound", () => DeviceKey.Generate().ToDer()),
        ["a certificate in PEM"] = ("RequestNotFound", () => Encoding.ASCII.GetBytes(Root.CertificatePem)),
        ["two requests"] = ("RequestSeveral", () =>
            Encoding.ASCII.GetBytes(DeviceCertificateRequest.Create("a").Pem + "\n" + DeviceCertificateRequest.Create("b").Pem)),
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
        Assert.Equal("KeyIsPublic", Refused.Issuance(() =>
            DeviceCertificateRequest.Create("device", key: new DeviceKey(null, DeviceKey.Generate().Point))));

    [Theory]
    [InlineData("CERTIFICATE")]
    [InlineData("PRIVATE KEY")]
    [InlineData("X")]
    public void A_request_is_read_under_any_label(string label)
    {
        var made = DeviceCertificateRequest.Create("device");
        Assert.Equal(made.Pem, DeviceCertificateRequest.Read(Given.Input(Pem.Encode(label, made.Der))).Pem);
    }

    [Theory]
    [InlineData("Base64")]
    [InlineData("Base64 for URLs")]
    [InlineData("an ACME client's JSON")]
    [InlineData("hexadecimal")]
    [InlineData("PEM in JSON")]
    [InlineData("line breaks as \\n")]
    [InlineData("no line breaks")]
    public void A_request_is_read_out_of_any_wrapping(string form)
    {
        var made = DeviceCertificateRequest.Create("device");
        var url = Convert.ToBase64String(made.Der).Replace('+', '-').Replace('/', '_').TrimEnd('=');
        var text = form switch
        {
            "Base64" => Convert.ToBase64String(made.Der, Base64FormattingOptions.InsertLineBreaks),
            "Base64 for URLs" => url,
            "an ACME client's JSON" => $"{{\"csr\":\"{url}\"}}",
            "hexadecimal" => Convert.ToHexString(made.Der),
            "PEM in JSON" => System.Text.Json.JsonSerializer.Serialize(new { csr = made.Pem }),
            "no line breaks" => made.Pem.Replace("\n", ""),
            _ => made.Pem.Replace("\n", "\\n"),
        };
        Assert.Equal(made.Pem, DeviceCertificateRequest.Read(Given.Input(text)).Pem);
    }

    /// <summary>TPMs and secure elements write P-256 in other forms than its name and a whole point.</summary>
    [Theory]
    [InlineData("-param_enc explicit")]
    [InlineData("-conv_form compressed")]
    [InlineData("-conv_form hybrid")]
    public void A_key_of_P256_in_another_form_gets_a_certificate(string form)
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, $"openssl ecparam -name prime256v1 -genkey -noout | openssl ec {form} -out k.pem "
            + "2>/dev/null && openssl req -new -sha256 -key k.pem -subj /CN=device -out r.pem", "openssl");
        var credential = Issue(DeviceCertificateRequest.Read(InputFile.Read(folder.File("r.pem"))));
        Assert.Equal(DeviceKey.Read(InputFile.Read(folder.File("k.pem"))).Point, credential.Leaf.Point);
        Assert.Equal("an EC key on P-256", credential.Leaf.KeyAlgorithm);
    }

    [Fact]
    public void Two_common_names_are_refused_and_two_units_where_one_must_be_the_account()
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, """
            openssl ecparam -name prime256v1 -genkey -noout -out k
            openssl req -new -key k -sha256 -subj /CN=one/CN=two -out names.pem
            openssl req -new -key k -sha256 -subj /OU=one/OU=two/CN=device -out units.pem
            """, "openssl");
        var error = Assert.Throws<InputException>(() => DeviceCertificateRequest.Read(InputFile.Read(folder.File("names.pem"))));
        Assert.Equal("RequestNameSeveral", error.ErrorId);
        Assert.Contains("'one', 'two'", error.Message);
        var units = DeviceCertificateRequest.Read(InputFile.Read(folder.File("units.pem")));
        Assert.Equal("RequestAccountSeveral", Refused.Issuance(() => Issue(units, kind: CredentialKind.Lwm2m)));
        Assert.Equal("two", Issue(units, accountId: "two", kind: CredentialKind.Lwm2m).AccountId);
        Assert.Equal("RequestAccountDiffers", Refused.Issuance(() => Issue(units, accountId: "three", kind: CredentialKind.Lwm2m)));
        Assert.Equal("device", Issue(units).EndpointName);
    }

    [Theory]
    [InlineData("/CN=device", "", null)]
    [InlineData("/OU=account/CN=device", "", "OU=account")]
    [InlineData("/C=XX/O=Example/serialNumber=0001/CN=device", "", "C=XX, O=Example, serialNumber=0001")]
    [InlineData("/CN=device", "-addext subjectAltName=DNS:a.example", "subjectAltName")]
    [InlineData("/CN=device", "-addext basicConstraints=critical,CA:TRUE", "basicConstraints (CA:TRUE)")]
    [InlineData("/CN=device", "-addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature "
        + "-addext extendedKeyUsage=clientAuth", null)]
    [InlineData("/CN=device", "-addext keyUsage=digitalSignature,keyEncipherment", "keyUsage (KeyEncipherment)")]
    [InlineData("/CN=device", "-addext extendedKeyUsage=serverAuth,clientAuth", "extendedKeyUsage (serverAuth)")]
    [InlineData("/CN=device", "-addext 1.3.6.1.4.1.55555.2=critical,DER:040100", "1.3.6.1.4.1.55555.2")]
    [InlineData("/O=Example/CN=device", "-addext subjectAltName=DNS:a.example -addext keyUsage=keyCertSign",
        "O=Example, subjectAltName, keyUsage (KeyCertSign)")]
    public void What_a_request_asked_for_and_did_not_get_is_told_once(string subject, string extensions, string? told)
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha256 -nodes -keyout k "
            + $"-subj {subject} {extensions} -out r.pem 2>/dev/null", "openssl");
        var warnings = Issue(DeviceCertificateRequest.Read(InputFile.Read(folder.File("r.pem")))).Warnings;
        if (told is null) Assert.Empty(warnings);
        else Assert.Contains($"asked for more than its certificate has: {told}. ", Assert.Single(warnings));
    }

    [Fact]
    public void An_account_that_the_certificate_has_is_not_told() =>
        Assert.Empty(Issue(DeviceCertificateRequest.Create("device", "account"), kind: CredentialKind.Lwm2m).Warnings);

    [Theory]
    [InlineData("r is negative", "its number r is negative: the zero byte before it is missing")]
    [InlineData("s is negative", "its number s is negative: the zero byte before it is missing")]
    [InlineData("r has a zero too many", "its number r has a zero byte before it that is not needed")]
    [InlineData("raw", "it is not a sequence of two numbers")]
    [InlineData("a byte follows", "its length does not fit its content")]
    public void A_signature_in_another_encoding_is_named_for_that(string fault, string reason)
    {
        // Until r and s are as the fault needs them.
        for (var i = 0; i < 200; i++)
        {
            var request = DeviceCertificateRequest.Create("device").Der;
            var sequence = (Asn1Sequence)Asn1Object.FromByteArray(request);
            var numbers = ((Asn1Sequence)Asn1Object.FromByteArray(((DerBitString)sequence[2]).GetOctets())).Select(
                n => ((DerInteger)n).Value.ToByteArray()).ToArray();
            byte[]? signature = fault switch
            {
                "r is negative" when numbers[0][0] == 0 => Signature(numbers[0][1..], numbers[1]),
                "s is negative" when numbers[1][0] == 0 => Signature(numbers[0], numbers[1][1..]),
                "r has a zero too many" when numbers[0][0] != 0 => Signature([0, .. numbers[0]], numbers[1]),
                "raw" when numbers[0].Length == 33 && numbers[1].Length == 33 => [.. numbers[0][1..], .. numbers[1][1..]],
                "a byte follows" => [.. Signature(numbers[0], numbers[1]), 0],
                _ => null,
            };
            if (signature is null || (fault == "raw" && signature[0] == 0x30)) continue;
            var changed = new DerSequence(sequence[0], sequence[1], new DerBitString(signature)).GetDerEncoded();
            var error = Assert.Throws<InputException>(() => DeviceCertificateRequest.Read(Given.Input(changed)));
            Assert.Equal("RequestSignatureInvalid", error.ErrorId);
            Assert.Contains(reason, error.Message);
            Assert.DoesNotContain("altered", error.Message);
            return;
        }

        Assert.Fail("No signature was as the fault needs it.");
    }

    static byte[] Signature(byte[] r, byte[] s) =>
        [0x30, (byte)(4 + r.Length + s.Length), 2, (byte)r.Length, .. r, 2, (byte)s.Length, .. s];

    static byte[] Flip(byte[] der, int fromEnd)
    {
        der[^fromEnd] ^= 1;
        return der;
    }

    static byte[] Replace(byte[] der, string from, string to) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(der).Replace(from, to));

    static byte[] Swapped()
    {
        var (request, other) = (DeviceCertificateRequest.Create("device"), DeviceKey.Generate());
        return Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(request.Der).Replace(Encoding.Latin1.GetString(
            request.Key.Point), Encoding.Latin1.GetString(other.Point)));
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
