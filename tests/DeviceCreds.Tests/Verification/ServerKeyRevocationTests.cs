using DeviceCreds.Fuzz;

namespace DeviceCreds.Tests;

/// <summary>
/// The issuing CA is trusted, and a CA above it, with a key that devices do not verify with, revokes it: the list counts wherever
/// that CA's certificate is given, and is named where it is not.
/// </summary>
public class ServerKeyRevocationTests
{
    static readonly byte[] RootName = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Server Root"));
    static readonly string[] Rules = ["RevocationLists", "NotRevoked", "AuthoritiesNotRevoked"];

    public static TheoryData<string> Verified => [.. ServerKey.Verified.Select(k => k.Name)];

    public static TheoryData<string> Unverified => [.. ServerKey.Unverified.Select(k => k.Name)];

    static ServerKey Find(string name) => ServerKey.Verified.Concat(ServerKey.Unverified).Single(k => k.Name == name);

    static Scene Above(ServerKey key, Scene scene) => scene with { Sub = key.Signed(scene.Sub with { Issuer = RootName }) };

    static byte[][] Lists(ServerKey key, Scene scene, bool isRevoked)
    {
        var list = ListDraft.OfRoot(scene) with { Issuer = RootName };
        return [ListDraft.OfSub(scene).Der(), key.Signed(isRevoked ? list.Revoking(scene.Sub, 2) : list).Der()];
    }

    static string Judge(ServerKey key, bool isRevoked, Func<Scene, byte[][]> trusted, Func<Scene, byte[][]> file) =>
        string.Join(
            "\n",
            (Above(key, new Scene()) with { Trusted = trusted, File = file, Revocation = s => Lists(key, s, isRevoked) })
                .Test()
                .Checks.Where(c => Rules.Contains(c.Id))
                .Select(c => $"{c.Id} {c.Outcome}: {c.Message}")
        );

    [Theory]
    [MemberData(nameof(Verified))]
    public void The_list_of_a_CA_that_is_given_or_in_the_file_counts(string name)
    {
        var key = Find(name);
        var root = key.Root(RootName).Der();
        foreach (
            var (trusted, file) in new (Func<Scene, byte[][]>, Func<Scene, byte[][]>)[]
            {
                (s => [s.Sub.Der(), root], s => [s.Leaf.Der()]),
                (s => [s.Sub.Der(), root], s => [s.Leaf.Der(), s.Sub.Der()]),
                (s => [s.Sub.Der()], s => [s.Leaf.Der(), s.Sub.Der(), root]),
                (_ => [root], s => [s.Leaf.Der(), s.Sub.Der()]),
            }
        )
        {
            Assert.Contains(
                "AuthoritiesNotRevoked Failed: 'CN=Forge Sub' above it was revoked on 2026-05-15 10:00:00Z; the reason: CACompromise.",
                Judge(key, true, trusted, file)
            );
            var good = Judge(key, false, trusted, file);
            Assert.Contains("RevocationLists Passed", good);
            Assert.Contains("NotRevoked Passed", good);
            Assert.Contains("AuthoritiesNotRevoked Passed", good);
        }
    }

    [Theory]
    [MemberData(nameof(Unverified))]
    public void A_list_that_cannot_be_verified_counts_when_it_revokes_and_is_named(string name)
    {
        var key = Find(name);
        var root = key.Root(RootName).Der();
        var revoked = Judge(key, true, s => [s.Sub.Der(), root], s => [s.Leaf.Der()]);
        Assert.Contains("AuthoritiesNotRevoked Failed: 'CN=Forge Sub' above it was revoked", revoked);
        Assert.Contains("So says the list of 'CN=Server Root' of 2026-05-20 00:00:00Z, which cannot be verified: it is signed", revoked);
        var good = Judge(key, false, s => [s.Sub.Der(), root], s => [s.Leaf.Der()]);
        Assert.Contains("RevocationLists Warning: Not used: the list of 'CN=Server Root'", good);
        Assert.Contains("AuthoritiesNotRevoked Passed", good);
    }

    [Fact]
    public void The_list_of_a_CA_that_nobody_gave_is_named_with_what_it_says()
    {
        foreach (var key in ServerKey.Verified.Concat(ServerKey.Unverified))
        {
            var revoked = Judge(key, true, s => [s.Sub.Der()], s => [s.Leaf.Der()]);
            Assert.Contains(
                "RevocationLists Warning: Not used: the list of 'CN=Server Root' of 2026-05-20 00:00:00Z, "
                    + "which revokes 'CN=Forge Sub' above it, as no certificate of its CA was given.",
                revoked
            );
        }
    }

    [Fact]
    public void Openssl_agrees()
    {
        Tool.Require("openssl");
        using var folder = new TempFolder();
        foreach (var key in ServerKey.Verified)
        {
            var scene = Above(key, new Scene());
            folder.Write("leaf", Scene.Pem([scene.Leaf.Der()]));
            folder.Write("sub", Scene.Pem([scene.Sub.Der()]));
            folder.Write("root", Scene.Pem([key.Root(RootName).Der()]));
            Assert.Equal("leaf: OK", Verify(Lists(key, scene, false)));
            Assert.Contains("certificate revoked", Verify(Lists(key, scene, true)));
        }

        string Verify(byte[][] lists)
        {
            folder.Write("lists", string.Concat(lists.Select(l => Pem.Encode("X509 CRL", l) + "\n")));
            return Tool.Bash(
                    folder.Path,
                    $"openssl verify -attime {new DateTimeOffset(Scene.Now).ToUnixTimeSeconds()} -crl_check_all -CAfile root "
                        + "-untrusted sub -CRLfile lists leaf 2>&1 || true"
                )
                .Trim();
        }
    }

    /// <summary>Signatures by large keys are slow, and a hostile file may hold thousands: those that are too many count as above.</summary>
    [Fact]
    public void A_file_full_of_CAs_of_one_name_costs_little_and_hides_nothing()
    {
        var key = Find("P-521 with SHA512");
        var hostile = Enumerable.Range(0, 40).Select(_ => ServerKey.P521().Root(RootName).Der()).ToArray();
        var time = ThreadClock.StartNew();
        var found = Judge(key, true, s => [s.Sub.Der()], s => [s.Leaf.Der(), s.Sub.Der(), .. hostile, key.Root(RootName).Der()]);
        Assert.Contains("AuthoritiesNotRevoked Failed: 'CN=Forge Sub' above it was revoked", found);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(20), $"took {time.Elapsed}");
    }
}
