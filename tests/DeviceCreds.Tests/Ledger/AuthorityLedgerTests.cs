using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>CAs in the ledger, and the revocation lists of every CA of a chain.</summary>
public sealed class AuthorityLedgerTests : IDisposable
{
    readonly TempFolder _folder = new();

    string LedgerPath => _folder.File("index.txt");

    public void Dispose() => _folder.Dispose();

    CertificateAuthority Recorded(IssuanceLedger ledger, string name, CertificateAuthority? issuer = null) =>
        CertificateAuthority.Create(new AuthorityOrder { Name = name, Issuer = issuer, Record = a => ledger.Record(a) });

    static DeviceCredential Issue(CertificateAuthority issuer, string name) =>
        new CredentialIssuer(issuer, CredentialKind.Bootstrap).Issue(new DeviceIdentity(name));

    [Fact]
    public void A_recorded_ca_has_its_line_with_who_issued_it()
    {
        CertificateAuthority root, factory;
        using (var ledger = IssuanceLedger.Open(LedgerPath))
        {
            root = Recorded(ledger, "Root");
            factory = Recorded(ledger, "Factory", root);
            ledger.Record(Issue(factory, "device-1"));
        }

        var identifier = Hex.Encode(Extensions.SubjectKeyIdentifier(root.Own.Fields)!);
        var entries = Ledger.Read(LedgerPath).ToList();
        Assert.Equal([root.SerialNumber, factory.SerialNumber], entries.Take(2).Select(e => e.SerialNumber));
        Assert.Equal(["/CN=Root", "/CN=Factory", "/CN=device-1"], entries.Select(e => e.Subject));
        Assert.Equal([identifier, identifier, null], entries.Select(e => e.IssuerKeyIdentifier));
        Assert.All(entries, e => Assert.Null(e.Renews));
        Assert.Equal(factory.NotAfter, entries[1].ExpiresAt);
    }

    /// <summary>The list has the serial number of the old certificate, and would not reach the new one.</summary>
    [Fact]
    public void A_revoked_ca_is_renewed_with_a_new_key_only()
    {
        CertificateAuthority root, factory;
        using (var ledger = IssuanceLedger.Open(LedgerPath))
        {
            root = Recorded(ledger, "Root");
            factory = Recorded(ledger, "Factory", root);
            ledger.Revoke([factory.SerialNumber], RevocationReason.CACompromise);
            ledger.Complete();
        }

        using var run = AuthorityRun.Open(LedgerPath, allowDuplicate: false, new LedgerOptions());
        var order = new AuthorityOrder { Name = factory.Name, Issuer = root };
        Assert.Equal("CertificateRevoked", Refused.Issuance(() => run.Renew(factory, order, newKey: false)));
        Assert.NotEqual(factory.SerialNumber, run.Renew(factory, order, newKey: true).SerialNumber);
    }

    [Theory]
    [InlineData("Root", RevocationReason.Unspecified)]
    [InlineData("Root", RevocationReason.CertificateHold)]
    [InlineData("Factory", RevocationReason.CACompromise)]
    [InlineData("Factory", RevocationReason.CertificateHold)]
    public void A_ca_that_is_revoked_in_the_ledger_or_is_below_such_a_ca_issues_no_ca(string name, RevocationReason reason)
    {
        var (root, _, factory) = Chain();
        var revoked = name == "Root" ? root : factory;
        using (var ledger = IssuanceLedger.Open(LedgerPath)) ledger.Revoke([revoked.SerialNumber], reason);
        var before = File.ReadAllText(LedgerPath);
        using var run = AuthorityRun.Open(LedgerPath, allowDuplicate: true, new LedgerOptions());
        var order = new AuthorityOrder { Name = "Other", Issuer = factory };
        var error = Assert.Throws<IssuanceException>(() => run.Issue(order, _ => throw new InvalidOperationException("It was made.")));
        Assert.Equal(("IssuerRevoked", "AuthoritiesNotRevoked"), (error.ErrorId, error.RuleId));
        Assert.Contains($"'CN={name}' (serial number {revoked.SerialNumber})", error.Problem);
        Assert.Contains(LedgerPath, error.Problem);
        Assert.Equal(reason == RevocationReason.CertificateHold, error.Advice!.Contains("RemoveFromCrl"));
        var other = CertificateAuthority.Create("Other");
        Assert.Equal("IssuerRevoked", Refused.Issuance(() => run.Renew(other, order, newKey: true)));
        Assert.Equal(before, File.ReadAllText(LedgerPath));
    }

