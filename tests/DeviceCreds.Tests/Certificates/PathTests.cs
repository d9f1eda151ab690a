using CsCheck;
using DeviceCreds.Fuzz;

namespace DeviceCreds.Tests;

/// <summary>Several CAs of one name: cross-signed, with a renewed key, or put there to mislead.</summary>
public class PathTests
{
    static readonly byte[] OtherName = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Forge Other"));
    static readonly DeviceKey OtherKey = DeviceKey.Generate();
    static readonly Scene Sound = new();
    static readonly DeviceCertificate Leaf = Sound.Leaf.Certificate(), Sub = Sound.Sub.Certificate(), Root = Sound.Root.Certificate();

    static readonly DeviceCertificate OtherRoot = Scene.Authority(OtherKey, OtherName, OtherKey, OtherName, 4, "2020-01-01", "2060-01-01")
        .Certificate();

    static readonly Draft Crossed = Scene.Authority(Scene.SubKey, Scene.SubName, OtherKey, OtherName, 0, "2021-01-01", "2059-01-01");

    static IReadOnlyList<DeviceCertificate> Build(DeviceCertificate anchor, params IEnumerable<DeviceCertificate> heap) =>
        new CertificatePath(heap, [anchor], Scene.Now).Build(Leaf);

    static Draft Decoy(int number, DeviceKey key, DeviceKey issuerKey) =>
        Scene.Authority(key, Scene.SubName, issuerKey, Scene.SubName, 9, "2020-01-01",
            "2060-01-01") with { Serial = Tlv.Integer(1, (byte)(number >> 8), (byte)number) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_CA_signed_by_two_leads_to_whichever_is_trusted(bool reversed)
    {
        DeviceCertificate[] heap = [Sub, Crossed.Certificate(), Root, OtherRoot];
        if (reversed) Array.Reverse(heap);
        Assert.Equal([Leaf, Sub, Root], Build(Root, heap));
        Assert.Equal([Leaf, Crossed.Certificate(), OtherRoot], Build(OtherRoot, heap));
    }

    public static TheoryData<string> Unfit => ["expired", "no CA", "too long", "a critical extension", "the name forbidden", "another key"];

    [Theory]
    [MemberData(nameof(Unfit))]
    public void A_CA_that_may_not_stand_there_is_gone_round(string what)
    {
        var unfit = what switch
        {
            "expired" => Sound.Sub with { NotAfter = Tlv.Time(Given.Utc("2022-01-01")) },
            "no CA" => Sound.Sub.With(DraftExtension.BasicConstraints, true, DraftExtension.False),
            "too long" => Sound.Sub.With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(0xFF)),
            "a critical extension" => Sound.Sub.With(DraftExtension.Unknown, true, [5, 0]),
            "the name forbidden" =>
                Sound.Sub.With(DraftExtension.NameConstraints, true,
                    Tlv.Sequence(Tlv.Of(0xA1, Tlv.Sequence(Tlv.Of(0xA4, Scene.LeafName))))),
            _ => Scene.Authority(Scene.StrangeKey, Scene.SubName, Scene.RootKey, Scene.RootName, 0, "2021-01-01", "2059-01-01"),
        };
        Assert.Equal([Leaf, Sub, Root], Build(Root, unfit.Certificate(), Sub, Root));
        // Where it is the only one, it is shown: what is wrong with it is for the rules to say.
        if (what != "another key") Assert.Equal([Leaf, unfit.Certificate(), Root], Build(Root, unfit.Certificate(), Root));
    }

