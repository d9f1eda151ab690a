using System.Text;

namespace DeviceCreds.Tests;

/// <summary>What OpenSSL demands of its database, and what a ledger must be before the first certificate is issued.</summary>
public sealed class LedgerRuleTests
{
    const string One = "V\t461126000000Z\t\t0A1B\tunknown\t/CN=led-1\n";
    const string Two = "V\t461126000000Z\t\t0A1D\tunknown\t/CN=led-3\n";

    static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");

    static string Line(int serial, string name) => $"V\t460123111610Z\t\t{serial:X4}\tunknown\t/CN={name}\n";

    static CredentialIssuer Issuer => new(Root, CredentialKind.Bootstrap);

    static DeviceCredential? Issue(IssuanceLedger ledger, string name, bool allowDuplicate = false, string? accountId = null)
    {
        var issuer = new CredentialIssuer(Root, accountId is null ? CredentialKind.Bootstrap : CredentialKind.Lwm2m);
        var identity = new DeviceIdentity(name, accountId);
        var credential = new EarlierRuns(ledger, null, allowDuplicate, Assert.Fail).Issue(issuer.Accept(identity));
        if (credential is not null) ledger.Record(credential);
        return credential;
    }

    [Theory]
    [InlineData(One + "\n" + Two, "LedgerFieldCount", 2, "the line is empty")]
    [InlineData("\uFEFF" + One, "LedgerState", 1, "U+FEFF")]
    [InlineData(One + "\u200E" + Two, "LedgerState", 2, "'U+200EV'")]
    [InlineData("V\t461126000000Z\t\t0A\u00A01B\tunknown\t/CN=led-1\n", "LedgerSerialNumber", 1, "'0AU+00A01B'")]
    [InlineData("V\t4611260000Z\t\t0A1B\tunknown\t/CN=led-1\n", "LedgerTime", 1, "'4611260000Z'")]
    [InlineData(One + One, "LedgerSerialNumberDuplicate", 2, "line 1")]
    [InlineData(One + "E\t461126000000Z\t\t000a1b\tunknown\t/CN=led-1\n", "LedgerSerialNumberDuplicate", 2, "0A1B is also on line 1")]
    public void What_OpenSSL_would_refuse_is_said_before_anything_is_issued_and_left_as_it_is(string content, string id, int line,
        string message)
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Encoding.UTF8.GetBytes(content));
        var error = Assert.Throws<InputException>(() => IssuanceLedger.Open(path));
        Assert.Equal((id, path, line), (error.ErrorId, error.Path, error.Line));
        Assert.Contains(message, error.Message);
        Assert.Equal(content, File.ReadAllText(path, new UTF8Encoding(false)) is var text && content[0] == '\uFEFF' ? "\uFEFF" + text
            : text);
    }

    [Fact]
    public void A_ledger_in_UTF_16_is_not_taken_for_one_that_the_power_cut_short()
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Encoding.Unicode.GetBytes(Line(1, "a")));
        Assert.Equal("LedgerNotRecognised", Refused.Input(() => IssuanceLedger.Open(path)));
        Assert.False(File.Exists(path + ".torn"));
    }

    /// <summary>A private key that was given for a ledger stays out of the message.</summary>
    [Fact]
    public void A_line_that_is_not_a_ledger_s_is_not_repeated()
    {
        using var folder = new TempFolder();
        var pem = DeviceKey.Generate().ToPem();
        var error = Assert.Throws<InputException>(() => IssuanceLedger.Open(folder.Write("key.pem", pem.Split('\n')[1] + "\n")));
        Assert.DoesNotContain(pem.Split('\n')[1][..8], error.Message);
    }

    [Fact]
    public void A_device_gets_a_second_valid_certificate_only_when_it_is_wanted()
    {
        using var folder = new TempFolder();
        using var ledger = IssuanceLedger.Open(folder.File("index.txt"));
        var first = Issue(ledger, "a/b")!;
        var error = Assert.Throws<IssuanceException>(() => Issue(ledger, "a/b"));
        Assert.Equal(("EndpointHasCertificate", ErrorKind.AlreadyExists), (error.ErrorId, error.Kind));
        Assert.Contains(first.SerialNumber, error.Message);
        Assert.Contains("-AllowDuplicate", error.Advice);
        // Another kind of credential, another account, another device.
        Assert.NotNull(Issue(ledger, "a/b", accountId: "acc"));
        Assert.NotNull(Issue(ledger, "a/b", accountId: "other"));
        Assert.NotNull(Issue(ledger, "a/B"));
        Assert.NotNull(Issue(ledger, "a/b", allowDuplicate: true));
        ledger.Revoke(Ledger.Read(ledger.Path).Where(e => e.EndpointName == "a/b" && e.AccountId is null).Select(e =>
            e.SerialNumber).ToList());
        Assert.NotNull(Issue(ledger, "a/b"));
    }

    [Theory]
    [InlineData("/CN=a\\/b")]
    [InlineData("/CN=a/b")]
    [InlineData("/O=Acme/CN=a\\/b")]
    [InlineData("/CN=a\\x2Fb")]
    public void The_device_is_known_in_what_other_programs_wrote(string subject)
    {
        using var folder = new TempFolder();
        using var ledger = IssuanceLedger.Open(folder.Write("index.txt", Line(7, "x").Replace("/CN=x", subject)));
        Assert.Equal("0007", ledger.FindValid("a/b")?.SerialNumber);
        Assert.Null(ledger.FindValid("a/b", "acc"));
    }

    [Fact]
    public void Of_several_lines_the_one_that_is_valid_counts()
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line(1, "a") + Line(2, "a").Replace("\t46", "\t20") + Line(3, "b").Replace("\t46", "\t20")
            + Line(4, "b"));
        using var ledger = IssuanceLedger.Open(path);
        Assert.Equal(("0001", "0004"), (ledger.FindValid("a")?.SerialNumber, ledger.FindValid("b")?.SerialNumber));
    }

    [Theory]
    [InlineData("unique_subject = yes\n", true)]
    [InlineData("unique_subject=YES", true)]
    [InlineData("# of OpenSSL\nunique_subject = \"yes\" # really\n", true)]
    [InlineData("unique_subject = 1\n", true)]
    [InlineData("unique_subject = no\nunique_subject = yes\n", true)]
    [InlineData("unique_subject = no\n", false)]
    [InlineData("unique_subject = false\n", false)]
    // A file that does not set it means yes to OpenSSL, whatever else is in it.
    [InlineData("", true)]
    [InlineData("[other]\nunique_subject = no\n", true)]
    public void OpenSSL_s_attribute_is_honoured(string attributes, bool isUnique)
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line(1, "o1") + Line(2, "old").Replace("\t46", "\t20"));
        folder.Write("index.txt.attr", attributes);
        using var ledger = IssuanceLedger.Open(path);
        Assert.Equal(isUnique, ledger.IsSubjectUnique);
        foreach (var (name, serial) in new[] { ("o1", "0001"), ("old", "0002") })
        {
            if (!isUnique) Assert.NotNull(Issue(ledger, name, allowDuplicate: true));
            else
            {
                var error = Assert.Throws<IssuanceException>(() => Issue(ledger, name, allowDuplicate: true));
                Assert.Equal("SubjectNotUnique", error.ErrorId);
                Assert.Contains(serial, error.Message);
            }
        }
    }

    /// <summary>openssl ca is asked for each spelling: it refuses two lines of one subject.</summary>
    [Fact]
    public void The_attribute_means_what_it_means_to_openssl()
    {
        string[] spellings =
        [
            "", "\n", "# nothing\n", "#\\\nunique_subject = no\n", "foo = bar\n", "xxx\n",
            "unique_subject = no\nxxx\n", "unique_subject no\n", "[ca]\nunique_subject = yes\n",
            "[ca]\nunique_subject = no\n", "[]\nunique_subject = no\n", "[default]\nunique_subject = no\n",
            "[ default ] x\nunique_subject = no\n", "[a b]\nx = y\n[default]\nunique_subject = no\n",
            "[default\nunique_subject = no\n", "[a]\ndefault::unique_subject = no\n",
            "default::unique_subject = yes\nfoo = bar\n", "a::unique_subject = no\n",
            "[a]\nb::x = y\nunique_subject = no\n", "[\"default\"]\nunique_subject = no\n",
            "[def\\ault]\nunique_subject = no\n", "Unique_Subject = no\n", "\"unique_subject\" = no\n",
            "unique_subject = NO", "unique_subject=No\r\n", "unique_subject = \"no\"\n",
            "unique_subject = 'n'o # really\n", "unique_subject = `no`\n", "unique_subject = \"no # no\"\n",
            "unique_subject = \\no\n", "unique_subject = \\Fo\n", "unique_subject = '\\n'\n",
            "unique_subject = \"\\\"no\n", "unique_subject =\n", "unique_subject = #no\n", "unique_subject = \\#no\n",
            "unique_subject = true\n", "unique_subject = false\n", "unique_subject = 0\n", "unique_subject = 2\n",
            "unique_subject = off\n", "unique_subject = nein\n", "unique_subject = yes\nunique_subject = no\n",
            "unique_subject = no\nunique_subject = yes\n", "x = no\nunique_subject = $x\n",
            "x = no\nunique_subject = ${x}\n", "x = no\nunique_subject = $(x)\n",
            "[a]\nx = no\n[default]\nunique_subject = $a::x\n", "[a]\nx = n\n[default]\nunique_subject = ${a::x}o\n",
            "unique_subject = $x\n", "unique_subject = ${x\n", "unique_subject = \\$x\n", "unique_subject = '$x'no\n",
            "x = no\n[a]\ndefault::unique_subject = $x", "unique_subject = $ENV::NO_SUCH_VARIABLE\n",
            "unique_subject = \\\nno\n", "unique_subject = \\\r\nno\r\n", "unique_subject = \\\\\nno\n",
            "foo = a\\\nunique_subject = no\n", "; c\nunique_subject = no\n", ";c = d\nunique_subject = no\n",
            "unique_subject = ;no\n", "unique_subject = \u00A0no\n", "unique_subject =\vno\n",
            "unique_subject\v= no\n", "\funique_subject = no\n", "\u00FC = no\nunique_subject = no\n",
            "# \u00FC\nunique_subject = no\n", "\uFEFFunique_subject = no\n", "unique_subject = no\0\n", "\0\nunique_subject = no\n",
            "unique_subject = yes\r", "\runique_subject = no\n", "unique_subject = no\rx\n",
            "\tunique_subject\t=\tno\t\n", "= x\nunique_subject = no\n", "unique-subject = no\n",
            "unique_subject = no = yes\n", "unique_subject.x = no\n",
            "unique_subject:x = no\n", "unique_subject = \"\"no\n",
        ];
        using var folder = new TempFolder();
        var utf16 = Encoding.Unicode.GetBytes("\uFEFFunique_subject = no\n");
        var contents = spellings.Select(s => Encoding.UTF8.GetBytes(s)).Append(utf16).ToList();
        foreach (var (content, i) in contents.Select((c, i) => (c, i)))
        {
            Directory.CreateDirectory(folder.File($"{i}"));
            folder.Write($"{i}/index.txt", Line(1, "a") + Line(2, "a"));
            folder.Write($"{i}/index.txt.attr", content);
            folder.Write($"{i}/ca.cnf", "[ca]\ndefault_ca = a\n[a]\ndatabase = index.txt\ndefault_md = sha256\n");
        }

        folder.Write("ca.pem", Root.Own.CertificatePem + "\n");
        folder.Write("ca.key", Root.ExportableKey.ToPem() + "\n");
        const string openssl = "openssl ca -config ca.cnf -updatedb -keyfile ../ca.key -cert ../ca.pem";
        var all = $"for i in $(seq 0 {contents.Count - 1}); do (cd $i; {openssl} 2>&1 | grep -c 'creating name index'; true); done";
        var verdicts = Tool.Bash(folder.Path, all, "openssl").Split('\n');
        var wrong = contents.Select((c, i) => (Text: Encoding.UTF8.GetString(c), Theirs: verdicts[i] != "0",
            Ours: LedgerAttributes.IsSubjectUnique(folder.File($"{i}/index.txt")))).Where(c => c.Theirs != c.Ours).ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.InRange(verdicts.Count(v => v == "0"), 20, contents.Count - 20);
    }

    /// <summary>Whoever records: a device that made its key, two of one group, a CA.</summary>
    [Fact]
    public void Where_subjects_are_unique_nothing_records_a_second_valid_certificate()
    {
        using var folder = new TempFolder();
        folder.Write("index.txt.attr", "unique_subject = yes\n");
        using var ledger = IssuanceLedger.Open(folder.File("index.txt"));
        DeviceCredential Of(string name) => Issuer.Issue(new DeviceIdentity(name));
        Assert.Equal("SubjectNotUnique", Refused.Issuance(() => ledger.Record(Of("a"), Of("b"), Of("a"))));
        Assert.Empty(Ledger.Read(ledger.Path));
        ledger.Record(Of("a"));
        ledger.Record(Root);
        Assert.Equal("SubjectNotUnique", Refused.Issuance(() => ledger.Record(Of("a"))));
        Assert.Equal("SubjectNotUnique", Refused.Issuance(() => ledger.Record(Root)));
        Assert.Equal("SubjectNotUnique", Refused.Issuance(() => ledger.RecordChain([Root])));
        Assert.Equal(2, Ledger.Read(ledger.Path).Count());
    }

    [Fact]
    public void Where_subjects_are_unique_one_of_several_holds_is_released_at_a_time()
    {
        using var folder = new TempFolder();
        string Held(int serial, string name) =>
            Line(serial, name).Replace("V\t", "R\t").Replace("Z\t\t", "Z\t260101000000Z,certificateHold\t");
        var path = folder.Write("index.txt", Held(1, "a") + Held(2, "a") + Held(3, "b") + Line(4, "c") + Held(5, "c"));
        folder.Write("index.txt.attr", "unique_subject = yes\n");
        var errors = new List<InputException>();
        IReadOnlyList<LedgerEntry> Find(params string[] names) =>
            Ledger.FindRevocable(path, [], names.Select(n => new DeviceIdentity(n)), RevocationReason.RemoveFromCrl, errors.Add);
        Assert.Equal("0003", Assert.Single(Find("a", "b", "c")).SerialNumber);
        Assert.Equal(["SubjectNotUnique", "SubjectNotUnique", "SubjectNotUnique"], errors.Select(e => e.ErrorId));
        Assert.Equal("0002", Assert.Single(
            Ledger.FindRevocable(path, [new RevocationTarget("0002")], [], RevocationReason.RemoveFromCrl, errors.Add)).SerialNumber);
        using var ledger = IssuanceLedger.Open(path);
        // Another run may have been faster than the search.
        Assert.Equal(["0001", "0003"], ledger.Revoke(["0001", "0002", "0003", "0005"], RevocationReason.RemoveFromCrl)
            .Select(e => e.SerialNumber));
        Assert.Empty(ledger.Revoke(["0002"], RevocationReason.RemoveFromCrl));
        ledger.Revoke(["0001"]);
        Assert.Single(ledger.Revoke(["0002"], RevocationReason.RemoveFromCrl));
    }

    [Fact]
    public void A_renewal_is_a_second_certificate_that_is_wanted_but_one_is_enough()
    {
        using var folder = new TempFolder();
        using var ledger = IssuanceLedger.Open(folder.File("index.txt"));
        var first = Issue(ledger, "a")!;
        var warnings = new List<string>();
        DeviceCredential? Renew(DeviceCredential old, bool allowDuplicate = false)
        {
            var runs = new EarlierRuns(ledger, null, allowDuplicate, warnings.Add);
            var renewed = runs.IsToRenew(old, keepsKey: true) ? runs.Issue(Issuer.Renew(old)) : null;
            if (renewed is not null) ledger.Record(renewed);
            return renewed;
        }

        var second = Renew(first)!;
        Assert.Equal(second.SerialNumber, ledger.FindRenewal(first.SerialNumber)?.SerialNumber);
        Assert.Empty(warnings);
        Assert.Null(Renew(first));
        Assert.Contains(second.SerialNumber, Assert.Single(warnings));
        Assert.NotNull(Renew(second));
        Assert.NotNull(Renew(first, allowDuplicate: true));
        // A renewal that was revoked renews nothing.
        ledger.Revoke(Ledger.Read(ledger.Path).Where(e => e.Renews == first.SerialNumber).Select(e => e.SerialNumber).ToList());
        Assert.Null(ledger.FindRenewal(first.SerialNumber));
        Assert.NotNull(Renew(first));
    }

    [Fact]
    public async Task A_run_that_waits_gets_the_ledger_when_the_other_has_ended()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        var first = IssuanceLedger.Open(path);
        Assert.Equal("LedgerInUse", Refused.Output(() => IssuanceLedger.Open(path, new() { Timeout = TimeSpan.FromMilliseconds(1) })));
        using var waiting = new ManualResetEventSlim();
        var second = Task.Run(() =>
        {
            waiting.Set();
            using var ledger = IssuanceLedger.Open(path, new() { Timeout = TimeSpan.FromMinutes(1) });
            ledger.Record(Issuer.Issue(new DeviceIdentity("a")));
        });
        await Task.Run(waiting.Wait);
        await Task.Delay(50);
        Assert.Empty(Ledger.Read(path));
        first.Dispose();
        await second;
        Assert.Single(Ledger.Read(path));
    }

    [Fact]
    public void A_wait_can_be_ended()
    {
        using var folder = new TempFolder();
        var path = folder.File("index.txt");
        using var first = IssuanceLedger.Open(path);
        using var cancel = new CancellationTokenSource(50);
        Assert.Throws<OperationCanceledException>(() =>
            IssuanceLedger.Open(path, new() { Timeout = TimeSpan.FromMinutes(1), Cancel = cancel.Token }));
    }

    /// <summary>A rename would replace the link: the file behind it would never have the revocation.</summary>
    [Fact]
    public void A_link_is_no_ledger()
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, "mkdir share; : > share/index.txt; ln -s share/index.txt index.txt", "ln");
        Assert.Equal("LedgerIsLink", Refused.Input(() => IssuanceLedger.Open(folder.File("index.txt"))));
    }

    public static TheoryData<string> Endings =>
        [".attr", ".lock", ".run", ".tmp", ".torn", ".attr.tmp", ".crlnumber", ".crlnumber.lock", ".crlnumber.tmp"];

    /// <summary>Who can write to the folder could have another file of the user's overwritten.</summary>
    [Theory]
    [MemberData(nameof(Endings))]
    public void Nothing_beside_a_ledger_is_a_link_or_a_folder(string ending)
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line(1, "a"));
        var victim = folder.Write("victim", "mine");
        void Refuses(string id)
        {
            foreach (var run in new Action[]
            {
                () => IssuanceLedger.Open(path).Dispose(), () => LedgerRevocationList.Create(Root, path),
                () => LedgerMerge.Merge([], path, _ => { }),
            })
            {
                var error = Assert.Throws<InputException>(run);
                Assert.Equal((id, path + ending), (error.ErrorId, error.Path));
            }

            Assert.Equal(Line(1, "a"), File.ReadAllText(path));
            Assert.Equal("mine", File.ReadAllText(victim));
        }

        Tool.Bash(folder.Path, $"ln -s victim index.txt{ending}", "ln");
        Refuses("LedgerIsLink");
        Tool.Bash(folder.Path, $"ln -sf nowhere index.txt{ending}", "ln");
        Refuses("LedgerIsLink");
        Assert.False(File.Exists(folder.File("nowhere")));
        Tool.Bash(folder.Path, $"rm index.txt{ending}; mkdir index.txt{ending}", "mkdir");
        Refuses("PathIsFolder");
    }

    [Fact]
    public void A_ledger_that_another_program_was_replacing_is_not_begun_anew()
    {
        using var folder = new TempFolder();
        using (var ledger = IssuanceLedger.Open(folder.File("index.txt"))) ledger.Complete();
        Tool.Bash(folder.Path, "cp index.txt index.txt.new; mv index.txt index.txt.old", "mv");
        Assert.Equal("LedgerInterrupted", Refused.Output(() => IssuanceLedger.Open(folder.File("index.txt"))));
        Assert.False(File.Exists(folder.File("index.txt")));
    }

    [Theory]
    [InlineData("mkfifo index.txt", "", "a pipe")]
    [InlineData("mkfifo index.txt.lock", ".lock", "a pipe")]
    [InlineData("mkfifo index.txt.run", ".run", "a pipe")]
    [InlineData("ln -s /dev/null index.txt", "", "a device")]
    [InlineData("ln -s /dev/zero index.txt.attr", ".attr", "a device")]
    [InlineData("mkfifo index.txt.crlnumber.lock", ".crlnumber.lock", "a pipe")]
    public void What_is_not_a_regular_file_is_no_ledger(string make, string ending, string kind)
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, make, "mkfifo");
        var error = Assert.Throws<InputException>(() => IssuanceLedger.Open(folder.File("index.txt")));
        Assert.Equal(("FileNotRegular", folder.File("index.txt" + ending)), (error.ErrorId, error.Path));
        Assert.Contains(kind, error.Message);
    }

    [Fact]
    public void A_device_file_is_not_read_as_a_ledger_and_a_folder_is_not_one()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "this system has no /dev/null");
        Assert.Equal("FileNotRegular", Refused.Input(() => Ledger.Read("/dev/null").Count()));
        Assert.Equal("FileNotRegular", Refused.Input(() => IssuanceLedger.Open("/dev/null")));
        Assert.False(File.Exists("/dev/null.lock"));
        using var folder = new TempFolder();
        Assert.Equal("PathIsFolder", Refused.Input(() => IssuanceLedger.Open(folder.Path)));
        Assert.Empty(folder.Files());
    }

    [Theory]
    [InlineData("new/")]
    [InlineData("new/ ")]
    [InlineData(" ")]
    public void A_ledger_whose_path_names_no_file_is_refused_and_nothing_is_created(string name)
    {
        using var folder = new TempFolder();
        Assert.Equal("PathInvalid", Refused.Output(() => IssuanceLedger.Open(folder.Path + "/" + name)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_an_interrupted_run_left_of_a_rewrite_is_swept_by_the_next()
    {
        using var folder = new TempFolder();
        var path = folder.Write("index.txt", Line(1, "a"));
        foreach (var name in new[] { "index.txt.tmp", "index.txt.attr.tmp", "index.txt.crlnumber.tmp" }) folder.Write(name, "half");
        IssuanceLedger.Open(path).Dispose();
        LedgerRevocationList.Create(Root, path);
        Assert.Equal(["index.txt", "index.txt.attr", "index.txt.crlnumber", "index.txt.crlnumber.lock", "index.txt.lock"], folder.Files());
    }
}
