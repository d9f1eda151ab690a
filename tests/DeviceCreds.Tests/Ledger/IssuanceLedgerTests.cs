using System.Text;

namespace DeviceCreds.Tests;

/// <summary>Writing to a ledger: nothing is lost, nothing is half-written.</summary>
public class IssuanceLedgerTests
{
    const string Line = "V\t460123111610Z\t\t01\tunknown\t/CN=device-1\n";

    static readonly CredentialIssuer Issuer = new(CertificateAuthority.Create("Root"), CredentialKind.Bootstrap);

    static DeviceCredential Credential() => Issuer.Issue(new DeviceIdentity("device-" + Guid.NewGuid()));

    [Fact]
    public void What_was_recorded_is_read_in_its_order()
    {
        using var folder = new TempFolder();
        var credentials = Enumerable.Range(0, 5).Select(_ => Credential()).ToList();
        using (var ledger = IssuanceLedger.Open(folder.File("a/index.txt"), new() { Warn = Assert.Fail }))
        {
            ledger.Record(credentials[0]);
            ledger.Record(credentials.Skip(1));
            ledger.Record([]);
            ledger.Complete();
        }

        var entries = Ledger.Read(folder.File("a/index.txt")).ToList();
        Assert.Equal(credentials.Select(c => (c.SerialNumber, (string?)c.EndpointName, c.NotAfter)),
            entries.Select(e => (e.SerialNumber, e.EndpointName, e.ExpiresAt)));
        Assert.Equal(["a/index.txt", "a/index.txt.attr", "a/index.txt.lock", "a/index.txt.run"], folder.Files());
    }

    [Fact]
    public void A_second_run_is_told_who_holds_the_ledger_until_it_lets_go()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        using (IssuanceLedger.Open(path))
        {
            var error = Assert.Throws<OutputException>(() => IssuanceLedger.Open(path));
            Assert.Equal("LedgerInUse", error.ErrorId);
            Assert.Contains($"(process {Environment.ProcessId} on {Environment.MachineName})", error.Message);
            Assert.Empty(Ledger.Read(path));
        }

