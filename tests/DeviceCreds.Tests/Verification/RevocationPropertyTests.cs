using System.Security.Cryptography;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>
/// Evidence is monotonic: whatever is added, what was revoked stays revoked. The lists come from CAs in every place of the hierarchy,
/// with signatures of every kind.
/// </summary>
[Trait("Speed", "Slow")]
public class RevocationPropertyTests
{
    static readonly Scene Sound = new();
    static readonly byte[] OtherName = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Other Root"));
    static readonly byte[] ServerName = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Server Root"));
    static readonly DeviceKey OtherKey = DeviceKey.Generate();
    static readonly ServerKey RsaKey = ServerKey.Verified.First(k => k.Name.StartsWith("RSA with", StringComparison.Ordinal)),
        P384Key = ServerKey.Verified.First(k => k.Name.StartsWith("P-384", StringComparison.Ordinal));
    static readonly string[] RevocationIds = ["NotRevoked", "AuthoritiesNotRevoked"];

    /// <summary>Certificates of the CAs above, their twins of other dates, rights and issuers, and strangers.</summary>
    static readonly DeviceCertificate[] Pool =
    [
        Sound.Root.Certificate(),
        Sound.Sub.Certificate(),
        Twin(Scene.SubKey, Scene.SubName, Scene.RootKey, Scene.RootName, 0x31, "2025-01-01", "2059-01-01").Certificate(),
        Twin(Scene.SubKey, Scene.SubName, OtherKey, OtherName, 0x32, "2021-01-01", "2059-01-01").Certificate(),
        Twin(Scene.SubKey, Scene.SubName, Scene.RootKey, Scene.RootName, 0x33, "2021-01-01", "2022-01-01")
            .With(DraftExtension.KeyUsage, true, DraftExtension.Usage(2, 0x84))
            .Certificate(),
        Twin(Scene.StrangeKey, Scene.SubName, Scene.RootKey, Scene.RootName, 0x34, "2021-01-01", "2059-01-01").Certificate(),
        Twin(Scene.RootKey, Scene.RootName, Scene.RootKey, Scene.RootName, 0x35, "2024-01-01", "2061-01-01").Certificate(),
        Twin(OtherKey, OtherName, OtherKey, OtherName, 0x36, "2020-01-01", "2060-01-01").Certificate(),
        RsaKey.Root(ServerName).Certificate(),
        P384Key.Root(ServerName).Certificate(),
        RsaKey.Signed(Twin(Scene.SubKey, Scene.SubName, OtherKey, ServerName, 0x37, "2021-01-01", "2059-01-01")).Certificate(),
        P384Key.Signed(Twin(Scene.RootKey, Scene.RootName, OtherKey, ServerName, 0x38, "2021-01-01", "2059-01-01")).Certificate(),
    ];

    static Draft Twin(DeviceKey key, byte[] name, DeviceKey issuerKey, byte[] issuerName, byte serial, string from, string to) =>
        Scene.Authority(key, name, issuerKey, issuerName, 3, from, to) with
        {
            Serial = Tlv.Integer(serial),
        };

    static readonly Gen<(byte[] Name, Func<ListDraft, ListDraft> Sign)> Signer = Gen.OneOf(
        Gen.OneOf(
                (Scene.SubName, Scene.SubKey),
                (Scene.SubName, Scene.SubKey),
                (Scene.RootName, Scene.RootKey),
                (Scene.SubName, Scene.StrangeKey),
                (OtherName, OtherKey),
                (Scene.RootName, Scene.StrangeKey)
            )
            .Select(Hash, (signer, hash) => (signer.Item1, Sign(ServerKey.Of(signer.Item2, hash.Number, hash.Name)))),
        Gen.OneOf([.. ServerKey.Verified, .. ServerKey.Unverified, RsaKey, P384Key])
            .Select(Gen.OneOf(ServerName, ServerName, Scene.RootName), (key, name) => (name, Sign(key)))
    );

    static Gen<(int Number, HashAlgorithmName Name)> Hash =>
        Gen.OneOf(
            (2, HashAlgorithmName.SHA256),
            (2, HashAlgorithmName.SHA256),
            (3, HashAlgorithmName.SHA384),
            (4, HashAlgorithmName.SHA512),
            (1, HashAlgorithmName.SHA1)
        );

