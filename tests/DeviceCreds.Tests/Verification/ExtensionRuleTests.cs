namespace DeviceCreds.Tests;

public class ExtensionRuleTests
{
    public static TheoryData<string> Titles => ExtensionCases.Titles;

    [Theory]
    [MemberData(nameof(Titles))]
    public void One_thing_wrong(string title) => ExtensionCases.All.Single(c => c.Title == title).Check();

    const string One = "1.3.6.1.4.1.99999.21", Other = "1.3.6.1.4.1.99999.22", AnyPolicy = "2.5.29.32.0";

    static byte[] Mappings(params string[][] mappings) => Tlv.Sequence([.. mappings.Select(m => Tlv.Sequence([.. m.Select(Tlv.Oid)]))]);

    public static TheoryData<string, string, byte[], string?> PolicyExtensions { get; } = new()
    {
        { "mapped twice", DraftExtension.PolicyMappings, Mappings([One, Other], [Other, One]), null },
        { "from anyPolicy", DraftExtension.PolicyMappings, Mappings([One, Other], [AnyPolicy, One]), "policyMappings is damaged" },
        { "to anyPolicy", DraftExtension.PolicyMappings, Mappings([One, AnyPolicy]), "policyMappings is damaged" },
        { "no mapping", DraftExtension.PolicyMappings, Mappings(), "policyMappings is damaged" },
        { "half a mapping", DraftExtension.PolicyMappings, Mappings([One]), "policyMappings is damaged" },
        { "three in a mapping", DraftExtension.PolicyMappings, Mappings([One, Other, One]), "policyMappings is damaged" },
        { "mappings are NULL", DraftExtension.PolicyMappings, [5, 0], "policyMappings is damaged" },
        { "two policies", DraftExtension.Policies, DraftExtension.PolicyList(One, Other), null },
        { "a policy twice", DraftExtension.Policies, DraftExtension.PolicyList(One, Other, One), "certificatePolicies is damaged" },
        { "both constraints", DraftExtension.PolicyConstraints, Tlv.Sequence(Tlv.Of(0x80, [7]), Tlv.Of(0x81, [0])), null },
        { "no constraint", DraftExtension.PolicyConstraints, Tlv.Sequence(), "policyConstraints is damaged" },
        { "constraint 2", DraftExtension.PolicyConstraints, Tlv.Sequence(Tlv.Of(0x82, [0])), "policyConstraints is damaged" },
        { "a constraint and 2", DraftExtension.PolicyConstraints, Tlv.Sequence(Tlv.Of(0x81, [0]), Tlv.Of(0x82, [0])),
            "policyConstraints is damaged" },
        { "a constraint twice", DraftExtension.PolicyConstraints, Tlv.Sequence(Tlv.Of(0x81, [0]), Tlv.Of(0x81, [0])),
            "policyConstraints is damaged" },
    };

    /// <summary>RFC 5280, 4.2.1.4, 4.2.1.5, 4.2.1.11 and 6.1.4 (a).</summary>
    [Theory]
    [MemberData(nameof(PolicyExtensions))]
    public void Policies_have_the_form_of_RFC_5280_or_the_CA_issues_nothing(string title, string oid, byte[] value, string? problem)
    {
        var scene = new Scene();
        var authority = CertificateAuthority.Open(
            [scene.Sub.With(oid, false, value).Certificate(), scene.Root.Certificate()], Scene.SubKey);
        Assert.Equal((title, problem), (title, authority.Own.Facts.MalformedExtension));
        void Check() => authority.EnsureCanIssue(Scene.Now, forAuthority: false);
        if (problem is null) Check();
        else Assert.Equal("IssuerExtensionsMalformed", Refused.Issuance(Check));
        Assert.Equal(problem, scene.Leaf.With(oid, false, value).Certificate().Facts.MalformedExtension);
    }
}

sealed class ExtensionCases : CaseTable
{
    const string ClientAuth = DraftExtension.ClientAuth, ServerAuth = DraftExtension.ServerAuth, Any = DraftExtension.AnyPurpose;

    static readonly byte[] Damaged = [0x05, 0x00], AlternativeName = Tlv.Sequence(Tlv.Text(0x82, "device-1.example"));

    static Case Critical(string title, string oid, byte[] value, params Verdict[] verdicts) =>
        Leaf(title, d => d.With(oid, true, value), verdicts);

    static Case Usage(string title, byte[] bits, params Verdict[] verdicts) =>
        Leaf(title, d => d.With(DraftExtension.KeyUsage, true, bits), verdicts);