    [Fact]
    public void A_CA_that_renewed_its_key_is_led_back_to_the_old_one()
    {
        var oldKey = DeviceKey.Generate();
        var old = Scene.Authority(oldKey, Scene.SubName, oldKey, Scene.SubName, 0, "2020-01-01", "2060-01-01").Certificate();
        var bridge = Scene.Authority(Scene.SubKey, Scene.SubName, oldKey, Scene.SubName, 0, "2021-01-01", "2060-01-01").Certificate();
        var renewed = Scene.Authority(Scene.SubKey, Scene.SubName, Scene.SubKey, Scene.SubName, 0, "2021-01-01", "2060-01-01")
            .Certificate();
        Assert.Equal([Leaf, bridge, old], Build(old, renewed, bridge, old));
        Assert.Equal([Leaf, renewed], Build(renewed, old, bridge, renewed));
        var report = Assert.Single(new CertificateVerifier { Issuers = [old], At = Scene.Now }.Test([Leaf, bridge]));
        Assert.Empty(report.Failed);
    }

    /// <summary>Where no time is known: a chain that is imported, and put into devices.</summary>
    [Fact]
    public void Of_a_renewed_CA_the_certificate_that_is_valid_and_lasts_longest_is_above() =>
        (from years in Gen.Select(Gen.Int[2000, 2035], Gen.Int[2021, 2059]).Array[1, 5]
         from seed in Gen.Int
         select (years, seed)).Sample(c =>
         {
             var (key, name, now) = (Scene.RootKey, Scene.RootName, DateTime.UtcNow);
             var roots = c.years.Where(y => y.Item1 < y.Item2).DistinctBy(y => y.Item2).Select(y =>
                 Scene.Authority(key, name, key, name, 4, $"{y.Item1}-01-01", $"{y.Item2}-06-01").Certificate()).ToList();
             if (roots.Count == 0) return;
             var heap = roots.Append(Sub).Append(Leaf).OrderBy(x => c.seed ^ x.GetHashCode()).ToList();
             var best = roots.MaxBy(r => (r.Fields.NotBefore <= now && r.Fields.NotAfter >= now, r.Fields.NotAfter))!;
             Assert.Equal([Leaf, Sub, best], CertificatePath.Build(Leaf, heap));
         }, iter: 60);

    /// <summary>A device's certificate begins later than its CA's, or the device refuses it.</summary>
    [Fact]
    public void Above_a_device_is_a_certificate_of_its_CA_that_began_before_it()
    {
        var later = Leaf.Fields.NotBefore.AddDays(1);
        var renewed = Scene.Authority(Scene.SubKey, Scene.SubName, Scene.RootKey, Scene.RootName, 0, $"{later:yyyy-MM-dd}", "2059-12-31")
            .Certificate();
        Assert.Equal([Leaf, Sub, Root], CertificatePath.Build(Leaf, [renewed, Sub, Root, Leaf]));
        Assert.Equal([Leaf, renewed, Root], CertificatePath.Build(Leaf, [renewed, Root, Leaf]));
    }

    [Fact]
    public void Among_four_hundred_of_one_name_the_right_one_is_found()
    {
        var decoys = Enumerable.Range(0, 400)
            .Select(i => Decoy(i, Scene.StrangeKey, Scene.StrangeKey).Without(DraftExtension.SubjectKey).Certificate());
        Assert.Equal([Leaf, Sub, Root], Build(Root, [.. decoys, Sub, Root]));
    }

