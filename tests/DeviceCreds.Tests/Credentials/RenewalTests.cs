namespace DeviceCreds.Tests;

/// <summary>Issuing again before a certificate ends.</summary>
public sealed class RenewalTests
{
    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");

    static readonly CertificateAuthority Next = Given.Chain("Next root", "Next factory");

    static DeviceCredential Renew(DeviceCredential credential, CertificateAuthority? issuer = null, bool newKey = false,
        IssuanceLedger? ledger = null)
    {
        if (!newKey) ledger?.EnsureKeyMayBeKept(credential);
        return new CredentialIssuer(issuer ?? Root, credential.Kind).Renew(credential, newKey).Issue();
    }

    static DeviceCredential First(CredentialKind kind = CredentialKind.Bootstrap, DeviceKey? key = null, string? accountId = null) =>
        new CredentialIssuer(Root, kind,
            ValidityRequest.ForYears(11)).Issue(new DeviceIdentity("device-1", kind == CredentialKind.Lwm2m ? Given.AccountId : accountId),
            key);

    [Theory]
    [InlineData(CredentialKind.Bootstrap, false, false)]
    [InlineData(CredentialKind.Bootstrap, true, true)]
    [InlineData(CredentialKind.Lwm2m, false, true)]
    [InlineData(CredentialKind.Lwm2m, true, false)]
    public void A_renewed_credential_is_the_same_device_s_with_a_later_end(CredentialKind kind, bool newKey, bool otherIssuer)
    {
        var (first, issuer) = (First(kind), otherIssuer ? Next : Root);
        var renewed = Renew(first, issuer, newKey);
        Assert.Equal((first.Kind, first.EndpointName, first.AccountId, first.Subject),
            (renewed.Kind, renewed.EndpointName, renewed.AccountId, renewed.Subject));
        Assert.Equal(newKey, renewed.PrivateKey!.Fingerprint != first.PrivateKey!.Fingerprint);
        Assert.NotEqual(first.SerialNumber, renewed.SerialNumber);
        Assert.Null(first.Renews);
        Assert.Equal(first.SerialNumber, renewed.Renews);
        Assert.Equal(issuer.Subject, renewed.Issuer);
        Assert.True(renewed.NotAfter > first.NotAfter);
        Assert.True(
            new CertificateVerifier { Kind = kind, Issuers = issuer.Chain.Certificates, EndpointName = "device-1",
                AccountId = first.AccountId }.Test(renewed).Passed);
    }

    [Fact]
    public void An_account_ID_stays_where_the_kind_needs_none() => Assert.Equal("account", Renew(First(accountId: "account")).AccountId);

    [Fact]
    public void The_key_that_a_device_keeps_is_certified_again()
    {
        var key = DeviceKey.Generate();
        var renewed = Renew(First(key: new DeviceKey(null, key.Point)));
        Assert.Null(renewed.PrivateKey);
        Assert.Equal(key.Point, renewed.Leaf.Point);
    }

    [Fact]
    public void A_new_key_for_a_device_that_keeps_its_own_is_refused() =>
        Assert.Equal("NewKeyOnDevice",
            Refused.Issuance(() => Renew(First(key: new DeviceKey(null, DeviceKey.Generate().Point)), newKey: true)));

    [Fact]
    public void A_device_is_renewed_once_in_a_run_and_as_the_kind_that_it_is()
    {
        var (first, issuer) = (First(), new CredentialIssuer(Root, CredentialKind.Bootstrap));
        issuer.Renew(first);
        Assert.Equal("EndpointNameDuplicate", Refused.Issuance(() => issuer.Renew(first)));
        Assert.Throws<ArgumentException>(() => issuer.Renew(First(CredentialKind.Lwm2m)));
    }

