using System.Text;

namespace DeviceCreds.Tests;

public class IdentityRuleTests
{
    public static TheoryData<string> Titles => IdentityCases.Titles;

    [Theory]
    [MemberData(nameof(Titles))]
    public void One_thing_wrong(string title) => IdentityCases.All.Single(c => c.Title == title).Check();
}

sealed class IdentityCases : CaseTable
{
    static byte[] Cn(byte[] value) => Tlv.Attribute(Tlv.CommonName, value);

    static byte[] Cn(string value) => Tlv.Attribute(Tlv.CommonName, value);

    static byte[] Ou(string value) => Tlv.Attribute(Tlv.OrganizationalUnit, value);

    static byte[] Ou(byte[] value) => Tlv.Attribute(Tlv.OrganizationalUnit, value);

    static readonly byte[] Account = Ou(Scene.Account), Named = Cn(Scene.Name), Stranger = Tlv.Attribute(Tlv.Street, "Road 1");

    static Case Subject(string title, byte[][] attributes, params Verdict[] verdicts) =>
        Leaf(title, d => d with { Subject = Tlv.Name(attributes) }, verdicts);

    static Case Bootstrap(string title, byte[][] attributes, params Verdict[] verdicts) =>
        new(title,
            s => s with { Kind = CredentialKind.Bootstrap, AccountId = null, Leaf = s.Leaf with { Subject = Tlv.Name(attributes) } },
            [Skips("AccountId", "Only LwM2M"), .. verdicts]);

    /// <summary>Certificate and tester agree on a name.</summary>
    static Case Called(string title, string name, params Verdict[] verdicts) =>
        new(title, s => s with { EndpointName = name, Leaf = s.Leaf with { Subject = Tlv.Name(Account, Cn(name)) } }, verdicts);

