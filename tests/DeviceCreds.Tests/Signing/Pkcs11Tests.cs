using Net.Pkcs11Interop.Common;

namespace DeviceCreds.Tests;

/// <summary>CA keys on a token: SoftHSM 2 holds them, OpenSSL judges what they sign.</summary>
public class Pkcs11Tests
{
    const int Loss = -1;

    static readonly char[] Pin = SoftHsm.Pin.ToCharArray();

    static CertificateAuthority Make(SoftHsm hsm, string uri, string name, CertificateAuthority? issuer = null) =>
        Pkcs11Authority.Create(hsm.Library, uri, Pin, new AuthorityOrder { Name = name, Issuer = issuer }, out _);

    static CertificateAuthority Get(SoftHsm hsm, string uri, params DeviceCertificate[] certificates) =>
        Pkcs11Authority.Open(hsm.Library, uri, Pin, certificates);

    // A minute from now: a certificate that OpenSSL has just made is valid from this very second.
    static DeviceCredential Issue(CertificateAuthority authority, string name = "device") =>
        new CredentialIssuer(authority, CredentialKind.Bootstrap,
            time: Given.Clock(DateTime.UtcNow.AddMinutes(1))).Issue(new DeviceIdentity(name));

    /// <summary>OpenSSL verifies each device against the authority's root.</summary>
    static void AssertVerified(CertificateAuthority authority, params DeviceCredential[] credentials)
    {
        using var folder = new TempFolder();
        folder.Write("root.pem", authority.Chain.Root!.CertificatePem + "\n");
        folder.Write("chain.pem", authority.Chain.ToPem() + "\n");
        for (var i = 0; i < credentials.Length; i++) folder.Write($"device-{i}.pem", credentials[i].CertificatePem + "\n");
        var verdict = Tool.Bash(folder.Path,
            "openssl verify -x509_strict -attime $(($(date +%s) + 120)) -CAfile root.pem -untrusted chain.pem device-*.pem", "openssl");
        Assert.Equal(credentials.Length, verdict.Split('\n').Count(l => l.EndsWith(": OK", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_key_made_on_the_token_stays_there_and_issues()
    {
        var hsm = SoftHsm.Start();
        var root = CertificateAuthority.Create("Root");
        using var made = Pkcs11Authority.Create(
            hsm.Library, "pkcs11:token=Made%20Here;id=%01", Pin, new AuthorityOrder { Name = "Factory CA", Issuer = root }, out var stored);
        Assert.True(stored);
        Assert.Equal("pkcs11:token=Made%20Here;object=Factory%20CA;id=%01", made.KeyLocation);
        AssertVerified(made, Issue(made));
        var listed = hsm.Pkcs11Tool("Made Here", "--list-objects");
        Assert.Contains("sensitive, always sensitive, never extractable, local", listed, StringComparison.Ordinal);
        var usage = listed.Split('\n').Where(l => l.Contains("Usage:", StringComparison.Ordinal)).Select(l => l.Trim()).Distinct();
        Assert.Equal(["Usage:      sign", "Usage:      verify"], usage.Order(StringComparer.Ordinal));
        Assert.Contains("Certificate Object; type = X.509 cert", listed, StringComparison.Ordinal);
        Assert.Equal("KeyNotExportable", Refused.Issuance(() => _ = made.ExportableKey));

        // Another day: the token has the CA's certificate, a file the root's.
        using var again = Get(hsm, made.KeyLocation!, root.Own);
        Assert.Equal(made.Chain.Certificates, again.Chain.Certificates);
        AssertVerified(again, Issue(again));
        Assert.Equal([made.Own], Get(hsm, "pkcs11:token=Made%20Here;object=Factory%20CA").Chain.Certificates);
    }

    [Fact]
    public void A_key_made_by_another_program_issues()
    {
        var hsm = SoftHsm.Start();
        var root = CertificateAuthority.Create("Root");
        using var folder = new TempFolder();
        folder.Write("root.pem", root.CertificatePem + "\n");
        folder.Write("root.key", root.ExportableKey.ToPem() + "\n");
        folder.Write("ca.cnf",
            "basicConstraints=critical,CA:TRUE,pathlen:0\n"
                + "keyUsage=critical,digitalSignature,keyCertSign,cRLSign\n"
                + "subjectKeyIdentifier=hash\n"
                + "authorityKeyIdentifier=keyid\n");
        hsm.Pkcs11Tool("Made Elsewhere", "--keypairgen", "--key-type", "EC:prime256v1", "--usage-sign", "--label", "theirs", "--id", "a1");
        hsm.Pkcs11Tool("Made Elsewhere", "--read-object", "--type", "pubkey", "--id", "a1", "--output-file", folder.File("public.der"));
        Tool.Bash(folder.Path, """
            openssl pkey -pubin -inform DER -in public.der -out public.pem
            openssl x509 -new -force_pubkey public.pem -subj "/CN=Their CA" -days 9000 \
                -CA root.pem -CAkey root.key -extfile ca.cnf -out ca.pem
            """, "openssl");
        var certificate = CertificateReader.Read(InputFile.Read(folder.File("ca.pem")))[0];
        Assert.Equal("TokenCertificateNotFound", Refused.Input(() => Get(hsm, "pkcs11:token=Made%20Elsewhere;object=theirs")));
        // Percent-encoded as RFC 7512 asks, and as pkcs11-tool shows it.
        foreach (var id in new[] { "a1", "A1", "0xa1" })
            Get(hsm, $"pkcs11:token=Made%20Elsewhere;id={id}", certificate, root.Own).Dispose();
        Assert.Equal("TokenKeyNotFound", Refused.Input(() => Get(hsm, "pkcs11:token=Made%20Elsewhere;id=a2", certificate, root.Own)));
        using var theirs = Get(hsm, "pkcs11:token=Made%20Elsewhere;id=%A1", certificate, root.Own);
        Assert.Equal("Their CA", theirs.Name);
        AssertVerified(theirs, Issue(theirs));
    }

    [Fact]
    public void An_imported_key_issues_and_asks_for_its_pin_each_time_when_it_must()
    {
        var hsm = SoftHsm.Start();
        using var folder = new TempFolder();
        var authority = Given.Chain("Root", "Imported");
        folder.Write("key.pem", authority.ExportableKey.ToPem(KeyEncoding.Pkcs8) + "\n");
        Tool.Run("softhsm2-util", "--import", folder.File("key.pem"), "--token", "Made Elsewhere", "--label", "imported", "--id",
            "B2", "--pin", SoftHsm.Pin);
        using var imported = Get(hsm, "pkcs11:token=Made%20Elsewhere;object=imported", [.. authority.Chain.Certificates]);
        AssertVerified(imported, Issue(imported));

        var careful = Given.Chain("Root", "Careful");
        folder.Write("careful.der", careful.ExportableKey.ToDer());
        hsm.Pkcs11Tool("Made Elsewhere", "--write-object", folder.File("careful.der"), "--type", "privkey", "--label", "careful",
            "--id", "c3", "--usage-sign", "--always-auth");
        using var asking = Get(hsm, "pkcs11:token=Made%20Elsewhere;object=careful", [.. careful.Chain.Certificates]);
        var before = hsm.Called(SoftHsm.Login);
        AssertVerified(asking, Issue(asking, "a"), Issue(asking, "b"));
        Assert.Equal(2, hsm.Called(SoftHsm.Login) - before);
    }

    [Fact]
    public void A_key_without_an_identifier_is_found_by_its_label()
    {
        var hsm = SoftHsm.Start();
        using var folder = new TempFolder();
        var authority = Given.Chain("Root", "Unnumbered");
        folder.Write("key.der", authority.ExportableKey.ToDer());
        hsm.Pkcs11Tool("Made Elsewhere", "--write-object", folder.File("key.der"), "--type", "privkey", "--label", "unnumbered",
            "--usage-sign");
        using var found = Get(hsm, "pkcs11:token=Made%20Elsewhere;object=unnumbered", [.. authority.Chain.Certificates]);
        AssertVerified(found, Issue(found));
    }

    [Fact]
    public void Threads_sign_in_sessions_of_their_own()
    {
        var hsm = SoftHsm.Start();
        using var authority = Make(hsm, "pkcs11:token=Parallel", "Parallel CA");
        var issuer = new CredentialIssuer(authority, CredentialKind.Bootstrap);
        var issued = new DeviceCredential[200];
        var opened = hsm.Called(SoftHsm.OpenSession);
        Parallel.For(0, issued.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i => issued[i] = issuer.Issue(new DeviceIdentity($"device-{i}")));
        Assert.All(issued, c => Assert.True(c.Leaf.IsSignedBy(authority.Own)));
        Assert.InRange(hsm.Called(SoftHsm.OpenSession) - opened, 0, Environment.ProcessorCount);
        AssertVerified(authority, issued[..5]);
    }

    [Fact]
    public void A_pin_that_is_wrong_missing_or_locked_is_said_so()
    {
        var hsm = SoftHsm.Start();
        const string Uri = "pkcs11:token=PINs;object=ca";
        // Nobody is logged in here: who is, is not asked for the PIN again.
        var wrong = Assert.Throws<InputException>(() => Pkcs11Authority.Open(hsm.Library, Uri, "987654".ToCharArray()));
        Assert.Equal(("PinWrong", ErrorKind.Authentication), (wrong.ErrorId, wrong.Kind));
        Assert.DoesNotContain("987654", wrong.ToString(), StringComparison.Ordinal);
        Assert.Equal("PinWrong", Refused.Input(() => Pkcs11Authority.Open(hsm.Library, Uri, [])));
        Assert.Equal("PinMissing", Refused.Input(() => Pkcs11Authority.Open(hsm.Library, Uri, null)));
        foreach (var (answer, id) in new[] { (CKR.CKR_PIN_LOCKED, "PinLocked"), (CKR.CKR_PIN_EXPIRED, "PinExpired"),
            (CKR.CKR_USER_PIN_NOT_INITIALIZED, "PinNotSet") })
        {
            hsm.Answer(SoftHsm.Login, answer, 1);
            Assert.Equal(id, Refused.Input(() => Get(hsm, Uri)));
        }
    }

    [Fact]
    public void After_a_loss_it_logs_in_again_once()
    {
        var hsm = SoftHsm.Start();
        using var authority = Make(hsm, "pkcs11:token=Losses", "Losses CA");
        foreach (var loss in new[] { CKR.CKR_SESSION_HANDLE_INVALID, CKR.CKR_SESSION_CLOSED, CKR.CKR_USER_NOT_LOGGED_IN,
            CKR.CKR_DEVICE_REMOVED, CKR.CKR_TOKEN_NOT_PRESENT, CKR.CKR_KEY_HANDLE_INVALID, CKR.CKR_CRYPTOKI_NOT_INITIALIZED })
        {
            var logins = hsm.Called(SoftHsm.Login);
            hsm.Answer(SoftHsm.SignInit, loss, 1);
            AssertVerified(authority, Issue(authority));
            Assert.Equal(1, hsm.Called(SoftHsm.Login) - logins);
        }

        // Sessions really closed underneath, as when somebody pulls the token and puts it back.
        var slot = Pkcs11Library.Load(hsm.Library).GetSlotList(SlotsType.WithTokenPresent).Single(s => s.GetTokenInfo().Label == "Losses");
        slot.CloseAllSessions();
        AssertVerified(authority, Issue(authority));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Another_key_with_the_same_labels_does_not_sign(bool isSessionLost)
    {
        var hsm = SoftHsm.Start();
        var uri = Pkcs11Uri.Parse($"pkcs11:token=Losses;object=swapped-{isSessionLost};id=%{(isSessionLost ? 71 : 72)}");
        using var authority = Pkcs11Authority.Create(
            hsm.Library, $"pkcs11:token=Losses;object={uri.Object};id=%{(isSessionLost ? 71 : 72)}", Pin,
            new AuthorityOrder { Name = "Swapped CA" }, out _);
        AssertVerified(authority, Issue(authority));
        using (var connection = Pkcs11Connection.Open(hsm.Library, uri, System.Text.Encoding.UTF8.GetBytes(Pin), SessionType.ReadWrite))
        {
            connection.Use(session =>
            {
                session.DestroyObject(Pkcs11Objects.FindKey(session, uri, "").Handle);
                return Pkcs11Objects.Generate(session, uri.Object!, uri.Id!);
            });
        }

        if (isSessionLost) hsm.Answer(SoftHsm.SignInit, CKR.CKR_USER_NOT_LOGGED_IN, 1);
        for (var i = 0; i < 2; i++) Assert.Equal("TokenKeyChanged", Refused.Input(() => Issue(authority)));
    }

    [Fact]
    public void A_given_certificate_wins_over_those_on_the_token()
    {
        var hsm = SoftHsm.Start();
        const string Uri = "pkcs11:token=Errors;object=renewed";
        var root = CertificateAuthority.Create("Root");
        using var made = Make(hsm, Uri, "Renewed CA", root);
        CertificateAuthority Renew(CertificateAuthority issuer, int years) =>
            AuthorityRenewal.Renew(made, new AuthorityOrder { Name = "", Issuer = issuer, Validity = ValidityRequest.ForYears(years) });
        var other = CertificateAuthority.Create("Another root");
        foreach (var named in new[] { Renew(root, 12), Renew(other, 13) })
        {
            using var opened = Get(hsm, Uri, [.. named.Chain.Certificates]);
            Assert.Equal(named.Chain.Certificates.Select(c => c.Fingerprint), opened.Chain.Certificates.Select(c => c.Fingerprint));
        }

        // Those above alone complete the chain; any other certificate is a mistake.
        Assert.Equal(2, Get(hsm, Uri, root.Own).Chain.Length);
        var renewedRoot = AuthorityRenewal.Renew(root, new AuthorityOrder { Name = "" });
        Assert.Equal(2, Get(hsm, Uri, other.Own, root.Own, renewedRoot.Own).Chain.Length);
        Assert.Equal("KeyMismatch", Refused.Input(() => Get(hsm, Uri, other.Own)));
        Assert.Equal("KeyMismatch", Refused.Input(() => Get(hsm, Uri, CertificateAuthority.Create("Renewed CA").Own, root.Own)));
    }

    [Fact]
    public void A_token_that_stays_away_is_an_error_a_device_until_it_is_back()
    {
        var hsm = SoftHsm.Start();
        using var authority = Make(hsm, "pkcs11:token=Losses;object=away", "Away CA");
        hsm.Answer(SoftHsm.SignInit, CKR.CKR_DEVICE_REMOVED, Loss);
        Assert.Equal("TokenRemoved", Refused.Input(() => Issue(authority)));
        hsm.Answer(SoftHsm.OpenSession, CKR.CKR_TOKEN_NOT_PRESENT, Loss);
        Assert.Equal("TokenRemoved", Refused.Input(() => Issue(authority)));
        hsm.Answer(SoftHsm.SignInit, CKR.CKR_OK, 0);
        hsm.Answer(SoftHsm.OpenSession, CKR.CKR_OK, 0);
        AssertVerified(authority, Issue(authority));
    }

    [Fact]
    public void A_pin_that_was_refused_is_not_tried_a_second_time()
    {
        var hsm = SoftHsm.Start();
        using var authority = Make(hsm, "pkcs11:token=Losses;object=refused", "Refused CA");
        hsm.Answer(SoftHsm.SignInit, CKR.CKR_USER_NOT_LOGGED_IN, 1);
        hsm.Answer(SoftHsm.Login, CKR.CKR_PIN_INCORRECT, 1);
        Assert.Equal("PinWrong", Refused.Input(() => Issue(authority)));
        var logins = hsm.Called(SoftHsm.Login);
        for (var i = 0; i < 20; i++) Assert.Equal("PinWrong", Refused.Input(() => Issue(authority)));
        Assert.Equal(logins, hsm.Called(SoftHsm.Login));
    }

    [Fact]
    public void A_token_that_hashes_itself_is_asked_so()
    {
        var hsm = SoftHsm.Start();
        try
        {
            hsm.Hashes(1);
            using var authority = Make(hsm, "pkcs11:token=Hashes", "Hashing CA");
            AssertVerified(authority, Issue(authority));
            hsm.Hashes(2);
            Assert.Equal("TokenMechanismMissing", Refused.Input(() => Get(hsm, "pkcs11:token=Hashes")));
        }
        finally
        {
            hsm.Hashes(0);
        }
    }

    [Fact]
    public void What_is_not_there_or_there_twice_is_named()
    {
        var hsm = SoftHsm.Start();
        Assert.Equal("TokenNotFound", Refused.Input(() => Get(hsm, "pkcs11:token=Nowhere")));
        Assert.Equal("TokenSeveral", Refused.Input(() => Get(hsm, "pkcs11:token=Twins")));
        Assert.Equal("TokenKeyNotFound", Refused.Input(() => Get(hsm, "pkcs11:token=Keyless")));
        var error = Assert.Throws<InputException>(() => Get(hsm, "pkcs11:token=Twins"));
        Assert.Contains("serial", error.Message, StringComparison.Ordinal);

        using var one = Make(hsm, "pkcs11:token=Errors;object=one", "One");
        using var two = Make(hsm, "pkcs11:token=Errors;object=two", "Two");
        Assert.Equal("TokenKeySeveral", Refused.Input(() => Get(hsm, "pkcs11:token=Errors")));
        Assert.Equal("TokenKeyExists", Refused.Input(() => Make(hsm, "pkcs11:token=Errors;object=one", "Three")));
    }

    [Fact]
    public void What_fails_leaves_nothing_on_the_token()
    {
        var hsm = SoftHsm.Start();
        var last = CertificateAuthority.Create("Root", pathLength: 0);
        Assert.Equal("PathLengthExceeded", Refused.Issuance(() => Make(hsm, "pkcs11:token=Errors;object=below", "Below", last)));
        hsm.Answer(SoftHsm.Sign, CKR.CKR_FUNCTION_FAILED, 1);
        Assert.Equal("TokenFailed", Refused.Input(() => Make(hsm, "pkcs11:token=Errors;object=failing", "Failing")));
        var listed = hsm.Pkcs11Tool("Errors", "--list-objects");
        Assert.DoesNotContain("below", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("failing", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_takes_no_certificate_still_has_the_key()
    {
        var hsm = SoftHsm.Start();
        hsm.Answer(SoftHsm.CreateObject, CKR.CKR_ATTRIBUTE_TYPE_INVALID, 1);
        using var authority = Pkcs11Authority.Create(
            hsm.Library, "pkcs11:token=Errors;object=bare", Pin, new AuthorityOrder { Name = "Bare" }, out var stored);
        Assert.False(stored);
        AssertVerified(authority, Issue(authority));
        Assert.Equal("TokenCertificateNotFound", Refused.Input(() => Get(hsm, "pkcs11:token=Errors;object=bare")));
        Assert.Equal("Bare", Get(hsm, "pkcs11:token=Errors;object=bare", authority.Own).Name);
    }

    [Fact]
    public void What_is_no_pkcs11_library_is_refused()
    {
        using var folder = new TempFolder();
        Assert.Equal("Pkcs11LibraryNotFound", Refused.Input(() => Pkcs11Authority.Open(folder.File("missing.so"), "pkcs11:token=a", null)));
        Assert.Equal("Pkcs11LibraryInvalid",
            Refused.Input(() => Pkcs11Authority.Open(folder.Write("text.so", "not a library"), "pkcs11:token=a", null)));
        Assert.Equal("Pkcs11LibraryInvalid", Refused.Input(() => Pkcs11Authority.Open("libc.so.6", "pkcs11:token=a", null)));
        Assert.Equal("Pkcs11UriPin",
            Refused.Input(() => Pkcs11Authority.Open(folder.File("missing.so"), "pkcs11:token=a?pin-value=1", null)));
    }

    [Fact]
    public void Nothing_signs_after_the_authority_was_disposed_of()
    {
        var hsm = SoftHsm.Start();
        var authority = Make(hsm, "pkcs11:token=Errors;object=disposed", "Disposed");
        authority.Dispose();
        Assert.Equal("TokenClosed", Refused.Input(() => Issue(authority)));
    }
}
