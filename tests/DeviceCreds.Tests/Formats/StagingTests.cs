namespace DeviceCreds.Tests;

public class StagingTests
{
    static readonly CertificateAuthority Authority = CertificateAuthority.Create("Root");
    static readonly string[] Files = ["BootstrapDeviceCert.der", "BootstrapDeviceCert.pem", "BootstrapDevicePrivateKey.der",
        "BootstrapDevicePrivateKey.pem"];

    readonly CredentialIssuer _issuer = new(Authority, CredentialKind.Bootstrap);

    static CredentialExport Export(string folder, bool replace = false) => new(folder, ["Pem", "Der"], new ExportOptions(), replace);

    static bool IsThere(string folder, string name) =>
        new ExportedCredentials(folder, CredentialKind.Bootstrap, Authority).Find(new DeviceIdentity(name), null) is not null;

    static void Put(TempFolder folder, string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        folder.Write(name, content);
    }

    [Fact]
    public void What_is_staged_is_not_there_until_it_gets_its_place_and_then_it_is_there_whole()
    {
        using var folder = new TempFolder();
        using var export = Export(folder.Path);
        var staged = export.Stage(_issuer.Issue(new DeviceIdentity("a")));
        export.Flush();
        Assert.False(Directory.Exists(folder.File("a")));
        Assert.False(IsThere(folder.Path, "a"));
        Assert.Equal(Files, export.Place(staged).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
        Assert.True(IsThere(folder.Path, "a"));
    }

    [Fact]
    public void Nothing_but_the_devices_folders_stays()
    {
        using var folder = new TempFolder();
        using (var export = Export(folder.Path))
        {
            export.Stage(_issuer.Issue(new DeviceIdentity("left behind")));
            export.Write(_issuer.Issue(new DeviceIdentity("a")));
            Assert.Single(CredentialImporter.Group(folder.Path));
        }

        Assert.Equal(Files.Select(f => "a/" + f), folder.Files());
    }

    [Fact]
    public void A_folder_that_is_there_keeps_what_it_has_and_gets_the_files()
    {
        using var folder = new TempFolder();
        Put(folder, "a/note", "x");
        using var export = Export(folder.Path);
        export.Write(_issuer.Issue(new DeviceIdentity("a")));
        Assert.Equal(5, Directory.GetFiles(folder.File("a")).Length);
        Assert.Equal("FileExists",
            Refused.Output(() => export.Write(new CredentialIssuer(Authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity("a")))));
        Assert.True(IsThere(folder.Path, "a"));
    }

    [Fact]
    public void What_a_dead_export_left_half_placed_is_made_anew_and_what_it_only_staged_replaces_nothing()
    {
        using var folder = new TempFolder();
        using (var first = Export(folder.Path))
        {
            first.Write(_issuer.Issue(new DeviceIdentity("whole")));
            first.Write(_issuer.Issue(new DeviceIdentity("half")));
        }

        var whole = File.ReadAllText(folder.File("whole/BootstrapDevicePrivateKey.pem"));
        // As a process leaves it that dies while it gives the files their names; and one that dies before.
        Put(folder, ".~export/devices-dead.lock", "");
        Put(folder, ".~export/devices-dead/half~1~/BootstrapDeviceCert.der", "x");
        Put(folder, ".~export/devices-dead/whole~2/BootstrapDeviceCert.der", "x");
        File.Delete(folder.File("half/BootstrapDeviceCert.der"));
        Assert.True(IsThere(folder.Path, "whole"));
        Assert.False(IsThere(folder.Path, "half"));

        var again = new CredentialIssuer(Authority, CredentialKind.Bootstrap);
        using (var second = Export(folder.Path))
        {
            second.Write(again.Issue(new DeviceIdentity("half")));
            Assert.Equal("FileExists", Refused.Output(() => second.Write(again.Issue(new DeviceIdentity("whole")))));
            second.Complete();
        }

        Assert.Equal(whole, File.ReadAllText(folder.File("whole/BootstrapDevicePrivateKey.pem")));
        Assert.True(IsThere(folder.Path, "half"));
        Assert.Equal(8, folder.Files().Length);
    }

    /// <summary>Some of its files have replaced those of another credential: only the rest of its own makes the device whole.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_a_dead_export_had_begun_to_move_is_moved_by_the_next_one_whatever_device_comes(int moved)
    {
        using var folder = new TempFolder();
        using (var first = Export(folder.Path)) first.Write(_issuer.Issue(new DeviceIdentity("a")));
        var renewed = new CredentialIssuer(Authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity("a"));
        using (var elsewhere = new TempFolder())
        {
            using (var second = Export(elsewhere.Path)) second.Write(renewed);
            Put(folder, ".~export/devices-dead.lock", "");
            Directory.CreateDirectory(folder.File(".~export/devices-dead/a~1~"));
            Directory.CreateDirectory(folder.File(".~export/devices-dead/a~1"));
            for (var i = 0; i < Files.Length; i++)
                File.Copy(elsewhere.File("a/" + Files[i]), folder.File((i < moved ? "a/" : ".~export/devices-dead/a~1/") + Files[i]), true);
        }

        using (var next = Export(folder.Path)) next.Write(_issuer.Issue(new DeviceIdentity("b")));
        using (var last = Export(folder.Path)) last.Complete();
        var read = Assert.Single(CredentialImporter.Read([.. Files.Select(f => folder.File("a/" + f))]));
        Assert.Equal(renewed.SerialNumber, read.SerialNumber);
        Assert.True(read.PrivateKey!.HasPrivateKey);
        Assert.False(Directory.Exists(folder.File(".~export")));
    }

    /// <summary>Also when the export that made the device again ended early: its files are the device's, and no older ones.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_dead_export_had_left_to_move_is_dropped_when_its_device_is_made_again(bool hasFolder)
    {
        using var folder = new TempFolder();
        if (hasFolder) Put(folder, "a/BootstrapDeviceCert.pem", "x");
        Put(folder, ".~export/devices-dead.lock", "");
        Put(folder, ".~export/devices-dead/a~1/BootstrapDevicePrivateKey.der", "x");
        Put(folder, ".~export/devices-dead/b~2/BootstrapDevicePrivateKey.der", "x");
        Directory.CreateDirectory(folder.File(".~export/devices-dead/a~1~"));
        using (var next = Export(folder.Path)) next.Write(_issuer.Issue(new DeviceIdentity("a")));
        using (var last = Export(folder.Path)) last.Complete();
        Assert.True(IsThere(folder.Path, "a"));
        Assert.Equal(4, folder.Files().Length);
    }

    /// <summary>The certificate is in the ledger by then, and a key that nobody has any more cannot be issued again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_could_not_get_its_place_is_kept_until_somebody_has_taken_it(bool replace)
    {
        using var folder = new TempFolder();
        Put(folder, "a/note", "x");
        var kept = "";
        using (var staging = new Staging(folder.Path))
        {
            staging.Stage("other", [new OutputFile("file", [1], IsSecret: false)]);
            var staged = (StagedFolder)staging.Stage("a", [.. "123".Select(c => new OutputFile($"{c}", [(byte)c], IsSecret: true))]);
            kept = staged.Path;
            // The system refuses to move the second file.
            File.Delete(Path.Combine(kept, "2"));
            var error = Assert.Throws<OutputException>(() => staging.Place(staged, replace));
            Assert.Equal(("FileNotWritten", folder.File("a")), (error.ErrorId, error.Path));
            Assert.Contains(kept, error.Advice);
        }

        string[] files = replace ? ["3"] : ["1", "3"];
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(files, Directory.GetFiles(kept).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
            Assert.Equal([kept], Directory.GetDirectories(Path.GetDirectoryName(kept)!));
            using var next = Export(folder.Path);
            next.Complete();
        }

        foreach (var file in files) File.Move(Path.Combine(kept, file), folder.File("a/" + file));
        using (var last = Export(folder.Path)) last.Complete();
        Assert.Equal(["a/1", "a/3", "a/note"], folder.Files());
        Assert.False(Directory.Exists(folder.File(".~export")));
    }

    /// <summary>Two runs into one folder: both were told that the place is free, and both have issued.</summary>
    [Fact]
    public void What_lost_its_place_to_another_export_since_it_was_asked_for_is_kept()
    {
        using var folder = new TempFolder();
        using (CredentialExport first = Export(folder.Path), second = Export(folder.Path))
        {
            var identity = new DeviceIdentity("a");
            var order = Given.Order(Authority, identity);
            first.EnsurePossible(order);
            second.EnsurePossible(order);
            var mine = second.Stage(order.Issue());
            first.Write(_issuer.Issue(identity));
            var error = Assert.Throws<OutputException>(() => second.Place(mine));
            Assert.Equal("FileExists", error.ErrorId);
            Assert.Contains(((StagedFolder)mine.Folder!).Path, error.Advice);
        }

        using (var next = Export(folder.Path)) next.Complete();
        var keys = folder.Files().Where(f => f.EndsWith("Key.pem")).Select(folder.File).ToList();
        Assert.Equal(2, keys.Count);
        Assert.NotEqual(File.ReadAllText(keys[0]), File.ReadAllText(keys[1]));
    }

    [Fact]
    public void An_export_that_lives_is_left_alone()
    {
        using var folder = new TempFolder();
        using var first = Export(folder.Path);
        var staged = first.Stage(_issuer.Issue(new DeviceIdentity("a")));
        using (var second = Export(folder.Path)) second.Complete();
        first.Place(staged);
        Assert.True(IsThere(folder.Path, "a"));
    }

    /// <summary>Windows' and macOS' disks take both names for one; with -Force, the first device's key would be gone.</summary>
    [Fact]
    public void Devices_whose_names_differ_in_case_alone_never_share_a_folder()
    {
        using var folder = new TempFolder();
        using (var export = Export(folder.Path, replace: true))
        {
            export.Write(_issuer.Issue(new DeviceIdentity("DEV-1")));
            var isOne = Directory.Exists(folder.File("dev-1"));
            var other = _issuer.Issue(new DeviceIdentity("dev-1"));
            if (isOne) Assert.Equal("FolderOfOtherDevice", Refused.Output(() => export.Write(other)));
            else export.Write(other);
            Assert.Equal(!isOne, IsThere(folder.Path, "dev-1"));
        }

        Assert.True(IsThere(folder.Path, "DEV-1"));
        using var again = Export(folder.Path, replace: true);
        again.Write(new CredentialIssuer(Authority, CredentialKind.Bootstrap).Issue(new DeviceIdentity("DEV-1")));
        Assert.True(IsThere(folder.Path, "DEV-1"));
    }

    [Theory]
    [InlineData("BootstrapDeviceCert.pem", "")]
    [InlineData("BootstrapDevicePrivateKey.der", "")]
    [InlineData("BootstrapDevicePrivateKey.pem", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE")]
    public void Damaged_files_do_not_count_and_are_not_replaced(string file, string content)
    {
        using var folder = new TempFolder();
        using (var export = Export(folder.Path)) export.Write(_issuer.Issue(new DeviceIdentity("a")));
        Put(folder, "a/" + file, content);
        Assert.Equal("ExportedCredentialUnusable", Refused.Issuance(() => IsThere(folder.Path, "a")));
    }

    [Fact]
    public void On_a_disk_that_fills_up_each_device_is_there_whole_or_not_at_all_and_the_rest_follows_when_there_is_room()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounting a small disk needs root on Linux");
        using var folder = new TempFolder();
        var disk = folder.File("disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(Tool.TryBash(folder.Path, "mount -t tmpfs -o size=512k tmpfs disk", "mount").ExitCode == 0,
            "mounting is not allowed here");
        try
        {
            string[] names = [.. Enumerable.Range(0, 100).Select(i => $"device-{i}")];
            int Run()
            {
                var issuer = new CredentialIssuer(Authority, CredentialKind.Bootstrap);
                var refused = 0;
                using var export = Export(disk);
                foreach (var name in names.Where(n => !IsThere(disk, n)))
                {
                    try
                    {
                        export.Write(issuer.Issue(new DeviceIdentity(name)));
                    }
                    catch (OutputException e)
                    {
                        Assert.Equal("FileNotWritten", e.ErrorId);
                        refused++;
                    }
                }

                return refused;
            }

            Assert.InRange(Run(), 10, 90);
            Assert.All(Directory.GetDirectories(disk), d => Assert.True(IsThere(disk, Path.GetFileName(d)), d));
            Tool.Bash(folder.Path, "mount -o remount,size=8m disk");
            Assert.Equal(0, Run());
            Assert.Equal(100, Directory.GetDirectories(disk).Length);
            Assert.All(names, n => Assert.True(IsThere(disk, n), n));
        }
        finally
        {
            Tool.Bash(folder.Path, "umount disk");
        }
    }

    [Theory]
    [InlineData("elsewhere")]
    [InlineData("nowhere")]
    public void A_link_in_a_device_s_place_is_not_followed(string target)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("elsewhere"));
        Directory.CreateSymbolicLink(folder.File("a"), folder.File(target));
        Assert.Equal("ExportedCredentialUnusable", Refused.Issuance(() => IsThere(folder.Path, "a")));
        using (var export = Export(folder.Path, replace: true))
            Assert.Equal("FolderIsLink", Refused.Output(() => export.Write(_issuer.Issue(new DeviceIdentity("a")))));
        Assert.DoesNotContain(folder.Files(), f => f != "a");
    }

