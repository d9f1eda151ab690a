using System.Security.Cryptography;
using DeviceCreds.Fuzz;

namespace DeviceCreds.Tests;

public class ChainRuleTests
{
    public static TheoryData<string> Titles => ChainCases.Titles;

    [Theory]
    [MemberData(nameof(Titles))]
    public void One_thing_wrong(string title) => ChainCases.All.Single(c => c.Title == title).Check();

    [Fact]
    public void In_any_permutation_the_path_is_found_and_only_the_order_is_wrong()
    {
        var certificates = ChainCases.Tower(5);
        var scene = new Scene();
        foreach (var order in Permutations([0, 1, 2, 3, 4]))
        {
            var report = (scene with { File = _ => [.. order.Select(i => certificates[i])], Trusted = _ => [certificates[4]] }).Test();
            Assert.Equal(order.SequenceEqual([0, 1, 2, 3, 4]) ? [] : ["ChainOrder"], report.Failed.Select(c => c.Id));
            Assert.Empty(report.Warnings);
        }
    }

    static IEnumerable<int[]> Permutations(int[] items) =>
        items.Length < 2
            ? [items] : items.SelectMany(first => Permutations([.. items.Where(i => i != first)]).Select(rest => (int[])[first, .. rest]));

    [Fact]
    public void Certificates_that_name_each_other_in_a_circle_end_somewhere()
    {
        var one = Scene.Authority(Scene.SubKey, Scene.SubName, Scene.RootKey, Scene.RootName, 3, "2020-01-01", "2060-01-01").Certificate();
        var two = Scene.Authority(Scene.RootKey, Scene.RootName, Scene.SubKey, Scene.SubName, 3, "2020-01-01", "2060-01-01").Certificate();
        var report = Assert.Single(new CertificateVerifier { Time = Given.Clock(Scene.Now) }.Test([one, two]));
        Assert.False(report.Passed);
        Assert.Contains(report.Failed, c => c.Id == "BasicConstraints");
    }

    [Fact]
    public void Thousands_of_names_below_thousands_of_constraints_are_not_compared()
    {
        byte[][] Names(int count) => [.. Enumerable.Range(0, count).Select(i => Tlv.Text(0x82, $"{i:x}"))];
        var scene = new Scene();
        scene = scene with
        {
            Root = scene.Root.With(DraftExtension.NameConstraints, true,
                Tlv.Sequence(Tlv.Of(0xA1, [.. Names(4_000).Select(n => Tlv.Sequence(n))]))),
            Leaf = scene.Leaf.With(DraftExtension.AlternativeName, false, Tlv.Sequence(Names(8_000))),
        };
        var time = ThreadClock.StartNew();
        var check = scene.Test().Checks.Single(c => c.Id == "NameConstraints");
        Assert.Contains("8001 names are too many to compare with 4000 constraints", check.Message, StringComparison.Ordinal);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(5), $"took {time.Elapsed}");
    }

    [Fact]
    public void A_hundred_certificates_of_one_name_are_looked_at_within_reason()
    {
        var many = Enumerable.Range(0, 100)
            .Select(i =>
                (Scene.Authority(Scene.StrangeKey, Scene.SubName, Scene.StrangeKey, Scene.SubName, 0, "2020-01-01",
                    "2060-01-01") with { Serial = Tlv.Integer(1, (byte)i) }).Certificate()).ToList();
        var time = ThreadClock.StartNew();
        var reports = new Scene().Verifier().Test([new Scene().Leaf.Certificate(), .. many]).ToList();
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(5), $"took {time.Elapsed}");
        Assert.Contains(Assert.Single(reports).Failed, c => c.Id == "ChainOrder");
    }
}

