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
    const string DeltaIndicator = "2.5.29.27", DistributionPoint = "2.5.29.28", CertificateIssuer = "2.5.29.29";

    /// <summary>With the root's list as it should be, and another of the issuing CA.</summary>
    static Case List(string title, Func<Scene, ListDraft, ListDraft> bend, params Verdict[] verdicts) =>
        new(title, s => s with { Revocation = x => [ListDraft.OfRoot(x).Der(), bend(x, ListDraft.OfSub(x)).Der()] }, verdicts);

    /// <summary>A list that cannot be relied on: nobody knows whether the certificate is revoked.</summary>
    static Case Useless(string title, Func<ListDraft, ListDraft> bend, string says) =>
        List(title, (_, d) => bend(d), Fails("RevocationLists", says), Skips("NotRevoked", "cannot be relied on"));

    static Case Lists(string title, Func<Scene, ListDraft[]> lists, params Verdict[] verdicts) => new(title, s => s with { Revocation = x => [.. lists(x).Select(l => l.Der())] }, verdicts);

    public static readonly IReadOnlyList<Case> All =
    [
        List("nothing revoked", (_, d) => d),
        List("a list without entries", (_, d) => d with { Entries = [] }),
        List("a list of version 1", (_, d) => d with { Version = [], Extensions = null }),
        List("the device revoked", (s, d) => d.Revoking(s.Leaf, 1), Fails("NotRevoked", "The certificate was revoked on 2026-05-15 10:00:00Z; the reason: KeyCompromise.")),
        List("the device revoked for no reason", (s, d) => d.Revoking(s.Leaf), Fails("NotRevoked", "the reason: Unspecified")),
        List("the device revoked for a reason that only RFC 5280 has", (s, d) => d.Revoking(s.Leaf, 9), Fails("NotRevoked", "the reason: 9")),
        List("the device on hold", (s, d) => d.Revoking(s.Leaf, 6), Fails("NotRevoked", "is on hold since 2026-05-15 10:00:00Z")),
        List("the device listed as no longer revoked", (s, d) => d.Revoking(s.Leaf, 8), Warns("NotRevoked", "only a delta list")),
        Lists("the issuing CA revoked", s => [ListDraft.OfRoot(s).Revoking(s.Sub, 2), ListDraft.OfSub(s)], Fails("AuthoritiesNotRevoked", "'CN=Forge Sub' above it was revoked on 2026-05-15 10:00:00Z; the reason: CACompromise")),
        Lists("the serial number revoked by another CA", s => [ListDraft.OfRoot(s).Revoking(s.Leaf with { Serial = Tlv.Integer(0x22) }), ListDraft.OfSub(s)]),
        Lists("no list of the root", s => [ListDraft.OfSub(s)], Skips("AuthoritiesNotRevoked", "No list of 'CN=Forge Root' was given")),
        Lists("no list of the issuing CA", s => [ListDraft.OfRoot(s)], Skips("NotRevoked", "No list of 'CN=Forge Sub' was given")),
        Lists("a stranger's list alone", s => [ListDraft.OfSub(s) with { Issuer = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Stranger")) }], Skips("RevocationLists", "of a CA in the path"), Skips("NotRevoked"), Skips("AuthoritiesNotRevoked")),
        new("the issuing CA trusted, whose own state nobody asks", s => s with { Trusted = x => [x.Sub.Der()], Revocation = x => [ListDraft.OfSub(x).Der()] }),

        Useless("the list signed by another key", d => d with { Sign = Scene.StrangeKey.Sign }, "signature is not the CA's"),
        Useless("the list altered", d => d with { Sign = tbs => { var signature = Scene.SubKey.Sign(tbs); signature[^1] ^= 1; return signature; } }, "signature is not the CA's"),
        Useless("the list expired", d => d with { NextUpdate = Tlv.Time(Given.Utc("2026-05-31")) }, "the next one was to come by 2026-05-31"),
        Useless("the list not yet made", d => d with { ThisUpdate = Tlv.Time(Given.Utc("2026-06-02")) }, "it is of 2026-06-02"),
        Useless("a list without nextUpdate", d => d with { NextUpdate = [] }, "does not say when the next one comes"),
        Useless("a delta list", d => d.With(DeltaIndicator, true, Tlv.Integer(4)), "(a delta)"),
        Useless("a list of a part", d => d.With(DistributionPoint, true, Tlv.Sequence(Tlv.Of(0x82, [0xFF]))), "issuingDistributionPoint"),
        Useless("a list with a critical extension that nobody knows", d => d.With(DraftExtension.Unknown, true, [5, 0]), DraftExtension.Unknown),
        Useless("an entry with a critical extension", d => d with { Entries = [ListDraft.Entry(Tlv.Integer(3), extension: new DraftExtension(CertificateIssuer, true, Tlv.Sequence(Tlv.Of(0xA4, Scene.RootName))).Encode())] }, CertificateIssuer),
        new("a CA that may not sign lists", s => s with { Sub = s.Sub.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(2, 0x84)), Revocation = x => [ListDraft.OfRoot(x).Der(), ListDraft.OfSub(x).Der()] },
            Warns("AuthoritiesMaySign"), Fails("RevocationLists", "keyUsage is KeyCertSign, DigitalSignature"), Skips("NotRevoked")),
        Lists("a useless list beside a good one", s => [ListDraft.OfRoot(s), ListDraft.OfSub(s) with { Sign = Scene.StrangeKey.Sign, ThisUpdate = Tlv.Time(Given.Utc("2026-05-31")) }, ListDraft.OfSub(s)]),
        List("the device revoked on an expired list", (s, d) => d.Revoking(s.Leaf, 1) with { NextUpdate = Tlv.Time(Given.Utc("2026-05-31")) }, Fails("RevocationLists"), Fails("NotRevoked", "KeyCompromise")),
        List("the device revoked on a list of another key", (s, d) => d.Revoking(s.Leaf, 1) with { Sign = Scene.StrangeKey.Sign }, Fails("RevocationLists"), Skips("NotRevoked")),
        Lists("on hold in the list before", s => [ListDraft.OfRoot(s), ListDraft.OfSub(s).Revoking(s.Leaf, 6) with { ThisUpdate = Tlv.Time(Given.Utc("2026-05-16")) }, ListDraft.OfSub(s)]),
        Lists("revoked in the list after", s => [ListDraft.OfRoot(s), ListDraft.OfSub(s), ListDraft.OfSub(s).Revoking(s.Leaf, 5) with { ThisUpdate = Tlv.Time(Given.Utc("2026-05-30")) }], Fails("NotRevoked", "CessationOfOperation")),
    ];

    public static TheoryData<string> Titles => TitlesOf(All);
}