    [Fact]
    public void A_link_in_the_place_where_an_export_prepares_folders_is_not_followed()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("elsewhere"));
        Directory.CreateSymbolicLink(folder.File(".~export"), folder.File("elsewhere"));
        using (var export = Export(folder.Path)) Assert.Equal("FolderIsLink",
            Refused.Output(() => export.Write(_issuer.Issue(new DeviceIdentity("a")))));
        Assert.Empty(folder.Files());
    }

    [Fact]
    public void A_pipe_in_a_device_s_folder_is_named_and_not_waited_for()
    {
        using var folder = new TempFolder();
        using (var export = Export(folder.Path)) export.Write(_issuer.Issue(new DeviceIdentity("a")));
        Tool.Bash(folder.File("a"), "rm BootstrapDeviceCert.pem && mkfifo BootstrapDeviceCert.pem", "mkfifo");
        var error = Assert.Throws<IssuanceException>(() => IsThere(folder.Path, "a"));
        Assert.Contains("a pipe", error.Message);
        Assert.Equal("FileNotRegular", Refused.Input(() => CredentialImporter.Read(CredentialImporter.Group(folder.File("a")).Single())));
    }

    /// <summary>What does not count is said with its reason, and nothing is issued that could not be exported.</summary>
    [Theory]
    [InlineData("rm a/BootstrapDevicePrivateKey.*", "the private key is missing")]
    [InlineData("rm a/BootstrapDeviceCert.*", "expected a certificate with the private key, found none")]
    [InlineData("rm -r a && echo x > a", "a file has the folder's name")]
    [InlineData("rm -r a && mv other a", "not issued by")]
    [InlineData("rm -r a && cp -r b a", "b")]
    [InlineData("cp b/BootstrapDevicePrivateKey.der a", "none of the certificates")]
    public void Why_a_folder_does_not_count_is_said(string damage, string reason)
    {
        using var folder = new TempFolder();
        using (var export = Export(folder.Path))
        {
            foreach (var name in new[] { "a", "b" }) export.Write(_issuer.Issue(new DeviceIdentity(name)));
            export.Write(new CredentialIssuer(CertificateAuthority.Create("Other CA"),
                CredentialKind.Bootstrap).Issue(new DeviceIdentity("other")));
        }

        Tool.Bash(folder.Path, damage);
        var error = Assert.Throws<IssuanceException>(() => IsThere(folder.Path, "a"));
        Assert.Equal(("ExportedCredentialUnusable", ErrorKind.Conflict), (error.ErrorId, error.Kind));
        Assert.Contains(folder.File("a"), error.Message);
        Assert.Contains(reason, error.Message);
        Assert.Contains("Nothing was issued", error.Advice);
        Assert.DoesNotContain("-Force", error.Message);
    }

    [Fact]
    public void A_certificate_that_was_revoked_does_not_count()
    {
        using var folder = new TempFolder();
        var credential = _issuer.Issue(new DeviceIdentity("a"));
        using (var export = Export(folder.Path)) export.Write(credential);
        using var ledger = IssuanceLedger.Open(folder.File("index.txt"));
        ledger.Record(credential);
        var runs = new EarlierRuns(ledger, new ExportedCredentials(folder.Path, CredentialKind.Bootstrap, Authority), false, Assert.Fail);
        var order = new CredentialIssuer(Authority, CredentialKind.Bootstrap).Accept(new DeviceIdentity("a"));
        Assert.Null(runs.Issue(order));
        ledger.Revoke([credential.SerialNumber]);
        Assert.Equal("ExportedCredentialUnusable", Refused.Issuance(() => runs.Issue(order)));
    }

    [Fact]
    public void A_certificate_that_never_reached_the_folder_is_named_and_the_device_gets_another()
    {
        using var folder = new TempFolder();
        var lost = _issuer.Issue(new DeviceIdentity("a"));
        using var ledger = IssuanceLedger.Open(folder.File("index.txt"));
        ledger.Record(lost);
        var warnings = new List<string>();
        var runs = new EarlierRuns(ledger, new ExportedCredentials(folder.Path, CredentialKind.Bootstrap, Authority), false, warnings.Add);
        var again = runs.Issue(new CredentialIssuer(Authority, CredentialKind.Bootstrap).Accept(new DeviceIdentity("a")))!;
        Assert.Contains(lost.SerialNumber, Assert.Single(warnings));
        Assert.Equal(lost.SerialNumber, again.Renews);
    }
}