    [Theory]
    [InlineData("/CN=Root", "IssuerRevoked")]
    [InlineData("/O=Company/CN=Root", "IssuerRevoked")]
    [InlineData("", "IssuerRevoked")]
    [InlineData(@"/CN=\x00R\x00o\x00o\x00t", "IssuerRevoked")]
    [InlineData("/CN=Root of another company", null)]
    public void The_serial_number_of_another_ca_in_a_merged_ledger_stops_no_ca(string subject, string? id)
    {
        var root = CertificateAuthority.Create("Root");
        File.WriteAllText(LedgerPath, $"R\t491231235959Z\t260101000000Z,CACompromise\t00{root.SerialNumber}\tunknown\t{subject}\n");
        using var run = AuthorityRun.Open(LedgerPath, allowDuplicate: true, new LedgerOptions());
        var order = new AuthorityOrder { Name = "Factory", Issuer = root };
        if (id is null) Assert.Equal("Factory", run.Issue(order, o => CertificateAuthority.Create(o)).Name);
        else Assert.Equal(id, Refused.Issuance(() => run.Issue(order, o => CertificateAuthority.Create(o))));
    }

    /// <summary>As <c>openssl ca</c> writes it: without a note of who issued it.</summary>
    [Fact]
    public void A_ca_without_a_note_is_on_the_list_of_the_ca_above()
    {
        var root = CertificateAuthority.Create("Root");
        var factory = CertificateAuthority.Create("Factory", root);
        File.WriteAllText(LedgerPath, $"R\t491231235959Z\t260101000000Z,CACompromise\t{factory.SerialNumber}\tunknown\t/CN=Factory\n"
            + "R\t491231235959Z\t260101000000Z\t4D01\tunknown\t/CN=device\n");
        CertificateAuthority[] both = [root, factory];
        Assert.Equal([[factory.SerialNumber], ["4D01"]],
            both.Select(ca => LedgerRevocationList.Create(ca, LedgerPath, together: both).Revoked.Select(r => r.SerialNumber)));
    }

    [Theory]
    [InlineData(RevocationReason.CACompromise, false, "KeyCompromised")]
    [InlineData(RevocationReason.KeyCompromise, false, "KeyCompromised")]
    [InlineData(RevocationReason.Superseded, false, null)]
    [InlineData(RevocationReason.CACompromise, true, null)]
    public void A_ca_with_the_key_of_one_that_was_compromised_is_renewed_with_a_new_key_only(
        RevocationReason reason, bool newKey, string? id)
    {
        CertificateAuthority root, factory, twin;
        var order = new AuthorityOrder { Name = "Factory" };
        using (var ledger = IssuanceLedger.Open(LedgerPath))
        {
            root = Recorded(ledger, "Root");
            factory = Recorded(ledger, "Factory", root);
        }

        using (var run = AuthorityRun.Open(LedgerPath, true, new LedgerOptions()))
            twin = run.Renew(factory, order with { Issuer = root }, newKey);
        var warnings = new List<string>();
        using (var ledger = IssuanceLedger.Open(LedgerPath, new LedgerOptions { Warn = warnings.Add }))
            ledger.Revoke([factory.SerialNumber], reason);
        if (id is null) Assert.Empty(warnings);
        else Assert.Contains(twin.SerialNumber, Assert.Single(warnings));
        using (var run = AuthorityRun.Open(LedgerPath, true, new LedgerOptions()))
        {
            // Nor does it issue, whose own certificate is not revoked.
            var below = new AuthorityOrder { Name = "Below", Issuer = twin };
            if (id is null) Assert.NotNull(run.Issue(below, o => CertificateAuthority.Create(o)));
            else Assert.Equal("IssuerKeyCompromised", Refused.Issuance(() => run.Issue(below, o => CertificateAuthority.Create(o))));
            if (id is null) Assert.NotNull(run.Renew(twin, order with { Issuer = root }, newKey: false));
            else Assert.Equal(id, Refused.Issuance(() => run.Renew(twin, order with { Issuer = root }, newKey: false)));
            Assert.NotNull(run.Renew(twin, order with { Issuer = root }, newKey: true));
        }
    }

