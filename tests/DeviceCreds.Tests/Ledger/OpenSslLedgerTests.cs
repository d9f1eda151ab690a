using System.Diagnostics;

namespace DeviceCreds.Tests;

/// <summary>Our ledger in the hands of openssl, as it stands.</summary>
public sealed class OpenSslLedgerTests : IDisposable
{
    const string Configuration = """
        [ca]
        default_ca = this
        [this]
        database = index.txt
        certificate = ca.pem
        private_key = ca.key
        default_md = sha256
        default_crl_days = 30

        """;

    readonly TempFolder _folder = new();
    readonly CertificateAuthority _root = CertificateAuthority.Create("Root", validity: ValidityRequest.NoExpiration);
    readonly List<DeviceCredential> _credentials = [];

    public OpenSslLedgerTests()
    {
        _folder.Write("ca.cnf", Configuration);
        _folder.Write("ca.pem", _root.Own.CertificatePem + "\n");
        _folder.Write("ca.key", _root.ExportableKey.ToPem() + "\n");
        using var ledger = IssuanceLedger.Open(LedgerPath);
        // Ends in UTCTime, in GeneralizedTime and never; names of every sort; a second certificate for the same name.
        foreach (var (name, validity) in new[] { ("device-1", ValidityRequest.ForYears(15)),
            ("a/OU=evil+x\\\"=", ValidityRequest.ForYears(40)), ("Gerät 漢字", ValidityRequest.NoExpiration),
            ("device-1", ValidityRequest.Default) })
            _credentials.Add(new CredentialIssuer(_root, CredentialKind.Lwm2m, validity).Issue(new DeviceIdentity(name, "a/c")));
        ledger.Record(_credentials);
        foreach (var (credential, i) in _credentials.Select((c, i) => (c, i))) _folder.Write($"{i}.pem", credential.CertificatePem + "\n");
    }

    string LedgerPath => _folder.File("index.txt");

    public void Dispose() => _folder.Dispose();

    // "openssl ca -status" ends with 1, whatever it says.
    string Status(string serial) => Tool.TryBash(_folder.Path, $"openssl ca -config ca.cnf -status {serial} 2>&1", "openssl").Output;

    string OpenSsl(string arguments) => Tool.Bash(_folder.Path, $"openssl {arguments} 2>&1", "openssl");

    [Fact]
    public void Ca_updatedb_and_status_know_every_entry()
    {
        File.AppendAllText(LedgerPath, "V\t200123111610Z\t\t0100\tunknown\t/CN=past\n");
        OpenSsl("ca -config ca.cnf -updatedb");
        foreach (var credential in _credentials) Assert.Contains($"{credential.SerialNumber}=Valid (V)", Status(credential.SerialNumber));
        Assert.Contains("=Expired (E)", Status("0100"));
        Assert.Equal(LedgerState.Expired, Ledger.Read(LedgerPath).Last().State);
        Assert.Equal(_credentials.Select(c => (c.SerialNumber, (string?)c.EndpointName, c.AccountId)),
            Ledger.Read(LedgerPath).Take(4).Select(e => (e.SerialNumber, e.EndpointName, e.AccountId)));
    }

    [Fact]
    public void Ca_gencrl_lists_what_was_revoked_here_with_its_reason()
    {
        using (var ledger = IssuanceLedger.Open(LedgerPath))
        {
            Assert.Single(
                ledger.Revoke([_credentials[0].SerialNumber.ToLowerInvariant(), "00FF"], RevocationReason.KeyCompromise,
                    Given.Utc("2026-01-31T12:00Z")));
            Assert.Single(ledger.Revoke([_credentials[1].SerialNumber, _credentials[0].SerialNumber]));
        }

        OpenSsl("ca -config ca.cnf -gencrl -out crl.pem");
        var crl = OpenSsl("crl -in crl.pem -noout -text");
        Assert.Equal(2, crl.Split("Serial Number:").Length - 1);
        Assert.Contains("Key Compromise", crl);
        Assert.Contains("Jan 31 12:00:00 2026 GMT", crl);
        Assert.All(_credentials.Take(2), c => Assert.Contains(c.SerialNumber, crl));
        Assert.Contains("=Revoked (R)", Status(_credentials[0].SerialNumber));
    }

