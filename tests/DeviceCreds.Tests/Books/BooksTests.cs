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
