using System.Security.Cryptography;

namespace DeviceCreds.Tests;

/// <summary>Each rule of each service, passing and not.</summary>
static class ServiceCases
{
    static readonly byte[] OtherName = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Another Root"));

    static readonly Func<Scene, byte[][]> OtherRoot = _ =>
        [Scene.Authority(Scene.StrangeKey, OtherName, Scene.StrangeKey, OtherName, 2, "2020-01-01", "2060-01-01")
            .Without(DraftExtension.AuthorityKey).Der()];

    static readonly Func<Scene, byte[][]> Root = s => [s.Root.Der()], Sub = s => [s.Sub.Der()], LeafAlone = s => [s.Leaf.Der()],
        All3 = s => [s.Leaf.Der(), s.Sub.Der(), s.Root.Der()];

    static Scene Same(Scene scene) => scene;

    static Func<Scene, Scene> Named(string name) => s => s with
    {
        EndpointName = null, AccountId = null, Kind = CredentialKind.Bootstrap,
        Leaf = s.Leaf with { Subject = Tlv.Name(Tlv.Attribute(Tlv.CommonName, name)) },
    };

    static Scene Nameless(Scene s) =>
        s with { Leaf = s.Leaf with { Subject = Tlv.Name(Tlv.Attribute(Tlv.OrganizationalUnit, Scene.Account)) } };

    static Func<Scene, Scene> Leaf(Func<Draft, Draft> bend) => s => s with { Leaf = bend(s.Leaf) };

    static Func<Scene, Scene> ForSub(Func<Draft, Draft> bend) => s => s with { Sub = bend(s.Sub) };

    static Func<Scene, Scene> ForRoot(Func<Draft, Draft> bend) => s => s with { Root = bend(s.Root) };

    static Func<Scene, Scene> Holding(byte[] keyInfo) => Leaf(d => d with { KeyInfo = keyInfo });

    static Func<Scene, Scene> For(string purpose) =>
        Leaf(d => d.With(DraftExtension.ExtendedKeyUsage, false, DraftExtension.Purposes(purpose)));