    public static TheoryData<RevocationReason> Reasons => [.. Enum.GetValues<RevocationReason>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_reason_is_one_that_openssl_takes(RevocationReason reason)
    {
        using (var ledger = IssuanceLedger.Open(LedgerPath)) ledger.Revoke([_credentials[0].SerialNumber], reason);
        OpenSsl("ca -config ca.cnf -gencrl -out crl.pem");
    }

    [Fact]
    public void What_openssl_revoked_is_read_with_its_reason()
    {
        OpenSsl("ca -config ca.cnf -revoke 0.pem -crl_reason superseded");
        OpenSsl("ca -config ca.cnf -revoke 1.pem -crl_compromise 20260101000000Z");
        OpenSsl("ca -config ca.cnf -revoke 2.pem -crl_hold holdInstructionReject");
        OpenSsl("ca -config ca.cnf -revoke 3.pem");
        var entries = Ledger.Read(LedgerPath).ToList();
        Assert.Equal([RevocationReason.Superseded, RevocationReason.KeyCompromise, RevocationReason.CertificateHold, null],
            entries.Select(e => e.Reason));
        Assert.All(entries, e => Assert.InRange(e.RevokedAt!.Value, DateTime.Now.AddMinutes(-5), DateTime.Now.AddMinutes(1)));
        Assert.Equal(File.ReadAllLines(LedgerPath), entries.Select(e => e.ToString()));
    }

    /// <summary>Each revocation is judged by openssl ca -gencrl; our list says the same as its list.</summary>
    [Fact]
    public void A_revocation_is_read_when_openssl_reads_it_and_has_its_date_of_invalidity()
    {
        string[] details =
        [
            "keyTime,20260101000000Z", "CAkeyTime,20251231235959Z", "keytime,202601010000Z",
            "keyTime,20260101000000.5Z", "keyTime,20260101013000+0130", "keyTime,20251231220000-0200",
            "keyTime,202601010100+0100", "keyTime,19491231235959Z", "keyTime,99991231235959Z",
            "keyTime,20260101000000", "keyTime,260101000000Z", "keyTime,20260229000000Z", "keyTime,20240229000000Z",
            "keyTime,20260101240000Z", "keyTime,20260101006000Z", "keyTime,20260101000060Z", "keyTime,2026010100Z",
            "keyTime,20260101000000.Z", "keyTime,20260101000000+1300", "keyTime,20260101000000+0060",
            "keyTime,20260101000000+01", "keyTime,20260101000000Z ", "keyTime,xx", "keyTime,", "keyTime", "CAkeyTime",
            "holdInstruction,zz", "holdInstruction,", "holdInstruction", "holdInstruction,1.2.840.10040.2.2",
            "holdInstruction,holdInstructionReject", "holdInstruction,Hold Instruction None", "holdInstruction,1",
            "holdInstruction,3.1", "holdInstruction,1.40", "holdInstruction,2.999",
            "removeFromCRL",
        ];
        // Lines of an earlier run would be added.
        File.Delete(LedgerPath + ".run");
        foreach (var detail in details)
        {
            File.WriteAllText(LedgerPath, $"R\t460101000000Z\t260102000000Z,{detail}\t0A\tunknown\t/CN=a\n");
            var theirs = Tool.TryBash(_folder.Path, "openssl ca -config ca.cnf -gencrl -out crl.pem 2>&1", "openssl").ExitCode == 0;
            var error = Record.Exception(() => Ledger.Read(LedgerPath).Single());
            Assert.True(theirs == error is null, detail + ": " + error?.Message);
            if (!theirs) continue;
            var own = LedgerRevocationList.Create(_root, LedgerPath);
            _folder.Write("own.pem", own.ToPem());
            var text = OpenSsl("crl -in own.pem -noout -text");
            var revoked = CertificateRevocationList.Read(_folder.File("crl.pem")).Single().Revoked.Single();
            var expected = revoked.Reason == RevocationReason.RemoveFromCrl ? revoked with { Reason = null } : revoked;
            Assert.Equal(expected, own.Revoked.Single());
            Assert.Equal(revoked.InvalidSince is not null, text.Contains("Invalidity Date"));
        }
    }

    /// <summary>The reason is for delta lists alone; to verifiers it says that the certificate is not revoked.</summary>
    [Fact]
    public void What_openssl_revoked_for_removeFromCRL_is_on_the_list_and_gets_a_real_reason()
    {
        OpenSsl("ca -config ca.cnf -revoke 0.pem -crl_reason removeFromCRL");
        Assert.Equal(_credentials[0].SerialNumber, Verify().Revoked.Single().SerialNumber);
        using (var ledger = IssuanceLedger.Open(LedgerPath))
        {
            Assert.Empty(ledger.Revoke([_credentials[0].SerialNumber], RevocationReason.RemoveFromCrl));
            Assert.Empty(ledger.Revoke([_credentials[0].SerialNumber], RevocationReason.CertificateHold));
            Assert.Single(ledger.Revoke([_credentials[0].SerialNumber], RevocationReason.KeyCompromise));
        }

        Assert.Equal(RevocationReason.KeyCompromise, Verify().Revoked.Single().Reason);

        CertificateRevocationList Verify()
        {
            var list = LedgerRevocationList.Create(_root, LedgerPath);
            _folder.Write("own.pem", list.ToPem());
            var verdict = Tool.TryBash(_folder.Path, "openssl verify -crl_check -CAfile ca.pem -CRLfile own.pem 0.pem 2>&1", "openssl");
            Assert.Contains("certificate revoked", verdict.Output);
            return list;
        }
    }

    [Fact]
    public void Ocsp_answers_from_the_ledger()
    {
        using (var ledger = IssuanceLedger.Open(LedgerPath)) ledger.Revoke([_credentials[1].SerialNumber], RevocationReason.Superseded);
        var answers =
            OpenSsl("ocsp -issuer ca.pem -cert 0.pem -cert 1.pem -cert 2.pem -reqout request.der -no_nonce && openssl ocsp -index "
                + "index.txt -CA ca.pem -rsigner ca.pem -rkey ca.key -reqin request.der -respout response.der && openssl ocsp -respin "
                + "response.der -issuer ca.pem -CAfile ca.pem -cert 0.pem -cert 1.pem -cert 2.pem");
        Assert.Contains("Response verify OK", answers);
        Assert.Contains("0.pem: good", answers);
        Assert.Contains("1.pem: revoked", answers);
        Assert.Contains("2.pem: good", answers);
    }

    [Fact]
    public void What_says_which_certificate_it_renews_is_an_entry_like_any_other()
    {
        var renewed = new CredentialIssuer(_root, CredentialKind.Lwm2m).Renew(_credentials[0]).Issue();
        var (old, serial) = (_credentials[0].SerialNumber, renewed.SerialNumber);
        using (var ledger = IssuanceLedger.Open(LedgerPath)) ledger.Record(renewed);
        _folder.Write("new.pem", renewed.CertificatePem + "\n");
        OpenSsl("verify -x509_strict -CAfile ca.pem new.pem");
        OpenSsl("ca -config ca.cnf -updatedb");
        Assert.Contains($"{serial}=Valid (V)", Status(serial));
        OpenSsl("ca -config ca.cnf -revoke 0.pem -crl_reason superseded");
        Assert.Equal((LedgerState.Valid, old), (Ledger.Read(LedgerPath).Last().State, Ledger.Read(LedgerPath).Last().Renews));
        var answers =
            OpenSsl("ocsp -issuer ca.pem -cert 0.pem -cert new.pem -reqout request.der -no_nonce && openssl ocsp -index index.txt -CA "
                + "ca.pem -rsigner ca.pem -rkey ca.key -reqin request.der -respout response.der && openssl ocsp -respin response.der "
                + "-issuer ca.pem -CAfile ca.pem -cert 0.pem -cert new.pem");
        Assert.Contains("0.pem: revoked", answers);
        Assert.Contains("new.pem: good", answers);
        OpenSsl("ca -config ca.cnf -revoke new.pem");
        OpenSsl("ca -config ca.cnf -gencrl -out crl.pem");
        Assert.All([old, serial], s => Assert.Contains(s, OpenSsl("crl -in crl.pem -noout -text")));
        Assert.Equal((LedgerState.Revoked, old), (Ledger.Read(LedgerPath).Last().State, Ledger.Read(LedgerPath).Last().Renews));
    }

    [Fact]
    public void A_process_that_is_killed_lets_go_of_the_ledger()
    {
        Tool.Require("flock");
        using var other =
            Process.Start(
                new ProcessStartInfo("bash",
                    ["-c", $"exec 9>'{LedgerPath}.lock'; flock 9; echo $$ >&9; echo locked; exec sleep 60"]) { RedirectStandardOutput =
                        true })!;
        try
        {
            Assert.Equal("locked", other.StandardOutput.ReadLine());
            var error = Assert.Throws<OutputException>(() => IssuanceLedger.Open(LedgerPath));
            Assert.Equal("LedgerInUse", error.ErrorId);
            Assert.Contains($"(process {other.Id})", error.Message);
            Assert.Equal(4, Ledger.Read(LedgerPath).Count());
        }
        finally
        {
            other.Kill();
            other.WaitForExit();
        }

        using var ledger = IssuanceLedger.Open(LedgerPath);
        Assert.NotEqual(0, Tool.TryBash(_folder.Path, "flock -n index.txt.lock true", "flock").ExitCode);
    }
}