    [Fact]
    public void Notes_are_read_back_whatever_their_order()
    {
        var serial = from bytes in Gen.Byte.Array[1, 20] select Hex.Encode(bytes);
        Gen.Select(serial, serial, Gen.Bool).Sample((old, issuer, renews) =>
        {
            var entry = new LedgerEntry { File = renews ? $"renews:{old};issuer:{issuer}" : $"issuer:{issuer}" };
            Assert.Equal((issuer, renews ? old : null), (entry.IssuerKeyIdentifier, entry.Renews));
            Assert.Equal(renews ? old : "", LedgerFormat.Text(LedgerFormat.Renews(LedgerFormat.Bytes(entry.File))));
        });
    }

    [Fact]
    public void A_ca_that_cannot_be_recorded_is_not_made() =>
        Assert.Equal("LedgerFull", Refused.Output(() => CertificateAuthority.Create(new AuthorityOrder
        {
            Name = "Root", Record = _ => throw new OutputException("LedgerFull", ErrorKind.InputOutput, "The disk is full.", "Make room."),
        })));

    [Fact]
    public void A_second_ca_of_a_name_is_refused_unless_wanted()
    {
        using var ledger = IssuanceLedger.Open(LedgerPath);
        Recorded(ledger, "Root");
        Assert.Equal("NameHasCertificate", Refused.Issuance(() => new EarlierRuns(ledger, null, false, _ => { }).EnsureNameFree("Root")));
        new EarlierRuns(ledger, null, true, _ => { }).EnsureNameFree("Root");
        new EarlierRuns(ledger, null, false, _ => { }).EnsureNameFree("Other");
    }