sealed class ChainCases : CaseTable
{
    static readonly Verdict[] WithoutIssuer =
        [Skips("ChainSignatures", "-Issuer"), Skips("ChainAlgorithms", "-Issuer"), Skips("AuthoritiesMaySign", "-Issuer"),
            Skips("AuthorityPurposes", "-Issuer"), Skips("AuthoritiesWellFormed", "-Issuer"), Skips("NameConstraints", "-Issuer"),
            Skips("CertificatePolicies", "-Issuer"), Skips("KeyIdentifiers", "-Issuer"), Skips("NotBeforeAfterIssuer", "-Issuer"),
            Skips("NotAfterWithinIssuer", "-Issuer")];

    static readonly Verdict[] Alone = [Skips("ChainInPem", "alone"), Skips("ChainOrder", "alone")];

    static readonly Draft ForgedRoot = Scene.Authority(Scene.StrangeKey, Scene.RootName, Scene.StrangeKey, Scene.RootName, 2,
        "2020-01-01", "2060-01-01");

    static Case File(string title, Func<Scene, byte[][]> file, params Verdict[] verdicts) =>
        new(title, s => s with { File = file }, verdicts);

    static Case Trusted(string title, Func<Scene, byte[][]> trusted, params Verdict[] verdicts) =>
        new(title, s => s with { Trusted = trusted }, verdicts);

    static Case Tower(string title, int height, params Verdict[] verdicts)
    {
        var certificates = Tower(height);
        return new Case(title, s => s with { File = _ => certificates, Trusted = _ => [certificates[^1]] }, verdicts);
    }

    /// <summary>A sound chain of so many certificates, the device's and the root's among them.</summary>
    public static byte[][] Tower(int height)
    {
        var scene = new Scene();
        var list = new List<byte[]>();
        var (issuerKey, issuerName) = (Scene.RootKey, Scene.RootName);
        list.Add(scene.Root.With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(9)).Der());
        for (var i = 0; i < height - 2; i++)
        {
            var last = i == height - 3;
            var (key, name) = (last ? Scene.SubKey : DeviceKey.Generate(),
                last ? Scene.SubName : Tlv.Name(Tlv.Attribute(Tlv.CommonName, $"Forge Floor {i}")));
            list.Add(Scene.Authority(key, name, issuerKey, issuerName, (byte)(8 - i), "2021-01-01", "2059-01-01").Der());
            (issuerKey, issuerName) = (key, name);
        }

