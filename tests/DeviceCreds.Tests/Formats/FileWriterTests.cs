using System.Text;

namespace DeviceCreds.Tests;

public class FileWriterTests
{
    static OutputFile Text(string name, string content, bool isSecret = false) => OutputFile.Text(name, content, isSecret);

    [Fact]
    public void Files_are_written_and_nothing_else_stays()
    {
        using var folder = new TempFolder();
        var paths = FileWriter.WriteAll(folder.File("a/b"), [Text("x", "1"), Text("y", "2", isSecret: true)], replace: false);
        Assert.Equal([Path.Combine(folder.File("a/b"), "x"), Path.Combine(folder.File("a/b"), "y")], paths);
        Assert.Equal(["a/b/x", "a/b/y"], folder.Files());
        Assert.Equal("1\n", File.ReadAllText(paths[0]));
    }

    [Fact]
    public void Secrets_are_their_owners_alone_and_so_is_a_folder_that_is_made_for_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix's");
        using var folder = new TempFolder();
        FileWriter.WriteAll(folder.File("a"), [Text("secret", "1", isSecret: true), Text("public", "2")], replace: false);
        Assert.Equal("600", Modes.Of(folder.File("a/secret")));
        Assert.NotEqual("600", Modes.Of(folder.File("a/public")));
#if !NETSTANDARD_BUILD
        // .NET Framework, which the other build is for, runs on Windows alone.
        Assert.Equal("700", Modes.Of(folder.File("a")));
#endif
        Modes.Set(folder.File("a/secret"), "644");
        FileWriter.WriteAll(folder.File("a"), [Text("secret", "3", isSecret: true)], replace: true);
        Assert.Equal("600", Modes.Of(folder.File("a/secret")));
    }

    [Fact]
    public void Every_key_of_every_export_is_its_owners_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix's");
        using var folder = new TempFolder();
        var authority = CertificateAuthority.Create("Root");
        AuthorityFiles.Write(authority, folder.File("ca"), withKey: true, null, replace: false);
        KeyFile.Write(DeviceKey.Generate(), folder.File("key.pem"), FileEncoding.Pem, KeyEncoding.Sec1, null, replace: false);
        foreach (var kind in new[] { CredentialKind.Bootstrap, CredentialKind.Lwm2m })
            Given.Export(new CredentialIssuer(authority, kind).Issue(new DeviceIdentity("device", "x")), folder.Path,
                ["Pem", "Der"], new ExportOptions(), replace: false);
        var keys = folder.Files().Where(f => f.Contains("rivate") || f.Contains("key")).ToList();
        Assert.Equal(6, keys.Count);
        Assert.All(keys, k => Assert.Equal("600", Modes.Of(folder.File(k))));
    }

    [Fact]
    public void What_is_there_is_not_replaced_unless_it_shall_be()
    {
        using var folder = new TempFolder();
        folder.Write("b", "old");
        Assert.Equal("FileExists",
            Refused.Output(() => FileWriter.WriteAll(folder.Path, [Text("a", "new"), Text("b", "new")], replace: false)));
        Assert.Equal(["b"], folder.Files());
        Assert.Equal("old", File.ReadAllText(folder.File("b")));
        FileWriter.WriteAll(folder.Path, [Text("a", "new"), Text("b", "new")], replace: true);
        Assert.Equal("new\n", File.ReadAllText(folder.File("b")));
        Assert.Equal(["a", "b"], folder.Files());
    }

    [Fact]
    public void When_one_file_cannot_be_written_none_is()
    {
        using var folder = new TempFolder();
        Assert.Equal("FileNotWritten",
            Refused.Output(
                () => FileWriter.WriteAll(folder.Path, [Text("a", "1", isSecret: true), Text(new string('x', 300), "2")], replace: false)));
        Assert.Contains("shorter path",
            Assert.Throws<OutputException>(
                () => FileWriter.WriteAll(folder.Path, [Text(new string('x', 300), "1")], replace: false)).Advice);
        Directory.CreateDirectory(folder.File("taken"));
        Assert.Equal("FileIsFolder",
            Refused.Output(() => FileWriter.WriteAll(folder.Path, [Text("a", "1"), Text("taken", "2")], replace: true)));
        Assert.Empty(folder.Files());
    }

    [Fact]
    public void When_the_last_file_cannot_take_its_name_the_first_is_taken_away_again()
    {
        using var folder = new TempFolder();
        // Nobody has the name when the writing begins, and somebody has when the last file's turn comes.
        Assert.Equal("FileExists",
            Refused.Output(
                () => FileWriter.WriteAll(folder.Path, [Text("a", "1", isSecret: true), Text("b", "2"), Text("b", "3")], replace: false)));
        Assert.Empty(folder.Files());
    }

    [Fact]
    public void A_link_to_nowhere_has_the_name_as_well()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs symbolic links");
        using var folder = new TempFolder();
        File.CreateSymbolicLink(folder.File("b"), folder.File("nowhere"));
        Assert.Equal("FileExists",
            Refused.Output(() => FileWriter.WriteAll(folder.Path, [Text("a", "1", isSecret: true), Text("b", "2")], replace: false)));
        Assert.Equal(["b"], folder.Files());
    }

    [Fact]
    public void A_link_in_the_files_place_is_replaced_and_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs symbolic links");
        using var folder = new TempFolder();
        folder.Write("elsewhere", "untouched");
        File.CreateSymbolicLink(folder.File("a"), folder.File("elsewhere"));
        FileWriter.WriteAll(folder.Path, [Text("a", "new", isSecret: true)], replace: true);
        Assert.Equal("untouched", File.ReadAllText(folder.File("elsewhere")));
        Assert.Equal("new\n", File.ReadAllText(folder.File("a")));
        Assert.Null(new FileInfo(folder.File("a")).LinkTarget);
    }

    [Fact]
    public void A_folder_that_is_a_file_is_named()
    {
        using var folder = new TempFolder();
        folder.Write("file", "x");
        Assert.Equal("FolderIsFile",
            Refused.Output(() => FileWriter.WriteAll(folder.File("file/below"), [Text("a", "1")], replace: false)));
        Assert.Equal(["file"], folder.Files());
    }

    [Fact]
    public void Of_many_who_write_the_same_files_at_once_one_wins_and_its_files_belong_together()
    {
        using var folder = new TempFolder();
        for (var round = 0; round < 60; round++)
        {
            var (target, wins, refusals) = (folder.File($"{round}"), 0, 0);
            Parallel.For(0, 8, i =>
            {
                try
                {
                    FileWriter.WriteAll(target, [Text("a", $"{i}"), Text("b", $"{i}")], replace: false);
                    Interlocked.Increment(ref wins);
                }
                catch (OutputException e) when (e.ErrorId == "FileExists")
                {
                    Interlocked.Increment(ref refusals);
                }
            });
            Assert.Equal((1, 7), (wins, refusals));
            Assert.Equal(File.ReadAllText(Path.Combine(target, "a")), File.ReadAllText(Path.Combine(target, "b")));
        }

        Assert.Equal(120, folder.Files().Length);
    }

    [Fact]
    public async Task Whoever_reads_while_a_file_is_replaced_reads_the_old_or_the_new_one_whole()
    {
        using var folder = new TempFolder();
        var contents = new[] { new string('a', 20_000), new string('b', 30_000) };
        FileWriter.WriteAll(folder.Path, [Text("f", contents[0])], replace: true);
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested || i < 10; i++)
            {
                try
                {
                    Assert.Contains(File.ReadAllText(folder.File("f")).TrimEnd('\n'), contents);
                }
                catch (IOException) when (OperatingSystem.IsWindows())
                {
                    // Windows refuses for the moment of the change; that is neither half of one nor half of the other.
                }
            }
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 30; i++) FileWriter.WriteAll(folder.Path, [Text("f", contents[i % 2])], replace: true);
        await stop.CancelAsync();
        await reader;
        Assert.Equal(["f"], folder.Files());
    }

    [Fact]
    public void A_full_disk_leaves_nothing_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounting a small disk needs root on Linux");
        using var folder = new TempFolder();
        var disk = folder.File("disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(Tool.TryBash(folder.Path, "mount -t tmpfs -o size=64k tmpfs disk", "mount").ExitCode == 0,
            "mounting is not allowed here");
        try
        {
            Assert.Equal("FileNotWritten",
                Refused.Output(
                    () => FileWriter.WriteAll(disk, [Text("a", "fits", isSecret: true), Text("b", new string('x', 200_000))],
                        replace: false)));
            Assert.Empty(folder.Files());
            FileWriter.WriteAll(disk, [Text("a", "fits")], replace: false);
            Assert.Equal("FileNotWritten",
                Refused.Output(() => FileWriter.WriteAll(disk, [Text("a", new string('x', 200_000))], replace: true)));
            Assert.Equal("fits\n", File.ReadAllText(Path.Combine(disk, "a")));
            Assert.Equal(["disk/a"], folder.Files());
        }
        finally
        {
            Tool.Bash(folder.Path, "umount disk");
        }
    }

    [Fact]
    public void A_folder_that_may_not_be_written_to_is_named()
    {
        using var folder = new TempFolder();
        // The kernel's own files refuse even root.
        var target = Environment.IsPrivilegedProcess ? "/proc/sys" : folder.Path;
        Assert.SkipWhen(OperatingSystem.IsWindows() || !Directory.Exists(target), "this account may write everywhere");
        if (!Environment.IsPrivilegedProcess) Modes.Set(target, "500");
        try
        {
            Assert.Contains(Refused.Output(() => FileWriter.WriteAll(target, [Text("a", "1")], replace: false)),
                new[] { "FolderAccessDenied", "FileNotWritten" });
        }
        finally
        {
            if (!Environment.IsPrivilegedProcess) Modes.Set(target, "700");
        }

        Assert.Empty(folder.Files());
    }

    [Fact]
    public void A_name_without_a_folder_is_one_in_the_current_folder()
    {
        var name = $"devicecreds-{Guid.NewGuid():N}.pem";
        try
        {
            var key = DeviceKey.Generate();
            KeyFile.Write(key, name, FileEncoding.Pem, KeyEncoding.Sec1, null, replace: false);
            Assert.Equal(key, DeviceKey.Read(InputFile.Read(Path.Combine(Environment.CurrentDirectory, name))));
        }
        finally
        {
            File.Delete(name);
        }
    }

    [Fact]
    public void The_root_of_the_disk_is_no_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the root has other names");
        Assert.Equal("FileIsFolder",
            Refused.Output(() => KeyFile.Write(DeviceKey.Generate(), "/", FileEncoding.Pem, KeyEncoding.Sec1, null, replace: true)));
    }

    [Theory]
    [InlineData("new/", "expected the path of a file, found one that ends with '/', as a folder's does.")]
    [InlineData("new/far/", "expected the path of a file, found one that ends with '/', as a folder's does.")]
    [InlineData("new/far/..", "expected the path of a file, found one that ends with '..', as a folder's does.")]
    [InlineData("file/", "expected the path of a file, found one that ends with '/', as a folder's does.")]
    [InlineData(" ", "expected the name of a file, found only white space.")]
    [InlineData("new/\t", "expected the name of a file, found only white space.")]
    public void A_path_that_names_no_file_is_refused_and_nothing_is_created(string name, string message)
    {
        using var folder = new TempFolder();
        folder.Write("file", "x");
        var path = folder.Path + "/" + name;
        foreach (var replace in (bool[])[false, true])
        {
            Refuses(() => FileWriter.WriteOne(path, _ => throw new InvalidOperationException("nothing is made"), replace));
            Refuses(() => FileWriter.Open(path, replace));
            Refuses(() => FileWriter.OpenSecret(path, replace));
        }

        void Refuses(Action write)
        {
            var error = Assert.Throws<OutputException>(write);
            Assert.Equal(("PathInvalid", ErrorKind.InvalidArgument), (error.ErrorId, error.Kind));
            Assert.EndsWith(message, error.Message.Replace(" " + error.Advice, ""));
            Assert.Equal([folder.File("file")], Directory.GetFileSystemEntries(folder.Path));
        }
    }

    [Fact]
    public void An_existing_folder_has_an_error_of_its_own()
    {
        using var folder = new TempFolder();
        Assert.Equal("FileIsFolder", Refused.Output(() => FileWriter.Open(folder.Path + "/", replace: false)));
        Assert.Equal("FileIsFolder", Refused.Output(() => FileWriter.WriteOne(folder.Path + "/", n => Text(n, "1"), replace: true)));
    }

    [Fact]
    public void A_public_key_alone_is_no_key_file()
    {
        using var folder = new TempFolder();
        Assert.Equal("KeyIsPublic",
            Refused.Input(
                () => KeyFile.Write(new DeviceKey(null, DeviceKey.Generate().Point), folder.File("k"), FileEncoding.Pem,
                    KeyEncoding.Sec1, null, replace: false)));
        Assert.Empty(folder.Files());
    }

    [Fact]
    public void Text_files_end_with_one_newline_and_have_no_byte_order_mark()
    {
        using var folder = new TempFolder();
        KeyFile.Write(DeviceKey.Generate(), folder.File("k.pem"), FileEncoding.Pem, KeyEncoding.Pkcs8, null, replace: false);
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(folder.File("k.pem")));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----\n", text, StringComparison.Ordinal);
        Assert.EndsWith("-----END PRIVATE KEY-----\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
    }

    [Fact]
    public void What_a_dead_process_left_is_taken_away_by_the_next_and_what_a_living_one_writes_is_not()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File(".~export/files-dead"));
        folder.Write(".~export/files-dead/CA_private.pem", "a key");
        folder.Write(".~export/files-dead.lock", "");
        folder.Write(".~export/files-locked-only.lock", "");
        using (var living = FileWriter.Open(folder.File("report.html"), replace: false))
        {
            FileWriter.WriteAll(folder.Path, [OutputFile.Text("a.txt", "x", isSecret: false)], replace: false);
            Assert.False(Directory.Exists(folder.File(".~export/files-dead")));
            Assert.Equal(3, folder.Files().Length);
            living.Commit();
        }

        Assert.Equal(["a.txt", "report.html"], folder.Files());
        Assert.False(Directory.Exists(folder.File(".~export")));
    }

    [Fact]
    public void What_is_not_a_regular_file_is_not_replaced()
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, "mkfifo pipe && ln -s /dev/null device", "mkfifo");
        foreach (var name in new[] { "pipe", "device" })
        {
            Assert.Equal("FileNotRegular",
                Refused.Output(() => FileWriter.WriteAll(folder.Path, [OutputFile.Text(name, "x", isSecret: false)], replace: true)));
            Assert.Equal("FileNotRegular", Refused.Output(() => FileWriter.Open(folder.File(name), replace: true)));
        }
    }

    [Fact]
    public void Who_replaces_a_key_is_told_that_it_is_lost()
    {
        using var folder = new TempFolder();
        var ca = CertificateAuthority.Create("Root");
        AuthorityFiles.Write(ca, folder.Path, withKey: true, null, replace: false);
        var error = Assert.Throws<OutputException>(() => AuthorityFiles.Write(ca, folder.Path, withKey: true, null, replace: false));
        Assert.Contains("private key in it is lost", error.Advice);
    }

    [Fact]
    public void Many_may_write_to_a_folder_at_once()
    {
        using var folder = new TempFolder();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            FileWriter.WriteAll(folder.Path, [OutputFile.Text($"{i}", "x", isSecret: i % 2 == 0)], replace: false));
        Assert.Equal(200, folder.Files().Length);
        Assert.False(Directory.Exists(folder.File(".~export")));
    }
}
