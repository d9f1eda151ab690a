using System.Security.Cryptography;

namespace DeviceCreds.Tests;

public class RevocationRuleTests
{
    public static TheoryData<string> Titles => RevocationCases.Titles;

    [Theory]
    [MemberData(nameof(Titles))]
    public void One_thing_wrong(string title) => RevocationCases.All.Single(c => c.Title == title).Check();
}

sealed class RevocationCases : CaseTable
{
    const string DeltaIndicator = "2.5.29.27",
        CertificateIssuer = "2.5.29.29",
        FreshestList = "2.5.29.46";
    const string Earlier = "2026-05-16",
        Usual = "2026-05-20",
        Later = "2026-05-25";

    static readonly byte[] OtherName = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Another CA"));
    static readonly DeviceKey ForeignKey = DeviceKey.Generate();

    /// <summary>With the root's list as it should be, and another of the issuing CA.</summary>
    static Case List(string title, Func<Scene, ListDraft, ListDraft> bend, params Verdict[] verdicts) =>
        new(title, s => s with { Revocation = x => [ListDraft.OfRoot(x).Der(), bend(x, ListDraft.OfSub(x)).Der()] }, verdicts);

    /// <summary>A list that cannot be relied on: nobody knows whether the certificate is revoked.</summary>
    static Case Useless(string title, Func<ListDraft, ListDraft> bend, string says) =>
        List(title, (_, d) => bend(d), Fails("RevocationLists", says), Skips("NotRevoked", "cannot be relied on"));

    static Case Lists(string title, Func<Scene, ListDraft[]> lists, params Verdict[] verdicts) =>
        new(title, s => s with { Revocation = x => [.. lists(x).Select(l => l.Der())] }, verdicts);

    /// <summary>The issuing CA's list of some kind says "revoked", and beside it stands its complete list, which does not.</summary>
    static Case Contradicted(string title, Func<ListDraft, ListDraft> bend) =>
        Lists(
            title + " says revoked, a complete list does not",
            s => [ListDraft.OfRoot(s), ListDraft.OfSub(s), bend(ListDraft.OfSub(s).Revoking(s.Leaf, 1))],
            Fails("NotRevoked", "KeyCompromise")
        );

    /// <summary>The list signed by its CA with another algorithm.</summary>
    static ListDraft By(ListDraft list, int number, HashAlgorithmName hash) => ServerKey.Of(Scene.SubKey, number, hash).Signed(list);

    /// <summary>Like <see cref="Contradicted"/>, with a list that says "revoked" and whose signature cannot be verified.</summary>
    static Case Unverified(string title, byte? reason, Func<Scene, ListDraft[]> others, params Verdict[] verdicts) =>
        Lists(
            title,
            s => [ListDraft.OfRoot(s), By(ListDraft.OfSub(s).Revoking(s.Leaf, reason), 1, HashAlgorithmName.SHA1), .. others(s)],
            [Warns("RevocationLists", "ecdsa-with-SHA1, which is not verified here"), .. verdicts]
        );

    /// <summary>A CA beside the issuing one has a list with an entry for the device.</summary>
    static Case Foreign(
        string title,
        byte reason,
        Func<Scene, ListDraft[]> others,
        Func<Draft, Draft> bendLeaf,
        params Verdict[] verdicts
    ) =>
        new(
            title,
            s =>
                s with
                {
                    Leaf = bendLeaf(s.Leaf),
                    Trusted = x => [x.Root.Der(), Sibling.Der()],
                    Revocation = x =>
                        [
                            ListDraft.OfRoot(x).Der(),
                            .. others(x).Select(l => l.Der()),
                            (
                                Indirect(ListDraft.OfRoot(x), EntryOf(Scene.SubName, x.Leaf, reason)).At(Later) with
                                {
                                    Sign = ForeignKey.Sign,
                                    Issuer = OtherName,
                                }
                            ).Der(),
                        ],
                },
            verdicts
        );

    static readonly Draft Sibling = Scene.Authority(ForeignKey, OtherName, Scene.RootKey, Scene.RootName, 0, "2022-01-01", "2059-01-01");

