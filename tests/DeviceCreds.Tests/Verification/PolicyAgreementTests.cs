using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Chains with certificate policies of many kinds: OpenSSL, when it is told to look at policies, and we say the same.</summary>
[Trait("Speed", "Slow")]
public class PolicyAgreementTests
{
    const string One = "1.3.6.1.4.1.99999.21", Other = "1.3.6.1.4.1.99999.22", Any = "2.5.29.32.0";

    sealed record Level(string[] Policies, byte? Require, byte? InhibitAny, bool IsRenewal)
    {
        public Draft Bend(Draft draft)
        {
            if (Policies.Length > 0) draft = draft.With(DraftExtension.Policies, false, DraftExtension.PolicyList(Policies));
            if (Require is { } skip) draft = draft.With(DraftExtension.PolicyConstraints, false, DraftExtension.RequirePolicy(skip));
            return InhibitAny is { } number ? draft.With(DraftExtension.InhibitAnyPolicy, false, Tlv.Integer(number)) : draft;
        }

        public override string ToString() =>
            $"[{string.Join(' ', Policies)}] require {Require} inhibit {InhibitAny}{(IsRenewal ? " renewal" : "")}";
    }

    static readonly Gen<byte?> Skip = Gen.OneOf<byte?>(null, null, 0, 1, 2, 3);

    static readonly Gen<Level> AnyLevel =
        from policies in Gen.OneOf<string[]>([], [One], [One], [Other], [One, Other], [Any], [Any, One])
        from require in Skip
        from inhibit in Skip
        from isRenewal in Gen.OneOf(false, false, true)
        select new Level(policies, require, inhibit, isRenewal);

    // The device's certificate first. A CA that renews its key has the name of the one above.
    static DeviceCertificate[] Chain(Level[] levels)
    {
        var (key, name) = (Scene.RootKey, Scene.RootName);
        var chain = new List<Draft> { new Scene().Root.With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(9)) };
        for (var i = 0; i < levels.Length - 1; i++)
        {
            var (below, own) = (Keys[i], i > 0 && levels[i].IsRenewal ? name : Tlv.Name(Tlv.Attribute(Tlv.CommonName, $"Floor {i}")));
            chain.Add(levels[i].Bend(Scene.Authority(below, own, key, name, (byte)(8 - i), "2021-01-01", "2059-01-01")));
            (key, name) = (below, own);
        }

        var leaf = new Scene().Leaf with { Sign = key.Sign, Issuer = name };
        chain.Add(levels[^1].Bend(leaf.With(DraftExtension.AuthorityKey, false, DraftExtension.Authority(key))));
        chain.Reverse();
        return [.. chain.Select(d => d.Certificate())];
    }

    static readonly DeviceKey[] Keys = [.. Enumerable.Range(0, 3).Select(_ => DeviceKey.Generate())];

    [Fact]
    public void OpenSSL_says_the_same_of_policies()
    {
        Tool.Require("openssl");
        using var folder = new TempFolder();
        var cases = new List<(Level[] Levels, DeviceCertificate[] Chain)>();
        AnyLevel.Array[2, 4].Sample(levels => { cases.Add((levels, Chain(levels))); }, iter: 400, threads: 1);
        for (var i = 0; i < cases.Count; i++)
        {
            folder.Write($"{i}.root", cases[i].Chain[^1].CertificatePem);
            folder.Write($"{i}.authorities", string.Join('\n', cases[i].Chain[1..^1].Select(c => c.CertificatePem)));
            folder.Write($"{i}.leaf", cases[i].Chain[0].CertificatePem);
        }

        var time = new DateTimeOffset(Scene.Now).ToUnixTimeSeconds();
        var accepted = Tool.Bash(folder.Path, $"""
            for ((i = 0; i < {cases.Count}; i++)); do
              openssl verify -policy_check -policy {Any} -attime {time} -CAfile $i.root -untrusted $i.authorities $i.leaf \
                >/dev/null 2>&1 && echo $i
            done; true
            """).Split('\n').ToHashSet();
        var rows = cases.Select((c, i) => (Text: string.Join(" / ", c.Levels.AsEnumerable()), OpenSsl: accepted.Contains($"{i}"),
            Ours: ExplicitPolicy.FindProblem(c.Chain) is null)).ToList();
        var different = rows.Where(r => r.OpenSsl != r.Ours).ToList();
        Assert.True(different.Count == 0, string.Join("\n", different));
        // Otherwise the comparison would say little.
        Assert.InRange(rows.Count(r => r.Ours), 100, 300);
    }
}