    [Fact]
    public void The_ledger_links_the_new_to_the_old_which_stays_valid()
    {
        using var folder = new TempFolder();
        var first = First();
        var renewed = Renew(first);
        using (var ledger = IssuanceLedger.Open(folder.File("index.txt"))) ledger.Record(first, renewed, Renew(renewed));
        var entries = Ledger.Read(folder.File("index.txt")).ToList();
        Assert.Equal([null, entries[0].SerialNumber, entries[1].SerialNumber], entries.Select(e => e.Renews));
        Assert.All(entries, e => Assert.Equal(LedgerState.Valid, e.State));

        // Where the credential was read from a file, and where ledgers are merged.
        File.WriteAllText(folder.File("device.pem"), renewed.CertificatePem + "\n");
        using (var ledger =
            IssuanceLedger.Open(folder.File("2.txt"))) ledger.Record(Renew(CredentialImporter.Read([folder.File("device.pem")]).Single()));
        LedgerMerge.Merge([folder.File("2.txt")], folder.File("index.txt"), e => Assert.Fail(e.Message));
        Assert.Equal(entries[1].SerialNumber, Ledger.Read(folder.File("index.txt")).Last().Renews);
    }

    [Fact]
    public void A_revoked_certificate_s_key_is_not_certified_again_and_a_new_one_is()
    {
        using var folder = new TempFolder();
        using var ledger = IssuanceLedger.Open(folder.File("index.txt"));
        var (first, other) = (First(), First());
        ledger.Record(first, other);
        Renew(first, ledger: ledger);
        ledger.Revoke([first.SerialNumber], RevocationReason.KeyCompromise);
        Assert.Equal("CertificateRevoked", Refused.Issuance(() => Renew(first, ledger: ledger)));
        Assert.Equal(first.SerialNumber, Renew(first, newKey: true, ledger: ledger).Renews);
        Renew(other, ledger: ledger);
    }

    /// <summary>The key is the same in the one before, in the one after, and in another renewal; a new key is another one.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_key_that_was_compromised_is_not_certified_again_from_a_twin_either(int compromised)
    {
        using var folder = new TempFolder();
        var warnings = new List<string>();
        using var ledger = IssuanceLedger.Open(folder.File("index.txt"), new LedgerOptions { Warn = warnings.Add });
        DeviceCredential Recorded(DeviceCredential credential)
        {
            ledger.Record(credential);
            return credential;
        }

        var (first, other) = (Recorded(First()), Recorded(First()));
        DeviceCredential[] twins = [first, Recorded(Renew(first, ledger: ledger)), Recorded(Renew(first, ledger: ledger))];
        var fresh = Recorded(Renew(first, newKey: true, ledger: ledger));
        ledger.Revoke([twins[compromised].SerialNumber], RevocationReason.KeyCompromise);
        var warning = Assert.Single(warnings);
        for (var i = 0; i < twins.Length; i++)
        {
            Assert.Equal(i != compromised, warning.Contains(twins[i].SerialNumber));
            Assert.Equal(i == compromised ? "CertificateRevoked" : "KeyCompromised",
                Refused.Issuance(() => Renew(twins[i], ledger: ledger)));
            Assert.NotNull(Renew(twins[i], newKey: true, ledger: ledger));
        }

        Assert.DoesNotContain(fresh.SerialNumber, warning);
        Assert.NotNull(Renew(fresh, ledger: ledger));
        Assert.NotNull(Renew(other, ledger: ledger));
    }

    [Fact]
    public void A_CA_gets_no_device_s_certificate()
    {
        var other = CertificateAuthority.Create("Other CA");
        var credential = new DeviceCredential(CredentialKind.Bootstrap, other.Own, [], null);
        Assert.Equal("KeyOfAuthority", Assert.Throws<IssuanceException>(() => Renew(credential)).ErrorId);
        Assert.Equal("KeyOfAuthority", Assert.Throws<IssuanceException>(() => Renew(credential, newKey: true)).ErrorId);
    }

    [Fact]
    public void A_key_that_stayed_in_another_process_is_still_there()
    {
        var first = First();
        var remote = DeviceCredential.WithoutKey(first.Kind, first.ChainPem, DeviceColumns.None, hadKey: true);
        Assert.True(Renew(remote).IsKeyElsewhere);
        Assert.False(Renew(remote, newKey: true).IsKeyElsewhere);
        Assert.False(Renew(First()).IsKeyElsewhere);
    }
}