    /// <summary>The certificate names the other CA as the issuer of its lists.</summary>
    static Draft NamesSibling(Draft leaf) =>
        leaf.With("2.5.29.31", false, Tlv.Sequence(Tlv.Sequence(Tlv.Of(0xA2, Tlv.Of(0xA4, OtherName)))));

    /// <summary>A list whose issuer is written otherwise than in the certificates.</summary>
    static Case Renamed(string title, string authority, byte[] inList) =>
        new(
            $"a list whose issuer is written {title} says revoked",
            s =>
            {
                var name = Tlv.Name(Tlv.Attribute(Tlv.CommonName, authority));
                return s with
                {
                    Sub = s.Sub with { Subject = name },
                    Leaf = s.Leaf with { Issuer = name },
                    Revocation = x =>
                        [
                            ListDraft.OfRoot(x).Der(),
                            (ListDraft.OfSub(x) with { Issuer = Tlv.Name(Tlv.Attribute(Tlv.CommonName, inList)) })
                                .Revoking(x.Leaf, 1)
                                .Der(),
                        ],
                };
            },
            Fails("NotRevoked", "KeyCompromise")
        );

    static byte[] Utf8(string text) => Tlv.Text(0x0C, text);

    /// <summary>The device was on hold in one list, and these came beside it.</summary>
    static Case Held(string title, Func<Scene, ListDraft[]> others, params Verdict[] verdicts) =>
        Lists(title, s => [ListDraft.OfRoot(s), ListDraft.OfSub(s).Revoking(s.Leaf, 6), .. others(s)], verdicts);

    /// <summary>The issuing CA got a new key before, and its certificate with the other key is at hand.</summary>
    static Case OtherKey(string title, Func<Scene, ListDraft[]> lists, params Verdict[] verdicts) =>
        new(
            title,
            s => s with { Trusted = x => [x.Root.Der(), Rekeyed.Der()], Revocation = x => [.. lists(x).Select(l => l.Der())] },
            verdicts
        );

    static readonly Draft Rekeyed = Scene.Authority(
        Scene.StrangeKey,
        Scene.SubName,
        Scene.RootKey,
        Scene.RootName,
        0,
        "2022-01-01",
        "2059-01-01"
    );

    /// <summary>The issuing CA's certificate by another root.</summary>
    static readonly Draft CrossSigned = Scene.Authority(
        Scene.SubKey,
        Scene.SubName,
        ForeignKey,
        OtherName,
        0,
        "2021-06-01",
        "2059-01-01"
    ) with
    {
        Serial = Tlv.Integer(0x41),
    };

    static ListDraft OfOtherKey(ListDraft list) => list with { Sign = Scene.StrangeKey.Sign };

    static ListDraft Delta(ListDraft list) => list.At(Later).Numbered(6).With(DeltaIndicator, true, Tlv.Integer(5));

    static ListDraft Indirect(ListDraft list, params byte[][] entries) =>
        list.For(ListDraft.IssuerPoint(Scene.SubName), ListDraft.IsIndirect) with
        {
            Entries = entries,
        };

    static byte[] EntryOf(byte[] issuer, Draft certificate, byte? reason = null) =>
        Tlv.Sequence(
            certificate.Serial,
            Tlv.Time(Given.Utc("2026-05-15 10:00:00")),
            Tlv.Sequence(
                reason is { } code ? new DraftExtension("2.5.29.21", false, [0x0A, 1, code]).Encode() : [],
                new DraftExtension(CertificateIssuer, true, Tlv.Sequence(Tlv.Of(0xA4, issuer))).Encode()
            )
        );

