using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>A CA's certificate issued again: what it issued before passes with the old one and the new one.</summary>
public class AuthorityRenewalTests
{
    static readonly DateTime Then = Given.Utc("2027-03-01T12:00:00Z");
    static readonly DateTime Later = Given.Utc("2049-06-01T12:00:00Z");

    static AuthorityOrder Order(CertificateAuthority? issuer = null, DateTime? now = null, ValidityRequest? validity = null) => new()
    {
        Name = "", Issuer = issuer, Time = Given.Clock(now ?? Later), Validity = validity ?? ValidityRequest.Default,
    };

    static DeviceCredential Issue(CertificateAuthority authority, DateTime now, string name = "device") => new CredentialIssuer(authority,
        CredentialKind.Bootstrap, ValidityRequest.ForYears(11), Given.Clock(now)).Issue(new DeviceIdentity(name));

    static void AssertPasses(DeviceCredential device, DateTime at, params CertificateAuthority[] trusted)
    {
        var issuers = trusted.SelectMany(a => a.Chain.Certificates).ToList();
        var report = new CertificateVerifier { Issuers = issuers, At = at, Time = Given.Clock(at) }.Test([device.Leaf]).Single();
        Assert.Empty(report.Failed);
    }

    [Fact]
    public void What_was_issued_before_and_after_passes_with_either_certificate_whoever_is_renewed() =>
        (from depth in Gen.Int[1, 3]
         from renewed in Gen.Int[0, 2]
         from years in Gen.Int[11, 20]
         select (depth, renewed: renewed % depth, years)).Sample(t =>
        {
            var chain = CertificateChain.Create([.. Enumerable.Range(0, t.depth).Select(i => $"CA {i}")], time: Given.Clock(Then));
            var old = chain.Authorities[t.renewed];
            var issuer = t.renewed == 0 ? null : chain.Authorities[t.renewed - 1];
            var made = AuthorityRenewal.Renew(old, Order(issuer, validity: issuer is null ? ValidityRequest.ForYears(t.years) : null));
            Assert.NotEqual(old.SerialNumber, made.SerialNumber);
            Assert.Equal((old.Subject, old.PathLength, old.NotBefore), (made.Subject, made.PathLength, made.NotBefore));
            Assert.Equal(KeyIdentifiers.Of(old.Own), KeyIdentifiers.Of(made.Own));
            Assert.Equal(old.Own.Point, made.Own.Point);
            Assert.Equal(issuer is null, made.IsRoot);
            var device = Issue(chain.Issuer!, Then);
            var below = chain.Authorities.Skip(t.renewed + 1).ToArray();
            AssertPasses(device, Later.AddYears(-15), [old, .. below]);
            AssertPasses(device, Later.AddYears(-15), [made, .. below]);
            AssertPasses(Issue(made, Later), Later, made);
        }, iter: 12);

