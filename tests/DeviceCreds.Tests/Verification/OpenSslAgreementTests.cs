using System.Text;

namespace DeviceCreds.Tests;

/// <summary>
/// OpenSSL's and GnuTLS's path validation and ours, on every case of the tables but those of names, which path validation
/// does not look at. Every difference is explained here, and docs/about/differences.md is made from that.
/// </summary>
[Trait("Speed", "Slow")]
public class OpenSslAgreementTests
{
    const string OpenSslVersion = "OpenSSL 3.0", GnuTlsVersion = "certtool 3.7";

    /// <summary>Why a rule fails what path validation takes.</summary>
    static readonly Dictionary<string, string> Stricter = new()
    {
        ["EncodingIsDer"] = "RFC 5280, 4.1, asks for DER; the tools read BER, too, where the signature is over the bytes as they came.",
        ["VersionIs3"] = "The property table asks for X.509 v3.",
        ["SerialNumber"] = "RFC 5280, 4.1.2.2; not part of path validation.",
        ["KeyIsP256"] = "The device's key is P-256 with a named curve; path validation does not look at the kind of the last key.",
        ["SignatureAlgorithm"] = "The device verifies ecdsa-with-SHA256 alone, as RFC 5758 writes it; the tools verify more.",
        ["ValidityEncoding"] = "RFC 5280, 4.1.2.5, has one form for each time; the tools read more.",
        ["NotBeforeAfterIssuer"] = "Property table: valid from later than the CA. Periods need not be nested in RFC 5280.",
        ["NotBeforeInPast"] = "Property table: valid from earlier than now, and not at this very second.",
        ["LifetimeOverTenYears"] = "Property table: more than 10 years.",
        ["ExtensionsWellFormed"] = "RFC 5280, 4.2: each extension once and in DER. What a tool does not use, it does not read.",
        ["CriticalExtensions"] = "The device refuses what it does not know, and RFC 5280 what is not processed.",
        ["BasicConstraints"] = "A CA's certificate is no device's.",
        ["KeyUsage"] = "The device signs, and signs no certificates.",
        ["ExtendedKeyUsage"] = "The device refuses an extended key usage without clientAuth.",
        ["KeyIdentifiers"] = "A key identifier that is another's tells of a mixed-up CA; RFC 5280 uses it to find the issuer only.",
        ["ChainInPem"] = "The property table: a chain in PEM alone.",
        ["ChainOrder"] = "The device takes the chain as it stands; the tools sort it, and read over what does not belong to it.",
        ["ChainLength"] = "The device stores 5 certificates at most.",
        ["ChainSignatures"] = "The device verifies each link of the chain that it stores; the tools find another path.",
        ["ChainAlgorithms"] = "The device verifies ecdsa-with-SHA256 on P-256 alone.",
        ["AuthoritiesMaySign"] = "RFC 5280, 4.1.2.1 and 6.1.4 (k): only version 3 can say that a certificate is a CA's.",
        ["AuthorityPurposes"] = "An extended key usage of a CA limits those below it, as OpenSSL reads it.",
        ["AuthoritiesWellFormed"] = "RFC 5280, 4.1, also of the certificates above.",
        ["NameConstraints"] = "RFC 5280, 4.2.1.10; what is not processed forbids.",
        ["CertificatePolicies"] = "RFC 5280, 4.2.1.11 and 6.1.5 (g); OpenSSL looks at policies only with -policy_check.",
    };

    const string WithoutIdentifier =
        "RFC 5280, 4.2.1.1 and 4.2.1.2, asks it of who issues; the path is found without it, so it warns (KeyIdentifiers).";
    const string WeakAuthority = "RFC 5280, 4.2.1.3 and 4.2.1.9, asks it of who issues; it warns (AuthoritiesMaySign).";
    const string NoParameters = "RFC 5758, 3.2: ecdsa-with-SHA256 has no parameters.";
    const string NoDirectoryNames =
        "RFC 5280, 4.2.1.10; GnuTLS compares no directory names: it takes what must be within one, and refuses where one is excluded.";