    static Func<ListDraft, ListDraft> Sign(ServerKey key) => key.Signed;

    static readonly Gen<byte[]> Entry =
        from serial in Gen.OneOf(Sound.Leaf.Serial, Sound.Leaf.Serial, [2, 1, 0x31], [2, 1, 0x32], [2, 1, 0x35], [2, 1, 0x37], [2, 1, 9])
        from reason in Gen.OneOf<byte?>(null, 1, 2, 3, 4, 5, 6, 8, 9, 10)
        from issuer in Gen.OneOf<byte[]?>(null, null, Scene.SubName, Scene.RootName, OtherName)
        select Tlv.Sequence(
            serial,
            Tlv.Time(Given.Utc("2026-05-15")),
            Tlv.Sequence(
                new DraftExtension("2.5.29.21", false, [0x0A, 1, reason ?? 0]).Encode(),
                issuer is null ? [] : new DraftExtension("2.5.29.29", true, Tlv.Sequence(Tlv.Of(0xA4, issuer))).Encode()
            )
        );

    static readonly Gen<byte[][]> Point = Gen.OneOf<byte[][]>(
        [],
        [],
        [ListDraft.OnlyUsers],
        [ListDraft.OnlyAuthorities],
        [ListDraft.OnlyAttributes],
        [ListDraft.IsIndirect],
        [ListDraft.Uri("http://crl.example/7")],
        [ListDraft.IssuerPoint(Scene.SubName)],
        [ListDraft.SomeReasons(0x40)],
        [ListDraft.SomeReasons(0x3F, 0x80)]
    );