    static Case Purposes(string title, string[] oids, params Verdict[] verdicts) =>
        Leaf(title, d => d.With(DraftExtension.ExtendedKeyUsage, false, DraftExtension.Purposes(oids)), verdicts);

    public static readonly IReadOnlyList<Case> All =
    [
        Leaf("basicConstraints twice", d => d.Twice(DraftExtension.BasicConstraints),
            Fails("ExtensionsWellFormed", $"basicConstraints comes 2 times.")),
        Leaf("keyUsage twice", d => d.Twice(DraftExtension.KeyUsage), Fails("ExtensionsWellFormed")),
        Leaf("subjectKeyIdentifier twice, which the device reads over", d => d.Twice(DraftExtension.SubjectKey),
            Fails("ExtensionsWellFormed")),
        Leaf("authorityKeyIdentifier twice, which the device reads over", d => d.Twice(DraftExtension.AuthorityKey),
            Fails("ExtensionsWellFormed")),
        Leaf("an unknown extension twice", d => d.With(DraftExtension.Unknown, false, Damaged).Twice(DraftExtension.Unknown),
            Fails("ExtensionsWellFormed")),
        Leaf("basicConstraints damaged", d => d.With(DraftExtension.BasicConstraints, true, Damaged),
            Fails("ExtensionsWellFormed", $"basicConstraints is damaged."), Fails("BasicConstraints", "damaged")),
        Leaf("basicConstraints with a tail", d => d.With(DraftExtension.BasicConstraints, true, [.. DraftExtension.False, 0]),
            Fails("ExtensionsWellFormed"), Fails("BasicConstraints", "damaged")),
        Leaf("keyUsage damaged", d => d.With(DraftExtension.KeyUsage, true, Damaged), Fails("ExtensionsWellFormed"), Fails("KeyUsage")),
        Leaf("extendedKeyUsage damaged", d => d.With(DraftExtension.ExtendedKeyUsage, false, Damaged),
            Fails("ExtensionsWellFormed"), Fails("ExtendedKeyUsage")),
        Leaf("subjectAltName damaged", d => d.With(DraftExtension.AlternativeName, false, Damaged), Fails("ExtensionsWellFormed")),
        Leaf("subjectKeyIdentifier damaged, which the device reads over", d => d.With(DraftExtension.SubjectKey, false, Damaged),
            Fails("ExtensionsWellFormed")),
        Leaf("authorityKeyIdentifier damaged, which the device reads over",
            d => d.With(DraftExtension.AuthorityKey, false, Damaged), Fails("ExtensionsWellFormed"), Warns("KeyIdentifiers")),
        Leaf("an unknown extension of any content", d => d.With(DraftExtension.Unknown, false, Damaged)),
        Leaf("an empty extension", d => d.With(DraftExtension.Unknown, false, [])),
        Leaf("an empty basicConstraints value", d => d.With(DraftExtension.BasicConstraints, true, []),
            Fails("ExtensionsWellFormed"), Fails("BasicConstraints", "damaged")),
        Leaf("no extensions in an extensions field", d => d with { Extensions = [] }, Warns("KeyIdentifiers")),
        Leaf("v3 without extensions", d => d with { Extensions = null }, Warns("KeyIdentifiers")),
        Sub("basicConstraints of the issuer twice", d => d.Twice(DraftExtension.BasicConstraints),
            Fails("ExtensionsWellFormed", $"'CN=Forge Sub' above it: basicConstraints comes 2 times.")),
        Sub("subjectAltName of the issuer damaged", d => d.With(DraftExtension.AlternativeName, false, Damaged),
            Fails("ExtensionsWellFormed", "'CN=Forge Sub' above it: subjectAltName is damaged.")),
        Root("keyUsage of the root twice, which the device never sees", d => d.Twice(DraftExtension.KeyUsage),
            Fails("ExtensionsWellFormed")),

        Critical("critical and unknown", DraftExtension.Unknown, Damaged, Fails("CriticalExtensions", $"{DraftExtension.Unknown}.")),
        Critical("critical authorityKeyIdentifier", DraftExtension.AuthorityKey, DraftExtension.Authority(Scene.SubKey),
            Fails("CriticalExtensions", $"authorityKeyIdentifier.")),
        Critical("critical subjectKeyIdentifier", DraftExtension.SubjectKey, DraftExtension.Identifier(Scene.LeafKey),
            Fails("CriticalExtensions")),
        Critical("critical nameConstraints", DraftExtension.NameConstraints, Tlv.Sequence(),
            Fails("CriticalExtensions", $"nameConstraints.")),
        Critical("critical policyConstraints", DraftExtension.PolicyConstraints, DraftExtension.RequirePolicy(1),
            Fails("CriticalExtensions", $"policyConstraints.")),
        Critical("critical subjectAltName", DraftExtension.AlternativeName, AlternativeName),
        Critical("critical extendedKeyUsage", DraftExtension.ExtendedKeyUsage, DraftExtension.Purposes(ClientAuth)),
        Critical("critical netscape-cert-type", DraftExtension.NetscapeType, DraftExtension.Usage(7, 0x80)),
        Leaf("netscape-cert-type of a server", d => d.With(DraftExtension.NetscapeType, false, DraftExtension.Usage(6, 0x40))),
        Leaf("nothing critical but what must be",
            d => d.With(DraftExtension.NameConstraints, false, Tlv.Sequence()).With(DraftExtension.PolicyConstraints, false,
                Tlv.Sequence(Tlv.Of(0x80, [1])))),
        Sub("the issuer has critical nameConstraints", d => d.With(DraftExtension.NameConstraints, true, Tlv.Sequence()),
            Fails("CriticalExtensions", $"'CN=Forge Sub' above it: Critical and not known to the device: nameConstraints.")),
        Root("the root has critical nameConstraints, which the device never sees",
            d => d.With(DraftExtension.NameConstraints, true, Tlv.Sequence())),
        InFile(Root("the root has critical nameConstraints", d => d.With(DraftExtension.NameConstraints, true, Tlv.Sequence()),
            Fails("CriticalExtensions", $"'CN=Forge Root' above it: Critical and not known to the device: nameConstraints."))),

        Root("the root has a critical extension that nobody knows, which the device never sees",
            d => d.With(DraftExtension.Unknown, true, Damaged),
            Fails("CriticalExtensions",
                "'CN=Forge Root' above it: Critical and not supported, so that the certificate must be refused: "
                    + DraftExtension.Unknown)),
        Root("the root has a critical authorityKeyIdentifier, which the device never sees",
            d => d.With(DraftExtension.AuthorityKey, true, DraftExtension.Authority(Scene.RootKey)),
            Fails("CriticalExtensions", "authorityKeyIdentifier")),
        Root("policyConstraints of the root damaged", d => d.With(DraftExtension.PolicyConstraints, false, Damaged),
            Fails("ExtensionsWellFormed", "policyConstraints is damaged")),
        Root("inhibitAnyPolicy of the root damaged", d => d.With(DraftExtension.InhibitAnyPolicy, false, Damaged),
            Fails("ExtensionsWellFormed", "inhibitAnyPolicy is damaged")),
        Root("the root has critical policies, which the device never sees",
            d => d.With(DraftExtension.Policies, true, Tlv.Sequence(Tlv.Sequence(Tlv.Oid("2.5.29.32.0"))))),
        Sub("TRUE in the issuer's basicConstraints is 01",
            d => d.With(DraftExtension.BasicConstraints, true, Tlv.Sequence([0x01, 0x01, 0x01])),
            Fails("ExtensionsWellFormed", "basicConstraints is damaged"), Fails("AuthoritiesMaySign")),
        Sub("the issuer's path length is negative",
            d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(0xFF)),
            Fails("ExtensionsWellFormed", "basicConstraints is damaged"), Fails("AuthoritiesMaySign")),
        Leaf("basicConstraints in BER", d => d.With(DraftExtension.BasicConstraints, true, [0x30, 0x80, 0, 0]),
            Fails("ExtensionsWellFormed"), Fails("BasicConstraints", "damaged")),
        Leaf("authorityKeyIdentifier of another serial number",
            d => d.With(DraftExtension.AuthorityKey, false,
                Tlv.Sequence(Tlv.Of(0x80, Digest.Sha1(Scene.SubKey.Point)), Tlv.Of(0xA1, Tlv.Of(0xA4, Scene.RootName)), Tlv.Of(0x82, [7]))),
            Fails("KeyIdentifiers", "the serial number 07")),
        Leaf("authorityKeyIdentifier of another issuer",
            d => d.With(DraftExtension.AuthorityKey, false,
                Tlv.Sequence(Tlv.Of(0x80, Digest.Sha1(Scene.SubKey.Point)), Tlv.Of(0xA1, Tlv.Of(0xA4, Scene.SubName)),
                    Tlv.Of(0x82, d.Serial[2..]))), Fails("KeyIdentifiers")),

