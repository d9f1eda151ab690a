using System.Security.Cryptography;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What is issued passes the tests against its CA; what would not pass is refused before the first device.</summary>
public class IssuedAndTestedTests
{
    static readonly DateTime Now = Scene.Now;
    static readonly DeviceKey[] Keys = [.. Enumerable.Range(0, 6).Select(_ => DeviceKey.Generate())];
    static readonly ECDsa P384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    static readonly RSA Rsa = RSA.Create(2048);
    static readonly Lock OneAtATime = new();

    /// <summary>A CA of a hierarchy: what it is called, what is odd about it, and how the one above signed it.</summary>
    sealed record Level(byte[] Name, IReadOnlyList<string> Oddities);

    static readonly string[] Oddities =
    [
        "a short path length",
        "no path length",
        "constraints are not critical",
        "no constraints",
        "no keyUsage",
        "keyUsage without keyCertSign",
        "serverAuth alone",
        "clientAuth and serverAuth",
        "names permitted",
        "names excluded",
        "critical names permitted",
        "another name permitted",
        "policies",
        "critical policies",
        "critical anyPolicy",
        "critical policyConstraints",
        "a policy required",
        "a policy required deeper than any chain",
        "mapping of policies forbidden",
        "every DNS name excluded",
        "every DNS name permitted",
        "every directory name excluded",
        "every directory name permitted",
        "a host of URIs excluded",
        "a domain of URIs permitted",
        "the device's host excluded",
        "a critical extension that nobody knows",
        "an extension that nobody knows",
        "an extension twice",
        "no subjectKeyIdentifier",
        "no authorityKeyIdentifier",
        "another authorityKeyIdentifier",
        "critical authorityKeyIdentifier",
        "v1",
        "v4",
        "from 1969",
        "expired",
        "not yet valid",
        "ends in 12 years",
        "ends in 9 years",
        "a time of 2040 as GeneralizedTime",
        "serial number 0",
        "a serial number of 21 octets",
        "signed with SHA-384",
        "signed with SHA-224",
        "two algorithms",
        "an empty keyUsage",
        "a unique identifier",
    ];

    static readonly Gen<byte[]> Value =
        from tag in Gen.OneOf<byte>(0x0C, 0x0C, 0x0C, 0x13, 0x13, 0x13, 0x16, 0x14, 0x12, 0x1A, 0x1B)
        from text in Gen.String[Gen.Char["0123456789"], 1, 8]
        select Tlv.Text(tag, text);

    static readonly Gen<byte[]> Name =
        from number in Value
        from type in Gen.OneOf(Tlv.CommonName, Tlv.CommonName, Tlv.CommonName, Tlv.Organization, Tlv.Street, Tlv.Uid)
        from other in Gen.OneOf(0, 0, 1)
        select Tlv.Name([
            Tlv.Attribute(Tlv.Organization, "Generated"),
            Tlv.Attribute(type, number),
            .. other == 0 ? Array.Empty<byte[]>() : [Tlv.Attribute(Tlv.Description, "x")],
        ]);

    static readonly Gen<Level> AnyLevel =
        from name in Gen.Frequency((20, Name), (1, Gen.Const(Tlv.Name())))
        from oddities in Gen.Frequency((6, Gen.Const(Array.Empty<string>())), (2, Gen.OneOf(Oddities).Array[1]))
        select new Level(name, oddities);

    /// <summary>What is issued: the endpoint name, and as which other name the certificate has it, too.</summary>
    sealed record Device(string Name, SubjectAltName Form);

    static readonly Gen<Device> AnyDevice = Gen.OneOf<Device>(
        [new Device(Scene.Name, SubjectAltName.None), new Device(Scene.Name, SubjectAltName.None),
            new Device("dev.example.org", SubjectAltName.Dns), new Device("coaps://dev.example.org/1", SubjectAltName.Uri),
            new Device("urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e", SubjectAltName.Uri)]);

    sealed record Case(Level[] Levels, string Top, CredentialKind Kind, int Depth, bool ExcludeRoot, int Seed, Device Device)
    {
        public override string ToString() =>
            $"{Top} top, depth {Depth}, root excluded {ExcludeRoot}, {Kind}, {Device}: "
            + string.Join(" / ", Levels.Select(l => $"{Convert.ToHexString(l.Name)} {string.Join("+", l.Oddities)}"));
    }

    static readonly Gen<Case> AnyCase =
        from levels in AnyLevel.Array[1, 6]
        from top in Gen.Frequency((8, Gen.Const("P-256")), (1, Gen.Const("P-384")), (1, Gen.Const("RSA")), (1, Gen.Const("absent")))
        from kind in Gen.OneOf(CredentialKind.Bootstrap, CredentialKind.Lwm2m)
        from depth in Gen.OneOf(0, 0, 0, 1, 3, 5)
        from excludeRoot in Gen.OneOf(false, false, true)
        from seed in Gen.Int[0, 1000]
        from device in AnyDevice
        select new Case(levels, top, kind, depth, excludeRoot, seed, device);