    static readonly Gen<CertificateRevocationList> List = Lists(
        Signer,
        Entry.Array[0, 3],
        Point,
        Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true)))
    );

    /// <summary>Lists of the issuing CA that revoke the device, of any time, scope and algorithm.</summary>
    static readonly Gen<CertificateRevocationList> Revoking = Lists(
        Hash.Select(hash => (Scene.SubName, Sign(ServerKey.Of(Scene.SubKey, hash.Number, hash.Name)))),
        Gen.Byte[1, 5].Select(reason => new[] { ListDraft.Entry(Sound.Leaf.Serial, reason) }),
        Point.Where(p => !p.Contains(ListDraft.OnlyAttributes)),
        Gen.Const(false)
    );

    static Gen<CertificateRevocationList> Lists(
        Gen<(byte[] Name, Func<ListDraft, ListDraft> Sign)> signers,
        Gen<byte[][]> someEntries,
        Gen<byte[][]> points,
        Gen<bool> unknown
    ) =>
        from signer in signers
        from time in Gen.OneOf("2026-05-10", "2026-05-20", "2026-05-20", "2026-05-25", "2026-07-01")
        from next in Gen.OneOf("2026-05-28", "2026-06-20", "2026-06-20", "2026-08-01", "")
        from number in Gen.Byte[1, 9]
        from isDelta in Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true)))
        from isUnknown in unknown
        from point in points
        from entries in someEntries
        let draft = new ListDraft
        {
            Sign = Scene.SubKey.Sign,
            Issuer = signer.Name,
            Entries = entries,
            NextUpdate = next.Length == 0 ? [] : Tlv.Time(Given.Utc(next)),
        }
            .At(time)
            .Numbered(number)
        let narrowed = point.Length == 0 ? draft : draft.For(point)
        let delta = isDelta ? narrowed.With("2.5.29.27", true, Tlv.Integer(4)) : narrowed
        let whole = isUnknown ? delta.With(DraftExtension.Unknown, true, [5, 0]) : delta
        select new CertificateRevocationList(signer.Sign(whole).Der());

    static readonly Gen<DeviceCertificate[]> Certificates = Gen.Shuffle(Pool)
        .SelectMany(all => Gen.Int[0, Pool.Length].Select(n => all[..n]));

    sealed record Evidence(
        CertificateRevocationList[] Lists,
        DeviceCertificate[] Trusted,
        DeviceCertificate[] InFile,
        DeviceKey? Key,
        string? EndpointName
    )
    {
        public IReadOnlyDictionary<string, string> Revocations()
        {
            var verifier = new CertificateVerifier
            {
                Issuers = Trusted,
                RevocationLists = Lists,
                At = Scene.Now,
                Key = Key,
                EndpointName = EndpointName,
            };
            var report = verifier.Test([Sound.Leaf.Certificate(), .. InFile]).Single(r => r.EndpointName == Scene.Name);
            Assert.True(
                report.Checks.Where(c => RevocationIds.Contains(c.Id)).All(c => c.Outcome != CheckOutcome.Failed) || !report.Passed
            );
            return report
                .Checks.Where(c => RevocationIds.Contains(c.Id) && c.Outcome == CheckOutcome.Failed)
                .ToDictionary(c => c.Id, c => c.Message);
        }

        public override string ToString() =>
            string.Join(
                "; ",
                [.. Lists.Select(l => Convert.ToHexString(l.Der)), "trusted", .. Serials(Trusted), "in the file", .. Serials(InFile)]
            );

        static IEnumerable<string> Serials(DeviceCertificate[] certificates) => certificates.Select(c => c.SerialNumber);
    }

    static readonly Gen<Evidence> Some =
        from lists in List.Array[0, 4]
        from trusted in Certificates
        from inFile in Certificates
        select new Evidence(lists, trusted, inFile, null, null);

    static readonly Gen<Evidence> More = Some.Select(Gen.Bool, Gen.Bool)
        .Select((e, key, name) => e with { Key = key ? Scene.LeafKey : null, EndpointName = name ? Scene.Name : null });

    /// <summary>A hold, which alone can end, is tested by example: see <see cref="RevocationCases"/>.</summary>
    [Fact]
    public void What_is_revoked_stays_revoked_whatever_list_certificate_or_check_is_added()
    {
        var failed = 0;
        Gen.Select(Some, More)
            .Sample(
                (some, more) =>
                {
                    var revoked = some.Revocations().Where(r => !r.Value.Contains("on hold", StringComparison.Ordinal)).ToList();
                    if (revoked.Count == 0)
                        return;
                    Interlocked.Increment(ref failed);
                    var all = new Evidence(
                        [.. some.Lists, .. more.Lists],
                        [.. some.Trusted, .. more.Trusted],
                        [.. some.InFile, .. more.InFile],
                        more.Key,
                        more.EndpointName
                    );
                    Assert.All(revoked, r => Assert.Contains(r.Key, all.Revocations()));
                },
                iter: 1_500
            );
        // Otherwise the property would say little.
        Assert.True(failed > 150, $"{failed} of the cases were revoked");
    }

    [Fact]
    public void A_list_of_its_CA_that_revokes_it_counts_whatever_is_given_beside_it() =>
        Gen.Select(Some, Revoking)
            .Sample(
                (some, list) =>
                {
                    var all = some with { Lists = [.. some.Lists, list], Trusted = [.. some.Trusted, .. Pool[..2]] };
                    Assert.Contains("was revoked on", all.Revocations()["NotRevoked"], StringComparison.Ordinal);
                },
                iter: 500
            );

    [Fact]
    public void The_order_of_lists_does_not_matter() =>
        Gen.Select(List.Array[2, 5], Gen.Int[0, 1000])
            .Sample(
                (lists, seed) =>
                {
                    var shuffled = lists
                        .OrderBy(l => Convert.ToHexString(Digest.Sha256([.. l.Der, (byte)seed, (byte)(seed >> 8)])), StringComparer.Ordinal)
                        .ToArray();
                    Assert.Equal(Report(lists), Report(shuffled));

                    static IEnumerable<string> Report(CertificateRevocationList[] lists) =>
                        new CertificateVerifier
                        {
                            Issuers = [Sound.Root.Certificate()],
                            RevocationLists = lists,
                            At = Scene.Now,
                        }
                            .Test([Sound.Leaf.Certificate(), Sound.Sub.Certificate()])
                            .Single()
                            .Checks.Select(c => $"{c.Id} {c.Outcome}: {c.Message}");
                },
                iter: 500
            );
}
