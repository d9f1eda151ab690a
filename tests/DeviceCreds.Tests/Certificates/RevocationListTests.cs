using CsCheck;
using DeviceCreds.Fuzz;
using Org.BouncyCastle.Math;

namespace DeviceCreds.Tests;

public sealed class RevocationListTests : IDisposable
{
    static readonly DateTime Now = Given.Utc("2026-06-01 12:00:00");
    static readonly CertificateAuthority Root = CertificateAuthority.Create("List Root", time: Given.Clock(Now.AddDays(-1)));
    static readonly CertificateAuthority Authority = CertificateAuthority.Create("List CA", Root, time: Given.Clock(Now.AddDays(-1)));
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static CertificateRevocationList List(params IEnumerable<RevokedCertificate> revoked) =>
        CertificateRevocationList.Create(Authority, revoked, BigInteger.ValueOf(0x1234), Now, Now.AddDays(30));

    static IEnumerable<RevokedCertificate> Find(CertificateRevocationList list, string serialNumber) =>
        list.Find(new BigInteger(serialNumber, 16), list.IssuerKey);

    static readonly Gen<RevokedCertificate> Entry =
        from serial in Gen.Byte.Array[1, 20]
        from seconds in Gen.Int[0, int.MaxValue]
        from reason in Gen.OneOf(Gen.Const((RevocationReason?)null),
            Gen.OneOf(RevocationReason.KeyCompromise, RevocationReason.CACompromise, RevocationReason.AffiliationChanged,
                RevocationReason.Superseded, RevocationReason.CessationOfOperation, RevocationReason.CertificateHold)
                .Select(r => (RevocationReason?)r))
        select new RevokedCertificate(SerialNumbers.Format(new BigInteger(1, serial)),
            DateTime.UnixEpoch.AddSeconds(seconds).ToLocalTime(), reason);

    [Fact]
    public void What_is_written_is_read_again() =>
    Entry.List[0, 40].Select(l => l.DistinctBy(e => e.SerialNumber).ToList()).Sample(entries =>
    {
        var list = List(entries);
        foreach (var read in new[] { list, CertificateRevocationList.Read(Given.Input(list.Der)).Single(),
            CertificateRevocationList.Read(Given.Input("Text\n" + list.ToPem())).Single() })
        {
            Assert.Equal((Authority.Subject, "1234", Now.ToLocalTime(), Now.AddDays(30).ToLocalTime(), entries.Count),
                (read.Issuer, read.Number, read.ThisUpdate, read.NextUpdate!.Value, read.Count));
            Assert.Equal(entries, read.Revoked);
            Assert.All(entries, e => Assert.Equal([e], Find(read, e.SerialNumber)));
            Assert.Empty(Find(read, "99".PadRight(50, '9')));
            Assert.True(read.IsSignedBy(Authority.Own));
            Assert.False(read.IsSignedBy(Authority.Chain.Root!));
            Assert.Null(read.UnknownExtension);
        }
    }, iter: 100);

    /// <summary>RemoveFromCrl is what delta lists say; in a complete list verifiers would take the certificate for valid.</summary>
    [Fact]
    public void Unspecified_and_what_only_a_delta_list_says_are_said_by_saying_nothing()
    {
        var list = List(new("01", Now, RevocationReason.Unspecified), new RevokedCertificate("02", Now, RevocationReason.RemoveFromCrl));
        Assert.Equal([new RevokedCertificate("01", Now.ToLocalTime()), new RevokedCertificate("02", Now.ToLocalTime())], list.Revoked);
    }