        list.Add(scene.Leaf.Der());
        list.Reverse();
        return [.. list];
    }

    static byte[] Permitted(params byte[][] names) => Tlv.Sequence(Tlv.Of(0xA0, [.. names.Select(n => Tlv.Sequence(n))]));

    static byte[] Excluded(params byte[][] names) => Tlv.Sequence(Tlv.Of(0xA1, [.. names.Select(n => Tlv.Sequence(n))]));

    static byte[] Directory(params byte[][] attributes) => Tlv.Of(0xA4, Tlv.Name(attributes));

    static Case Constrained(string title, byte[] constraints, params Verdict[] verdicts) =>
        Root(title, d => d.With(DraftExtension.NameConstraints, true, constraints), verdicts);

    static Case Alternative(string title, byte[] constraints, byte[] name, params Verdict[] verdicts) =>
        new(title,
            s => s with { Root = s.Root.With(DraftExtension.NameConstraints, true, constraints),
                Leaf = s.Leaf.With(DraftExtension.AlternativeName, false, Tlv.Sequence(name)) }, verdicts);

    static Scene RsaIssuer(Scene scene)
    {
        var rsa = RSA.Create(2048);
        return scene with
        {
            Sub = scene.Sub with { KeyInfo = rsa.ExportSubjectPublicKeyInfo() },
            Leaf = scene.Leaf.SignedWith("1.2.840.113549.1.1.11",
                data => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), [0x05, 0]),
        };
    }

    static Scene P384Issuer(Scene scene)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return scene with
        {
            Sub = scene.Sub with { KeyInfo = key.ExportSubjectPublicKeyInfo() },
            Leaf = scene.Leaf with { Sign = data => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence) },
        };
    }

    static Scene Forged(Scene scene) => scene with
    {
        Sub = scene.Sub.With(DraftExtension.AuthorityKey, false,
            DraftExtension.Authority(Scene.StrangeKey)) with { Sign = Scene.StrangeKey.Sign },
        File = s => [s.Leaf.Der(), s.Sub.Der(), ForgedRoot.Der()],
    };

    const string One = "1.3.6.1.4.1.99999.21", Other = "1.3.6.1.4.1.99999.22", AnyPolicy = "2.5.29.32.0";

    static Draft WithPolicies(Draft draft, params string[] policies) =>
        policies.Length == 0 ? draft : draft.With(DraftExtension.Policies, false, DraftExtension.PolicyList(policies));

    /// <summary>A root that requires a policy, and those that issuer and device have.</summary>
    static Case Required(string title, byte skip, string[] sub, string[] leaf, params Verdict[] verdicts) =>
        new(title, s => s with { Root = s.Root.With(DraftExtension.PolicyConstraints, false, DraftExtension.RequirePolicy(skip)),
            Sub = WithPolicies(s.Sub, sub), Leaf = WithPolicies(s.Leaf, leaf) }, verdicts);

    static readonly Verdict NoPolicy =
        Fails("CertificatePolicies", "'CN=Forge Root' requires a certificate policy (requireExplicitPolicy)");

    static readonly Case[] Policies =
    [
        Required("the root requires a policy, which nobody has", 0, [], [], NoPolicy),
        Required("the root requires a policy of the device, which has none", 2, [One], [], NoPolicy),
        Required("the root requires a policy deeper than the path", 3, [], []),
        Required("the root requires a policy, which the issuer does not have", 0, [], [One], NoPolicy),
        Required("the root requires a policy, and issuer and device have different ones", 0, [One], [Other], NoPolicy),
        Required("the root requires a policy, and issuer and device have one in common", 0, [One], [Other, One]),
        Required("the root requires a policy, and the issuer has any", 0, [AnyPolicy], [One]),
        Required("the root requires a policy, and the device has any", 0, [One], [AnyPolicy]),
        Root("the root has critical policyConstraints, which the device never sees",
            d => d.With(DraftExtension.PolicyConstraints, true, DraftExtension.RequirePolicy(0)), NoPolicy),
        Root("the root has critical policyConstraints that forbid mappings alone",
            d => d.With(DraftExtension.PolicyConstraints, true, Tlv.Sequence(Tlv.Of(0x81, [0])))),
        Sub("the issuer requires a policy, which the device does not have",
            d => d.With(DraftExtension.PolicyConstraints, false, DraftExtension.RequirePolicy(0)),
            Fails("CertificatePolicies", "'CN=Forge Sub' requires")),
        Leaf("the device's certificate requires a policy that it does not have",
            d => d.With(DraftExtension.PolicyConstraints, false, DraftExtension.RequirePolicy(0)), Fails("CertificatePolicies")),
        new("the root requires a policy and inhibits any, which the device has",
            s => Required("", 0, [One], [AnyPolicy]).Bend(s) is var scene
                ? scene with { Root = scene.Root.With(DraftExtension.InhibitAnyPolicy, false, Tlv.Integer(1)) } : s, NoPolicy),
        new("the root requires a policy and inhibits any deeper than the path",
            s => Required("", 0, [One], [AnyPolicy]).Bend(s) is var scene
                ? scene with { Root = scene.Root.With(DraftExtension.InhibitAnyPolicy, false, Tlv.Integer(2)) } : s),
        new("the root requires a policy, and the issuer maps policies",
            s => Required("", 0, [One], [One]).Bend(s) is var scene
                ? scene with { Sub = scene.Sub.With(DraftExtension.PolicyMappings, false,
                    Tlv.Sequence(Tlv.Sequence(Tlv.Oid(One), Tlv.Oid(Other)))) } : s,
            Fails("CertificatePolicies", "the policyMappings of 'CN=Forge Sub' are not processed here")),
    ];

    public static readonly IReadOnlyList<Case> All =
    [
        File("the root included", s => [s.Leaf.Der(), s.Sub.Der(), s.Root.Der()]),
        new("the device's certificate alone, both CAs given",
            s => s with { File = x => [x.Leaf.Der()], Trusted = x => [x.Root.Der(), x.Sub.Der()] }, Alone),
        File("the device's certificate alone, the link to the root missing", s => [s.Leaf.Der()],
            [Fails("TrustedIssuer", "The issuer 'CN=Forge Sub' is neither in the chain nor among those given"), .. Alone,
                .. WithoutIssuer]),
        new("nothing but the device's certificate", s => s with { File = x => [x.Leaf.Der()], Trusted = _ => [] },
            [Skips("TrustedIssuer", "it is unknown who signed this"), .. Alone, .. WithoutIssuer]),

        File("the issuer before the device", s => [s.Sub.Der(), s.Leaf.Der()],
            Fails("ChainOrder", $"found the order 'CN=Forge Sub', 'CN=device-1,OU={Scene.Account[..25]}...'")),
        File("the root before the issuer", s => [s.Leaf.Der(), s.Root.Der(), s.Sub.Der()], Fails("ChainOrder", Kcm)),
        File("the issuer twice", s => [s.Leaf.Der(), s.Sub.Der(), s.Sub.Der()],
            Fails("ChainOrder", $"A certificate occurs twice. The device answers {Kcm}")),
        File("the device twice", s => { var leaf = s.Leaf.Der(); return [leaf, leaf, s.Sub.Der()]; }, Fails("ChainOrder", Kcm)),
        File("a stranger's CA at the end",
            s => [s.Leaf.Der(), s.Sub.Der(),
                Scene.Authority(Scene.StrangeKey, Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Stranger")), Scene.StrangeKey,
                    Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Stranger")), 0, "2020-01-01", "2060-01-01").Der()],
            Fails("ChainOrder", $"'CN=Stranger' does not belong to the chain, or the link to it is missing. The device answers {Kcm}")),
        File("a missing link", s => [s.Leaf.Der(), s.Root.Der()],
            [Fails("ChainOrder", $"'CN=Forge Root' does not belong to the chain, or the link to it is missing. The device answers {Kcm}"),
                Fails("TrustedIssuer"), .. WithoutIssuer]),

        Tower("a chain of 5", 5),
        Tower("a chain of 6", 6,
            Fails("ChainLength", "The chain has 6 certificates; the device stores 5. The device answers 20 BUNDLE_ERROR")),
        new("a chain of 2 where the device stores 1", s => s with { ChainDepth = 1 }, Fails("ChainLength")),
        new("a chain of 2 where the device stores 2", s => s with { ChainDepth = 2 }),

        new("an issuer on P-384", P384Issuer, Fails("ChainAlgorithms", $"'CN=Forge Sub' holds an EC key on the curve secp384r1."),
            Fails("ChainSignatures", "holds an EC key on the curve secp384r1"),
            Fails("TrustedIssuer", "holds an EC key on the curve secp384r1")),
        new("an issuer with an RSA key", RsaIssuer, Fails("SignatureAlgorithm", $"sha256WithRSAEncryption."),
            Fails("ChainAlgorithms", $"holds an RSA key."), Fails("ChainSignatures", "sha256WithRSAEncryption"),
            Fails("TrustedIssuer", "sha256WithRSAEncryption")),
        Sub("an issuer that is signed with SHA-384",
            d => d.SignedWith("1.2.840.10045.4.3.3", Draft.Ecdsa(Scene.RootKey, HashAlgorithmName.SHA384)),
            Fails("ChainAlgorithms", $"'CN=Forge Sub' is signed with ecdsa-with-SHA384."),
            Fails("ChainSignatures", "ecdsa-with-SHA384"), Fails("TrustedIssuer", "ecdsa-with-SHA384")),
        Sub("an issuer with two signature algorithms", d => d with { InnerAlgorithm = Tlv.Algorithm("1.2.840.10045.4.3.3") },
            Fails("ChainAlgorithms", $"'CN=Forge Sub' names two signature algorithms.")),

        Leaf("signed by another key", d => d with { Sign = Scene.StrangeKey.Sign },
            Fails("ChainSignatures",
                $"'CN=device-1,OU={Scene.Account[..25]}...' is not signed by the key of 'CN=Forge Sub'. The device answers {Kcm}"),
            Fails("TrustedIssuer", "'CN=Forge Sub' has the issuer's name, but its key did not sign this certificate")),
        Leaf("altered after it was signed", d => d with { BendWhole = der => { der[^1] ^= 1; return der; } },
            Fails("ChainSignatures", Kcm), Fails("TrustedIssuer")),
        Leaf("an empty signature", d => d with { Sign = _ => [] }, Fails("ChainSignatures", Kcm), Fails("TrustedIssuer")),
        Leaf("a signature of zeros", d => d with { Sign = _ => Tlv.Sequence(Tlv.Integer(0), Tlv.Integer(0)) },
            Fails("ChainSignatures", Kcm), Fails("TrustedIssuer")),
        Sub("the issuer is signed by another key, which the device cannot know", d => d with { Sign = Scene.StrangeKey.Sign },
            Fails("ChainSignatures"), Fails("TrustedIssuer", "its key did not sign the one below it")),
        InFile(Sub("the issuer is signed by another key", d => d with { Sign = Scene.StrangeKey.Sign },
            Fails("ChainSignatures", $"'CN=Forge Sub' is not signed by the key of 'CN=Forge Root'. The device answers {Kcm}"),
            Fails("TrustedIssuer", "its key did not sign the one below it"))),
        new("alone and signed by another key, which the device takes unseen",
            s => s with { Leaf = s.Leaf with { Sign = Scene.StrangeKey.Sign }, File = x => [x.Leaf.Der()],
                Trusted = x => [x.Root.Der(), x.Sub.Der()] }, [Fails("ChainSignatures"), Fails("TrustedIssuer"), .. Alone]),

        Sub("the issuer is no CA", d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.False),
            Fails("AuthoritiesMaySign", "'CN=Forge Sub' is not a CA: its basicConstraints do not say CA:TRUE")),
        Sub("the issuer says nothing of being a CA", d => d.Without(DraftExtension.BasicConstraints), Fails("AuthoritiesMaySign")),
        Sub("the issuer is v1", d => d with { Version = [], Extensions = null }, Fails("AuthoritiesMaySign", "it is X.509 v1"),
            Warns("KeyIdentifiers")),
        Sub("the issuer is v2 with extensions", d => d with { Version = Draft.VersionOf(1) },
            Fails("AuthoritiesMaySign", $"'CN=Forge Sub' is X.509 v2 and has extensions, which only v3 has.")),
        Sub("the issuer is v4", d => d with { Version = Draft.VersionOf(3) }, Fails("AuthoritiesMaySign", $"'CN=Forge Sub' is X.509 v4.")),
        Sub("the issuer may not sign certificates", d => d.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(1, 0x82)),
            Fails("AuthoritiesMaySign", "keyUsage is CrlSign, DigitalSignature")),
        Root("the root allows no CA below it", d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(0)),
            Fails("AuthoritiesMaySign", "allows 0 CAs below it (pathLenConstraint), not 1")),
        Root("the root allows as many CAs as there are", d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(1))),
        Root("the root sets no limit", d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.True)),
        Sub("basicConstraints of the issuer are not critical",
            d => d.With(DraftExtension.BasicConstraints, false, DraftExtension.PathLength(0)), Warns("AuthoritiesMaySign", "not critical")),
        Sub("the issuer has no keyUsage", d => d.Without(DraftExtension.KeyUsage), Warns("AuthoritiesMaySign", "is absent")),
        Sub("the issuer's keyUsage lacks cRLSign", d => d.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(2, 0x84)),
            Warns("AuthoritiesMaySign", "KeyCertSign, DigitalSignature, without CrlSign. The vendor's portal asks for it")),
        Sub("the issuer's keyUsage lacks digitalSignature", d => d.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(1, 0x06)),
            Warns("AuthoritiesMaySign",
                "CrlSign, KeyCertSign, without DigitalSignature. The vendor's portal asks for it, RFC 5280 does not")),
        new("a CA signs itself anew on the way",
            s => s with { Trusted = x =>
                [Scene.Authority(Scene.RootKey, Scene.RootName, Scene.RootKey, Scene.RootName, 1, "2020-02-02", "2060-01-01").Der()] }),

        Sub("the issuer is for servers alone",
            d => d.With(DraftExtension.ExtendedKeyUsage, false, DraftExtension.Purposes(DraftExtension.ServerAuth)),
            Fails("AuthorityPurposes", "'CN=Forge Sub' is restricted to serverAuth (extendedKeyUsage), without clientAuth")),
        Sub("the issuer is for clients",
            d => d.With(DraftExtension.ExtendedKeyUsage, false,
                DraftExtension.Purposes(DraftExtension.ServerAuth, DraftExtension.ClientAuth))),
        Root("the root is for any purpose",
            d => d.With(DraftExtension.ExtendedKeyUsage, true, DraftExtension.Purposes(DraftExtension.AnyPurpose))),
        Root("the root is for servers alone",
            d => d.With(DraftExtension.ExtendedKeyUsage, false, DraftExtension.Purposes(DraftExtension.ServerAuth)),
            Fails("AuthorityPurposes")),

        Sub("the issuer is BER", d => d with { BendWhole = der => [0x30, 0x83, 0, .. der[2..]] },
            Fails("AuthoritiesWellFormed", "'CN=Forge Sub' is BER")),
        Sub("the issuer's serial number is zero", d => d with { Serial = Tlv.Integer(0) },
            Warns("AuthoritiesWellFormed", "'CN=Forge Sub': The serial number 00 is not positive")),
        Sub("the issuer's serial number is negative", d => d with { Serial = Tlv.Integer(0xFF) }, Warns("AuthoritiesWellFormed", "-01")),
        Sub("the issuer's serial number has 21 octets", d => d with { Serial = Tlv.Integer([1, .. new byte[20]]) },
            Warns("AuthoritiesWellFormed", "21 octets")),
        Sub("the issuer's notBefore is GeneralizedTime before 2050",
            d => d with { NotBefore = Tlv.Time(Given.Utc("2021-01-01"), utc: false) },
            Fails("AuthoritiesWellFormed", "'CN=Forge Sub': notBefore is in 2021")),
        new("a root without a name",
            s => s with { Root = s.Root with { Subject = Tlv.Name(), Issuer = Tlv.Name() }, Sub = s.Sub with { Issuer = Tlv.Name() } },
            Fails("AuthoritiesWellFormed", $"'CN=Forge Sub' has an empty issuer.")),
        Sub("NULL as the parameters of the issuer's signature", d => d.SignedWith(Draft.EcdsaWithSha256, d.Sign, [0x05, 0]),
            Fails("ChainAlgorithms", "with parameters")),

        Constrained("the root permits the account",
            Permitted(Directory(Tlv.Attribute(Tlv.OrganizationalUnit, Scene.Account)),
                Directory(Tlv.Attribute(Tlv.CommonName, "forge  SUB")))),
        Constrained("the root permits another account",
            Permitted(Directory(Tlv.Attribute(Tlv.OrganizationalUnit, "other")), Directory(Tlv.Attribute(Tlv.CommonName, "Forge Sub"))),
            Fails("NameConstraints",
                $"'CN=Forge Root' may not have 'CN=device-1,OU={Scene.Account[..25]}...' below it: "
                    + $"the name 'CN=device-1,OU={Scene.Account[..25]}...' is not permitted.")),
        Constrained("the root permits no name of the issuer's",
            Permitted(Directory(Tlv.Attribute(Tlv.OrganizationalUnit, Scene.Account))),
            Fails("NameConstraints", "'CN=Forge Root' may not have 'CN=Forge Sub' below it")),
        Constrained("the root excludes the account", Excluded(Directory(Tlv.Attribute(Tlv.OrganizationalUnit, Scene.Account))),
            Fails("NameConstraints", "excluded")),
        Constrained("the root excludes another account", Excluded(Directory(Tlv.Attribute(Tlv.OrganizationalUnit, "other")))),
        Constrained("the root permits other hosts", Permitted(Tlv.Text(0x82, "example.org"))),
        Alternative("the root permits the device's host", Permitted(Tlv.Text(0x82, "example.org")), Tlv.Text(0x82, "Device.Example.ORG")),
        Alternative("the root permits other hosts than the device's", Permitted(Tlv.Text(0x82, "example.org")),
            Tlv.Text(0x82, "device.example.com"), Fails("NameConstraints")),
        Alternative("the root excludes the device's host", Excluded(Tlv.Text(0x82, "example.org")),
            Tlv.Text(0x82, "device.example.org"), Fails("NameConstraints")),
        Alternative("the root excludes the device's mailbox", Excluded(Tlv.Text(0x81, "example.org")),
            Tlv.Text(0x81, "device@example.org"), Fails("NameConstraints")),
        Alternative("the root excludes the device's URI", Excluded(Tlv.Text(0x86, ".example.org")),
            Tlv.Text(0x86, "coaps://device.example.org/x"), Fails("NameConstraints")),
        Alternative("the root excludes the device's address", Excluded(Tlv.Of(0x87, [10, 0, 0, 0, 255, 0, 0, 0])),
            Tlv.Of(0x87, [10, 1, 2, 3]), Fails("NameConstraints")),
        Alternative("the root constrains a form of names that is not processed", Excluded(Tlv.Of(0x88, [0x2A, 0x03])),
            Tlv.Of(0x88, [0x2A, 0x04]), Fails("NameConstraints", "form 8")),
        Constrained("the root constrains a form of names that nobody has", Excluded(Tlv.Of(0x88, [0x2A, 0x03]))),
        Alternative("the root's constraint has a minimum",
            Tlv.Sequence(Tlv.Of(0xA1, Tlv.Sequence(Tlv.Text(0x82, "example.org"), Tlv.Of(0x80, [1])))),
            Tlv.Text(0x82, "device.example.com"),
            Fails("NameConstraints", "the DNS name 'device.example.com' cannot be compared")),
        Constrained("the root's constraint has a maximum, on a form of names that nobody has",
            Tlv.Sequence(Tlv.Of(0xA1, Tlv.Sequence(Tlv.Text(0x82, "example.org"), Tlv.Of(0x81, [1]))))),
        Alternative("the root excludes every DNS name", Excluded(Tlv.Text(0x82, "")), Tlv.Text(0x82, "device.example.com"),
            Fails("NameConstraints", "the DNS name 'device.example.com' is excluded.")),
        Alternative("the root permits every DNS name", Permitted(Tlv.Text(0x82, "")), Tlv.Text(0x82, "device.example.com")),
        Constrained("the root excludes every DNS name, and the device has none", Excluded(Tlv.Text(0x82, ""))),
        Constrained("the root excludes every directory name", Excluded(Directory()),
            Fails("NameConstraints", $"the name 'CN=device-1,OU={Scene.Account[..25]}...' is excluded.")),
        Constrained("the root permits every directory name", Permitted(Directory())),
        Alternative("the root excludes hosts of URIs, and the device's URI has none", Excluded(Tlv.Text(0x86, "example.org")),
            Tlv.Text(0x86, "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e"), Fails("NameConstraints", "cannot be compared")),
        Alternative("the root excludes hosts of URIs, and the device's URI has an address", Excluded(Tlv.Text(0x86, "example.org")),
            Tlv.Text(0x86, "coaps://10.0.0.1/"), Fails("NameConstraints", "cannot be compared")),
        Alternative("the root excludes every IP address", Excluded(Tlv.Of(0x87, new byte[8])), Tlv.Of(0x87, [10, 1, 2, 3]),
            Fails("NameConstraints", "the IP address 10.1.2.3 is excluded.")),
        Alternative("the root excludes one of the names of a wildcard", Excluded(Tlv.Text(0x82, "device.example.org")),
            Tlv.Text(0x82, "*.example.org"), Fails("NameConstraints", "cannot be compared")),
        Constrained("the root excludes an attribute with which the device's name does not begin",
            Excluded(Directory(Tlv.Attribute(Tlv.CommonName, Scene.Name)))),
        new("the root excludes the common name as a host's, which is no DNS name",
            s => s with { EndpointName = "dev.example.org",
                Root = s.Root.With(DraftExtension.NameConstraints, true, Excluded(Tlv.Text(0x82, "example.org"))),
                Leaf = s.Leaf with { Subject = Tlv.Name(Tlv.Attribute(Tlv.OrganizationalUnit, Scene.Account),
                    Tlv.Attribute(Tlv.CommonName, "dev.example.org")) } }),
        Constrained("the root's name constraints are damaged", [0x05, 0],
            Fails("ExtensionsWellFormed", "'CN=Forge Root' above it: nameConstraints is damaged"), Fails("NameConstraints", "damaged")),

        .. Policies,

        Trusted("no issuer given", _ => [], Skips("TrustedIssuer", "-Issuer")),
        Trusted("another root given",
            _ => [Scene.Authority(Scene.StrangeKey, Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Stranger")), Scene.StrangeKey,
                Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Stranger")), 2, "2020-01-01", "2060-01-01").Der()],
            Fails("TrustedIssuer", "The issuer 'CN=Forge Root' is neither in the chain nor among those given")),
        Trusted("a root of the same name given", _ => [ForgedRoot.Der()],
            Fails("TrustedIssuer", "'CN=Forge Root' has the issuer's name"), Fails("ChainSignatures"), Fails("KeyIdentifiers")),
        Trusted("the issuing CA given", s => [s.Sub.Der()]),
        new("the issuing CA given, another under its name in the file",
            s => s with { Trusted = x => [x.Sub.Der(), x.Root.Der()],
                File = x =>
                    [x.Leaf.Der(),
                        Scene.Authority(Scene.StrangeKey, Scene.SubName, Scene.StrangeKey, Scene.RootName, 0, "2021-01-01", "2059-01-01")
                            .Der()] },
            Fails("ChainSignatures", "is not signed by the key of 'CN=Forge Sub'. The device answers " + Kcm)),
        Trusted("the device's certificate given as its own issuer", s => [s.Leaf.Der()], Fails("TrustedIssuer", "of the issuer itself")),
        new("a forged root in the file", Forged,
            Fails("TrustedIssuer", "The chain ends at 'CN=Forge Root', which is not among the issuers given")),
        new("the issuer's name in other case and spacing",
            s => s with { Leaf = s.Leaf with { Issuer = Tlv.Name(Tlv.Attribute(Tlv.CommonName, Tlv.Text(0x13, "FORGE  sub "))) } }),
        new("the issuer's name with a no-break space",
            s => s with { Leaf = s.Leaf with { Issuer = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Forge\u00A0Sub")) } }),
        new("the issuer's name with a tab",
            s => s with { Leaf = s.Leaf with { Issuer = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Forge\tSub")) } }),
    ];

    public static TheoryData<string> Titles => TitlesOf(All);
}
