namespace DeviceCreds.Tests;

/// <summary>What may be revoked by the books, and what is in doubt.</summary>
public sealed class BooksTests
{
    static readonly CertificateAuthority Authority = CertificateAuthority.Create("Books CA");

    static DeviceCredential Issue(string name, CredentialKind kind = CredentialKind.Bootstrap) => Delivery.Issue(kind, name, Authority);

    /// <summary>The answer may be lost, or say that the device stored everything and is ready, unverified.</summary>
    [Fact]
    public void A_certificate_whose_injection_failed_is_not_revoked_since_the_device_may_have_it()
    {
        using var books = new BookKeeping();
        var sent = Issue("a");
        books.Ledger(BookKeeping.Line(sent)).Journal(BookKeeping.Injection(sent, succeeded: false));
        var account = Assert.Single(books.Compare().Accounts);
        Assert.Equal(DeviceAccountState.NotDelivered, account.State);
        Assert.Empty(account.SerialNumbersToRevoke);
        Assert.Contains("may have", account.Message);
        books.Journal(BookKeeping.Injection(sent, succeeded: true, minute: 1));
        Assert.Equal(DeviceAccountState.Injected, Assert.Single(books.Compare().Accounts).State);
    }

    /// <summary>A program that filters a journal writes its times anew.</summary>
    [Theory]
    [InlineData(".000Z", "Z")]
    [InlineData(".000Z", ".0000000Z")]
    [InlineData(".000Z", "+00:00")]
    [InlineData("T00:", "T05:", ".000Z", ".0+05:00")]
    public void A_time_in_any_form_of_RFC_3339_is_the_same_time(params string[] changes)
    {
        using var books = new BookKeeping();
        var (old, last, sent) = (Issue("a"), Issue("a"), Issue("b"));
        books.Ledger(BookKeeping.Line(old), BookKeeping.Line(last), BookKeeping.Line(sent)).Journal(BookKeeping.Injection(old),
            BookKeeping.Injection(last, minute: 1), BookKeeping.Injection(sent, succeeded: false));
        var text = File.ReadAllText(books.Journals[0]);
        for (var i = 0; i < changes.Length; i += 2) text = text.Replace(changes[i], changes[i + 1], StringComparison.Ordinal);
        File.WriteAllText(books.Journals[0], text);
        var (accounts, _) = books.Compare();
        Assert.Empty(books.Errors);
        Assert.Equal([old.SerialNumber], accounts[0].SerialNumbersToRevoke);
        Assert.True(accounts[1].IsLastSendFailed);
        Assert.Empty(accounts[1].SerialNumbersToRevoke);
        Assert.Equal(new DateTime(2030, 1, 1, 0, 1, 0, DateTimeKind.Utc).ToLocalTime(), accounts[0].InjectedAt);
        Assert.Equal(new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc).ToLocalTime(),
            InjectionJournal.Read(books.Journals[0]).First().StartedAt);
    }

    [Theory]
    [InlineData("\"2030-01-01T00:00:00.000Z\"", "\"01/01/2030 00:00:00\"")]
    [InlineData("\"2030-01-01T00:00:00.000Z\"", "\"2030-01-01T00:00:00\"")]
    [InlineData("\"time\"", "\"at\"")]
    [InlineData("\"kind\"", "\"sort\"")]
    public void A_line_of_a_journal_without_a_known_time_or_kind_is_an_error(string part, string other)
    {
        using var books = new BookKeeping();
        var sent = Issue("a");
        books.Ledger(BookKeeping.Line(sent)).Journal(BookKeeping.Injection(sent));
        File.WriteAllText(books.Journals[0], File.ReadAllText(books.Journals[0]).Replace(part, other, StringComparison.Ordinal));
        var account = Assert.Single(books.Compare().Accounts);
        Assert.Equal("JournalLineMalformed", Assert.Single(books.Errors).ErrorId);
        Assert.Empty(account.SerialNumbersToRevoke);
    }

    /// <summary>As in the ledger that Merge-IssuanceLedger makes of the two.</summary>
    [Theory]
    [InlineData("250101000000Z,certificateHold", "250201000000Z,superseded", RevocationReason.Superseded)]
    [InlineData("250201000000Z,superseded", "250101000000Z,certificateHold", RevocationReason.Superseded)]
    [InlineData("250201000000Z,superseded", "250101000000Z,keyCompromise", RevocationReason.KeyCompromise)]
    [InlineData("250201000000Z,certificateHold", "250101000000Z,certificateHold", RevocationReason.CertificateHold)]
    public void A_revocation_counts_before_a_hold_and_the_earlier_one_of_two(string one, string other, RevocationReason reason)
    {
        using var books = new BookKeeping();
        var revoked = Issue("a");
        books.Ledger(BookKeeping.Line(revoked, "R", one)).Ledger(BookKeeping.Line(revoked, "R", other));
        Assert.Equal(reason, Assert.Single(Assert.Single(books.Compare().Accounts).Certificates).Reason);
        LedgerMerge.Merge(books.Ledgers, books.File("merged.txt"), _ => { });
        Assert.Equal(reason, Assert.Single(Ledger.Read(books.File("merged.txt"), _ => { })).Reason);
    }

    /// <summary>Whatever its format: what cannot be found would be revoked.</summary>
    [Fact]
    public void A_device_that_has_a_file_of_any_format_with_a_certificate_is_delivered()
    {
        foreach (var format in CredentialFormats.All.OfType<IDeviceFormat>())
        {
            using var books = new BookKeeping();
            var credential = Issue("a");
            var folder = Directory.CreateDirectory(books.File("out")).FullName;
            using (var export = new CredentialExport(folder, [format.Info.Name], Options(format), replace: false)) export.Write(credential);
            books.Folders.Add(folder);
            var account = Assert.Single(books.Ledger(BookKeeping.Line(credential)).Compare().Accounts);
            Assert.True(account.State == DeviceAccountState.Delivered || account.Unread is not null,
                $"{format.Info.Name}: {account.State}, {string.Join("; ", books.Errors)}");
            Assert.Empty(account.SerialNumbersToRevoke);
        }

        static ExportOptions Options(ICredentialFormat format) => new()
        {
            Password = format.Info.KeyForm == PrivateKeyForm.Encrypted ? "a password".ToCharArray() : null,
            Configurations = [new() { ServerUri = "coaps://bootstrap.example.com:5684?aid=0123456789abcdef0123456789abcdef",
                ServerCertificate = Authority.Own, Manufacturer = "E", ModelNumber = "M", SerialNumber = "S", DeviceType = "T",
                HardwareVersion = "H", MemoryTotalKB = 512 }],
        };
    }

    [Fact]
    public void A_certificate_without_a_common_name_is_one_account_in_ledger_and_folder()
    {
        using var folder = new TempFolder();
        var key = DeviceKey.Generate();
        folder.Write("key.pem", key.ToPem());
        folder.Write("config", "[req]\ndistinguished_name = name\n[name]\n");
        Tool.Bash(folder.Path, "openssl req -config config -new -x509 -key key.pem -subj /O=only-org -set_serial 0x1010 -out d.pem",
            "openssl");
        var certificate = CertificateReader.Read(InputFile.Read(folder.File("d.pem")))[0];
        using var books = new BookKeeping();
        Directory.CreateDirectory(books.File("out/d"));
        File.Copy(folder.File("d.pem"), books.File("out/d/BootstrapDeviceCert.pem"));
        books.Folders.Add(books.File("out"));
        books.Ledger($"V\t{certificate.Fields.NotAfter:yyMMddHHmmss}Z\t\t1010\tunknown\t/O=only-org");
        var account = Assert.Single(books.Compare().Accounts);
        Assert.Equal((DeviceAccountState.Delivered, "/O=only-org"), (account.State, account.EndpointName));
    }

    [Fact]
    public void An_unplanned_certificate_of_a_planned_device_is_revoked_by_its_serial_number_alone()
    {
        using var books = new BookKeeping();
        var (planned, other) = (Issue("a"), Issue("a", CredentialKind.Lwm2m));
        books.Ledger(BookKeeping.Line(planned), BookKeeping.Line(other));
        var account = books.Compare([new("a")], [CredentialKind.Bootstrap]).Accounts.Single(a => a.State == DeviceAccountState.Unplanned);
        Assert.Contains($"-SerialNumber {other.SerialNumber}", account.Recommendation);
        Assert.DoesNotContain("-EndpointName", account.Recommendation);
    }

    [Fact]
    public void A_missing_device_may_be_in_a_line_of_the_ledger_that_cannot_be_read()
    {
        using var books = new BookKeeping();
        books.Ledger(BookKeeping.Line(Issue("a")), BookKeeping.Line(Issue("b")).Replace("V\t", "X\t", StringComparison.Ordinal));
        var missing = books.Compare([new("a"), new("b")]).Accounts.Single(a => a.State == DeviceAccountState.Missing);
        Assert.Equal(books.Ledgers[0], missing.Unread);
        Assert.Contains("could not be read", missing.Message);
        Assert.DoesNotContain("New-", missing.Recommendation);
    }

    [Fact]
    public void A_later_message_without_a_certificate_leaves_nobody_knowing_what_the_device_has()
    {
        using var books = new BookKeeping();
        var first = Issue("a");
        books.Ledger(BookKeeping.Line(first)).Journal(BookKeeping.Injection(first),
            BookKeeping.Injection(first, succeeded: false, minute: 1) with { SerialNumber = null });
        var account = Assert.Single(books.Compare().Accounts);
        Assert.Equal(DeviceAccountState.NotDelivered, account.State);
        Assert.Empty(account.SerialNumbersToRevoke);
    }

    [Fact]
    public void A_list_of_one_order_revokes_no_device_of_another()
    {
        using var books = new BookKeeping();
        var (delivered, lost) = (Issue("a"), Issue("b"));
        books.Ledger(BookKeeping.Line(delivered), BookKeeping.Line(lost)).Export(delivered);
        var accounts = books.Compare([new DeviceIdentity("c")]).Accounts.Where(a => a.State == DeviceAccountState.Unplanned).ToList();
        Assert.Equal([lost.SerialNumber], accounts.SelectMany(a => a.SerialNumbersToRevoke));
    }

    [Fact]
    public void What_an_undelivered_certificate_renews_is_kept_since_the_device_may_have_it()
    {
        using var books = new BookKeeping();
        var (old, renewal) = (Issue("a"), Issue("a"));
        books.Ledger(BookKeeping.Line(old), BookKeeping.Line(renewal, renews: old)).Export();
        Assert.Equal([renewal.SerialNumber], Assert.Single(books.Compare().Accounts).SerialNumbersToRevoke);
    }

    /// <summary>CAs that count have the same numbers.</summary>
    [Fact]
    public void An_injection_is_of_the_certificate_of_its_kind()
    {
        using var books = new BookKeeping();
        var (bootstrap, lwm2m) = (Issue("a"), Issue("a", CredentialKind.Lwm2m));
        var line = BookKeeping.Line(lwm2m).Replace(lwm2m.SerialNumber, bootstrap.SerialNumber, StringComparison.Ordinal);
        books.Ledger(BookKeeping.Line(bootstrap), line)
            .Journal(BookKeeping.Injection(lwm2m) with { SerialNumber = bootstrap.SerialNumber });
        Assert.Equal([DeviceAccountState.NotDelivered, DeviceAccountState.Injected], books.Compare().Accounts.Select(a => a.State));
    }

    [Theory]
    [InlineData("BootstrapDeviceCert.der", 'x')]
    [InlineData("BootstrapDeviceCert.der", '\0')]
    [InlineData("BootstrapDeviceCert.pem", 'x')]
    [InlineData("BootstrapDeviceCert.pem", '\0')]
    public void A_damaged_certificate_leaves_its_device_in_doubt(string file, char content)
    {
        using var books = new BookKeeping();
        var credential = Issue("a");
        books.Ledger(BookKeeping.Line(credential), BookKeeping.Line(Issue("a"))).Export(credential);
        File.WriteAllText(Path.Combine(books.Folders[0], "a", file), new string(content, 800));
        Assert.Empty(Assert.Single(books.Compare().Accounts).SerialNumbersToRevoke);
        Assert.Single(books.Errors);
    }

    [Fact]
    public void Different_certificates_in_two_encodings_are_two()
    {
        using var books = new BookKeeping();
        var (first, second) = (Issue("a"), Issue("a"));
        books.Ledger(BookKeeping.Line(first), BookKeeping.Line(second)).Export(first);
        File.WriteAllBytes(Path.Combine(books.Folders[0], "a", "BootstrapDeviceCert.der"), second.CertificateDer);
        var account = Assert.Single(books.Compare().Accounts);
        Assert.Equal(DeviceAccountState.Duplicate, account.State);
        Assert.Empty(account.SerialNumbersToRevoke);
    }

    [Fact]
    public void Devices_behind_a_link_are_in_doubt()
    {
        using var books = new BookKeeping();
        var credential = Issue("a");
        books.Ledger(BookKeeping.Line(credential)).Export(credential).Export();
        Directory.CreateSymbolicLink(Path.Combine(books.Folders[1], "lot"), books.Folders[0]);
        books.Folders.RemoveAt(0);
        Assert.Empty(Assert.Single(books.Compare().Accounts).SerialNumbersToRevoke);
        Assert.Equal("FolderIsLink", Assert.Single(books.Errors).ErrorId);
    }

    /// <summary>Two CAs that count have one serial number.</summary>
    [Fact]
    public void The_line_of_another_device_with_the_same_serial_number_is_not_revoked()
    {
        using var books = new BookKeeping();
        var (own, other) = (Issue("a"), Issue("b"));
        var line = BookKeeping.Line(other).Replace(other.SerialNumber, own.SerialNumber, StringComparison.Ordinal);
        books.Ledger(line).Ledger(BookKeeping.Line(own));
        var errors = new List<InputException>();
        Assert.Empty(Find(0));
        Assert.Equal("SerialNumberNotFound", Assert.Single(errors).ErrorId);
        Assert.Contains("'b'", errors[0].Problem);
        Assert.Equal("a", Assert.Single(Find(1)).EndpointName);

        IReadOnlyList<LedgerEntry> Find(int ledger) => Ledger.FindRevocable(books.Ledgers[ledger],
            [new RevocationTarget(own.SerialNumber, "a")], [], RevocationReason.Superseded, errors.Add);
    }
}