    public static readonly IReadOnlyList<Case> All =
    [
        new("no endpoint name given", s => s with { EndpointName = null }, Skips("EndpointName", "-EndpointName")),
        new("no account ID given", s => s with { AccountId = null }, Skips("AccountId", $"OU = '{Scene.Account}' with: use -AccountId")),
        Subject("no CN", [Account], Fails("CommonName", Attribute), Fails("EndpointName", Attribute),
            Skips("EndpointNameForm", "no common name")),
        Subject("an empty subject", [], Fails("CommonName", Attribute), Fails("EndpointName", Attribute),
            Skips("EndpointNameForm"), Fails("AccountId", Attribute)),
        Subject("STREET before the CN", [Account, Stranger, Named],
            Fails("CommonName",
                $"the attribute STREET, which comes before the ones that it needs. The device answers {Attribute}")),
        Subject("UID before the CN", [Account, Tlv.Attribute(Tlv.Uid, "1"), Named],
            Fails("CommonName", $"the attribute UID, which comes before the ones that it needs. The device answers {Attribute}")),
        Subject("description before the CN", [Account, Tlv.Attribute(Tlv.Description, "x"), Named], Fails("CommonName", Attribute)),
        Subject("STREET in one set with the CN, before it",
            [Account,
                Tlv.Of(0x31, Tlv.Sequence(Tlv.Oid(Tlv.Street), Tlv.Text(12, "x")),
                    Tlv.Sequence(Tlv.Oid(Tlv.CommonName), Tlv.Text(12, Scene.Name)))],
            Fails("CommonName", Attribute)),
        Subject("LwM2M: STREET between CN and OU", [Named, Stranger, Account], Fails("CommonName", Attribute)),
        Bootstrap("bootstrap: STREET between CN and OU", [Named, Stranger, Account]),
        Subject("STREET after both", [Account, Named, Stranger]),
        Subject("O before the CN, which the device knows", [Tlv.Attribute(Tlv.Organization, "Forge"), Account, Named]),
        Bootstrap("bootstrap: no CN", [Account], Fails("CommonName", Attribute), Fails("EndpointName", Attribute),
            Skips("EndpointNameForm")),

        Subject("two CNs, the first right", [Account, Named, Cn("other")],
            Warns("CommonName", "2 common names; the device takes the first")),
        Subject("two CNs, the second right", [Account, Cn("other"), Named], Warns("CommonName", "2 common names"),
            Fails("EndpointName", Names)),
        Subject("two OUs, the first right", [Account, Ou("other"), Named],
            Warns("AccountId", "2 organizational units; the device takes the first")),
        Subject("two OUs, the second right", [Ou("other"), Account, Named], Fails("AccountId", Names)),

        Subject("another CN", [Account, Cn("device-2")],
            Fails("EndpointName", $"they differ at character 8: '2' (U+0032) and '1' (U+0031). The device answers {Names}")),
        Subject("CN in other case", [Account, Cn("Device-1")], Fails("EndpointName", $"(they differ in case). The device answers {Names}")),
        Subject("CN with a space at its end", [Account, Cn("device-1 ")],
            Fails("EndpointName", $"(they differ in spaces at an end). The device answers {Names}"), Fails("EndpointNameForm")),
        Subject("CN as BMPString", [Account, Cn(Tlv.Of(0x1E, Encoding.BigEndianUnicode.GetBytes(Scene.Name)))],
            Fails("EndpointName", $"BmpString, whose bytes differ from the endpoint name's. The device answers {Names}")),
        Subject("CN as UniversalString", [Account, Cn(Tlv.Of(0x1C, new UTF32Encoding(true, false).GetBytes(Scene.Name)))],
            Fails("EndpointName", $"UniversalString, whose bytes differ from the endpoint name's. The device answers {Names}")),
        Subject("CN as PrintableString", [Account, Cn(Tlv.Text(0x13, Scene.Name))]),
        Subject("CN as TeletexString", [Account, Cn(Tlv.Text(0x14, Scene.Name))]),
        Subject("CN as IA5String", [Account, Cn(Tlv.Text(0x16, Scene.Name))]),
        Subject("CN that is no string", [Account, Cn(Tlv.Integer(5))], Fails("EndpointName", Names), Warns("EndpointNameForm")),
        Subject("CN under a tag of three bytes", [Account, Cn([0x9F, 0xFF, 0x7F, 0x00])], Fails("EndpointName", Names),
            Warns("EndpointNameForm")),
        Subject("CN longer than 127 bytes", [Account, Cn(new string('x', 300))], Fails("EndpointName", Names),
            Fails("EndpointNameForm", "300 characters")),
        Sound("CN in another script",
            s => s with { EndpointName = "Gerät-1", Leaf = s.Leaf with { Subject = Tlv.Name(Account, Cn("Gerät-1")) } }) with { Verdicts = [
                Warns("EndpointNameForm", "beyond the recommended")] },

        Called("a name of 64 characters", new string('x', 64)),
        Called("a name of 65 characters", new string('x', 65), Fails("EndpointNameForm", "65 characters")),
        Called("64 characters in 128 bytes", new string('ä', 64), Warns("EndpointNameForm", "128 bytes in UTF-8")),
        Called("an empty name", "", Fails("EndpointNameForm", "empty")),
        Called("a name of spaces", "   ", Fails("EndpointNameForm", "spaces")),
        Called("a name with a carriage return", "device-1\r", Fails("EndpointNameForm", "U+000D")),
        Called("a name with a no-break space", "device\u00A01", Fails("EndpointNameForm", "U+00A0")),
        Called("a name with a filler that nobody sees", "device\u31641", Fails("EndpointNameForm", "U+3164")),
        Called("a name that lost bytes", "ger\uFFFDt", Fails("EndpointNameForm", "U+FFFD")),
        Called("a number that a spreadsheet shortened", "1.23457E+14", Warns("EndpointNameForm", "shortened")),
        Called("a name with a zero", "device\0-1", Fails("EndpointNameForm", "U+0000")),
        Called("a name with every recommended character", "aZ09 '()+,-./:=?"),
        Called("a name with '@'", "device@home", Warns("EndpointNameForm", "beyond the recommended")),
        Called("a name with '_'", "device_1", Warns("EndpointNameForm", "beyond the recommended")),

        Subject("another OU", [Ou("fedcba9876543210fedcba9876543210"), Named], Fails("AccountId", $"The device answers {Names}")),
        Subject("OU in other case", [Ou(Scene.Account.ToUpperInvariant()), Named], Fails("AccountId", $"The device answers {Names}")),
        Subject("OU shorter than the account ID", [Ou(Scene.Account[..31]), Named], Fails("AccountId", $"The device answers {Names}")),
        Subject("OU longer than the account ID", [Ou(Scene.Account + "0"), Named],
            Fails("AccountId", "The device answers 28 URI_WRONG_FORMAT")),
        Subject("OU with a carriage return", [Ou(Scene.Account + "\r"), Named],
            Fails("AccountId", "The device answers 28 URI_WRONG_FORMAT")),
        Subject("OU as BMPString", [Ou(Tlv.Of(0x1E, Encoding.BigEndianUnicode.GetBytes(Scene.Account))), Named],
            Fails("AccountId", "BmpString, whose bytes differ from the account ID's. The device answers 28 URI_WRONG_FORMAT")),
        Subject("no OU", [Named], Fails("AccountId", $"The device answers {Attribute}")),
        new("no OU, and no account ID given", s => s with { AccountId = null, Leaf = s.Leaf with { Subject = Tlv.Name(Named) } },
            Fails("AccountId", $"The device answers {Attribute}")),
        Bootstrap("bootstrap: no OU", [Named]),
        Bootstrap("bootstrap: some OU", [Ou("whatever"), Named]),

        Leaf("an empty issuer", d => d with { Issuer = Tlv.Name() },
            Fails("IssuerName"), Fails("TrustedIssuer"), Fails("ChainOrder", Kcm), Skips("ChainSignatures"),
            Skips("ChainAlgorithms"), Skips("AuthoritiesMaySign"), Skips("AuthorityPurposes"), Skips("AuthoritiesWellFormed"),
            Skips("NameConstraints"), Skips("CertificatePolicies"), Skips("KeyIdentifiers"), Skips("NotBeforeAfterIssuer"),
            Skips("NotAfterWithinIssuer")),
        new("self-signed",
            s => s with { Leaf = s.Leaf.Without(DraftExtension.AuthorityKey) with { Issuer = Scene.LeafName, Sign = Scene.LeafKey.Sign },
                File = x => [x.Leaf.Der()] },
            Fails("NotSelfSigned"), Fails("TrustedIssuer", "not among the issuers given"), Skips("ChainInPem"),
            Skips("ChainOrder"), Skips("ChainSignatures"), Skips("ChainAlgorithms"), Skips("AuthoritiesMaySign"),
            Skips("AuthorityPurposes"), Skips("AuthoritiesWellFormed"), Skips("NameConstraints"), Skips("CertificatePolicies"),
            Skips("NotBeforeAfterIssuer"), Skips("NotAfterWithinIssuer")),
        new("the CA's certificate in place of the device's", s => s with { Leaf = s.Root, File = x => [x.Root.Der()] },
            Fails("NotSelfSigned", "self-signed CA certificate"), Fails("BasicConstraints"), Fails("KeyUsage"),
            Fails("EndpointName", Names), Fails("AccountId", Attribute), Fails("PrivateKeyMatches", "34 "),
            Fails("TrustedIssuer", "of the issuer itself"),
            Skips("ChainInPem"), Skips("ChainOrder"), Skips("ChainSignatures"), Skips("ChainAlgorithms"),
            Skips("AuthoritiesMaySign"), Skips("AuthorityPurposes"), Skips("AuthoritiesWellFormed"), Skips("NameConstraints"),
            Skips("CertificatePolicies"), Skips("NotBeforeAfterIssuer"), Skips("NotAfterWithinIssuer")),
    ];

    public static TheoryData<string> Titles => TitlesOf(All);
}