    /// <summary>What a tool refuses and we do not; and what is better said of one case than of the rule.</summary>
    static readonly Dictionary<string, string> Cases = new()
    {
        ["now is the last second"] = "RFC 5280, 4.1.2.5: notAfter belongs to the period; OpenSSL ends a second earlier.",
        ["extendedKeyUsage any"] = "The device takes it; OpenSSL's purpose sslclient wants clientAuth itself.",
        ["the root is for any purpose"] =
            "anyExtendedKeyUsage means every use (RFC 5280, 4.2.1.12); OpenSSL's purpose sslclient wants clientAuth itself.",
        ["no extensions in an extensions field"] = WithoutIdentifier, ["v3 without extensions"] = WithoutIdentifier,
        ["no authorityKeyIdentifier"] = WithoutIdentifier, ["authorityKeyIdentifier without a key"] = WithoutIdentifier,
        ["the issuer has no subjectKeyIdentifier"] = WithoutIdentifier,
        ["the issuer has no authorityKeyIdentifier"] = WithoutIdentifier, ["the root has no subjectKeyIdentifier"] = WithoutIdentifier,
        ["basicConstraints of the issuer are not critical"] = WeakAuthority, ["the issuer has no keyUsage"] = WeakAuthority,
        ["netscape-cert-type of a server"] = "RFC 5280 and the device do not look at it; -Service Mosquitto does, as OpenSSL.",
        ["critical netscape-cert-type"] = "The device knows this extension; GnuTLS does not.",
        ["UTCTime without seconds"] = "RFC 5280, 4.1.2.5.1: seconds are written.",
        ["a path length without CA:TRUE"] = "RFC 5280, 4.2.1.9: only a CA has a path length.",
        ["NULL as the signature's parameters"] = NoParameters, ["NULL as the signature's parameters in one place"] = NoParameters,
        ["NULL as the parameters of the issuer's signature"] = NoParameters,
        ["the root permits another account"] = NoDirectoryNames, ["the root permits no name of the issuer's"] = NoDirectoryNames,
        ["the root excludes another account"] = NoDirectoryNames, ["the root excludes every directory name"] = NoDirectoryNames,
        ["the root excludes an attribute with which the device's name does not begin"] = NoDirectoryNames,
        ["the root excludes the common name as a host's, which is no DNS name"] =
            "RFC 5280, 4.2.1.10, does not ask it; OpenSSL takes a common name with dots for a DNS name. -Service Mosquitto does the same.",
        ["the root has critical policyConstraints that forbid mappings alone"] = "GnuTLS does not know policyConstraints.",
        ["the root excludes one of the names of a wildcard"] = "A wildcard stands for many names; the tools compare the text.",
        ["alone, its issuing CA trusted, and an expired root above that given"] =
            "With -partial_chain, OpenSSL stops at the first CA that it trusts; without, and at the vendor's portal, the root counts.",
        ["the root constrains a form of names that nobody has"] =
            "RFC 5280, 4.2.1.10, refuses names of a form that is not processed; GnuTLS refuses everything below such a CA.",
        ["the issuer's name in other case and spacing"] = "RFC 5280, 7.1: case and runs of spaces do not count; GnuTLS compares bytes.",
        ["the issuer's name with a tab"] = "RFC 5280, 7.1: white space of any kind is one space; GnuTLS compares bytes.",
        ["the issuer's name with a no-break space"] =
            "RFC 4518, 2.2: it is a space, too; OpenSSL knows those of ASCII, and GnuTLS compares bytes.",
        ["the device's certificate given as its own issuer"] = "Trusting a certificate says nothing of who issued it.",
    };

    sealed record Row(string Title, DeviceCertificateReport Report, string OpenSsl, string Strict, string GnuTls)
    {
        public IReadOnlyList<string> Failed { get; } = [.. Report.Failed.Select(c => c.Id)];

        public bool IsDifferent => new[] { OpenSsl, Strict, GnuTls }.Any(v => (v == "accepts") != Report.Passed);

        public string? Why =>
            Cases.GetValueOrDefault(Title) ?? Failed.Select(Stricter.GetValueOrDefault).FirstOrDefault(w => w is not null);
    }

    static readonly Lazy<IReadOnlyList<Row>> Rows = new(Judge);