        Leaf("CA:TRUE", d => d.With(DraftExtension.BasicConstraints, true, DraftExtension.True), Fails("BasicConstraints")),
        Leaf("a path length without CA:TRUE", d => d.With(DraftExtension.BasicConstraints, true, Tlv.Sequence(Tlv.Integer(0))),
            Fails("BasicConstraints", "pathLenConstraint")),
        Leaf("basicConstraints absent", d => d.Without(DraftExtension.BasicConstraints)),
        Leaf("basicConstraints not critical", d => d.With(DraftExtension.BasicConstraints, false, DraftExtension.False)),

        Usage("keyUsage empty", DraftExtension.Usage(0), Fails("KeyUsage", $"keyUsage is empty: the key may be used for nothing.")),
        Usage("keyUsage of zeros", DraftExtension.Usage(7, 0), Fails("KeyUsage")),
        Usage("keyUsage without digitalSignature", DraftExtension.Usage(3, 0x08), Fails("KeyUsage")),
        Usage("keyUsage with keyCertSign", DraftExtension.Usage(2, 0x84), Fails("KeyUsage")),
        Usage("keyUsage with keyAgreement besides", DraftExtension.Usage(3, 0x88)),
        Usage("keyUsage in two octets", DraftExtension.Usage(7, 0x80, 0x80)),
        Leaf("keyUsage absent", d => d.Without(DraftExtension.KeyUsage)),
        Leaf("keyUsage not critical", d => d.With(DraftExtension.KeyUsage, false, DraftExtension.Usage(7, 0x80)),
            Warns("KeyUsage", "not marked critical")),