        IssuanceLedger.Open(path).Dispose();
    }

    [Fact]
    public void Threads_may_record_at_once()
    {
        using var folder = new TempFolder();
        var credentials = Enumerable.Range(0, 64).Select(_ => Credential()).ToList();
        using (var ledger = IssuanceLedger.Open(folder.File("index.txt"))) Parallel.ForEach(credentials,
            new ParallelOptions { MaxDegreeOfParallelism = 8 }, c => ledger.Record(c));
        Assert.Equal(credentials.Select(c => c.SerialNumber).Order(),
            Ledger.Read(folder.File("index.txt")).Select(e => e.SerialNumber).Order());
    }

    [Fact]
    public void A_run_cut_short_at_any_byte_leaves_its_whole_lines_and_the_rest_is_kept_aside()
    {
        using var folder = new TempFolder();
        var content = Encoding.ASCII.GetBytes(Line + Line.Replace("01", "02") + Line.Replace("01", "03"));
        for (var length = 0; length <= content.Length; length++)
        {
            var path = folder.Write("index.txt", content[..length]);
            File.Delete(path + ".torn");
            File.Delete(path + ".run");
            folder.Write("index.txt.lock", "4711 elsewhere");
            var warnings = new List<string>();
            using (var ledger = IssuanceLedger.Open(path, new() { Warn = warnings.Add }))
            {
                var whole = length / Line.Length * Line.Length;
                Assert.Equal(content[..whole], File.ReadAllBytes(path));
                Assert.Equal(whole == length ? 0 : 1, warnings.Count);
                if (whole < length) Assert.Equal(content[whole..length], File.ReadAllBytes(path + ".torn"));
                ledger.Record(Credential());
            }

            Assert.Equal(length / Line.Length + 1, Ledger.Read(path).Count());
        }
    }

    /// <summary>Many editors leave the last line without a line feed; openssl ca would drop the line.</summary>
    [Theory]
    [InlineData("V\t460123111610Z\t\t02\tunknown\t/CN=device-2")]
    [InlineData("E\t260123111610Z\t\t02\tunknown\t/CN=device-2")]
    [InlineData("R\t460123111610Z\t260123111610Z,keyCompromise\t02\tunknown\t/CN=device-2")]
    [InlineData("R\t460123111610Z\t260123111610Z\t02\tunknown\t/CN=device-2\r")]
    public void A_complete_last_line_counts_and_gets_its_line_feed_before_anything_is_appended(string last)
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line + last);
        Assert.Equal(last.TrimEnd('\r'), Ledger.Read(path).Last().ToString());
        var list = LedgerRevocationList.Create(CertificateAuthority.Create("Root"), path);
        Assert.Equal(last[0] == 'R' ? 1 : 0, list.Count);
        Assert.Empty(Merge(folder, path));
        Assert.Equal(last.TrimEnd('\r') + "\n", File.ReadAllText(folder.File("all.txt"))[Line.Length..]);
        var warnings = new List<string>();
        using (var ledger = IssuanceLedger.Open(path, new() { Warn = warnings.Add })) ledger.Record(Credential());
        Assert.Contains("line feed was added", Assert.Single(warnings));
        Assert.StartsWith(Line + last + "\n", File.ReadAllText(path));
        Assert.False(File.Exists(path + ".torn"));
        var status = Tool.TryBash(folder.Path, "printf '[ca]\\ndefault_ca=a\\n[a]\\ndatabase=index.txt\\n' > ca.cnf; "
            + "openssl ca -config ca.cnf -status 02 2>&1", "openssl").Output;
        Assert.Contains($"02={last[0] switch { 'V' => "Valid", 'R' => "Revoked", _ => "Expired" }} ({last[0]})", status);
    }

    /// <summary>A revocation comes only with the complete file: no interrupted run left it.</summary>
    [Fact]
    public void A_revocation_in_the_last_line_survives_an_interrupted_run()
    {
        using var folder = new TempFolder();
        var revoked = "R\t460123111610Z\t260123111610Z,keyCompromise\t02\tunknown\t/CN=device-2";
        var path = folder.Write("index.txt", Line + revoked);
        folder.Write("index.txt.lock", "4711 elsewhere");
        Assert.Equal(1, LedgerRevocationList.Create(CertificateAuthority.Create("Root"), path).Count);
        using (var ledger = IssuanceLedger.Open(path)) Assert.True(ledger.IsRevoked("02"));
        Assert.Equal(Line + revoked + "\n", File.ReadAllText(path));
    }

    [Fact]
    public void A_revocation_that_is_incomplete_stops_the_list_the_merge_and_the_run()
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line + "R\t460123111610Z\t2601231116");
        Assert.Equal("LedgerFieldCount", Refused.Input(() => LedgerRevocationList.Create(CertificateAuthority.Create("Root"), path)));
        Assert.Equal("LedgerFieldCount", Refused.Input(() => Merge(folder, path)));
        Assert.Equal("LedgerFieldCount", Refused.Input(() => IssuanceLedger.Open(path)));
        Assert.Equal(Line + "R\t460123111610Z\t2601231116", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("V\t46\0\0\nR\t460123111610Z\t260123111610Z\t02\tunknown\t/CN=device-2\n")]
    [InlineData("R\t460123111610Z\t260123111610Z\t02\tunknown\t/CN=dev\0ice-2\n")]
    [InlineData("R\t460123111610Z\t260123111610Z\t02\tunknown\t/CN=dev\0ice-2")]
    public void Zeros_take_no_revocation_out_of_the_ledger(string rest)
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line + rest);
        Assert.Equal("LedgerLineDamaged", Refused.Input(() => IssuanceLedger.Open(path)));
        Assert.Equal(Line + rest, File.ReadAllText(path));
    }

    /// <summary>Nothing in them is a revocation: they are no entry, and the ones before them stay.</summary>
    [Theory]
    [InlineData("\r")]
    [InlineData("\r\r")]
    [InlineData(" ")]
    [InlineData("\t")]
    public void A_few_bytes_after_the_last_line_are_set_aside(string rest)
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line + rest);
        Assert.Equal("LedgerLineTorn", Refused.Input(() => Ledger.Read(path).Count()));
        var warnings = new List<string>();
        using (var ledger = IssuanceLedger.Open(path, new() { Warn = warnings.Add })) ledger.Record(Credential());
        Assert.Contains("moved to index.txt.torn", Assert.Single(warnings));
        Assert.Equal(rest, File.ReadAllText(path + ".torn"));
        Assert.StartsWith(Line + "V", File.ReadAllText(path));
        Assert.Equal(2, Ledger.Read(path).Count());
    }

    static List<InputException> Merge(TempFolder folder, string path)
    {
        var errors = new List<InputException>();
        LedgerMerge.Merge([path], folder.File("all.txt"), errors.Add);
        return errors;
    }

    [Fact]
    public void A_last_line_that_an_interrupted_run_may_have_cut_is_set_aside_and_named_so()
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line + Line.Replace("01", "02").TrimEnd());
        folder.Write("index.txt.lock", "4711 elsewhere");
        Assert.Equal("LedgerLineTorn", Refused.Input(() => Ledger.Read(path).Count()));
        // The other certificates can be revoked: opening the ledger repairs it.
        Assert.Single(Ledger.FindRevocable(path, [new RevocationTarget("01")], [], RevocationReason.Unspecified, _ => { }));
        var warnings = new List<string>();
        using var ledger = IssuanceLedger.Open(path, new() { Warn = warnings.Add });
        Assert.Contains("put it back", Assert.Single(warnings));
        Assert.Equal(Line, File.ReadAllText(path));
    }

    [Fact]
    public void Zeros_that_a_power_cut_left_are_moved_aside_with_all_behind_them()
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line + "V\t46\0\0\0\0\0\n" + Line);
        var warnings = new List<string>();
        using var ledger = IssuanceLedger.Open(path, new() { Warn = warnings.Add });
        Assert.Contains("interrupted run", Assert.Single(warnings));
        Assert.Equal(Line, File.ReadAllText(path));
    }

    [Theory]
    [InlineData("EndpointName,AccountId\ndevice-1,x\n")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    [InlineData("\n")]
    public void A_file_that_is_no_ledger_is_left_alone(string content)
    {
        using var folder = new TempFolder();
        var path = folder.Write("devices.csv", content);
        Refused.Input(() => IssuanceLedger.Open(path));
        Assert.Equal(content, File.ReadAllText(path));
    }

    [Fact]
    public void A_full_disk_is_an_error_and_the_group_is_not_in_the_ledger()
    {
        using var disk = SmallDisk.Mount();
        var path = Path.Combine(disk.Path, "index.txt");
        using var ledger = IssuanceLedger.Open(path);
        var written = new List<string>();
        OutputException? error = null;
        while (error is null)
        {
            var group = Enumerable.Range(0, 50).Select(_ => Credential()).ToList();
            error = Record.Exception(() => ledger.Record(group)) as OutputException;
            if (error is null) written.AddRange(group.Select(c => c.SerialNumber));
        }

        Assert.Equal("LedgerNotWritten", error.ErrorId);
        Assert.NotEmpty(written);
        Assert.Equal(written, Ledger.Read(path).Select(e => e.SerialNumber));
        // And when there is room again, it goes on.
        ledger.Record(Credential());
        Assert.Equal(written.Count + 1, Ledger.Read(path).Count());
    }

    [Fact]
    public void Another_program_s_torn_line_is_not_written_behind()
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line);
        using var ledger = IssuanceLedger.Open(path);
        File.AppendAllText(path, "V\t46");
        Assert.Equal("LedgerChanged", Refused.Output(() => ledger.Record(Credential())));
        File.Delete(path);
        Assert.Equal("LedgerGone", Refused.Output(() => ledger.Record(Credential())));
    }

    [Fact]
    public void Who_has_a_valid_certificate_is_known()
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt",
            Line + "V\t200123111610Z\t\t02\tunknown\t/CN=past\n" + "R\t460123111610Z\t260123111610Z\t03\tunknown\t/CN=revoked\n"
                + "V\t460123111610Z\t\t04\tunknown\t/OU=acc/CN=both\n");
        using var ledger = IssuanceLedger.Open(path, new() { Time = Given.Clock("2026-01-31T12:00Z") });
        Assert.Equal("01", ledger.FindValid("device-1")?.SerialNumber);
        Assert.Null(ledger.FindValid("past"));
        Assert.Null(ledger.FindValid("revoked"));
        Assert.Null(ledger.FindValid("both"));
        Assert.Equal("04", ledger.FindValid("both", "acc")?.SerialNumber);
        var credential = Credential();
        Assert.Null(ledger.FindValid(credential.EndpointName));
        ledger.Record(Credential(), credential, Credential());
        Assert.Equal(credential.SerialNumber, ledger.FindValid(credential.EndpointName)?.SerialNumber);
        ledger.Revoke([credential.SerialNumber]);
        Assert.Null(ledger.FindValid(credential.EndpointName));
        Assert.True(ledger.IsRevoked(credential.SerialNumber.ToLowerInvariant()));
    }

    [Fact]
    public void Revoking_leaves_all_other_lines_as_they_are()
    {
        using var folder = new TempFolder();
        // Raw Latin-1, comments, carriage returns, zeros before a serial number.
        byte[] Bytes(string state) => System.Text.Encoding.Latin1.GetBytes("# ger\u00E4t\r\n"
            + "V\t491231235959Z\t\t0001\tunknown\t/CN=ger\u00E4t\r\n"
            + $"{state}\t02\tunknown\t/CN=device\n#\n"
            + "R\t491231235959Z\t260101000000Z,keycompromise\tab\tger\u00F6t\t/CN=a\\\tb\n"
            + "E\t491231235959Z\t\t03\tunknown\t/CN=Ger\u00C3\u00A4t\n");
        var path = folder.File("index.txt");
        File.WriteAllBytes(path, Bytes("V\t491231235959Z\t"));
        using (var ledger = IssuanceLedger.Open(path))
            Assert.Single(ledger.Revoke(["02"], RevocationReason.Superseded, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc)));
        Assert.Equal(Bytes("R\t491231235959Z\t260102030405Z,superseded"), File.ReadAllBytes(path));
        Assert.Equal(["ger\u00E4t", "device", "a\tb", "Ger\u00E4t"], Ledger.Read(path).Select(e => e.EndpointName));
    }

    [Theory]
    [InlineData("/CN=ger\\xE4t", "/CN=ger\\xF6t")]
    [InlineData("/CN=ger\u00E4t", "/CN=ger\u00F6t")]
    public void Two_devices_whose_names_are_no_UTF_8_stay_two(string one, string other)
    {
        using var folder = new TempFolder();
        string Write(string file, params string[] lines)
        {
            File.WriteAllText(folder.File(file), string.Concat(lines), System.Text.Encoding.Latin1);
            return folder.File(file);
        }

        var path = Write("index.txt", $"V\t491231235959Z\t\t01\tunknown\t{one}\n", $"V\t491231235959Z\t\t02\tunknown\t{other}\n");
        File.WriteAllText(path + ".attr", "unique_subject = yes\n");
        using (var ledger = IssuanceLedger.Open(path))
        {
            Assert.Equal(("01", "02"), (ledger.FindValid("ger\u00E4t")?.SerialNumber, ledger.FindValid("ger\u00F6t")?.SerialNumber));
            Assert.Null(ledger.FindValid("ger\uFFFDt"));
        }

        var found = Ledger.FindRevocable(path, [new("01", "ger\u00E4t")], [new("ger\u00F6t")], RevocationReason.Superseded,
            e => Assert.Fail(e.Message));
        Assert.Equal(["01", "02"], found.Select(e => e.SerialNumber));
        Assert.Equal("02", Assert.Single(Ledger.FindRevocable(path, [], [new("ger\u00F6t")], RevocationReason.Superseded,
            e => Assert.Fail(e.Message))).SerialNumber);
        var merged = LedgerMerge.Merge([path], folder.File("all.txt"), e => Assert.Fail(e.Message));
        Assert.Equal(0, merged.Duplicates);
        Assert.Equal(["ger\u00E4t", "ger\u00F6t"], Ledger.Read(folder.File("all.txt")).Select(e => e.EndpointName));
    }

