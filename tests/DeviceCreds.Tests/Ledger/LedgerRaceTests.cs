using System.Diagnostics;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>
/// Programs that know nothing of our lock: they read the ledger, change it, and put the result in its place. No record of ours is
/// lost.
/// </summary>
public sealed class LedgerRaceTests
{
    static readonly CredentialIssuer Issuer = new(CertificateAuthority.Create("Root"), CredentialKind.Bootstrap);
    static readonly List<DeviceCredential> Credentials = [.. Enumerable.Range(0, 40).Select(i =>
        Issuer.Issue(new DeviceIdentity($"device-{i}")))];

    static readonly LedgerOptions Impatient = new() { RewriteTime = TimeSpan.Zero };

    static string Line(int serial) => $"V\t460123111610Z\t\t{serial:X4}\tunknown\t/CN=other-{serial}\n";

    static void Replace(string path, string content)
    {
        File.WriteAllText(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    enum Step
    {
        Record,
        OtherReads,
        OtherWrites,
        OtherExpires,
        Restart,
        RestartLater,
        Revoke,
        Hold,
        Release,
    }

    [Fact]
    public void Whenever_it_happens_all_is_there_in_the_end() =>
        Gen.Enum<Step>().Array[1, 25].Sample(steps =>
        {
            using var folder = new TempFolder();
            var path = folder.File("index.txt");
            var ledger = IssuanceLedger.Open(path, Impatient);
            string? onHold = null;
            var (recorded, revoked, copy, others) = (new List<DeviceCredential>(), new HashSet<string>(), (string?)null, 0);
            foreach (var step in steps)
            {
                switch (step)
                {
                    case Step.Record:
                        var group = Credentials.Skip(recorded.Count).Take(1 + recorded.Count % 3).ToList();
                        ledger.Record(group);
                        recorded.AddRange(group);
                        break;
                    case Step.OtherReads:
                        copy = File.ReadAllText(path);
                        break;
                    case Step.OtherWrites:
                        Replace(path, (copy ?? File.ReadAllText(path)) + Line(++others));
                        break;
                    case Step.OtherExpires:
                        // As "openssl ca -updatedb" does it, with lines of the same length.
                        Replace(path, (copy ?? File.ReadAllText(path)).Replace("V\t460123", "E\t460123"));
                        break;
                    case Step.Restart:
                        ledger.Dispose();
                        ledger = IssuanceLedger.Open(path, Impatient);
                        break;
                    case Step.RestartLater:
                        // Longer than another program needs to write back what it read.
                        ledger.Dispose();
                        if (File.Exists(path + ".run")) File.SetLastWriteTimeUtc(path + ".run", DateTime.UtcNow.AddHours(-1));
                        ledger = IssuanceLedger.Open(path, Impatient);
                        copy = null;
                        break;
                    case Step.Hold when recorded.Count > 0:
                        var held = recorded[0].SerialNumber;
                        if (!revoked.Contains(held)) ledger.Revoke([held], RevocationReason.CertificateHold);
                        onHold ??= held;
                        break;
                    case Step.Release when onHold is not null && !revoked.Contains(onHold):
                        ledger.Revoke([onHold], RevocationReason.RemoveFromCrl);
                        onHold = null;
                        break;
                    case Step.Revoke when recorded.Count > 0:
                        var serial = recorded[recorded.Count / 2].SerialNumber;
                        ledger.Revoke([serial]);
                        revoked.Add(serial);
                        break;
                }
            }

            // Readers see what is missing before anybody writes it again, which the next run does at the latest.
            Check(Ledger.Read(path));
            ledger.Dispose();
            IssuanceLedger.Open(path, Impatient).Dispose();
            Check(Ledger.ReadFile(path));

            void Check(IEnumerable<LedgerEntry> read)
            {
                var entries = read.Where(e => e.SerialNumber.Length > 4).ToDictionary(e => e.SerialNumber);
                Assert.Equal(recorded.Select(c => c.SerialNumber).Order(), entries.Keys.Order());
                Assert.All(revoked, s => Assert.Equal((LedgerState.Revoked, false), (entries[s].State, entries[s].IsOnHold)));
                if (onHold is not null) Assert.Equal(LedgerState.Revoked, entries[onHold].State);
                if (recorded.Count > 0 && onHold is null && !revoked.Contains(recorded[0].SerialNumber))
                    Assert.NotEqual(LedgerState.Revoked, entries[recorded[0].SerialNumber].State);
            }
        }, iter: 200, threads: 2, print: steps => string.Join(" ", steps));

    [Fact]
    public void Another_program_s_own_line_stays_when_ours_are_written_again()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        var warnings = new List<string>();
        using var ledger = IssuanceLedger.Open(path, Impatient with { Warn = warnings.Add });
        ledger.Record(Credentials[0]);
        var copy = File.ReadAllText(path);
        ledger.Record(Credentials[1], Credentials[2]);
        Replace(path, copy + Line(7));
        Assert.Empty(warnings);
        ledger.Record(Credentials[3]);
        Assert.Equal([Credentials[0].SerialNumber, "0007", .. Credentials.Skip(1).Take(3).Select(c => c.SerialNumber)],
            Ledger.ReadFile(path).Select(e => e.SerialNumber));
        Assert.Contains("2 lines", Assert.Single(warnings));
    }

    [Fact]
    public void What_is_lost_after_the_run_is_said_and_written_again_by_the_next()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        using (var ledger = IssuanceLedger.Open(path)) ledger.Record(Credentials[0], Credentials[1]);
        Replace(path, Line(7));
        Assert.Equal(["0007", Credentials[0].SerialNumber, Credentials[1].SerialNumber], Ledger.Read(path).Select(e => e.SerialNumber));
        var warnings = new List<string>();
        IssuanceLedger.Open(path, new() { Warn = warnings.Add }).Dispose();
        Assert.Contains("2 lines", Assert.Single(warnings));
        Assert.Equal(3, Ledger.ReadFile(path).Count());
        IssuanceLedger.Open(path, new() { Warn = Assert.Fail }).Dispose();
    }