    [Fact]
    public void Two_hundred_thousand_entries_are_written_read_and_found()
    {
        var time = ThreadClock.StartNew();
        var list = List(Enumerable.Range(1, 200_000).Select(i => new RevokedCertificate($"4D{i:X30}", Now, RevocationReason.Superseded)));
        Assert.Single(Find(list, $"4D{200_000:X30}"));
        Assert.Empty(Find(list, $"4D{200_001:X30}"));
        Assert.Equal(200_000, list.Count);
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(60), $"took {time.Elapsed}");
    }

    [Fact]
    public void Openssl_and_certtool_agree()
    {
        var device = new CredentialIssuer(Authority, CredentialKind.Bootstrap, time: Given.Clock(Now)).Issue(new DeviceIdentity("device"));
        var other = new CredentialIssuer(Authority, CredentialKind.Bootstrap, time: Given.Clock(Now)).Issue(new DeviceIdentity("other"));
        var list = List(new RevokedCertificate(device.SerialNumber, Now.AddHours(-1), RevocationReason.KeyCompromise));
        var root = CertificateRevocationList.Create(Root, [], BigInteger.One, Now, Now.AddDays(30));
        foreach (var (name, text) in new[] { ("list.pem", list.ToPem()), ("root-list.pem", root.ToPem()),
            ("device.pem", device.CertificatePem), ("other.pem", other.CertificatePem), ("ca.pem", Authority.CertificatePem),
            ("root.pem", Authority.Chain.Root!.CertificatePem) })
            _folder.Write(name, text + "\n");
        var seconds = new DateTimeOffset(Now).ToUnixTimeSeconds();
        var output = Tool.Bash(_folder.Path, $"""
            openssl crl -in list.pem -noout -text -CAfile ca.pem -verify 2>&1
            cat list.pem root-list.pem > lists.pem
            openssl verify -attime {seconds} -CAfile root.pem -untrusted ca.pem -CRLfile lists.pem -crl_check_all other.pem
            openssl verify -attime {seconds} -CAfile root.pem -untrusted ca.pem -CRLfile lists.pem -crl_check_all device.pem 2>&1 || true
            certtool --crl-info --infile list.pem
            certtool --verify-crl --load-ca-certificate ca.pem --infile list.pem || true
            """, "openssl", "certtool");
        foreach (var says in new[] { "verify OK", "Version 2 (0x1)", "CN = List CA", "Last Update: Jun  1 12:00:00 2026 GMT",
            "Next Update: Jul  1 12:00:00 2026 GMT", $"Serial Number: {device.SerialNumber}", "Key Compromise", "4660",
            "X509v3 Authority Key Identifier", "other.pem: OK", "certificate revoked", "Revoked certificates (1)", "CRL Number" })
            Assert.Contains(says, output, StringComparison.Ordinal);

        Assert.Equal((false, true), (Passes(device), Passes(other)));

        bool Passes(DeviceCredential credential) =>
            new CertificateVerifier { Issuers = [Authority.Chain.Root!], RevocationLists = [list, root], At = Now }.Test(credential).Passed;
    }

    /// <summary>Texts end with a line feed, so that they can be put one after the other.</summary>
    [Fact]
    public void Texts_one_after_the_other_are_a_file_for_us_and_for_openssl()
    {
        var (list, root) = (List(new RevokedCertificate("01", Now)),
            CertificateRevocationList.Create(Root, [], BigInteger.One, Now, Now.AddDays(30)));
        _folder.Write("lists.pem", list.ToPem() + root.ToPem());
        Assert.Equal([list.Der, root.Der], CertificateRevocationList.Read(_folder.File("lists.pem")).Select(l => l.Der));
        var chain = Authority.Chain.ToPem();
        Assert.All([list.Pem, list.ToPem(), chain], text => Assert.EndsWith("-----\n", text, StringComparison.Ordinal));
        _folder.Write("chains.pem", chain + chain);
        Assert.Equal(4, CertificateReader.Read(InputFile.Read(_folder.File("chains.pem"))).Count);
        var device = new CredentialIssuer(Authority, CredentialKind.Bootstrap, time: Given.Clock(Now)).Issue(new DeviceIdentity("device"));
        _folder.Write("device.pem", device.CertificatePem + "\n");
        _folder.Write("chain.pem", chain);
        Assert.Contains("device.pem: OK",
            Tool.Bash(_folder.Path,
                $"openssl verify -attime {new DateTimeOffset(Now).ToUnixTimeSeconds()} -CAfile chain.pem -CRLfile lists.pem "
                    + "-crl_check_all device.pem", "openssl"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_of_several_lists_is_read_whole(bool inDer)
    {
        var lists = new[] { List(), List(new RevokedCertificate("01", Now)), List() };
        var key = DeviceKey.Generate().ToPem();
        var file = inDer
            ? Given.Input([.. lists.SelectMany(l => l.Der)])
            : Given.Input(
                "Text\n" + lists[0].Pem + key + "\n" + lists[1].Pem + lists[2].Pem.Replace("X509 CRL", "CRL", StringComparison.Ordinal));
        Assert.Equal(lists.Select(l => l.Der), CertificateRevocationList.Read(file).Select(l => l.Der));
        if (inDer)
            Assert.Contains("3 bytes follow",
                Assert.Throws<InputException>(() => CertificateRevocationList.Read(Given.Input([.. lists[0].Der, 1, 2, 3]))).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void What_openssl_ca_makes_is_read()
    {
        Tool.Bash(_folder.Path, """
            openssl ecparam -name prime256v1 -genkey -noout -out ca.key
            openssl req -x509 -new -key ca.key -subj '/CN=Foreign CA' -days 4000 -out ca.pem -addext keyUsage=critical,keyCertSign,cRLSign
            printf '%s\n' '[ca]' default_ca=x '[x]' database=index.txt crlnumber=crlnumber default_md=sha256 \
                default_crl_days=30 crl_extensions=e '[e]' authorityKeyIdentifier=keyid > ca.cnf
            printf 'R\t491231235959Z\t260101000000Z,keyCompromise\t01FF\tunknown\t/CN=a\n' > index.txt
            printf 'V\t491231235959Z\t\t02\tunknown\t/CN=b\n' >> index.txt
            printf 'R\t491231235959Z\t260102000000Z\t0A\tunknown\t/CN=c\n' >> index.txt
            echo 0A > crlnumber
            openssl ca -gencrl -config ca.cnf -keyfile ca.key -cert ca.pem -out list.pem
            openssl crl -in list.pem -outform DER -out list.der
            """, "openssl");
        foreach (var name in new[] { "list.pem", "list.der" })
        {
            var list = CertificateRevocationList.Read(_folder.File(name)).Single();
            Assert.Equal(("CN=Foreign CA", "0A", 2), (list.Issuer, list.Number, list.Count));
            Assert.Equal(["01FF", "0A"], list.Revoked.Select(r => r.SerialNumber).Order());
            Assert.Equal(RevocationReason.KeyCompromise, Find(list, "01FF").Single().Reason);
            Assert.True(list.IsSignedBy(CertificateReader.Read(InputFile.Read(_folder.File("ca.pem")))[0]));
        }
    }

    [Fact]
    public void Damage_is_refused_or_shows_in_the_signature()
    {
        var sound = List(new("0102", Now, RevocationReason.KeyCompromise), new RevokedCertificate("7F", Now)).Der;
        (from damage in Damage.Any select damage).Sample(damage =>
        {
            var bytes = damage(sound);
            IReadOnlyList<CertificateRevocationList> lists;
            try
            {
                lists = CertificateRevocationList.Read(Given.Input(bytes));
            }
            catch (InputException)
            {
                return;
            }

            Assert.All(lists,
                list => Assert.NotNull(
                    $"{list} {list.Number} {list.NextUpdate} {list.Revoked.Count()} {Find(list, "01").Count()} {list.UnknownExtension}"));
            Assert.All(lists, list => Assert.True(!list.IsSignedBy(Authority.Own) || list.Der.AsSpan().SequenceEqual(sound)));
        }, iter: 3_000);
    }

    [Theory]
    [InlineData("text", "RevocationListNotRecognised")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----", "RevocationListNotFound")]
    [InlineData("-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----", "RevocationListMalformed")]
    public void What_is_no_list_is_named(string text, string id) =>
    Assert.Equal(id, Refused.Input(() => CertificateRevocationList.Read(Given.Input(text))));

    public static TheoryData<string> Malformed =>
        ["a serial number with a needless zero", "a time without seconds", "an open length", "two algorithms",
            "an extension twice", "a version of 3", "extensions in version 1", "an entry with a tail"];

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Readers_might_differ_in_it_and_so_it_is_refused(string what)
    {
        var draft = ListDraft.OfSub(new Scene());
        draft = what switch
        {
            "a serial number with a needless zero" => draft with { Entries = [ListDraft.Entry(Tlv.Integer(0, 1))] },
            "a time without seconds" => draft with { ThisUpdate = Tlv.Text(0x17, "2605200000Z") },
            "an open length" => draft with { Entries = [[0x30, 0x80, .. Tlv.Integer(1), .. Tlv.Time(Now), 0, 0]] },
            "two algorithms" => draft with { OuterAlgorithm = Tlv.Algorithm("1.2.840.10045.4.3.3") },
            "an extension twice" => draft.With("2.5.29.20", false, Tlv.Integer(6)),
            "a version of 3" => draft with { Version = Tlv.Integer(2) },
            "extensions in version 1" => draft with { Version = [] },
            _ => draft with { Entries = [Tlv.Sequence(Tlv.Integer(1), Tlv.Time(Now), Tlv.Sequence(), Tlv.Integer(1))] },
        };
        Assert.Equal("RevocationListMalformed", Refused.Input(() => CertificateRevocationList.Read(Given.Input(draft.Der()))));
    }

    /// <summary>OpenSSL takes such a line of a ledger, and lists the number.</summary>
    [Theory]
    [InlineData("-12")]
    [InlineData("-80")]
    [InlineData("-FF01")]
    public void A_negative_serial_number_is_listed(string serial)
    {
        var authority = CertificateAuthority.Open([new Scene().Sub.Certificate()], Scene.SubKey);
        var list = CertificateRevocationList.Create(authority, [new RevokedCertificate(serial, Now)], BigInteger.One, Now, Now.AddDays(1));
        Assert.Equal(serial, Assert.Single(list.Revoked).SerialNumber);
        using var folder = new TempFolder();
        folder.Write("list.pem", list.ToPem());
        Assert.Contains($"Serial Number: {serial}\n", Tool.Bash(folder.Path, "openssl crl -in list.pem -noout -text", "openssl"));
    }

    [Theory]
    [InlineData("no cRLSign", "IssuerMayNotRevoke")]
    [InlineData("expired", "IssuerExpired")]
    [InlineData("no key", "IssuerWithoutKey")]
    [InlineData("an end before the beginning", "NextUpdateTooEarly")]
    [InlineData("a serial number that is none", "SerialNumberInvalid")]
    public void A_list_is_not_made_with(string what, string id)
    {
        var scene = new Scene();
        var certificate = what switch
        {
            "no cRLSign" => scene.Sub.With(DraftExtension.KeyUsage, true, DraftExtension.Usage(2, 0x84)).Certificate(),
            "expired" => (scene.Sub with { NotAfter = Tlv.Time(Given.Utc("2026-05-01")) }).Certificate(),
            _ => scene.Sub.Certificate(),
        };
        var authority = CertificateAuthority.Open([certificate], what == "no key" ? null : Scene.SubKey);
        Assert.Equal(id,
            Refused.Issuance(
                () => CertificateRevocationList.Create(authority,
                    [new RevokedCertificate(what == "a serial number that is none" ? "x1" : "01", Now)], BigInteger.One, Now,
                    what == "an end before the beginning" ? Now : Now.AddDays(1))));
    }

    const string Ledger =
        "R\t491231235959Z\t260101000000Z,keyCompromise\t01FF\tunknown\t/CN=a\n"
            + "V\t491231235959Z\t\t02\tunknown\t/CN=b\n"
            + "R\t491231235959Z\t260102000000Z\t0A\tunknown\t/CN=c\n";

    [Fact]
    public void A_ledger_s_revoked_become_a_list_and_each_list_has_the_next_number()
    {
        var path = _folder.Write("index.txt", Ledger + "V\t49123123");
        var first = LedgerRevocationList.Create(Authority, path, time: Given.Clock(Now));
        Assert.Equal(
            [new RevokedCertificate("01FF", Given.Utc("2026-01-01").ToLocalTime(), RevocationReason.KeyCompromise),
                new RevokedCertificate("0A", Given.Utc("2026-01-02").ToLocalTime())], first.Revoked);
        Assert.Equal(("01", Now.AddDays(30).ToLocalTime()), (first.Number, first.NextUpdate!.Value));
        Assert.Equal("02", LedgerRevocationList.Create(Authority, path, Now.AddDays(7), Given.Clock(Now)).Number);
        Assert.Equal("03\n", File.ReadAllText(path + ".crlnumber"));
        // What was not made has no number.
        Assert.Equal("NextUpdateTooEarly",
            Refused.Issuance(() => LedgerRevocationList.Create(Authority, path, Now.AddDays(-1), Given.Clock(Now))));
        Assert.Equal("03\n", File.ReadAllText(path + ".crlnumber"));
    }

    [Fact]
    public void A_list_at_the_end_of_time_ends_with_it()
    {
        var path = _folder.Write("index.txt", Ledger);
        var authority = CertificateAuthority.Create("Root", validity: ValidityRequest.NoExpiration);
        var list = LedgerRevocationList.Create(authority, path, time: Given.Clock("9999-12-30T12:00Z"));
        Assert.Equal(Lifetime.NoExpiration, list.NextUpdate!.Value.ToUniversalTime());
    }

    [Fact]
    public void Openssl_ca_takes_turns()
    {
        var path = _folder.Write("index.txt", Ledger);
        _folder.Write("ca.pem", Authority.CertificatePem + "\n");
        _folder.Write("ca.key", ((SoftwareSigner)Authority.Signer!).Key.ToPem() + "\n");
        _folder.Write("ca.cnf",
            "[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ncrlnumber=index.txt.crlnumber\ndefault_md=sha256\ndefault_crl_days=30\n");
        var ours = LedgerRevocationList.Create(Authority, path, time: Given.Clock(Now));
        Tool.Bash(_folder.Path, "openssl ca -gencrl -config ca.cnf -keyfile ca.key -cert ca.pem -out list.pem", "openssl");
        var theirs = CertificateRevocationList.Read(_folder.File("list.pem")).Single();
        Assert.Equal(("01", "02", "03"),
            (ours.Number, theirs.Number, LedgerRevocationList.Create(Authority, path, time: Given.Clock(Now)).Number));
        Assert.Equal(ours.Revoked.OrderBy(r => r.SerialNumber), theirs.Revoked.OrderBy(r => r.SerialNumber));
        Assert.True(theirs.IsSignedBy(Authority.Own));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("xyz")]
    [InlineData("0102030405060708090A0B0C0D0E0F101112131415")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    public void A_number_that_is_none_is_no_reason_to_begin_again(string text)
    {
        var path = _folder.Write("index.txt", Ledger);
        _folder.Write("index.txt.crlnumber", text + "\n");
        Assert.Equal("RevocationListNumberInvalid", Refused.Input(() => LedgerRevocationList.Create(Authority, path)));
    }

    [Fact]
    public void The_last_number_is_used_once()
    {
        var path = _folder.Write("index.txt", Ledger);
        _folder.Write("index.txt.crlnumber", "7F" + new string('F', 38) + "\n");
        var last = LedgerRevocationList.Create(Authority, path);
        Assert.Equal("7F" + new string('F', 38), last.Number);
        Assert.Equal(20, last.Scope.Number!.ToByteArray().Length);
        var error = Assert.Throws<InputException>(() => LedgerRevocationList.Create(Authority, path));
        Assert.Equal("RevocationListNumberInvalid", error.ErrorId);
        Assert.Contains("21 octets", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_that_is_not_there_is_said_so_and_nothing_is_left_behind()
    {
        Assert.Equal("FileNotFound", Refused.Input(() => LedgerRevocationList.Create(Authority, _folder.File("none"))));
        Assert.Empty(_folder.Files());
    }
}
