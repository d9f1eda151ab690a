using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Which certificates no device got.</summary>
public sealed class DeliveriesTests
{
    static readonly DeviceCredential Credential =
        Delivery.Issue(CredentialKind.Bootstrap, "a", CertificateAuthority.Create("Deliveries CA"));

    /// <summary>The files of several stations are read one after another, in any order.</summary>
    [Fact]
    public void What_was_sent_last_counts_in_whatever_order_the_journals_are_read() =>
        Gen.Select(Gen.Bool.Array[1, 6], Gen.Int).Sample((results, seed) =>
        {
            using var books = new BookKeeping();
            books.Ledger(BookKeeping.Line(Credential));
            var injections = results.Select((succeeded, minute) => BookKeeping.Injection(Credential, succeeded, minute: minute) with
            {
                NotDelivered = !succeeded,
            }).ToArray();
            new Random(seed).Shuffle(injections);
            Assert.Equal(results[^1] ? [] : [Credential.SerialNumber], Deliveries.FindUndelivered(injections, books.Ledgers[0]));
        }, iter: 50);

    /// <summary>
    /// A device that answered refused the certificate; one whose answer was lost may have it. Older journals have the status of
    /// another session's reply.
    /// </summary>
    [Theory]
    [InlineData(true, null, "NoReply", false)]
    [InlineData(true, 18, "ReturnStatus18", true)]
    [InlineData(true, null, "SessionMismatch", false)]
    [InlineData(true, 0, "SessionMismatch", false)]
    [InlineData(true, 14, "SessionMismatch", false)]
    [InlineData(false, null, "ConnectionRefused", true)]
    public void A_certificate_that_the_device_may_have_is_not_meant_to_be_revoked(bool sent, int? status, string errorId, bool isMeant)
    {
        var injection = BookKeeping.Injection(Credential, succeeded: false, sent: sent) with
        {
            NotDelivered = true, ReturnStatus = status is { } number ? StatusCode.OfDevice(number) : null, ErrorId = errorId,
        };
        injection = JournalFormat.Read(JournalFormat.Write(injection), "line.jsonl", 1);
        Assert.Equal(isMeant ? Credential.SerialNumber : null, injection.CertificateToRevoke);
    }
}