    [Fact]
    public void A_revocation_that_another_program_lost_is_in_the_list_and_is_written_again()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        using (var ledger = IssuanceLedger.Open(path)) ledger.Record(Credentials[0], Credentials[1]);
        var copy = File.ReadAllText(path);
        using (var ledger = IssuanceLedger.Open(path)) ledger.Revoke([Credentials[0].SerialNumber], RevocationReason.KeyCompromise);
        Replace(path, copy + Line(7));
        Assert.Equal([LedgerState.Revoked, LedgerState.Valid, LedgerState.Valid], Ledger.Read(path).Select(e => e.State));
        Assert.Single(LedgerRevocationList.Create(CertificateAuthority.Create("Root"), path).Revoked);
        IssuanceLedger.Open(path).Dispose();
        Assert.Equal([(LedgerState.Revoked, RevocationReason.KeyCompromise), (LedgerState.Valid, null), (LedgerState.Valid, null)],
            Ledger.ReadFile(path).Select(e => (e.State, e.Reason)));
    }

    /// <summary>The last line has not moved: another program revoked another certificate for the same reason.</summary>
    [Fact]
    public void A_revocation_that_a_copy_of_the_same_length_lost_is_in_the_list()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        using (var ledger = IssuanceLedger.Open(path)) ledger.Record(Credentials[0], Credentials[1], Credentials[2]);
        var copy = File.ReadAllText(path);
        using (var ledger = IssuanceLedger.Open(path)) ledger.Revoke([Credentials[0].SerialNumber], RevocationReason.KeyCompromise);
        var line = copy.Split('\n')[1];
        Replace(path, copy.Replace(line, line.Replace("V\t", "R\t").Replace("Z\t\t", "Z\t260101000000Z,keyCompromise\t")));
        Assert.Equal([LedgerState.Revoked, LedgerState.Revoked, LedgerState.Valid], Ledger.Read(path).Select(e => e.State));
        Assert.Equal(2, LedgerRevocationList.Create(CertificateAuthority.Create("Root"), path).Revoked.Count());
        IssuanceLedger.Open(path).Dispose();
        Assert.Equal([LedgerState.Revoked, LedgerState.Revoked, LedgerState.Valid], Ledger.ReadFile(path).Select(e => e.State));
    }

    /// <summary>It had read the ledger before all of them, and waited for an answer.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_revocations_of_several_runs_outlive_another_program_that_waits(bool issuesBetween)
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        using (var ledger = IssuanceLedger.Open(path)) ledger.Record(Credentials[0], Credentials[1], Credentials[2]);
        var copy = File.ReadAllText(path);
        foreach (var i in new[] { 0, 1 })
        {
            using (var ledger = IssuanceLedger.Open(path)) ledger.Revoke([Credentials[i].SerialNumber], RevocationReason.KeyCompromise);
            File.SetLastWriteTimeUtc(path + ".run", DateTime.UtcNow.AddHours(-20));
        }

        if (issuesBetween)
        {
            using (var ledger = IssuanceLedger.Open(path)) ledger.Record(Credentials[3]);
            copy += Ledger.ReadFile(path).Last() + "\n";
        }

        Replace(path, copy + Line(7));
        Assert.Equal([LedgerState.Revoked, LedgerState.Revoked, LedgerState.Valid], Ledger.Read(path).Select(e => e.State).Take(3));
        IssuanceLedger.Open(path).Dispose();
        Assert.Equal([LedgerState.Revoked, LedgerState.Revoked, LedgerState.Valid], Ledger.ReadFile(path).Select(e => e.State).Take(3));
    }

    [Fact]
    public void Lines_that_were_only_issued_are_not_kept_for_days()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        using (var ledger = IssuanceLedger.Open(path)) ledger.Record(Credentials[0], Credentials[1]);
        using (var ledger = IssuanceLedger.Open(path)) ledger.Revoke([Credentials[0].SerialNumber], RevocationReason.Superseded);
        foreach (var i in new[] { 2, 3 })
        {
            File.SetLastWriteTimeUtc(path + ".run", DateTime.UtcNow.AddHours(-20));
            using (var ledger = IssuanceLedger.Open(path)) ledger.Record(Credentials[i]);
        }

        Assert.Equal([Credentials[0].SerialNumber, Credentials[0].SerialNumber, Credentials[3].SerialNumber],
            File.ReadLines(path + ".run").Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t')[3]));
    }

    /// <summary>The run that made the hold is long over; another program read the ledger before the hold ended.</summary>
    [Theory]
    [InlineData(RevocationReason.KeyCompromise, LedgerState.Revoked)]
    [InlineData(RevocationReason.RemoveFromCrl, LedgerState.Valid)]
    public void A_hold_of_an_earlier_run_is_not_written_back(RevocationReason reason, LedgerState state)
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        string[] serial = [Credentials[0].SerialNumber];
        using (var ledger = IssuanceLedger.Open(path, Impatient)) ledger.Record(Credentials[0], Credentials[1]);
        using (var ledger = IssuanceLedger.Open(path, Impatient)) ledger.Revoke(serial, RevocationReason.CertificateHold);
        File.SetLastWriteTimeUtc(path + ".run", DateTime.UtcNow.AddHours(-1));
        var copy = File.ReadAllText(path);
        using (var ledger = IssuanceLedger.Open(path, Impatient)) ledger.Revoke(serial, reason);
        Replace(path, copy + Line(7));
        Assert.Equal([(state, false), (LedgerState.Valid, false), (LedgerState.Valid, false)], States(Ledger.Read(path)));
        IssuanceLedger.Open(path, Impatient).Dispose();
        Assert.Equal([(state, false), (LedgerState.Valid, false), (LedgerState.Valid, false)], States(Ledger.ReadFile(path)));

        static IEnumerable<(LedgerState, bool)> States(IEnumerable<LedgerEntry> entries) => entries.Select(e => (e.State, e.IsOnHold));
    }

    /// <summary>It read the certificate as valid, and put it on hold in its copy.</summary>
    [Fact]
    public void A_hold_that_another_program_makes_does_not_replace_a_final_revocation()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        using (var ledger = IssuanceLedger.Open(path, Impatient)) ledger.Record(Credentials[0]);
        var held = File.ReadAllText(path).Replace("V\t", "R\t").Replace("Z\t\t", "Z\t260101000000Z,holdInstruction,1.2.840.10040.2.3\t");
        using (var ledger = IssuanceLedger.Open(path, Impatient))
            ledger.Revoke([Credentials[0].SerialNumber], RevocationReason.KeyCompromise);
        Replace(path, held);
        IssuanceLedger.Open(path, Impatient).Dispose();
        Assert.Equal(RevocationReason.KeyCompromise, Assert.Single(Ledger.ReadFile(path)).Reason);
    }

    [Fact]
    public void A_ledger_that_somebody_deleted_stays_deleted()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        using (var ledger = IssuanceLedger.Open(path)) ledger.Record(Credentials[0]);
        File.Delete(path);
        using (IssuanceLedger.Open(path, new() { Warn = Assert.Fail })) Assert.Empty(Ledger.Read(path));
    }

    [Fact]
    public void What_cannot_be_read_any_more_ends_the_run_and_nothing_of_it_is_lost()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        using (var ledger = IssuanceLedger.Open(path))
        {
            ledger.Record(Credentials[0]);
            Replace(path, "what\n");
            var error = Assert.Throws<OutputException>(() => ledger.Record(Credentials[1]));
            Assert.Equal("LedgerChanged", error.ErrorId);
            Assert.Contains("index.txt.run", error.Message);
        }

        Replace(path, Line(7));
        IssuanceLedger.Open(path).Dispose();
        Assert.Equal(["0007", Credentials[0].SerialNumber], Ledger.ReadFile(path).Select(e => e.SerialNumber));
    }

    /// <summary>Beside real <c>openssl ca</c>, which issues as fast as it can.</summary>
    [Fact]
    public async Task OpenSSL_issues_from_the_same_ledger_and_no_certificate_is_missing()
    {
        Tool.Require("openssl");
        using var folder = new TempFolder();
        var root = CertificateAuthority.Create("Root");
        folder.Write("ca.pem", root.Own.CertificatePem + "\n");
        folder.Write("ca.key", root.ExportableKey.ToPem() + "\n");
        folder.Write("ca.cnf", """
            [ca]
            default_ca = this
            [this]
            database = index.txt
            new_certs_dir = .
            serial = serial
            certificate = ca.pem
            private_key = ca.key
            default_md = sha256
            default_days = 5000
            policy = any
            unique_subject = no
            [any]
            commonName = supplied

            """);
        folder.Write("serial", "1000\n");
        using (var ledger = IssuanceLedger.Open(folder.File("index.txt"))) ledger.Record(Credentials[0]);
        Tool.Bash(
            folder.Path,
            "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key -subj /CN=other -out other.csr",
            "openssl");
        using var other = Process.Start(new ProcessStartInfo("bash",
            ["-c", "until [ -e stop ]; do openssl ca -batch -config ca.cnf -in other.csr -out other.pem -notext >/dev/null 2>&1 && echo "
            + "issued; done"])
        {
            WorkingDirectory = folder.Path, RedirectStandardOutput = true,
        })!;
        var issued = other.StandardOutput.ReadToEndAsync();
        List<string> serials = [Credentials[0].SerialNumber];
        try
        {
            var issuer = new CredentialIssuer(root, CredentialKind.Bootstrap);
            using var ledger = IssuanceLedger.Open(folder.File("index.txt"));
            for (var i = 0; i < 120; i++)
            {
                var group = Enumerable.Range(0, 3).Select(j => issuer.Issue(new DeviceIdentity($"mine-{i}-{j}"))).ToList();
                ledger.Record(group);
                serials.AddRange(group.Select(c => c.SerialNumber));
            }

            ledger.Complete();
        }
        finally
        {
            folder.Write("stop", "");
            other.WaitForExit();
        }

        var there = Ledger.ReadFile(folder.File("index.txt")).Select(e => e.SerialNumber).ToList();
        Assert.Empty(serials.Except(there));
        Assert.Equal(there.Count, there.Distinct().Count());
        Assert.InRange((await issued).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 5, int.MaxValue);
    }
}