#if !NETSTANDARD_BUILD
    // .NET Framework, which the other build is for, runs on Windows alone.
    [Theory]
    [InlineData("640")]
    [InlineData("600")]
    [InlineData("664")]
    public void A_ledger_stays_as_open_as_it_is_and_no_file_beside_it_is_more_open(string mode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux only");
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        var root = CertificateAuthority.Create("Root");
        using (var ledger = IssuanceLedger.Open(path)) ledger.Record(root);
        foreach (var file in Directory.GetFiles(folder.Path).Where(f => f != path)) File.Delete(file);
        // One of the user's other groups, where there is one.
        Tool.Bash(folder.Path, $"chmod {mode} index.txt; chgrp $(id -G | tr ' ' '\\n' | tail -1) index.txt");
        var before = Tool.Bash(folder.Path, "stat -c '%a %u %g' index.txt");
        using (var ledger = IssuanceLedger.Open(path))
        {
            ledger.Record(CertificateAuthority.Create("Other"));
            Assert.Single(ledger.Revoke([root.SerialNumber]));
        }

        LedgerRevocationList.Create(root, path);
        Assert.Equal(before, Tool.Bash(folder.Path, "stat -c '%a %u %g' index.txt"));
        var beside = Directory.GetFiles(folder.Path).Where(f => f != path).ToList();
        Assert.Equal([".attr", ".crlnumber", ".lock", ".run"],
            beside.Select(Path.GetExtension).Distinct().Order(StringComparer.Ordinal));
        Assert.All(beside, f => Assert.Equal(0, Mode(f) & ~Mode(path)));
        File.AppendAllText(path, "V\t49");
        IssuanceLedger.Open(path).Dispose();
        Assert.Equal(0, Mode(path + ".torn") & ~Mode(path));

        int Mode(string file) => Convert.ToInt32(Tool.Bash(folder.Path, $"stat -c %a {file}").Trim(), 8);
    }