    [Fact]
    public void OpenSSL_accepts_devices_of_before_and_after_below_the_new_root()
    {
        var root = CertificateAuthority.Create("Root");
        var factory = CertificateAuthority.Create("Factory", root);
        var device = new CredentialIssuer(factory, CredentialKind.Bootstrap).Issue(new DeviceIdentity("device"));
        var order = new AuthorityOrder { Name = "", Validity = ValidityRequest.ForYears(40) };
        var newRoot = AuthorityRenewal.Renew(root, order);
        var newFactory = AuthorityRenewal.Renew(factory, order with { Issuer = newRoot });
        using var folder = new TempFolder();
        folder.Write("root.pem", newRoot.CertificatePem);
        folder.Write("device.pem", device.CertificatePem);
        foreach (var (name, between) in new[] { ("old", factory), ("new", newFactory) })
        {
            folder.Write($"{name}.pem", between.CertificatePem);
            Assert.Contains("device.pem: OK", Tool.Bash(folder.Path,
                $"openssl verify -x509_strict -CAfile root.pem -untrusted {name}.pem device.pem", "openssl"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Cross_signing_leads_to_both_roots()
    {
        var (first, second) = (CertificateAuthority.Create("First", time: Given.Clock(Then)),
            CertificateAuthority.Create("Second", time: Given.Clock(Then.AddDays(-30))));
        var factory = CertificateAuthority.Create("Factory", first, time: Given.Clock(Then));
        var device = Issue(factory, Then);
        // Root under root, and the factory's CA under the other root: the issuer does not need the factory's key.
        var keyless = CertificateAuthority.Open(factory.Chain.Certificates, null);
        var crossed = AuthorityRenewal.Renew(keyless, Order(second, Then.AddDays(1)));
        Assert.Null(crossed.KeyLocation);
        Assert.Equal("CN=Second", crossed.Issuer);
        AssertPasses(device, Then.AddDays(2), crossed);
        AssertPasses(device, Then.AddDays(2), factory);
        var bridge = AuthorityRenewal.Renew(first, Order(second, Then.AddDays(1)));
        Assert.Equal(("CN=First", "CN=Second", false), (bridge.Subject, bridge.Issuer, bridge.IsRoot));
        Assert.Equal((3, 2), (first.PathLength, bridge.PathLength));
        AssertPasses(device, Then.AddDays(2), factory, bridge);
    }

    [Fact]
    public void A_younger_issuer_moves_the_beginning()
    {
        var factory = CertificateChain.Create(["Old", "Factory"], time: Given.Clock(Then)).Issuer!;
        var young = CertificateAuthority.Create("Young", time: Given.Clock(Later));
        Assert.Equal(young.NotBefore.AddSeconds(1), AuthorityRenewal.Renew(factory, Order(young)).NotBefore);
    }

    [Fact]
    public void A_new_key_has_a_new_identifier_and_keeps_the_name()
    {
        var root = CertificateAuthority.Create("Root", time: Given.Clock(Then));
        var made = AuthorityRenewal.Renew(root, Order(), newKey: true);
        Assert.Equal(root.Subject, made.Subject);
        Assert.NotEqual(root.Own.Point, made.Own.Point);
        Assert.NotEqual(KeyIdentifiers.Of(root.Own), KeyIdentifiers.Of(made.Own));
        Assert.Equal("memory", made.KeyLocation);
        AssertPasses(Issue(made, Later), Later, made);
    }

    [Fact]
    public void A_CA_of_another_program_keeps_its_own_identifier_and_all_of_its_name()
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, """
            openssl ecparam -name prime256v1 -genkey -noout -out ca.key
            printf 'subjectKeyIdentifier=01:02:03:04\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n' > e
            printf '[req]\ndistinguished_name=d\n[d]\n[v3]\n' > c; cat e >> c
            openssl req -new -x509 -config c -extensions v3 -key ca.key -days 400 -subj '/C=DE/O=Example GmbH/CN=Works CA' -out ca.pem
            """, "openssl");
        var theirs = AuthorityFiles.Read(folder.File("ca.pem"), folder.File("ca.key"));
        var made = AuthorityRenewal.Renew(theirs, Order(now: DateTime.UtcNow.AddMinutes(1)));
        Assert.Equal(theirs.Own.Fields.SubjectDer, made.Own.Fields.SubjectDer);
        Assert.Equal([1, 2, 3, 4], KeyIdentifiers.Of(made.Own));
        Assert.Null(made.PathLength);
        Assert.True(made.NotAfter > DateTime.Now.AddYears(34));
    }

    const string Restrictions = "keyUsage,extendedKeyUsage,nameConstraints,certificatePolicies,policyMappings,policyConstraints,"
        + "inhibitAnyPolicy,subjectAltName,nsCertType";

    /// <summary>A CA that openssl makes, with these extensions beside those of every CA.</summary>
    static CertificateAuthority Theirs(TempFolder folder, string extensions)
    {
        folder.Write("ca.cnf", "[req]\ndistinguished_name=d\n[d]\n[v3]\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
            + "basicConstraints=critical,CA:TRUE\n" + extensions);
        Tool.Bash(folder.Path, "openssl req -new -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -config ca.cnf "
            + "-extensions v3 -days 400 -subj '/O=Example GmbH/CN=Works CA' -out ca.pem 2>&1", "openssl");
        return AuthorityFiles.Read(folder.File("ca.pem"), folder.File("ca.key"));
    }

    [Fact]
    public void What_restricts_a_CA_of_another_program_is_kept_whoever_signs_and_whatever_the_key()
    {
        using var folder = new TempFolder();
        var theirs = Theirs(folder, """
            keyUsage=critical,keyCertSign
            extendedKeyUsage=critical,clientAuth,serverAuth
            nameConstraints=critical,permitted;dirName:allowed,permitted;DNS:example.com
            certificatePolicies=1.3.6.1.4.1.99999.1,1.3.6.1.4.1.99999.2
            policyMappings=1.3.6.1.4.1.99999.1:1.3.6.1.4.1.99999.3
            policyConstraints=critical,requireExplicitPolicy:1
            inhibitAnyPolicy=critical,0
            subjectAltName=DNS:ca.example.com
            nsCertType=sslCA
            [allowed]
            O=Example GmbH

            """);
        var soon = DateTime.UtcNow.AddMinutes(1);
        var above = CertificateAuthority.Create("Above");
        var expected = Tool.Bash(folder.Path, $"openssl x509 -in ca.pem -noout -ext {Restrictions}", "openssl");
        Assert.Equal(5, expected.Split(": critical").Length - 1);
        CertificateAuthority[] renewed =
        [
            AuthorityRenewal.Renew(theirs, Order(now: soon)), AuthorityRenewal.Renew(theirs, Order(now: soon), newKey: true),
            AuthorityRenewal.Renew(theirs, Order(above, soon)),
        ];
        foreach (var made in renewed)
        {
            folder.Write("new.pem", made.CertificatePem + "\n");
            Assert.Equal(expected, Tool.Bash(folder.Path, $"openssl x509 -in new.pem -noout -ext {Restrictions}", "openssl"));
            Assert.Empty(AuthorityRenewal.NotKept(theirs, made));
        }

        var text = Tool.Bash(folder.Path, "openssl x509 -in new.pem -noout -text", "openssl");
        Assert.All(["Name Constraints: critical", "DNS:example.com", "Require Explicit Policy:1"], t => Assert.Contains(t, text));
    }

    [Fact]
    public void A_restriction_that_cannot_be_kept_is_refused_and_other_extensions_are_named()
    {
        using var folder = new TempFolder();
        var restricted = Theirs(folder, "1.3.6.1.4.1.99999.7=critical,DER:0500\n");
        var error = Assert.Throws<IssuanceException>(() => AuthorityRenewal.Renew(restricted, Order(now: DateTime.UtcNow)));
        Assert.Equal("RestrictionsNotKept", error.ErrorId);
        Assert.Contains("1.3.6.1.4.1.99999.7", error.Message, StringComparison.Ordinal);
        var noted = Theirs(folder, "1.3.6.1.4.1.99999.7=DER:0500\ncrlDistributionPoints=URI:http://crl.example/ca.crl\n");
        var made = AuthorityRenewal.Renew(noted, Order(now: DateTime.UtcNow.AddMinutes(1)));
        Assert.Equal("1.3.6.1.4.1.99999.7, cRLDistributionPoints", AuthorityRenewal.NotKept(noted, made));
        var damaged = new Scene().Root.With("2.5.29.30", true, [5, 0]).Certificate();
        var issuer = CertificateAuthority.Create("Above", time: Given.Clock(Then));
        Assert.Equal("RestrictionsNotKept",
            Refused.Issuance(() => AuthorityRenewal.Renew(CertificateAuthority.Open([damaged], null), Order(issuer, Then.AddDays(1)))));
    }

    [Fact]
    public void What_cannot_be_renewed_is_refused()
    {
        var chain = CertificateChain.Create(["Root", "Region", "Line"], time: Given.Clock(Then));
        Assert.Equal("IssuerMissing", Refused.Issuance(() => AuthorityRenewal.Renew(chain.Issuer!, Order())));
        var keyless = CertificateAuthority.Open([chain.Root!], null);
        Assert.Equal("IssuerWithoutKey", Refused.Issuance(() => AuthorityRenewal.Renew(keyless, Order())));
        Assert.Equal("NameDuplicate", Refused.Issuance(() => AuthorityRenewal.Renew(chain.Authorities[0], Order(chain.Authorities[1]))));
        var ended = chain.Authorities[0].NotAfter.AddDays(1);
        Assert.Equal("IssuerExpired", Refused.Issuance(() => AuthorityRenewal.Renew(chain.Issuer!, Order(chain.Authorities[0], ended))));
        // A root that expired signs itself again.
        Assert.True(AuthorityRenewal.Renew(chain.Authorities[0], Order(now: ended)).NotAfter > ended);
    }

    [Fact]
    public void The_ledger_says_which_certificate_it_renews()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        CertificateAuthority root, made;
        using (var run = AuthorityRun.Open(path, allowDuplicate: false, new LedgerOptions()))
        {
            root = run.Issue(new AuthorityOrder { Name = "Root" }, order => CertificateAuthority.Create(order));
            made = run.Renew(root, new AuthorityOrder { Name = "" }, newKey: false);
            run.Complete();
        }

        var entries = Ledger.Read(path).ToList();
        Assert.Equal([root.SerialNumber, made.SerialNumber], entries.Select(e => e.SerialNumber));
        Assert.Equal([null, root.SerialNumber], entries.Select(e => e.Renews));
    }
}