    public static readonly IReadOnlyList<Case> All =
    [
        List("nothing revoked", (_, d) => d),
        List("a list without entries", (_, d) => d with { Entries = [] }),
        List("a list of version 1", (_, d) => d with { Version = [], Extensions = null }),
        List(
            "the device revoked",
            (s, d) => d.Revoking(s.Leaf, 1),
            Fails("NotRevoked", "The certificate was revoked on 2026-05-15 10:00:00Z; the reason: KeyCompromise.")
        ),
        List("the device revoked for no reason", (s, d) => d.Revoking(s.Leaf), Fails("NotRevoked", "the reason: Unspecified")),
        List(
            "the device revoked for a reason that only RFC 5280 has",
            (s, d) => d.Revoking(s.Leaf, 9),
            Fails("NotRevoked", "the reason: 9")
        ),
        List("the device revoked for a reason that nobody has", (s, d) => d.Revoking(s.Leaf, 11), Fails("NotRevoked", "the reason: 11")),
        List("the device on hold", (s, d) => d.Revoking(s.Leaf, 6), Fails("NotRevoked", "is on hold since 2026-05-15 10:00:00Z")),
        List("the device listed as no longer revoked", (s, d) => d.Revoking(s.Leaf, 8), Warns("NotRevoked", "only a delta list")),
        Lists(
            "the issuing CA revoked",
            s => [ListDraft.OfRoot(s).Revoking(s.Sub, 2), ListDraft.OfSub(s)],
            Fails("AuthoritiesNotRevoked", "'CN=Forge Sub' above it was revoked on 2026-05-15 10:00:00Z; the reason: CACompromise")
        ),
        Lists(
            "the serial number revoked by another CA",
            s => [ListDraft.OfRoot(s).Revoking(s.Leaf with { Serial = Tlv.Integer(0x22) }), ListDraft.OfSub(s)]
        ),
        Lists("no list of the root", s => [ListDraft.OfSub(s)], Skips("AuthoritiesNotRevoked", "No list of 'CN=Forge Root' was given")),
        Lists("no list of the issuing CA", s => [ListDraft.OfRoot(s)], Skips("NotRevoked", "No list of 'CN=Forge Sub' was given")),
        Lists(
            "a stranger's list alone",
            s => [ListDraft.OfSub(s) with { Issuer = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Stranger")) }],
            Skips("RevocationLists", "of a CA in the path"),
            Skips("NotRevoked"),
            Skips("AuthoritiesNotRevoked")
        ),
        new(
            "the issuing CA trusted, whose own state nobody asks",
            s => s with { Trusted = x => [x.Sub.Der()], Revocation = x => [ListDraft.OfSub(x).Der()] }
        ),
        new(
            "the issuing CA trusted, and revoked by the root in the file",
            s =>
                s with
                {
                    Trusted = x => [x.Sub.Der()],
                    File = x => [x.Leaf.Der(), x.Sub.Der(), x.Root.Der()],
                    Revocation = x => [ListDraft.OfRoot(x).Revoking(x.Sub, 2).Der(), ListDraft.OfSub(x).Der()],
                },
            Fails("AuthoritiesNotRevoked", "CACompromise")
        ),
        Useless("the list signed by another key", d => d with { Sign = Scene.StrangeKey.Sign }, "signature is not the CA's"),
        Useless(
            "the list altered",
            d =>
                d with
                {
                    Sign = tbs =>
                    {
                        var signature = Scene.SubKey.Sign(tbs);
                        signature[^1] ^= 1;
                        return signature;
                    },
                },
            "signature is not the CA's"
        ),
        List("the list signed with SHA-384", (_, d) => By(d, 3, HashAlgorithmName.SHA384)),
        List("the list signed with SHA-512", (_, d) => By(d, 4, HashAlgorithmName.SHA512)),
        Useless(
            "the list signed with SHA-1",
            d => By(d, 1, HashAlgorithmName.SHA1),
            "it is signed with ecdsa-with-SHA1, which is not verified here"
        ),
        Lists(
            "the device revoked on a list signed with SHA-1 alone",
            s => [ListDraft.OfRoot(s), By(ListDraft.OfSub(s).Revoking(s.Leaf, 1), 1, HashAlgorithmName.SHA1)],
            Fails("RevocationLists", "ecdsa-with-SHA1"),
            Fails("NotRevoked", "KeyCompromise")
        ),
        Contradicted("a list signed with SHA-384", d => By(d, 3, HashAlgorithmName.SHA384)),
        Contradicted("a list signed with SHA-512", d => By(d, 4, HashAlgorithmName.SHA512)),
        Unverified(
            "a list signed with SHA-1 says revoked, a complete list does not",
            1,
            s => [ListDraft.OfSub(s), ListDraft.OfSub(s).At(Later)],
            Fails(
                "NotRevoked",
                "was revoked on 2026-05-15 10:00:00Z; the reason: KeyCompromise. So says the list of 'CN=Forge Sub' of "
                    + "2026-05-20 00:00:00Z, which cannot be verified: it is signed with ecdsa-with-SHA1"
            )
        ),
        Unverified(
            "on hold by a list signed with SHA-1, and not in another list of the same time",
            6,
            s => [ListDraft.OfSub(s)],
            Fails("NotRevoked", "is on hold since 2026-05-15 10:00:00Z. So says")
        ),
        Unverified("on hold by a list signed with SHA-1, and no longer in a later list", 6, s => [ListDraft.OfSub(s).At(Later)]),
        Held(
            "on hold, and no longer in a later list signed with SHA-1",
            s => [By(ListDraft.OfSub(s).At(Later), 1, HashAlgorithmName.SHA1)],
            Warns("RevocationLists", "ecdsa-with-SHA1"),
            Fails("NotRevoked", "is on hold")
        ),
        Held(
            "on hold, and taken off by a delta signed with SHA-1",
            s => [By(Delta(ListDraft.OfSub(s).Revoking(s.Leaf, 8)), 1, HashAlgorithmName.SHA1)],
            Warns("RevocationLists", "ecdsa-with-SHA1"),
            Fails("NotRevoked", "is on hold")
        ),
        new(
            "another certificate of the issuing CA revoked by a root that nobody gave",
            s =>
                s with
                {
                    Trusted = x => [x.Root.Der(), CrossSigned.Der()],
                    Revocation = x =>
                        [
                            ListDraft.OfRoot(x).Der(),
                            ListDraft.OfSub(x).Der(),
                            (ListDraft.OfRoot(x) with { Issuer = OtherName, Sign = ForeignKey.Sign }).Revoking(CrossSigned, 2).Der(),
                        ],
                },
            Warns("RevocationLists", "which revokes 'CN=Forge Sub' above it (serial number 41), as no certificate of its CA was given")
        ),
        Lists(
            "more useless lists than are named",
            s =>
                [
                    ListDraft.OfRoot(s),
                    ListDraft.OfSub(s),
                    .. Enumerable
                        .Range(10, 7)
                        .Select(day => (ListDraft.OfSub(s) with { Sign = Scene.StrangeKey.Sign }).At($"2026-05-{day}")),
                ],
            Warns("RevocationLists", "; and 2 more.")
        ),
        Lists(
            "a list that cannot be relied on, and a useless one of another CA",
            s =>
                [
                    ListDraft.OfRoot(s) with
                    {
                        Sign = Scene.StrangeKey.Sign,
                    },
                    ListDraft.OfRoot(s),
                    ListDraft.OfSub(s) with
                    {
                        NextUpdate = Tlv.Time(Given.Utc("2026-05-31")),
                    },
                ],
            Fails("RevocationLists", "Not used: the list of 'CN=Forge Root' of 2026-05-20 00:00:00Z, as its signature is not the CA's"),
            Skips("NotRevoked", "cannot be relied on")
        ),
        Renamed("with the letters of another Unicode form", "Ger\u00E4te CA", Utf8("Gera\u0308te CA")),
        Renamed("in capitals with umlauts", "Ger\u00E4te CA", Utf8("GER\u00C4TE CA")),
        Renamed("with a tab", "Forge Sub", Utf8("forge\t sub")),
        Renamed("with line breaks", "Forge Sub", Utf8("Forge\r\nSub\n")),
        Renamed("with a no-break space", "Forge Sub", Utf8("Forge\u00A0Sub")),
        Renamed("with an ideographic space", "Forge Sub", Utf8("Forge\u3000Sub")),
        Renamed("with a soft hyphen", "Forge Sub", Utf8("Fo\u00ADrge Sub")),
        Renamed("in wide letters", "Forge Sub", Utf8("\uFF26orge Sub")),
        Renamed("with two s for a sharp one", "Stra\u00DFe", Utf8("STRASSE")),
        Renamed("in UTF-16", "Ger\u00E4te", Tlv.Of(0x1E, System.Text.Encoding.BigEndianUnicode.GetBytes("Ger\u00E4te"))),
        Renamed("in UTF-32", "Ger\u00E4te", Tlv.Of(0x1C, [.. "Ger\u00E4te".SelectMany(c => new byte[] { 0, 0, 0, (byte)c })])),
        Renamed("in Latin letters of T.61", "Ger\u00E4te", Tlv.Of(0x14, System.Text.Encoding.Latin1.GetBytes("Ger\u00E4te"))),
        Lists(
            "a list whose issuer has another letter",
            s =>
                [
                    ListDraft.OfRoot(s),
                    ListDraft.OfSub(s),
                    (ListDraft.OfSub(s) with { Issuer = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "F\u043Erge Sub")) }).Revoking(s.Leaf, 1),
                ]
        ),
        Useless(
            "the list expired",
            d => d with { NextUpdate = Tlv.Time(Given.Utc("2026-05-31")) },
            "the next one was to come by 2026-05-31"
        ),
        Useless("the list not yet made", d => d.At("2026-06-02"), "it is of 2026-06-02"),
        Useless("a list without nextUpdate", d => d with { NextUpdate = [] }, "does not say when the next one comes"),
        Useless("a delta list alone", Delta, "it holds only what changed since list 05 (a delta)"),
        Useless("a list of CA certificates", d => d.For(ListDraft.OnlyAuthorities), "it covers only CA certificates"),
        Useless("a list of attribute certificates", d => d.For(ListDraft.OnlyAttributes), "it lists attribute certificates only"),
        Useless(
            "a list of a distribution point",
            d => d.For(ListDraft.Uri("http://crl.example/7")),
            "the distribution point http://crl.example/7"
        ),
        Useless("a list of some reasons", d => d.For(ListDraft.SomeReasons(0x40)), "only some reasons"),
        Useless(
            "a list with a critical extension that nobody knows",
            d => d.With(DraftExtension.Unknown, true, [5, 0]),
            DraftExtension.Unknown
        ),
        Useless(
            "an entry with a critical extension that nobody knows",
            d =>
                d with
                {
                    Entries =
                    [
                        ListDraft.Entry(Tlv.Integer(3), extension: new DraftExtension(DraftExtension.Unknown, true, [5, 0]).Encode()),
                    ],
                },
            DraftExtension.Unknown
        ),
        new(
            "a CA that may not sign lists",
            s =>
                s with
                {
                    Sub = s.Sub.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(2, 0x84)),
                    Revocation = x => [ListDraft.OfRoot(x).Der(), ListDraft.OfSub(x).Der()],
                },
            Warns("AuthoritiesMaySign"),
            Fails("RevocationLists", "keyUsage is KeyCertSign, DigitalSignature"),
            Skips("NotRevoked")
        ),
        Lists(
            "a useless list beside a good one",
            s => [ListDraft.OfRoot(s), ListDraft.OfSub(s) with { Sign = Scene.StrangeKey.Sign }, ListDraft.OfSub(s)],
            Warns("RevocationLists", "Not used: the list of 'CN=Forge Sub' of 2026-05-20 00:00:00Z, as its signature is not the CA's")
        ),
        List(
            "the device revoked on a list of another key",
            (s, d) => d.Revoking(s.Leaf, 1) with { Sign = Scene.StrangeKey.Sign },
            Fails("RevocationLists"),
            Skips("NotRevoked")
        ),
        List(
            "the device revoked on an expired list",
            (s, d) => d.Revoking(s.Leaf, 1) with { NextUpdate = Tlv.Time(Given.Utc("2026-05-31")) },
            Fails("RevocationLists"),
            Fails("NotRevoked", "KeyCompromise")
        ),
        OtherKey(
            "the list of the CA's other key",
            s => [ListDraft.OfRoot(s), OfOtherKey(ListDraft.OfSub(s))],
            Fails("RevocationLists", "its CA signed it with another key than the certificate"),
            Skips("NotRevoked", "cannot be relied on")
        ),
        OtherKey("the lists of both keys of the CA", s => [ListDraft.OfRoot(s), ListDraft.OfSub(s), OfOtherKey(ListDraft.OfSub(s))]),
        OtherKey(
            "the device revoked on the list of the CA's other key",
            s => [ListDraft.OfRoot(s), ListDraft.OfSub(s), OfOtherKey(ListDraft.OfSub(s).Revoking(s.Leaf, 1))],
            Fails("NotRevoked", "KeyCompromise")
        ),
        OtherKey(
            "on hold, and no longer in a later list of the CA's other key",
            s => [ListDraft.OfRoot(s), ListDraft.OfSub(s).Revoking(s.Leaf, 6), OfOtherKey(ListDraft.OfSub(s).At(Later))],
            Fails("NotRevoked", "is on hold")
        ),
        OtherKey(
            "on hold, and taken off by a delta of the CA's other key",
            s => [ListDraft.OfRoot(s), ListDraft.OfSub(s).Revoking(s.Leaf, 6), OfOtherKey(Delta(ListDraft.OfSub(s).Revoking(s.Leaf, 8)))],
            Fails("NotRevoked", "is on hold")
        ),
        OtherKey(
            "an expired base and a current delta of the CA's other key",
            s =>
                [
                    ListDraft.OfRoot(s),
                    ListDraft.OfSub(s) with
                    {
                        NextUpdate = Tlv.Time(Given.Utc("2026-05-31")),
                    },
                    OfOtherKey(Delta(ListDraft.OfSub(s))),
                ],
            Fails("RevocationLists", "the next one was to come by 2026-05-31"),
            Skips("NotRevoked")
        ),
        List("a list of device certificates", (_, d) => d.For(ListDraft.OnlyUsers)),
        Lists("the root's list of CA certificates", s => [ListDraft.OfRoot(s).For(ListDraft.OnlyAuthorities), ListDraft.OfSub(s)]),
        Lists(
            "the root's list of device certificates",
            s => [ListDraft.OfRoot(s).For(ListDraft.OnlyUsers), ListDraft.OfSub(s)],
            Fails("RevocationLists", "it covers only certificates that are not a CA's"),
            Skips("AuthoritiesNotRevoked")
        ),
        List("a list of the distribution point that has the CA's name", (_, d) => d.For(ListDraft.IssuerPoint(Scene.SubName))),
        new(
            "a list of the distribution point that the certificate names",
            s =>
                s with
                {
                    Leaf = s.Leaf.With("2.5.29.31", false, Tlv.Sequence(Tlv.Sequence(ListDraft.Uri("http://crl.example/7")))),
                    Revocation = x => [ListDraft.OfRoot(x).Der(), ListDraft.OfSub(x).For(ListDraft.Uri("http://crl.example/7")).Der()],
                }
        ),
        Lists(
            "two lists of some reasons each",
            s =>
                [
                    ListDraft.OfRoot(s),
                    ListDraft.OfSub(s).For(ListDraft.SomeReasons(0x55)),
                    ListDraft.OfSub(s).For(ListDraft.SomeReasons(0x2A, 0x80)),
                ]
        ),
        Lists(
            "two lists of the same reasons",
            s =>
                [
                    ListDraft.OfRoot(s),
                    ListDraft.OfSub(s).For(ListDraft.SomeReasons(0x55)),
                    ListDraft.OfSub(s).For(ListDraft.SomeReasons(0x55, 0x80)),
                ],
            Fails("RevocationLists", "only some reasons"),
            Skips("NotRevoked")
        ),
        Contradicted("a delta list", Delta),
        Contradicted("a delta list of before", d => Delta(d).At(Earlier)),
        Contradicted("a list of device certificates", d => d.For(ListDraft.OnlyUsers)),
        Contradicted("a list of CA certificates", d => d.For(ListDraft.OnlyAuthorities)),
        Contradicted("a list of a distribution point", d => d.For(ListDraft.Uri("http://crl.example/7"))),
        Contradicted("a list of some reasons", d => d.For(ListDraft.SomeReasons(0x40))),
        Contradicted("an older list", d => d.At(Earlier)),
        Contradicted("a newer list", d => d.At(Later)),
        Contradicted("an expired list", d => d with { NextUpdate = Tlv.Time(Given.Utc("2026-05-31")) }),
        Contradicted("a list of the future", d => d.At("2026-06-02")),
        Contradicted("a list without nextUpdate", d => d with { NextUpdate = [] }),
        Contradicted("an indirect list", d => d.For(ListDraft.IsIndirect)),
        Contradicted(
            "a list whose issuer is written in capitals",
            d => d with { Issuer = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "FORGE  SUB")) }
        ),
        Lists(
            "revoked in a delta, no longer listed in the next",
            s =>
                [
                    ListDraft.OfRoot(s),
                    ListDraft.OfSub(s),
                    Delta(ListDraft.OfSub(s).Revoking(s.Leaf, 4)),
                    Delta(ListDraft.OfSub(s).Revoking(s.Leaf, 8)).At("2026-05-26"),
                ],
            Fails("NotRevoked", "Superseded")
        ),
        Lists(
            "a base and an empty delta",
            s =>
                [
                    ListDraft.OfRoot(s),
                    ListDraft.OfSub(s).With(FreshestList, false, Tlv.Sequence(Tlv.Sequence(ListDraft.Uri("http://crl.example/delta")))),
                    Delta(ListDraft.OfSub(s)),
                ]
        ),
        Lists(
            "an expired base and a current delta of it",
            s =>
                [ListDraft.OfRoot(s), ListDraft.OfSub(s) with { NextUpdate = Tlv.Time(Given.Utc("2026-05-31")) }, Delta(ListDraft.OfSub(s))]
        ),
        Lists(
            "an expired base and a delta of another",
            s =>
                [
                    ListDraft.OfRoot(s),
                    ListDraft.OfSub(s).Numbered(4) with
                    {
                        NextUpdate = Tlv.Time(Given.Utc("2026-05-31")),
                    },
                    Delta(ListDraft.OfSub(s)),
                ],
            Fails("RevocationLists", "(a delta); the next one was to come by 2026-05-31"),
            Skips("NotRevoked")
        ),
        Held("on hold, and no longer in a later list", s => [ListDraft.OfSub(s).At(Later)]),
        Held("on hold, and taken off by a delta", s => [Delta(ListDraft.OfSub(s).Revoking(s.Leaf, 8))]),
        Held("on hold, and not in a list of before", s => [ListDraft.OfSub(s).At(Earlier)], Fails("NotRevoked", "is on hold")),
        Held("on hold, and not in another list of the same time", s => [ListDraft.OfSub(s)], Fails("NotRevoked", "is on hold")),
        Held(
            "on hold, and not in a later list of CA certificates",
            s => [ListDraft.OfSub(s).At(Later).For(ListDraft.OnlyAuthorities)],
            Fails("NotRevoked", "is on hold")
        ),
        Held(
            "on hold, and not in a later list of other reasons",
            s => [ListDraft.OfSub(s).At(Later).For(ListDraft.SomeReasons(0x7D, 0x80))],
            Fails("NotRevoked", "is on hold")
        ),
        Held("on hold, and not in a later delta", s => [Delta(ListDraft.OfSub(s))], Fails("NotRevoked", "is on hold")),
        Held("on hold, and not in a list of the future", s => [ListDraft.OfSub(s).At("2026-06-02")], Fails("NotRevoked", "is on hold")),
        Held(
            "on hold, taken off, and on hold again",
            s => [Delta(ListDraft.OfSub(s).Revoking(s.Leaf, 8)), ListDraft.OfSub(s).At("2026-05-26").Revoking(s.Leaf, 6)],
            Fails("NotRevoked", "is on hold")
        ),
        Held("on hold, and then revoked", s => [Delta(ListDraft.OfSub(s).Revoking(s.Leaf, 1))], Fails("NotRevoked", "KeyCompromise")),
        Held(
            "revoked, and then on hold and taken off",
            s => [ListDraft.OfSub(s).At(Earlier).Revoking(s.Leaf, 1), ListDraft.OfSub(s).At(Later)],
            Fails("NotRevoked", "KeyCompromise")
        ),
        Lists(
            "another CA's entry in an indirect list",
            s => [ListDraft.OfRoot(s), Indirect(ListDraft.OfSub(s), EntryOf(OtherName, s.Leaf))]
        ),
        Lists(
            "an entry after another CA's in an indirect list",
            s =>
                [
                    ListDraft.OfRoot(s),
                    Indirect(
                        ListDraft.OfSub(s),
                        EntryOf(OtherName, s.Leaf with { Serial = Tlv.Integer(9) }),
                        ListDraft.Entry(s.Leaf.Serial)
                    ),
                ]
        ),
        Lists(
            "an entry before another CA's in an indirect list",
            s =>
                [
                    ListDraft.OfRoot(s),
                    Indirect(
                        ListDraft.OfSub(s),
                        ListDraft.Entry(s.Leaf.Serial),
                        EntryOf(OtherName, s.Leaf with { Serial = Tlv.Integer(9) })
                    ),
                ],
            Fails("NotRevoked", "was revoked")
        ),
        Lists(
            "the CA's own entry after another CA's in an indirect list",
            s => [ListDraft.OfRoot(s), Indirect(ListDraft.OfSub(s), EntryOf(OtherName, s.Leaf), EntryOf(Scene.SubName, s.Leaf))],
            Fails("NotRevoked", "was revoked")
        ),
        Lists(
            "revoked in the root's indirect list, which the certificate does not name",
            s => [Indirect(ListDraft.OfRoot(s), EntryOf(Scene.SubName, s.Leaf)), ListDraft.OfRoot(s), ListDraft.OfSub(s)],
            Warns(
                "RevocationLists",
                "Not used: what the list of 'CN=Forge Root' of 2026-05-20 00:00:00Z says of the certificate, which does not name that "
                    + "issuer of lists (cRLIssuer)"
            )
        ),
        Foreign(
            "revoked in the list of a CA beside its own, which the certificate does not name",
            1,
            s => [ListDraft.OfSub(s)],
            leaf => leaf,
            Warns("RevocationLists", "the list of 'CN=Another CA' of 2026-05-25 00:00:00Z says of the certificate")
        ),
        Foreign(
            "revoked in the list of a CA beside its own, and no list of its own",
            1,
            _ => [],
            leaf => leaf,
            Warns("RevocationLists", "the list of 'CN=Another CA'"),
            Skips("NotRevoked", "No list of 'CN=Forge Sub' was given")
        ),
        Foreign(
            "revoked in the list of a CA beside its own, which the certificate names",
            1,
            s => [ListDraft.OfSub(s)],
            NamesSibling,
            Fails("NotRevoked", "KeyCompromise")
        ),
        Foreign(
            "on hold, and taken off by the list of a CA that the certificate does not name",
            8,
            s => [ListDraft.OfSub(s).Revoking(s.Leaf, 6)],
            leaf => leaf,
            Warns("RevocationLists", "the list of 'CN=Another CA'"),
            Fails("NotRevoked", "is on hold")
        ),
        Lists(
            "not in the root's indirect list, which the certificate does not name",
            s => [ListDraft.OfRoot(s), Indirect(ListDraft.OfRoot(s), EntryOf(Scene.SubName, s.Leaf with { Serial = Tlv.Integer(9) }))],
            Skips("NotRevoked", "No list of 'CN=Forge Sub'")
        ),
        new(
            "not in the root's indirect list, which the certificate names",
            s =>
                s with
                {
                    Leaf = s.Leaf.With(
                        "2.5.29.31",
                        false,
                        Tlv.Sequence(Tlv.Sequence(ListDraft.Uri("http://crl.example/7"), Tlv.Of(0xA2, Tlv.Of(0xA4, Scene.RootName))))
                    ),
                    Revocation = x =>
                        [
                            ListDraft.OfRoot(x).Der(),
                            ListDraft.OfRoot(x).For(ListDraft.Uri("http://crl.example/7"), ListDraft.IsIndirect).Der(),
                        ],
                }
        ),
        Lists(
            "another CA's entry in a list that is not said to be indirect",
            s => [ListDraft.OfRoot(s), ListDraft.OfSub(s) with { Entries = [EntryOf(OtherName, s.Leaf)] }]
        ),
    ];

    public static TheoryData<string> Titles => TitlesOf(All);
}