#endif

    [Fact]
    public void A_malformed_line_is_named_and_the_others_are_read()
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", "# a comment\n" + Line + "\n" + Line.Replace("460", "4x0") + Line + Line[..20]);
        var errors = new List<InputException>();
        Assert.Equal(2, Ledger.Read(path, errors.Add).Count());
        Assert.Equal([("LedgerFieldCount", 3), ("LedgerTime", 4), ("LedgerLineTorn", 6)], errors.Select(e => (e.ErrorId, e.Line)));
        Assert.Equal("LedgerFieldCount", Refused.Input(() => Ledger.Read(path).Count()));
        Assert.Equal("FileNotFound", Refused.Input(() => Ledger.Read(folder.File("none")).Count()));
    }

    [Fact]
    public void Lines_longer_than_any_buffer_and_carriage_returns_are_read()
    {
        using var folder = new TempFolder();
        var name = new string('x', 300_000);
        var path = folder.Write("index.txt", string.Concat(Enumerable.Repeat(Line.TrimEnd() + "\r\n" + Line.Replace("device-1", name), 3)));
        Assert.Equal([8, 300_000, 8, 300_000, 8, 300_000], Ledger.Read(path).Select(e => e.EndpointName!.Length));
        folder.Write("index.txt", new string('x', 3_000_000));
        Assert.Equal("LineTooLong", Refused.Input(() => Ledger.Read(path).Count()));
    }
}