    [Fact]
    public void CAs_of_one_name_and_key_that_all_signed_each_other_end_soon()
    {
        var web = Enumerable.Range(0, 60).Select(i => Decoy(i, Scene.SubKey, Scene.SubKey)).ToList();
        var time = ThreadClock.StartNew();
        var path = Build(OtherRoot, [.. web.Select(d => d.Certificate()), OtherRoot]);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(5), $"took {time.Elapsed}");
        Assert.DoesNotContain(OtherRoot, path);
        // And what leads out of it is still found.
        Assert.Equal(OtherRoot, Build(OtherRoot, [.. web.Take(5).Select(d => d.Certificate()), Crossed.Certificate(), OtherRoot])[^1]);
    }

    [Fact]
    public void A_file_of_many_devices_and_many_CAs_of_one_name_costs_no_square()
    {
        var leaves = Enumerable.Range(0, 300)
            .Select(i => (Sound.Leaf with { Subject = Tlv.Name(Tlv.Attribute(Tlv.CommonName, $"device-{i}")) }).Certificate()).ToList();
        var decoys = Enumerable.Range(0, 300)
            .Select(i => Decoy(i, Scene.StrangeKey, Scene.StrangeKey).Without(DraftExtension.SubjectKey).Certificate()).ToList();
        var time = ThreadClock.StartNew();
        var reports = new CertificateVerifier { Issuers = [Root], At = Scene.Now }.Test([.. leaves, .. decoys]).ToList();
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(10), $"took {time.Elapsed}");
        Assert.All(reports, r => Assert.False(r.Passed));
    }

    /// <summary>A value that holds what separates others must not make two names one.</summary>
    [Fact]
    public void Names_that_differ_are_not_taken_for_one()
    {
        byte[][] names =
        [
            Tlv.Name(Tlv.Attribute(Tlv.CommonName, "a"), Tlv.Attribute(Tlv.OrganizationalUnit, "b")),
            Tlv.Name(Tlv.Attribute(Tlv.OrganizationalUnit, "b"), Tlv.Attribute(Tlv.CommonName, "a")),
            Tlv.Name(
                Tlv.Of(0x31, Tlv.Sequence(Tlv.Oid(Tlv.CommonName), Tlv.Text(0x0C, "a")),
                    Tlv.Sequence(Tlv.Oid(Tlv.OrganizationalUnit), Tlv.Text(0x0C, "b")))),
            Tlv.Name(Tlv.Attribute(Tlv.CommonName, "a\0" + "2.5.4.11=b")), Tlv.Name(Tlv.Attribute(Tlv.CommonName, "a/2.5.4.11:1=b")),
            Tlv.Name(Tlv.Attribute(Tlv.CommonName, Tlv.Integer(1))),
            Tlv.Name(Tlv.Attribute(Tlv.CommonName, "#020101")), Tlv.Name(),
        ];
        Assert.Equal(names.Length, names.Select(Key).Distinct().Count());
        Assert.Equal(Key(Tlv.Name(Tlv.Attribute(Tlv.CommonName, " A  b "))),
            Key(Tlv.Name(Tlv.Attribute(Tlv.CommonName, Tlv.Text(0x13, "a B")))));
        // RFC 5280, 7.1, with RFC 4518: composed and decomposed, in any case.
        foreach (var same in new[] { "Gera\u0308t", "GER\u00C4T", " ger\u00E4t", "Ger\u00E4t\t\u00A0" })
            Assert.Equal(Key(Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Ger\u00E4t"))), Key(Tlv.Name(Tlv.Attribute(Tlv.CommonName, same))));

        static string Key(byte[] name) =>
            DistinguishedName.Normalise((Org.BouncyCastle.Asn1.Asn1Sequence)Org.BouncyCastle.Asn1.Asn1Object.FromByteArray(name));
    }

    [Fact]
    public void Issuer_and_subject_in_two_spellings_are_self_signed()
    {
        var leaf =
            (Sound.Leaf with { Issuer = Tlv.Name(Tlv.Attribute(Tlv.OrganizationalUnit, Scene.Account.ToUpperInvariant()),
                Tlv.Attribute(Tlv.CommonName, "Device-1")) }).Certificate();
        Assert.Contains(Assert.Single(new CertificateVerifier().Test([leaf])).Failed,
            c => c.Id == "NotSelfSigned" && c.Message.Contains("two ways", StringComparison.Ordinal));
    }

    [Fact]
    public void A_CA_among_several_devices_is_not_passed_over()
    {
        var stray = Scene.Authority(OtherKey, OtherName, Scene.SubKey, Scene.SubName, 0, "2021-01-01", "2059-01-01").Certificate();
        var second = (Sound.Leaf with { Subject = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "device-2")) }).Certificate();
        var reports = new CertificateVerifier { Issuers = [Root], At = Scene.Now }.Test([Leaf, second, Sub, stray]).ToList();
        Assert.Equal([true, true, false], reports.Select(r => r.Passed));
    }
}