    static IReadOnlyList<DeviceCertificate> Hierarchy(Case @case)
    {
        var levels = @case.Levels;
        var list = new List<DeviceCertificate>();
        for (var i = 0; i < levels.Length; i++)
        {
            var above = Math.Max(i - 1, 0);
            var draft = Scene.Authority(
                Keys[i],
                levels[i].Name,
                Keys[above],
                levels[above].Name,
                (byte)(levels.Length - 1 - i),
                $"{2010 + i}-01-01",
                $"{2070 - i}-01-01"
            ) with
            {
                Serial = Tlv.Integer(0x51, (byte)i),
            };
            if (i == 0 && @case.Top is "P-384" or "RSA")
                draft = draft with { KeyInfo = @case.Top == "RSA" ? Rsa.ExportSubjectPublicKeyInfo() : P384.ExportSubjectPublicKeyInfo() };
            if (i <= 1 && @case.Top == "P-384")
                draft = draft.SignedWith(
                    "1.2.840.10045.4.3.3",
                    data => Locked(() => P384.SignData(data, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence))
                );
            if (i <= 1 && @case.Top == "RSA")
                draft = draft.SignedWith(
                    "1.2.840.113549.1.1.11",
                    data => Locked(() => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
                    [5, 0]
                );
            foreach (var oddity in levels[i].Oddities)
                draft = Bend(draft, oddity, Keys[above]);
            list.Add(draft.Certificate());
        }

        // Nobody gave the root, or those below it alone.
        if (@case.Top == "absent" && list.Count > 1)
            list.RemoveAt(0);
        return list;
    }

    static byte[] Locked(Func<byte[]> sign)
    {
        lock (OneAtATime)
            return sign();
    }

    static Draft Bend(Draft d, string oddity, DeviceKey above)
    {
        static byte[] Constraint(byte tag, byte[] name) => Tlv.Sequence(Tlv.Of(tag, Tlv.Sequence(name)));
        static byte[] Directory(byte tag, byte[] name) => Constraint(tag, Tlv.Of(0xA4, name));
        var generated = Tlv.Name(Tlv.Attribute(Tlv.Organization, "Generated"));
        return oddity switch
        {
            "a short path length" => d.With(DraftExtension.BasicConstraints, true, DraftExtension.PathLength(0)),
            "no path length" => d.With(DraftExtension.BasicConstraints, true, DraftExtension.True),
            "constraints are not critical" => d.With(DraftExtension.BasicConstraints, false, DraftExtension.True),
            "no constraints" => d.Without(DraftExtension.BasicConstraints),
            "no keyUsage" => d.Without(DraftExtension.KeyUsage),
            "keyUsage without keyCertSign" => d.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(7, 0x80)),
            "an empty keyUsage" => d.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(0)),
            "serverAuth alone" => d.With(DraftExtension.ExtendedKeyUsage, false, DraftExtension.Purposes(DraftExtension.ServerAuth)),
            "clientAuth and serverAuth" => d.With(
                DraftExtension.ExtendedKeyUsage,
                false,
                DraftExtension.Purposes(DraftExtension.ServerAuth, DraftExtension.ClientAuth)
            ),
            "names permitted" => d.With(
                DraftExtension.NameConstraints,
                false,
                Directory(0xA0, Tlv.Name(Tlv.Attribute(Tlv.CommonName, Scene.Name)))
            ),
            "critical names permitted" => d.With(DraftExtension.NameConstraints, true, Directory(0xA0, generated)),
            "another name permitted" => d.With(
                DraftExtension.NameConstraints,
                false,
                Directory(0xA0, Tlv.Name(Tlv.Attribute(Tlv.CommonName, "nobody")))
            ),
            "names excluded" => d.With(DraftExtension.NameConstraints, false, Directory(0xA1, generated)),
            "policies" => d.With(DraftExtension.Policies, false, Tlv.Sequence(Tlv.Sequence(Tlv.Oid("1.3.6.1.4.1.99999.2")))),
            "critical policies" => d.With(DraftExtension.Policies, true, Tlv.Sequence(Tlv.Sequence(Tlv.Oid("1.3.6.1.4.1.99999.2")))),
            "critical anyPolicy" => d.With(DraftExtension.Policies, true, Tlv.Sequence(Tlv.Sequence(Tlv.Oid("2.5.29.32.0")))),
            "critical policyConstraints" => d.With(DraftExtension.PolicyConstraints, true, DraftExtension.RequirePolicy(0)),
            "a policy required" => d.With(DraftExtension.PolicyConstraints, false, DraftExtension.RequirePolicy(1)),
            "a policy required deeper than any chain" =>
                d.With(DraftExtension.PolicyConstraints, false, DraftExtension.RequirePolicy(9)),
            "mapping of policies forbidden" => d.With(DraftExtension.PolicyConstraints, true, Tlv.Sequence(Tlv.Of(0x81, [0]))),
            "every DNS name excluded" => d.With(DraftExtension.NameConstraints, false, Constraint(0xA1, Tlv.Text(0x82, ""))),
            "every DNS name permitted" => d.With(DraftExtension.NameConstraints, false, Constraint(0xA0, Tlv.Text(0x82, ""))),
            "every directory name excluded" => d.With(DraftExtension.NameConstraints, false, Directory(0xA1, Tlv.Name())),
            "every directory name permitted" => d.With(DraftExtension.NameConstraints, false, Directory(0xA0, Tlv.Name())),
            "a host of URIs excluded" =>
                d.With(DraftExtension.NameConstraints, false, Constraint(0xA1, Tlv.Text(0x86, "other.example.org"))),
            "a domain of URIs permitted" =>
                d.With(DraftExtension.NameConstraints, false, Constraint(0xA0, Tlv.Text(0x86, ".example.org"))),
            "the device's host excluded" =>
                d.With(DraftExtension.NameConstraints, false, Constraint(0xA1, Tlv.Text(0x82, "example.org"))),
            "a critical extension that nobody knows" => d.With(DraftExtension.Unknown, true, [5, 0]),
            "an extension that nobody knows" => d.With(DraftExtension.Unknown, false, [5, 0]),
            "an extension twice" => d.Twice(DraftExtension.KeyUsage),
            "no subjectKeyIdentifier" => d.Without(DraftExtension.SubjectKey),
            "no authorityKeyIdentifier" => d.Without(DraftExtension.AuthorityKey),
            "another authorityKeyIdentifier" => d.With(DraftExtension.AuthorityKey, false, DraftExtension.Authority(Scene.StrangeKey)),
            "critical authorityKeyIdentifier" => d.With(DraftExtension.AuthorityKey, true, DraftExtension.Authority(above)),
            "v1" => d with { Version = [], Extensions = null },
            "v4" => d with { Version = Draft.VersionOf(3) },
            "from 1969" => d with { NotBefore = Tlv.Time(Given.Utc("1969-12-31")) },
            "expired" => d with { NotAfter = Tlv.Time(Now.AddSeconds(-1)) },
            "not yet valid" => d with { NotBefore = Tlv.Time(Now) },
            "ends in 12 years" => d with { NotAfter = Tlv.Time(Now.AddYears(12)) },
            "ends in 9 years" => d with { NotAfter = Tlv.Time(Now.AddYears(9)) },
            "a time of 2040 as GeneralizedTime" => d with { NotAfter = Tlv.Time(Given.Utc("2040-01-01"), utc: false) },
            "serial number 0" => d with { Serial = Tlv.Integer(0) },
            "a serial number of 21 octets" => d with { Serial = Tlv.Integer([.. Enumerable.Repeat((byte)0x11, 21)]) },
            "signed with SHA-384" => d.SignedWith("1.2.840.10045.4.3.3", Draft.Ecdsa(above, HashAlgorithmName.SHA384)),
            "signed with SHA-224" => d.SignedWith("1.2.840.10045.4.3.1", above.Sign),
            "two algorithms" => d with { OuterAlgorithm = Tlv.Algorithm("1.2.840.10045.4.3.3") },
            _ => d with { Between = Tlv.Of(0x81, [0, 1]) },
        };
    }

    [Fact]
    public void Whatever_is_issued_passes_and_what_would_not_pass_is_refused_or_warned_of_at_the_start()
    {
        var (passed, cured, refused) = (0, 0, new System.Collections.Concurrent.ConcurrentDictionary<string, int>());
        AnyCase.Sample(
            @case =>
            {
                try
                {
                    if (FindFailure(@case, out var advice) is not { } failure)
                    {
                        Assert.Null(advice);
                        Interlocked.Increment(ref passed);
                        return;
                    }

                    Assert.True(advice is not null, failure);
                    Assert.Null(FindFailure(Cured(@case, advice), out var more));
                    Assert.Null(more);
                    Interlocked.Increment(ref cured);
                }
                catch (DeviceCredsException e)
                {
                    refused.AddOrUpdate(e.ErrorId, 1, (_, n) => n + 1);
                    Assert.NotNull(e.Advice);
                    if (e.Advice.Contains("-ChainDepth", StringComparison.Ordinal))
                        AssertCured(Cured(@case, e.Advice));
                }
            },
            iter: 2_000
        );
        // Otherwise the property would say little.
        Assert.True(
            passed > 300 && cured > 30 && refused.Count > 10,
            $"{passed} issued, {cured} cured; {string.Join(", ", refused.Select(r => $"{r.Key} {r.Value}"))}"
        );
    }

    static void AssertCured(Case @case)
    {
        try
        {
            Assert.Null(FindFailure(@case, out _));
        }
        catch (IssuanceException e)
        {
            // The CA may forbid this device's name.
            Assert.Equal("NameConstraints", e.RuleId);
        }
    }

    /// <summary>What the advice says.</summary>
    static Case Cured(Case @case, string advice)
    {
        if (advice.Contains("-ExcludeRoot", StringComparison.Ordinal))
            return @case with { ExcludeRoot = true };
        var depth = System.Text.RegularExpressions.Regex.Match(advice, @"-ChainDepth (\d)").Groups[1].Value;
        return @case with { Depth = int.Parse(depth, System.Globalization.CultureInfo.InvariantCulture) };
    }

    /// <summary>What another program thinks of it counts more than our own tests.</summary>
    [Fact]
    public void Whatever_is_issued_passes_OpenSSL_too()
    {
        Tool.Require("openssl");
        using var folder = new TempFolder();
        var issued = new List<Case>();
        AnyCase.Sample(
            @case =>
            {
                try
                {
                    var (credential, authority, _) = Issue(@case);
                    folder.Write($"{issued.Count}.leaf", credential.CertificatePem);
                    folder.Write($"{issued.Count}.trusted", authority.Chain.ToPem());
                    issued.Add(@case);
                }
                catch (DeviceCredsException)
                {
                    // The other test says why.
                }
            },
            iter: 800,
            threads: 1
        );
        var time = new DateTimeOffset(Now.AddSeconds(1)).ToUnixTimeSeconds();
        // Names with a VisibleString or a GeneralString are no names for OpenSSL: it cannot load the CA.
        var verdicts = Tool.Bash(folder.Path, $"""
            for ((i = 0; i < {issued.Count}; i++)); do
              openssl verify -partial_chain -purpose sslclient -policy_check -policy 2.5.29.32.0 -attime {time} \
                -CAfile $i.trusted $i.leaf >/dev/null 2>$i.error && echo "OK" || head -n 1 $i.error
            done
            """).TrimEnd('\n').Split('\n');
        var judged = issued.Zip(verdicts).Where(v => !v.Second.StartsWith("Error loading file", StringComparison.Ordinal)).ToList();
        var refused = judged.Where(v => v.Second != "OK").Select(v => $"{v.Second}: {v.First}").ToList();
        Assert.True(judged.Count > 100, $"{judged.Count} judged, {issued.Count} issued");
    }

    /// <summary>The rules that fail for what is issued, and the warning that came before.</summary>
    static string? FindFailure(Case @case, out string? warning)
    {
        (var credential, var authority, warning) = Issue(@case);
        var file = CertificateReader.Read(Given.Input(credential.HasChain ? credential.ChainPem : credential.CertificatePem));

        var trusted = authority.Chain.Certificates;
        return Failures(trusted, v => v.Test(credential))
            ?? Failures(trusted, v => v.Test(file).Single())
            // Who trusts the root alone needs the whole chain from the device.
            ?? (credential.Chain.Length == trusted.Count + 1 ? Failures([trusted[^1]], v => v.Test(credential)) : null);

        static string? Failures(IReadOnlyList<DeviceCertificate> trusted, Func<CertificateVerifier, DeviceCertificateReport> test) =>
            test(new CertificateVerifier { Issuers = trusted, At = Now.AddSeconds(1) }).Failed is { Count: > 0 } failed
                ? string.Join("\n", failed.Select(c => $"{c.Id}: {c.Message}"))
                : null;
    }

    static (DeviceCredential Credential, CertificateAuthority Authority, string? Warning) Issue(Case @case)
    {
        var certificates = Hierarchy(@case).OrderBy(c => (c.Fingerprint[0] * 31 + @case.Seed) % 97).ToList();
        var authority = CertificateAuthority.Open(certificates, Keys[@case.Levels.Length - 1]);
        var issuer = new CredentialIssuer(
            authority,
            @case.Kind,
            time: Given.Clock(Now),
            chainDepth: @case.Depth,
            excludeRoot: @case.ExcludeRoot,
            subjectAltName: @case.Device.Form
        );
        var account = @case.Kind == CredentialKind.Lwm2m ? Scene.Account : null;
        return (issuer.Issue(new DeviceIdentity(@case.Device.Name, account)), authority, issuer.Warning);
    }
}