    [Fact]
    public void A_ledger_that_allows_one_certificate_for_each_subject_allows_one_ca_of_a_name()
    {
        _folder.Write("index.txt.attr", "unique_subject = yes\n");
        using var ledger = IssuanceLedger.Open(LedgerPath);
        Recorded(ledger, "Root");
        Assert.Equal("SubjectNotUnique", Refused.Issuance(() => new EarlierRuns(ledger, null, true, _ => { }).EnsureNameFree("Root")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_subjects_are_unique_a_ca_is_renewed_after_its_certificate_was_revoked(bool newKey)
    {
        _folder.Write("index.txt.attr", "unique_subject = yes\n");
        CertificateAuthority root;
        using (var ledger = IssuanceLedger.Open(LedgerPath)) root = Recorded(ledger, "Root");
        using (var run = AuthorityRun.Open(LedgerPath, allowDuplicate: true, new LedgerOptions()))
            Assert.Equal("SubjectNotUnique", Refused.Issuance(() => run.Renew(root, new AuthorityOrder { Name = "Root" }, newKey)));
        Assert.Single(Ledger.Read(LedgerPath));
        using (var ledger = IssuanceLedger.Open(LedgerPath)) ledger.Revoke([root.SerialNumber]);
        using (var run = AuthorityRun.Open(LedgerPath, allowDuplicate: true, new LedgerOptions()))
            run.Renew(root, new AuthorityOrder { Name = "Root" }, newKey: true);
        Assert.Equal([LedgerState.Revoked, LedgerState.Valid], Ledger.Read(LedgerPath).Select(e => e.State));
        _folder.Write("ca.pem", root.CertificatePem + "\n");
        _folder.Write("ca.key", root.ExportableKey.ToPem() + "\n");
        Tool.Bash(_folder.Path, "printf '[ca]\\ndefault_ca=a\\n[a]\\ndatabase=index.txt\\ndefault_md=sha256\\n' > ca.cnf; "
            + "openssl ca -config ca.cnf -updatedb -keyfile ca.key -cert ca.pem", "openssl");
    }

    [Fact]
    public void Each_list_of_a_chain_names_what_its_ca_issued_and_openssl_agrees()
    {
        var (root, middle, factory) = Chain();
        var (good, bad) = (Issue(factory, "good"), Issue(factory, "bad"));
        using (var ledger = IssuanceLedger.Open(LedgerPath))
        {
            ledger.Record(good, bad);
            ledger.Revoke([bad.SerialNumber], RevocationReason.KeyCompromise);
        }

        var lists = Lists(root, middle, factory);
        Assert.Equal(["CN=Root", "CN=Middle", "CN=Factory"], lists.Select(l => l.Issuer));
        Assert.Equal([0, 0, 1], lists.Select(l => l.Count));
        Assert.Equal("good.pem: OK", Verify(good, lists, root));
        Assert.Contains("error 23", Verify(bad, lists, root));
        // With the factory's list alone every device is refused: this is why all of them are made together.
        Assert.Contains("unable to get certificate CRL", Verify(good, [lists[2]], root));
    }

    [Fact]
    public void A_revoked_ca_is_in_the_list_of_its_issuer_and_openssl_refuses_its_devices()
    {
        var (root, middle, factory) = Chain();
        var device = Issue(factory, "good");
        using (var ledger = IssuanceLedger.Open(LedgerPath))
        {
            ledger.Record(device);
            ledger.Revoke([factory.SerialNumber], RevocationReason.CACompromise);
        }

        var lists = Lists(root, middle, factory);
        Assert.Equal([0, 1, 0], lists.Select(l => l.Count));
        var revoked = lists[1].Revoked.Single();
        Assert.Equal((factory.SerialNumber, RevocationReason.CACompromise), (revoked.SerialNumber, revoked.Reason));
        Assert.Contains("error 23", Verify(device, lists, root));
        var report = new CertificateVerifier { Issuers = [root.Own], RevocationLists = lists }.Test(device);
        Assert.Equal("AuthoritiesNotRevoked", Assert.Single(report.Failed).Id);
    }

    /// <summary>Programs make the identifier of a key in several ways, and earlier versions noted what the certificate says.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_revoked_ca_is_on_the_list_of_every_certificate_of_the_ca_above(bool isOldNote)
    {
        var key = DeviceKey.Generate();
        var root = CertificateAuthority.Create(new AuthorityOrder { Name = "Root" }, key);
        var name = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Root"));
        var other = CertificateAuthority.Open([Scene.Authority(key, name, key, name, 4, "2020-01-01", "2060-01-01")
            .With(DraftExtension.SubjectKey, false, [4, 4, 1, 2, 3, 4]).Without(DraftExtension.AuthorityKey).Certificate()], key);
        CertificateAuthority factory;
        using (var ledger = IssuanceLedger.Open(LedgerPath))
        {
            factory = Recorded(ledger, "Factory", other);
            ledger.Revoke([factory.SerialNumber], RevocationReason.CACompromise);
        }

        var (usual, own) = (Hex.Encode(Extensions.SubjectKeyIdentifier(root.Own.Fields)!), "01020304");
        Assert.Contains($"issuer:{usual}", File.ReadAllText(LedgerPath));
        if (isOldNote) File.WriteAllText(LedgerPath, File.ReadAllText(LedgerPath).Replace(usual, own));
        Assert.Equal(1, LedgerRevocationList.Create(other, LedgerPath).Count);
        Assert.Equal(1, LedgerRevocationList.Create(root, LedgerPath, together: isOldNote ? [other] : []).Count);
    }

    /// <summary>The serial number of a CA may be that of another CA's device whose key was compromised.</summary>
    [Fact]
    public void A_compromised_device_with_the_serial_number_of_a_ca_stops_no_ca()
    {
        var root = CertificateAuthority.Create("Root");
        File.WriteAllText(LedgerPath, $"R\t491231235959Z\t260101000000Z,keyCompromise\t{root.SerialNumber}\tunknown\t/CN=device\n");
        using var ledger = IssuanceLedger.Open(LedgerPath);
        ledger.EnsureNotRevoked(root);
    }

    /// <summary>The new key's list does not have what the old key issued, and nothing may follow from that.</summary>
    [Fact]
    public void A_ca_that_the_old_key_issued_stays_revoked_beside_the_list_of_the_new_key()
    {
        var (root, middle, factory) = Chain();
        var device = Issue(factory, "good");
        using (var ledger = IssuanceLedger.Open(LedgerPath)) ledger.Revoke([middle.SerialNumber], RevocationReason.CACompromise);
        var renewed = AuthorityRenewal.Renew(root, new AuthorityOrder { Name = "" }, newKey: true);
        CertificateRevocationList[] lists = Lists(middle, factory);
        var ofNewKey = LedgerRevocationList.Create(renewed, LedgerPath, together: [renewed, middle, factory]);
        Assert.Equal(CheckOutcome.Skipped, Verdict([ofNewKey, .. lists]));
        Assert.DoesNotContain("OK", Verify(device, [ofNewKey, .. lists], root));
        var ofOldKey = LedgerRevocationList.Create(root, LedgerPath, together: [root, middle, factory]);
        Assert.Equal(CheckOutcome.Failed, Verdict([ofOldKey, .. lists]));
        Assert.Equal(CheckOutcome.Failed, Verdict([ofOldKey, ofNewKey, .. lists]));

        CheckOutcome Verdict(CertificateRevocationList[] all) => new CertificateVerifier
        {
            Issuers = [root.Own, renewed.Own], RevocationLists = all,
        }
            .Test(device).Checks.Single(c => c.Id == "AuthoritiesNotRevoked").Outcome;
    }

    [Fact]
    public void Lists_of_one_ledger_have_numbers_that_rise_and_openssl_takes_its_turn()
    {
        var (root, middle, factory) = Chain();
        Assert.Equal(["01", "02", "03"], Lists(root, middle, factory).Select(l => l.Number));
        Assert.Equal("04", LedgerRevocationList.Create(factory, LedgerPath).Number);
    }

    [Fact]
    public void Entries_of_nobodys_note_are_in_the_lists_of_the_cas_that_issue_devices()
    {
        var (root, _, factory) = Chain();
        var other = CertificateAuthority.Create("Other", root);
        File.AppendAllText(LedgerPath, "R\t491231235959Z\t260101000000Z\t0A\tunknown\t/CN=device\n");
        CertificateAuthority[] together = [root, factory, other];
        Assert.Equal([0, 1, 1], together.Select(a => LedgerRevocationList.Create(a, LedgerPath, together: together).Count));
        // Alone, a CA owns its ledger.
        Assert.Equal(1, LedgerRevocationList.Create(root, LedgerPath).Count);
    }

    [Fact]
    public void A_ledger_that_is_not_there_is_an_error_and_not_an_empty_list() =>
        Assert.Equal("FileNotFound", Refused.Input(() => LedgerRevocationList.Create(CertificateAuthority.Create("Root"), LedgerPath)));

    (CertificateAuthority Root, CertificateAuthority Middle, CertificateAuthority Factory) Chain()
    {
        using var ledger = IssuanceLedger.Open(LedgerPath);
        var root = Recorded(ledger, "Root");
        var middle = Recorded(ledger, "Middle", root);
        return (root, middle, Recorded(ledger, "Factory", middle));
    }

    CertificateRevocationList[] Lists(params CertificateAuthority[] authorities) =>
        [.. authorities.Select(a => LedgerRevocationList.Create(a, LedgerPath, together: authorities))];

    string Verify(DeviceCredential credential, IReadOnlyList<CertificateRevocationList> lists, CertificateAuthority root)
    {
        _folder.Write("good.pem", credential.ChainPem + "\n");
        _folder.Write("root.pem", root.CertificatePem + "\n");
        _folder.Write("crl.pem", string.Concat(lists.Select(l => l.ToPem())));
        const string script = "openssl verify -crl_check_all -CAfile root.pem -untrusted good.pem -CRLfile crl.pem good.pem 2>&1";
        return Tool.TryBash(_folder.Path, script, "openssl").Output.Trim();
    }
}