    static IReadOnlyList<Row> Judge()
    {
        Tool.RequireVersion("openssl", "version", OpenSslVersion);
        Tool.RequireVersion("certtool", "--version", GnuTlsVersion);
        Tool.Require("faketime");
        Tool.Require("bash");
        using var folder = new TempFolder();
        var cases = RuleCatalogueTests.Cases.Except(IdentityCases.All).Except(KeyCases.All)
            .Select(c => (c.Title, Scene: c.Bend(new Scene())))
            .Where(c => c.Scene.Trusted(c.Scene).Length > 0 && c.Scene.Revocation(c.Scene).Length == 0).ToList();
        var verdicts = Enumerable.Range(0, cases.Count).Chunk(30).AsParallel().AsOrdered()
            .SelectMany(
            chunk => Tool.Bash(folder.Path, string.Concat(chunk.Select(i => Commands(folder, i, cases[i].Scene)))).Split('\n',
                StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        return [.. cases.Select((c, i) => new Row(c.Title, c.Scene.Test(), verdicts[3 * i], verdicts[3 * i + 1], verdicts[3 * i + 2]))];
    }

    static string Commands(TempFolder folder, int i, Scene scene)
    {
        var (leaf, file) = (scene.Leaf.Der(), scene.File(scene));
        folder.Write($"{i}.leaf", Scene.Pem([leaf]));
        folder.Write($"{i}.file", Scene.Pem(file));
        folder.Write($"{i}.chain", Scene.Pem([leaf, .. file.Where(c => !c.AsSpan().SequenceEqual(leaf))]));
        folder.Write($"{i}.trusted", Scene.Pem(scene.Trusted(scene)));
        const string Verdict = ">/dev/null 2>&1 && echo accepts || echo refuses\n";
        var verify =
            $"openssl verify -partial_chain -purpose sslclient "
                + $"-attime {new DateTimeOffset(scene.At).ToUnixTimeSeconds()} -CAfile {i}.trusted -untrusted {i}.file";
        var time = scene.At.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        return $"{verify} {i}.leaf {Verdict}{verify} -x509_strict {i}.leaf {Verdict}faketime -f "
            + $"'{time}' certtool --verify --verify-purpose={DraftExtension.ClientAuth} --load-ca-certificate {i}.trusted "
            + $"--infile {i}.chain {Verdict}";
    }

    [Fact]
    public void The_kinds_are_many_and_both_verdicts_are_among_them()
    {
        Assert.True(Rows.Value.Count > 200, $"{Rows.Value.Count} kinds");
        foreach (var verdict in new Func<Row, string>[] { r => r.OpenSsl, r => r.Strict, r => r.GnuTls,
            r => r.Report.Passed ? "accepts" : "refuses" })
            Assert.All(["accepts", "refuses"],
                v => Assert.True(Rows.Value.Count(r => verdict(r) == v) > 40, $"{Rows.Value.Count(r => verdict(r) == v)} {v}"));
    }

    [Fact]
    public void Nothing_that_path_validation_refuses_is_taken_without_a_reason()
    {
        var unexplained = Rows.Value.Where(r => r.IsDifferent && r.Why is null).ToList();
        Assert.True(unexplained.Count == 0, string.Join("\n", unexplained.Select(r =>
            $"{r.Title}: passed {r.Report.Passed}, OpenSSL {r.OpenSsl}, strict {r.Strict}, GnuTLS {r.GnuTls}")));
    }

    [Fact]
    public void No_reason_is_left_over() =>
    Assert.Equal([], Cases.Values.Concat(Stricter.Values).Distinct().Except(Rows.Value.Where(r => r.IsDifferent).Select(r => r.Why)));

    [Fact]
    public void Docs_about_differences_says_so()
    {
        var page = Path.Combine(RuleCatalogueTests.Repository(), "docs", "about", "differences.md");
        var text = Page() + NameConstraintAgreementTests.Section() + DeviceAgreementTests.Section();
        if (Environment.GetEnvironmentVariable("DEVICECREDS_UPDATE_DOCS") == "1") File.WriteAllText(page, text);
        Assert.True(File.Exists(page) && File.ReadAllText(page).ReplaceLineEndings("\n") == text,
            "docs/about/differences.md is not what the tools say. Make it again: "
                + "run this test with the environment variable DEVICECREDS_UPDATE_DOCS=1.");
    }

    static string Page()
    {
        var different = Rows.Value.Where(r => r.IsDifferent).ToList();
        var (all, agree) = (Rows.Value.Count, Rows.Value.Count - different.Count);
        var gnuTls = GnuTlsVersion.Replace("certtool", "GnuTLS");
        var text = new StringBuilder("# Where Test-DeviceCertificate, OpenSSL and GnuTLS differ\n\n"
            + $"{all} chains, each sound or with one thing wrong, are judged by `Test-DeviceCertificate` with every rule, "
            + "by `openssl verify -partial_chain\n"
            + $"-purpose sslclient` ({OpenSslVersion}), by the same with `-x509_strict`, and by `certtool --verify --verify-purpose` "
            + $"for clientAuth ({gnuTls}), each with the same\n"
            + $"trusted certificates and at the same time. On {agree} all four agree. This page explains the other {different.Count}. "
            + "A test makes it from their verdicts, and fails\n"
            + "when one changes or has no reason. Names, account IDs and the device's key, which path validation does not look at, "
            + "are left out.\n\n"
            + "Three things are not as in RFC 5280, 6.1, on purpose:\n\n"
            + "- A trust anchor there is a name and a key, and nothing else of its certificate is looked at; here what is given with "
            + "`-Issuer` is tested like\n"
            + "  every other CA, its dates too, as OpenSSL does.\n"
            + "- A path there ends at the first CA that is trusted. Here the CAs above it are tested as well, if they are at hand: the "
            + "device judges the dates of\n"
            + "  those that it stores, and OpenSSL (without `-partial_chain`) and the vendor's portal want the chain up to the root. "
            + "So `-Issuer sub.pem`\n"
            + "  may pass and `-Issuer sub.pem,expired-root.pem` fail. Give only the CAs that the service looks at.\n"
            + "- The property table wants a certificate to become valid later than its CA. A CA in the file is the one that it is compared "
            + "with: if that one was\n"
            + "  renewed with a later date, `NotBeforeAfterIssuer` fails, although device and RFC 5280 accept it, until the CA's earlier "
            + "certificate is given\n"
            + "  with `-Issuer`. A CA that is only given with `-Issuer` is a name and a key, perhaps a renewed one, so it warns.\n\n"
            + "| what | ours | OpenSSL | strict | GnuTLS | why |\n"
            + "| --- | --- | --- | --- | --- | --- |\n");
        foreach (var row in different)
        {
            var ours = row.Report.Passed ? "accepts" : "refuses: " + string.Join(", ", row.Failed);
            text.Append($"| {row.Title} | {ours} | {row.OpenSsl} | {row.Strict} | {row.GnuTls} | {row.Why} |\n");
        }

        return text.ToString();
    }
}