        Purposes("extendedKeyUsage serverAuth", [ServerAuth],
            Fails("ExtendedKeyUsage", "extendedKeyUsage is serverAuth, without clientAuth. The device answers 10 INVALID_CERTIFICATE")),
        Purposes("extendedKeyUsage of a stranger", ["1.3.6.1.4.1.99999.7"], Fails("ExtendedKeyUsage", "10 INVALID_CERTIFICATE")),
        Purposes("extendedKeyUsage empty", [], Fails("ExtendedKeyUsage")),
        Purposes("extendedKeyUsage serverAuth and clientAuth", [ServerAuth, ClientAuth]),
        Purposes("extendedKeyUsage any", [Any]),
        Leaf("extendedKeyUsage absent", d => d.Without(DraftExtension.ExtendedKeyUsage)),

        Leaf("no authorityKeyIdentifier", d => d.Without(DraftExtension.AuthorityKey),
            Warns("KeyIdentifiers", "The certificate has no authorityKeyIdentifier that names a key")),
        Leaf("authorityKeyIdentifier of another key",
            d => d.With(DraftExtension.AuthorityKey, false, DraftExtension.Authority(Scene.StrangeKey)), Fails("KeyIdentifiers")),
        Leaf("authorityKeyIdentifier without a key",
            d => d.With(DraftExtension.AuthorityKey, false,
                Tlv.Sequence(Tlv.Of(0xA1, Tlv.Of(0xA4, Scene.RootName)), Tlv.Of(0x82, d.Serial[2..]))),
            Warns("KeyIdentifiers", "that names a key")),
        Leaf("no subjectKeyIdentifier", d => d.Without(DraftExtension.SubjectKey)),
        Sub("the issuer has no subjectKeyIdentifier", d => d.Without(DraftExtension.SubjectKey),
            Warns("KeyIdentifiers", "'CN=Forge Sub' above it has no subjectKeyIdentifier")),
        Sub("the issuer has no authorityKeyIdentifier", d => d.Without(DraftExtension.AuthorityKey),
            Warns("KeyIdentifiers", "'CN=Forge Sub' above it has no authorityKeyIdentifier")),
        Sub("the issuer's authorityKeyIdentifier is another key's",
            d => d.With(DraftExtension.AuthorityKey, false, DraftExtension.Authority(Scene.StrangeKey)),
            Fails("KeyIdentifiers", "'CN=Forge Sub' above it says")),
        Root("the root has no subjectKeyIdentifier", d => d.Without(DraftExtension.SubjectKey),
            Warns("KeyIdentifiers", "'CN=Forge Root' above it has no subjectKeyIdentifier")),
        Root("the root names its own key", d => d.With(DraftExtension.AuthorityKey, false, DraftExtension.Authority(Scene.RootKey))),
    ];

    public static TheoryData<string> Titles => TitlesOf(All);
}