    static Func<Scene, Scene> Using(byte unused, byte bits) =>
        Leaf(d => d.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(unused, bits)));

    static Scene Expired(Scene s) => s with { Leaf = s.Leaf with { NotAfter = Tlv.Time(Given.Utc("2026-05-20")) } };

    static Scene Early(Scene s) => s with { Leaf = s.Leaf with { NotBefore = Tlv.Time(Given.Utc("2026-07-01")) } };

    static Draft Old(Draft authority) => authority with { NotAfter = Tlv.Time(Given.Utc("2026-05-20")) };

    static Func<Scene, Scene> Chain(Func<Scene, byte[][]> file, Func<Scene, byte[][]> trusted) =>
        s => s with { File = file, Trusted = trusted };

    static Func<Scene, Scene> Netscape(byte type) =>
        Leaf(d => d.With(DraftExtension.NetscapeType, false, DraftExtension.Usage((byte)(type == 0x80 ? 7 : 6), type)));

    static Func<Scene, Scene> Excluding(byte[] name) => ForRoot(d =>
        d.With(DraftExtension.NameConstraints, true, Tlv.Sequence(Tlv.Of(0xA1, Tlv.Sequence(name)))));

    static Func<Scene, Scene> Host(string commonName, string excluded) =>
        s => Excluding(Tlv.Text(0x82, excluded))(Named(commonName)(s));

    static Func<Scene, Scene> Lists(Func<Scene, ListDraft> list) => s => s with { Revocation = x => [list(x).Der()] };

    static byte[] Ec(string curve)
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromValue(curve));
        return ecdsa.ExportSubjectPublicKeyInfo();
    }

    static byte[] Rsa(int bits)
    {
        using var rsa = RSA.Create(bits);
        return rsa.ExportSubjectPublicKeyInfo();
    }

    static readonly byte[] P384 = Ec("1.3.132.0.34"), Koblitz = Ec("1.3.132.0.10"), Rsa2048 = Rsa(2048), Rsa1024 = Rsa(1024),
        Ed25519 = Tlv.Sequence(Tlv.Algorithm("1.3.101.112"), Tlv.Bits(new byte[32]));

    public static readonly IReadOnlyList<ServiceCase> All = [.. AzureDps(), .. AwsIot(), .. Leshan(), .. ThingsBoard(), .. Cumulocity(),
        .. Mosquitto()];

    static IEnumerable<ServiceCase> AzureDps()
    {
        ServiceCase Name(Func<Scene, Scene> bend, CheckOutcome outcome, string says) =>
            new($"Azure DPS, name: {says}", DeviceService.AzureDps, bend, "AzureDpsName", outcome, says);
        ServiceCase Of(string what, Func<Scene, Scene> bend, CheckOutcome outcome, string says) =>
            new($"Azure DPS, chain: {what}", DeviceService.AzureDps, bend, "AzureDpsChain", outcome, says);
        yield return Name(Named("a.b_c:d-1"), CheckOutcome.Passed, "CN = 'a.b_c:d-1'.");
        yield return Name(Named("dev-"), CheckOutcome.Passed, "CN = 'dev-'.");
        yield return Name(Named("a b"), CheckOutcome.Failed, "expected a-z A-Z 0-9 . _ : -, found ' ' at position 2");
        yield return Name(Named("dév"), CheckOutcome.Failed, "found 'é' (U+00E9) at position 2");
        yield return Name(Named("-dev"), CheckOutcome.Failed, "it must begin with a letter or a digit, found '-'");
        yield return Name(Named("dev."), CheckOutcome.Failed, "it must end with a letter, a digit or '-', found '.'");
        yield return Name(Named(new string('a', 129)), CheckOutcome.Failed, "expected at most 128 characters, found 129");
        yield return Name(Nameless, CheckOutcome.Failed, "There is no common name");
        yield return Of("the root is verified", Same, CheckOutcome.Passed, "'CN=Forge Root'");
        yield return Of("the root is also sent", Chain(All3, Root), CheckOutcome.Passed, "'CN=Forge Root'");
        yield return Of("alone, the issuing CA is verified", Chain(LeafAlone, Sub), CheckOutcome.Passed, "'CN=Forge Sub'");
        yield return Of("alone, the root is verified", Chain(LeafAlone, Root), CheckOutcome.Warning,
            "The device sends 1 certificate; the issuer of the last, 'CN=Forge Sub', is not among the issuers given.");
        yield return Of("another CA is verified", s => s with { Trusted = OtherRoot }, CheckOutcome.Warning, "enrollment group");
        yield return Of("no CA is known", s => s with { Trusted = _ => [] }, CheckOutcome.Skipped, "use -Issuer");
    }

    static IEnumerable<ServiceCase> AwsIot()
    {
        ServiceCase Of(string aspect, string what, Func<Scene, Scene> bend, CheckOutcome outcome, string says) =>
            new($"AWS IoT, {aspect}: {what}", DeviceService.AwsIot, bend, "AwsIot" + aspect, outcome, says);
        yield return Of("Name", "all characters", Named("a:b_c-1"), CheckOutcome.Passed, "CN = 'a:b_c-1'.");
        yield return Of("Name", "a dot", Named("a.b"), CheckOutcome.Warning, "expected a-z A-Z 0-9 : _ -, found '.' at position 2");
        yield return Of("Name", "none", Nameless, CheckOutcome.Warning, "There is no common name");
        yield return Of("Key", "P-256", Same, CheckOutcome.Passed, "an EC key on P-256");
        yield return Of("Key", "P-384", Holding(P384), CheckOutcome.Passed, "an EC key on the curve");
        yield return Of("Key", "RSA of 2,048 bits", Holding(Rsa2048), CheckOutcome.Passed, "an RSA key of 2048 bits");
        yield return Of("Key", "RSA of 1,024 bits", Holding(Rsa1024), CheckOutcome.Failed, "1024 bits, expected 2048 at least");
        yield return Of("Key", "secp256k1", Holding(Koblitz), CheckOutcome.Warning, "secp256k1");
        yield return Of("Key", "Ed25519", Holding(Ed25519), CheckOutcome.Warning, "an Ed25519 key");
        yield return Of("Signature", "ECDSA with SHA-256", Same, CheckOutcome.Passed, "ecdsa-with-SHA256");
        yield return Of("Signature", "ECDSA with SHA-384",
            Leaf(d => d.SignedWith("1.2.840.10045.4.3.3", Draft.Ecdsa(Scene.SubKey, HashAlgorithmName.SHA384))), CheckOutcome.Passed,
            "ecdsa-with-SHA384");
        yield return Of("Signature", "ECDSA with SHA-1",
            Leaf(d => d.SignedWith("1.2.840.10045.4.1", Draft.Ecdsa(Scene.SubKey, HashAlgorithmName.SHA1))), CheckOutcome.Failed,
            "ecdsa-with-SHA1");
        yield return Of("Validity", "valid", Same, CheckOutcome.Passed, "Valid until 2046-05-01");
        yield return Of("Validity", "expired", Expired, CheckOutcome.Failed, "The certificate expired on 2026-05-20");
        yield return Of("Validity", "not yet valid", Early, CheckOutcome.Failed, "The certificate is valid only from 2026-07-01");
        yield return Of("Validity", "an expired CA", ForSub(Old), CheckOutcome.Passed, "Valid until");
        yield return Of("Chain", "the issuing CA", s => s with { Trusted = Sub }, CheckOutcome.Passed, "Signed by 'CN=Forge Sub'");
        yield return Of("Chain", "only the root", Same, CheckOutcome.Warning, "'CN=Forge Sub', is not among the issuers given");
        yield return Of("Chain", "a CA of the same name", s => s with
        {
            Trusted = _ => [Scene.Authority(Scene.StrangeKey, Scene.SubName, Scene.RootKey, Scene.RootName, 0, "2021-01-01", "2059-01-01")
                .Der()],
        }, CheckOutcome.Warning, "is not among the issuers given");
        yield return Of("Chain", "a signature that is not verified here",
            s => s with
            {
                Trusted = Sub,
                Leaf = s.Leaf.SignedWith("1.2.840.10045.4.3.3", Draft.Ecdsa(Scene.SubKey, HashAlgorithmName.SHA384)),
            }, CheckOutcome.Skipped, "cannot be verified");
        yield return Of("Chain", "no CA", s => s with { Trusted = _ => [] }, CheckOutcome.Skipped, "use -Issuer");
    }

    static IEnumerable<ServiceCase> Leshan()
    {
        ServiceCase Of(string aspect, string what, Func<Scene, Scene> bend, CheckOutcome outcome, string says) =>
            new($"Leshan, {aspect}: {what}", DeviceService.Leshan, bend, "Leshan" + aspect, outcome, says);
        yield return Of("Name", "plain", Same, CheckOutcome.Passed, "CN = 'device-1'.");
        yield return Of("Name", "a URN", Named("urn:imei:490154203237518"), CheckOutcome.Passed, "CN = 'urn:imei:490154203237518'.");
        yield return Of("Name", "a comma", Named("a,b"), CheckOutcome.Failed, "found ',' at position 2");
        yield return Of("Name", "an equals sign", Named("a=b"), CheckOutcome.Failed, "found '=' at position 2");
        yield return Of("Name", "a space at the end", Named("a "), CheckOutcome.Failed, "expected no space");
        yield return Of("Name", "none", Nameless, CheckOutcome.Failed, "There is no common name");
        yield return Of("Purpose", "a client's", Same, CheckOutcome.Passed, "A client may use it.");
        yield return Of("Purpose", "any use", Leaf(d => d.Without(DraftExtension.ExtendedKeyUsage).Without(DraftExtension.KeyUsage)),
            CheckOutcome.Passed, "A client may use it.");
        yield return Of("Purpose", "a server's", For(DraftExtension.ServerAuth), CheckOutcome.Failed, "serverAuth, without clientAuth");
        yield return Of("Purpose", "anyExtendedKeyUsage", For(DraftExtension.AnyPurpose), CheckOutcome.Failed, "without clientAuth");
        yield return Of("Purpose", "key agreement alone", Using(3, 0x08), CheckOutcome.Failed, "keyUsage is KeyAgreement");
        yield return Of("Chain", "up to the root", Same, CheckOutcome.Passed, "'CN=Forge Root'");
        yield return Of("Chain", "alone, the issuing CA is trusted", Chain(LeafAlone, Sub), CheckOutcome.Passed, "'CN=Forge Sub'");
        yield return Of("Chain", "an intermediate CA missing", Chain(LeafAlone, Root), CheckOutcome.Failed,
            "The device sends 1 certificate");
        yield return Of("Chain", "another CA", s => s with { Trusted = OtherRoot }, CheckOutcome.Failed, "is not among the issuers given");
        yield return Of("Chain", "out of order", s => s with { File = x => [x.Sub.Der(), x.Leaf.Der()] }, CheckOutcome.Failed,
            "do not form a chain");
        yield return Of("Chain", "a CA that is none",
            ForSub(d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.False)), CheckOutcome.Failed, "is not a CA");
        yield return Of("Chain", "a path that is too long",
            ForRoot(d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(0))), CheckOutcome.Failed,
            "pathLenConstraint");
        yield return Of("Chain", "no CA", s => s with { Trusted = _ => [] }, CheckOutcome.Skipped, "use -Issuer");
        yield return Of("Validity", "valid", Same, CheckOutcome.Passed, "Valid until 2046-05-01");
        yield return Of("Validity", "expired", Expired, CheckOutcome.Failed, "The certificate expired");
        yield return Of("Validity", "an expired CA", ForSub(Old), CheckOutcome.Failed, "'CN=Forge Sub' above it expired");
        yield return Of("Validity", "an expired trusted CA", ForRoot(Old), CheckOutcome.Passed, "Valid until");
        yield return Of("Revocation", "not revoked", Lists(ListDraft.OfSub), CheckOutcome.Passed, "No list given");
        yield return Of("Revocation", "revoked", Lists(s => ListDraft.OfSub(s).Revoking(s.Leaf, 1)), CheckOutcome.Warning, "was revoked");
        yield return Of("Revocation", "a revoked CA", Lists(s => ListDraft.OfRoot(s).Revoking(s.Sub)), CheckOutcome.Warning, "was revoked");
        yield return Of("Revocation", "no list", Same, CheckOutcome.Skipped, "use -RevocationList");
    }

    static IEnumerable<ServiceCase> ThingsBoard()
    {
        ServiceCase Of(string aspect, string what, Func<Scene, Scene> bend, CheckOutcome outcome, string says) =>
            new($"ThingsBoard, {aspect}: {what}", DeviceService.ThingsBoard, bend, "ThingsBoard" + aspect, outcome, says);
        yield return Of("Name", "any", Named("a, b"), CheckOutcome.Passed, "CN = 'a, b'.");
        yield return Of("Name", "none", Nameless, CheckOutcome.Warning, "There is no common name");
        yield return Of("Key", "P-256", Same, CheckOutcome.Passed, "an EC key on P-256");
        yield return Of("Key", "P-384", Holding(P384), CheckOutcome.Passed, "an EC key on the curve");
        yield return Of("Key", "RSA", Holding(Rsa2048), CheckOutcome.Failed, "an RSA key of 2048 bits");
        yield return Of("Validity", "valid", Same, CheckOutcome.Passed, "Valid until");
        yield return Of("Validity", "expired", Expired, CheckOutcome.Failed, "expired");
        yield return Of("Validity", "not yet valid", Early, CheckOutcome.Failed, "is valid only from");
    }

    static IEnumerable<ServiceCase> Cumulocity()
    {
        ServiceCase Of(string aspect, string what, Func<Scene, Scene> bend, CheckOutcome outcome, string says) =>
            new($"Cumulocity, {aspect}: {what}", DeviceService.Cumulocity, bend, "Cumulocity" + aspect, outcome, says);
        yield return Of("Name", "plain", Same, CheckOutcome.Passed, "CN = 'device-1'.");
        yield return Of("Name", "a colon", Named("a:b"), CheckOutcome.Warning, "expected no ':', found one at position 2");
        yield return Of("Name", "none", Nameless, CheckOutcome.Skipped, "There is no common name");
        yield return Of("Authority", "a root", Same, CheckOutcome.Passed, "'CN=Forge Root' can be uploaded.");
        yield return Of("Authority", "version 1", ForRoot(d => d with { Version = [], Extensions = null }), CheckOutcome.Failed,
            "is X.509 version 1, expected 3");
        yield return Of("Authority", "no CA", ForRoot(d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.False)),
            CheckOutcome.Failed, "do not say CA:TRUE");
        yield return Of("Authority", "expired", ForRoot(Old), CheckOutcome.Failed, "expired");
        yield return Of("Authority", "not given", s => s with { Trusted = _ => [] }, CheckOutcome.Skipped, "use -Issuer");
        yield return Of("Chain", "complete", Chain(All3, Root), CheckOutcome.Passed, "'CN=Forge Root'");
        yield return Of("Chain", "up to a trusted intermediate CA", s => s with { Trusted = Sub }, CheckOutcome.Passed, "'CN=Forge Sub'");
        yield return Of("Chain", "alone, the issuing CA is trusted", Chain(LeafAlone, Sub), CheckOutcome.Passed, "'CN=Forge Sub'");
        yield return Of("Chain", "without the trusted root", Same, CheckOutcome.Failed, "the certificate of 'CN=Forge Root' is not among");
        yield return Of("Chain", "alone, the root is trusted", Chain(LeafAlone, Root), CheckOutcome.Failed,
            "The device sends 1 certificate");
        yield return Of("Chain", "another CA", s => s with { Trusted = OtherRoot }, CheckOutcome.Failed, "is not among the issuers given");
        yield return Of("Chain", "a CA that is none", s => s with
        {
            File = All3,
            Sub = s.Sub.With(DraftExtension.BasicConstraints, true, DraftExtension.False),
        }, CheckOutcome.Failed, "is not a CA");
    }

    static IEnumerable<ServiceCase> Mosquitto()
    {
        ServiceCase Of(string aspect, string what, Func<Scene, Scene> bend, CheckOutcome outcome, string says) =>
            new($"Mosquitto, {aspect}: {what}", DeviceService.Mosquitto, bend, "Mosquitto" + aspect, outcome, says);
        yield return Of("Name", "any", Named("a, b"), CheckOutcome.Passed, "CN = 'a, b'.");
        yield return Of("Name", "none", Nameless, CheckOutcome.Warning, "use_identity_as_username");
        yield return Of("Purpose", "a client's", Same, CheckOutcome.Passed, "A TLS client may use it.");
        yield return Of("Purpose", "a server's", For(DraftExtension.ServerAuth), CheckOutcome.Failed, "serverAuth, without clientAuth");
        yield return Of("Purpose", "anyExtendedKeyUsage", For(DraftExtension.AnyPurpose), CheckOutcome.Warning, "OpenSSL 3.0 refuses");
        yield return Of("Purpose", "key encipherment alone", Using(5, 0x20), CheckOutcome.Failed, "keyUsage is KeyEncipherment");
        yield return Of("Purpose", "a CA for servers",
            ForSub(d => d.With(DraftExtension.ExtendedKeyUsage, false, DraftExtension.Purposes(DraftExtension.ServerAuth))),
            CheckOutcome.Failed, "'CN=Forge Sub' above it has the extendedKeyUsage serverAuth");
        foreach (var (type, outcome) in new (byte, CheckOutcome)[]
            { (0x80, CheckOutcome.Passed), (0xC0, CheckOutcome.Passed), (0x40, CheckOutcome.Failed) })
            yield return Of("Purpose", $"netscape-cert-type {type:X2}", Netscape(type), outcome,
                outcome == CheckOutcome.Passed ? "A TLS client may use it." : "netscape-cert-type is without SSL client.");
        yield return Of("Chain", "a directory name excluded", Excluding(Tlv.Of(0xA4, Scene.LeafName)), CheckOutcome.Failed, "is excluded");
        yield return Of("Chain", "the common name's host excluded", Host("dev.example.org", "example.org"), CheckOutcome.Failed,
            "OpenSSL takes the common name for a DNS name: below 'CN=Forge Root', the DNS name 'dev.example.org' is excluded.");
        yield return Of("Chain", "a common name of one label", Host("example", "example"), CheckOutcome.Passed, "The path leads");
        yield return Of("Chain", "a common name that is no host's", Host("dev example.org", "org"), CheckOutcome.Passed, "The path leads");
        yield return Of("Chain", "up to the root", Same, CheckOutcome.Passed, "the root 'CN=Forge Root'");
        yield return Of("Chain", "alone, all CAs in the cafile", Chain(LeafAlone, s => [s.Root.Der(), s.Sub.Der()]), CheckOutcome.Passed,
            "the root 'CN=Forge Root'");
        yield return Of("Chain", "an intermediate CA missing", Chain(LeafAlone, Root), CheckOutcome.Failed,
            "The issuer 'CN=Forge Sub' is neither sent by the device nor among the issuers given.");
        yield return Of("Chain", "no root in the cafile", s => s with { Trusted = Sub }, CheckOutcome.Failed, "The issuer 'CN=Forge Root'");
        yield return Of("Chain", "the root sent and not in the cafile", Chain(All3, Sub), CheckOutcome.Failed,
            "The root 'CN=Forge Root' is not among the issuers given.");
        yield return Of("Chain", "a CA that is none",
            ForSub(d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.False)), CheckOutcome.Failed, "is not a CA");
        yield return Of("Chain", "no CA", s => s with { Trusted = _ => [] }, CheckOutcome.Skipped, "use -Issuer");
        yield return Of("Validity", "valid", Same, CheckOutcome.Passed, "Valid until");
        yield return Of("Validity", "expired", Expired, CheckOutcome.Failed, "The certificate expired");
        yield return Of("Validity", "an expired root", ForRoot(Old), CheckOutcome.Failed, "'CN=Forge Root' above it expired");
        yield return Of("Revocation", "not revoked", Lists(ListDraft.OfSub), CheckOutcome.Passed, "does not name it");
        yield return Of("Revocation", "revoked", Lists(s => ListDraft.OfSub(s).Revoking(s.Leaf)), CheckOutcome.Failed, "was revoked");
        yield return Of("Revocation", "only the root's list", Lists(ListDraft.OfRoot), CheckOutcome.Failed,
            "No current list of 'CN=Forge Sub' was given");
        yield return Of("Revocation", "an expired list",
            Lists(s => ListDraft.OfSub(s) with { NextUpdate = Tlv.Time(Given.Utc("2026-05-25")) }), CheckOutcome.Failed, "No current list");
        yield return Of("Revocation", "no list", Same, CheckOutcome.Skipped, "use -RevocationList");
    }
}
