using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>A CA whose key is in one place and whose issuer is in another.</summary>
public class AuthorityRequestTests
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");

    static CertificateAuthorityRequest Make(string name = "Factory", DeviceKey? key = null, int? pathLength = null) =>
        CertificateAuthorityRequest.Create(name, CertificateAuthorityRequest.SignerOf(key), pathLength);

    static (CertificateAuthority Authority, IReadOnlyList<string> NotGranted) Sign(
        CertificateAuthorityRequest request, CertificateAuthority? issuer = null, int? pathLength = null) =>
        request.Certify(new AuthorityOrder { Name = request.Name!, Issuer = issuer ?? Root, PathLength = pathLength }, default);

    static CertificateAuthorityRequest Sent(CertificateAuthorityRequest request) =>
        CertificateAuthorityRequest.Read(new InputFile(System.Text.Encoding.ASCII.GetBytes(request.Pem), "ca.csr"));

    static void AssertIssues(CertificateAuthority authority) => Assert.Empty(new CertificateVerifier { Issuers = [Root.Own] }
        .Test(new CredentialIssuer(authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"))).Failed);

    [Fact]
    public void What_is_signed_and_comes_back_completes_the_CA_and_asks_for_no_more_than_it_gets() =>
        (from length in Gen.OneOf(Gen.Const((int?)null), Gen.Int[0, 5].Select(i => (int?)i))
         from name in Gen.String[Gen.Char["abcXYZ0 .é"], 1, 20]
         select (length, name: $"A{name}A")).Sample(t =>
        {
            using var key = DeviceKey.Generate();
            var request = Sent(Make(t.name, key, t.length));
            Assert.Equal((t.name, t.length, true), (request.Name, request.PathLength, request.AsksForAuthority));
            Assert.Null(request.KeyLocation);
            var (authority, notGranted) = Sign(request);
            Assert.Null(authority.KeyLocation);
            Assert.Equal(Math.Min(t.length ?? 2, 2), authority.PathLength);
            Assert.Equal(t.length > 2 ? 1 : 0, notGranted.Count);
            AssertIssues(CertificateAuthority.Open(authority.Chain.Certificates, key));
        }, iter: 30);

    // From ca.csr, a request: root.pem, and signed.pem, its certificate.
    static readonly Dictionary<string, (string[] Tools, string Script)> Signers = new()
    {
        ["OpenSSL"] = (["openssl"], """
            openssl req -in ca.csr -noout -verify 2> /dev/null || exit 1
            openssl req -in ca.csr -noout -text | grep -q 'CA:TRUE, pathlen:0' || exit 1
            openssl ecparam -name prime256v1 -genkey -noout -out root.key
            openssl req -new -x509 -key root.key -days 9000 -subj '/O=Example/CN=Company Root' -out root.pem
            openssl x509 -req -in ca.csr -CA root.pem -CAkey root.key -days 8000 -copy_extensions copy -out signed.pem 2> /dev/null
            """),
        ["GnuTLS"] = (["certtool"], """
            certtool --generate-privkey --key-type ecdsa --curve secp256r1 --outfile root.key 2> /dev/null
            printf 'cn = "Company Root"\nca\nexpiration_days = 9000\ncert_signing_key\ncrl_signing_key\n' > t
            certtool --generate-self-signed --load-privkey root.key --template t --outfile root.pem 2> /dev/null
            printf 'ca\nexpiration_days = 8000\ncert_signing_key\ncrl_signing_key\npath_len = 0\nhonor_crq_extensions\n' > t
            certtool --generate-certificate --load-request ca.csr --load-ca-certificate root.pem --load-ca-privkey root.key \
                --template t --outfile signed.pem 2> /dev/null
            """),
        ["easy-rsa"] = (["make-cadir"], """
            export EASYRSA_BATCH=1 EASYRSA_ALGO=ec EASYRSA_CURVE=prime256v1 EASYRSA_CA_EXPIRE=9000 EASYRSA_CERT_EXPIRE=8000
            (make-cadir company && cd company && ./easyrsa init-pki && EASYRSA_REQ_CN='Company Root' ./easyrsa build-ca nopass &&
                ./easyrsa import-req ../ca.csr factory && EASYRSA_SUBCA_LEN=0 ./easyrsa sign-req ca factory) > log 2>&1
            cp company/pki/ca.crt root.pem
            cp company/pki/issued/factory.crt signed.pem
            """),
        ["cfssl"] = (["cfssl", "cfssljson"], """
            echo '{"CN":"Company Root","key":{"algo":"ecdsa","size":256},"ca":{"expiry":"216000h"}}' > root.json
            echo '{"signing":{"default":{"expiry":"192000h","usages":["cert sign","crl sign"],
                "ca_constraint":{"is_ca":true,"max_path_len":0,"max_path_len_zero":true}}}}' > profile.json
            cfssl gencert -initca root.json 2> /dev/null | cfssljson -bare root
            cfssl sign -ca root.pem -ca-key root-key.pem -config profile.json ca.csr 2> /dev/null | cfssljson -bare signed
            """),
    };

    // sub.csr, a request for a CA, and sub.key; and what of it our profile does not give.
    static readonly Dictionary<string, (string[] Tools, string Script, string NotGranted)> Askers = new()
    {
        ["OpenSSL"] = (["openssl"], """
            openssl ecparam -name prime256v1 -genkey -noout -out sub.key
            openssl req -new -key sub.key -subj '/C=DE/O=Works/CN=Their CA' -out sub.csr \
                -addext basicConstraints=critical,CA:TRUE -addext extendedKeyUsage=serverAuth
            """, "C=DE; O=Works; extendedKeyUsage"),
        ["OpenSSL, without extensions"] = (["openssl"], """
            openssl ecparam -name prime256v1 -genkey -noout -out sub.key
            openssl req -new -key sub.key -subj '/CN=Their CA' -out sub.csr
            """, ""),
        ["GnuTLS"] = (["certtool"], """
            certtool --generate-privkey --key-type ecdsa --curve secp256r1 --outfile sub.key 2> /dev/null
            printf 'cn = "Their CA"\nca\ncert_signing_key\n' > t
            certtool --generate-request --load-privkey sub.key --template t --outfile sub.csr 2> /dev/null
            """, ""),
        ["easy-rsa"] = (["make-cadir"], """
            export EASYRSA_BATCH=1 EASYRSA_ALGO=ec EASYRSA_CURVE=prime256v1 EASYRSA_REQ_CN='Their CA'
            (make-cadir factory && cd factory && ./easyrsa init-pki && ./easyrsa gen-req their nopass) > log 2>&1
            cp factory/pki/reqs/their.req sub.csr
            cp factory/pki/private/their.key sub.key
            """, ""),
        ["cfssl"] = (["cfssl", "cfssljson"], """
            echo '{"CN":"Their CA","key":{"algo":"ecdsa","size":256},"ca":{"pathlen":0,"pathlenzero":true}}' > sub.json
            cfssl genkey -initca sub.json 2> /dev/null | cfssljson -bare sub
            mv sub-key.pem sub.key
            """, ""),
    };

    public static TheoryData<string> SignerNames => [.. Signers.Keys];

    public static TheoryData<string> AskerNames => [.. Askers.Keys];

    [Theory]
    [MemberData(nameof(SignerNames))]
    public void Others_sign_our_request_and_we_take_what_they_sign_in_any_form(string signer)
    {
        using var folder = new TempFolder();
        using var key = DeviceKey.Generate();
        folder.Write("ca.csr", Make(key: key, pathLength: 0).Pem + "\n");
        Tool.Bash(folder.Path, Signers[signer].Script + """

            openssl crl2pkcs7 -nocrl -certfile signed.pem -certfile root.pem -outform DER -out signed.p7b
            openssl x509 -in signed.pem -outform DER -out signed.cer
            """, ["openssl", .. Signers[signer].Tools]);
        folder.Write("key.pem", System.Text.Encoding.ASCII.GetString(key.ToPemBytes(KeyEncoding.Pkcs8, null)));
        foreach (var form in new[] { "pem", "cer", "p7b" })
        {
            var authority = AuthorityFiles.Read(folder.File($"signed.{form}"), folder.File("key.pem"));
            Assert.Equal(("Factory", 0), (authority.Name, authority.PathLength));
            var device = new CredentialIssuer(authority, CredentialKind.Bootstrap,
                time: Given.Clock(DateTime.UtcNow.AddMinutes(1))).Issue(new DeviceIdentity("device"));
            folder.Write("device.pem", device.CertificatePem);
            Assert.Contains(": OK", Tool.Bash(folder.Path,
                "openssl verify -attime $(($(date +%s) + 120)) -CAfile root.pem -untrusted signed.pem device.pem", "openssl"),
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(AskerNames))]
    public void Requests_of_others_are_signed_by_our_profile_and_what_they_do_not_get_is_said(string asker)
    {
        using var folder = new TempFolder();
        var (tools, script, expected) = Askers[asker];
        Tool.Bash(folder.Path, script, tools);
        var (authority, notGranted) = Sign(CertificateAuthorityRequest.Read(InputFile.Read(folder.File("sub.csr"))));
        Assert.Equal(("CN=Their CA", asker == "cfssl" ? 0 : 2), (authority.Subject, authority.PathLength));
        Assert.Equal(expected, string.Join("; ", notGranted));
        folder.Write("sub.pem", authority.CertificatePem);
        folder.Write("root.pem", Root.CertificatePem);
        Assert.Contains(": OK", Tool.Bash(folder.Path, "openssl verify -x509_strict -CAfile root.pem sub.pem", "openssl"),
            StringComparison.Ordinal);
        AssertIssues(AuthorityFiles.Read(folder.File("sub.pem"), folder.File("sub.key")));
    }

    [Fact]
    public void The_roots_token_and_the_factorys_are_never_in_one_session()
    {
        var offline = SoftHsm.Start();
        var pin = SoftHsm.Pin.ToCharArray();
        using var root = Pkcs11Authority.Create(
            offline.Library, "pkcs11:token=Made%20Here;object=offline-root", pin, new AuthorityOrder { Name = "Offline Root" }, out _);
        var asked = new List<string>();
        ICertificateSigner? Open(string uri, bool may) => Pkcs11Authority.OpenOrMakeKey(offline.Library, uri, pin, "Factory", () =>
        {
            asked.Add(uri);
            return may;
        });
        var factory = "pkcs11:token=Errors;object=factory-of-request";
        Assert.Null(Open(factory, may: false));
        byte[] der;
        using (var signer = Open(factory, may: true)!) der = CertificateAuthorityRequest.Create("Factory", signer, 0).Der;
        // The key that is there is used again: a request that was lost is made again.
        using (var again = Open(factory, may: true)!)
            Assert.Equal("CN=Factory", CertificateAuthorityRequest.Create("Factory", again, 0).Subject);
        Assert.Equal([factory, factory], asked);
        var (signed, _) = CertificateAuthorityRequest.Read(new InputFile(der, "ca.csr"))
            .Certify(new AuthorityOrder { Name = "Factory", Issuer = root }, default);
        using var complete = Pkcs11Authority.Open(offline.Library, factory, pin, signed.Chain.Certificates);
        var device = new CredentialIssuer(complete, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"));
        Assert.Empty(new CertificateVerifier { Issuers = [root.Own] }.Test(device).Failed);
    }

    [Fact]
    public void What_cannot_be_signed_is_refused()
    {
        Assert.Equal("PathLengthNegative", Refused.Issuance(() => Make(pathLength: -1)));
        Assert.Equal("NameEmpty", Refused.Issuance(() => Make("")));
        Assert.Equal("KeyIsPublic", Refused.Issuance(() => Make(key: new DeviceKey(null, Root.Own.Point!))));
        Assert.Equal("PathLengthExceeded", Refused.Issuance(() => Sign(Make(), pathLength: 3)));
        Assert.Equal("NameDuplicate", Refused.Issuance(() => Sign(Make("Root"))));
        Assert.Equal("IssuerMissing", Refused.Issuance(() => Make().Certify(new AuthorityOrder { Name = "a" }, default)));
        using var key = DeviceKey.Generate();
        var own = CertificateAuthority.Create("Own", key: key);
        Assert.Equal("KeyOfAuthority", Refused.Issuance(() => Sign(Make(key: key), own)));
        var altered = Make().Der;
        altered[altered.Length - 1] ^= 1;
        Assert.Equal("RequestSignatureInvalid",
            Refused.Input(() => CertificateAuthorityRequest.Read(new InputFile(altered, "ca.csr"))));
    }
}
