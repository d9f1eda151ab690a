using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What is written to archives, by the verdict of tar, unzip and .NET.</summary>
public class ArchiveExportTests
{
    const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static readonly CertificateAuthority Authority = CertificateAuthority.Create("Root");

    static readonly string Longest = new('漢', 64);

    public static TheoryData<ArchiveFormat> Both => [ArchiveFormat.Tar, ArchiveFormat.Zip];

    static DeviceCredential Issue(string name, CredentialKind kind = CredentialKind.Bootstrap) => Delivery.Issue(kind, name, Authority);

    static IReadOnlyList<ExportedCredential> Export(string path, ArchiveFormat format, IEnumerable<DeviceCredential> credentials,
        IEnumerable<string>? formats = null, ExportOptions? options = null, bool replace = false)
    {
        using var export = new CredentialExport(path, formats ?? ["Pem", "Der"], options ?? new ExportOptions(), replace, format);
        foreach (var credential in credentials) export.Write(credential);
        export.Complete();
        return export.Take();
    }

    static void Extract(TempFolder folder, string archive, string to) => Tool.Bash(folder.Path,
        $"mkdir '{to}' && " + (archive.EndsWith("tar") ? $"tar -C '{to}' -xf '{archive}'" : $"unzip -q '{archive}' -d '{to}'"));

    static Dictionary<string, string> Contents(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
            f => Path.GetRelativePath(folder, f), f => Convert.ToHexString(File.ReadAllBytes(f)));

    /// <summary>Formats that are different each time, such as PKCS#12 with its salts, are compared by their files' names.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public void An_extracted_archive_is_what_an_export_to_folders_gives_in_every_format(ArchiveFormat archive)
    {
        Tool.Require(archive == ArchiveFormat.Tar ? "tar" : "unzip");
        foreach (var format in CredentialFormats.All)
        {
            foreach (var kind in new[] { CredentialKind.Bootstrap, CredentialKind.Lwm2m })
            {
                if (format is DeveloperSourceFormat or IzumaEnrollmentFormat && kind == CredentialKind.Lwm2m) continue;
                using var folder = new TempFolder();
                var options = Delivery.Options(Delivery.Configuration(kind) with { CurrentTime = Factory.Noon }) with
                {
                    Password = format.Info.KeyForm == PrivateKeyForm.Encrypted ? "secret".ToCharArray() : null,
                };
                DeviceCredential[] credentials = [Issue("a-1", kind), Issue("a-2", kind)];
                foreach (var to in new[] { "one", "two" })
                {
                    using var export = new CredentialExport(folder.File(to), [format.Info.Name], options with { }, replace: false);
                    foreach (var credential in credentials) export.Write(credential);
                    export.Complete();
                }

                Export(folder.File("x"), archive, credentials, [format.Info.Name], options with { });
                var (one, two) = (Contents(folder.File("one")), Contents(folder.File("two")));
                var all = Contents(folder.File("x")).Where(f => !f.Key.StartsWith("devices.")).ToDictionary();
                if (format is IDeviceFormat)
                {
                    Extract(folder, $"x/devices.{archive.ToString().ToLowerInvariant()}", "extracted");
                    all = all.Concat(Contents(folder.File("extracted"))).ToDictionary();
                }

                Assert.Equal(one.Keys.Order(), all.Keys.Order());
                Assert.All(one.Where(f => two[f.Key] == f.Value), f => Assert.Equal(f.Value, all[f.Key]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Any_names_come_out_of_an_archive_as_out_of_folders(ArchiveFormat archive)
    {
        Tool.Require(archive == ArchiveFormat.Tar ? "tar" : "unzip");
        Given.EndpointName.Array[1, 8].Sample(names =>
        {
            using var folder = new TempFolder();
            DeviceCredential[] credentials = [.. names.Append(Longest).Distinct().Select(n => Issue(n))];
            using (var export = new CredentialExport(folder.File("folders"), ["Pem", "Der"], new ExportOptions(), replace: false))
            {
                foreach (var credential in credentials) export.Write(credential);
                export.Complete();
            }

            Export(folder.File("x"), archive, credentials);
            Extract(folder, $"x/devices.{archive.ToString().ToLowerInvariant()}", "extracted");
            Assert.Equal(Contents(folder.File("folders")), Contents(folder.File("extracted")));
            // The library's own reader says the same.
            Assert.Equal(credentials.Select(c => c.Fingerprint).Order(),
                CredentialImporter.Group(folder.File("x")).SelectMany(g => CredentialImporter.Read(g)).Select(c => c.Fingerprint).Order());
        }, iter: 10, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Keys_come_out_for_their_owner_alone_whatever_the_mask_says(ArchiveFormat archive)
    {
        using var folder = new TempFolder();
        Export(folder.File("x"), archive, [Issue("a"), Issue(Longest)]);
        var file = $"x/devices.{archive.ToString().ToLowerInvariant()}";
        Assert.Equal("600", Modes.Of(folder.File(file)));
        var extract = archive == ArchiveFormat.Tar ? $"tar -C out -xf {file}" : $"unzip -q {file} -d out";
        Tool.Bash(folder.Path, "umask 0; mkdir out; " + extract, "tar", "unzip");
        var folders = Directory.GetDirectories(folder.File("out"));
        Assert.Equal(2, folders.Length);
        Assert.All(folders, f => Assert.Equal("700", Modes.Of(f)));
        Assert.All(Directory.GetFiles(folder.File("out"), "*Key.*", SearchOption.AllDirectories), f => Assert.Equal("600", Modes.Of(f)));
        Assert.All(Directory.GetFiles(folder.File("out"), "*Cert.*", SearchOption.AllDirectories), f => Assert.Equal("644", Modes.Of(f)));
    }

    [Fact]
    public void Tar_entries_have_the_time_no_owner_and_only_plain_types_by_the_platform_s_reader()
    {
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Tar, [Issue("a"), Issue(Longest)], options: new() { Time = Given.Clock("2030-05-06T07:08:09Z") });
        using var reader = new System.Formats.Tar.TarReader(File.OpenRead(folder.File("devices.tar")));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry() is { } entry) entries.Add(entry);
        Assert.Equal(10, entries.Count);
        Assert.All(entries, e =>
        {
            Assert.Equal(("2030-05-06T07:08:09", 0, 0), ($"{e.ModificationTime:s}", e.Uid, e.Gid));
            Assert.Contains(e.EntryType, (TarEntryType[])[TarEntryType.RegularFile, TarEntryType.Directory]);
            Assert.Equal(("", ""), e is PosixTarEntry posix ? (posix.UserName, posix.GroupName) : ("", ""));
        });
        Assert.Contains(FileNames.FolderFor(Longest) + "/BootstrapDevicePrivateKey.pem", entries.Select(e => e.Name));
        Assert.All(entries.Where(e => e.Name.Contains("Key")), e => Assert.Equal(OwnerFile, e.Mode));
    }

    [Fact]
    public void Zip_entries_have_the_time_by_unzip_and_the_platform_s_reader()
    {
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Zip, [Issue("a")], options: new() { Time = Given.Clock("2030-05-06T07:08:09Z") });
        var listed = Tool.Bash(folder.Path, "unzip -tq devices.zip; unzip -Z -l -T devices.zip", "unzip");
        Assert.Contains("No errors detected", listed);
        Assert.Equal(5, listed.Split('\n').Count(l => l.Contains("20300506.070809")));
        using var zip = ZipFile.OpenRead(folder.File("devices.zip"));
        Assert.Equal(5, zip.Entries.Count);
        Assert.All(zip.Entries, e =>
        {
            using var content = e.Open();
            content.CopyTo(Stream.Null);
        });
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void An_archive_stands_when_the_export_is_complete_and_not_before(ArchiveFormat archive)
    {
        using var folder = new TempFolder();
        using (var export = new CredentialExport(folder.Path, ["Pem"], new ExportOptions(), replace: false, archive))
        {
            export.Write(Issue("a"));
            Assert.Empty(export.Take());
            Assert.Equal(1, export.Waiting);
            Assert.Empty(Directory.GetFiles(folder.Path));
            // Unfinished work is hidden, and for its owner alone.
            Assert.All(Directory.GetFiles(folder.File(".~export"), "devices*", SearchOption.AllDirectories).Where(f => f[^1] != '~'),
                f => Assert.Equal("600", Modes.Of(f)));
        }

        Assert.Empty(folder.Files());
        Export(folder.Path, archive, []);
        Assert.Empty(folder.Files());
        var exported = Assert.Single(Export(folder.Path, archive, [Issue("a")], ["Pem"]));
        Assert.Equal(folder.File("devices" + ArchiveFormats.Encoder(archive).Ending), exported.Path);
        Assert.Equal(["a/BootstrapDevicePrivateKey.pem", "a/BootstrapDeviceCert.pem"], exported.Entries);
        Assert.Empty(exported.Files);
        Assert.Null(exported.CertificateFile);
        Assert.Null(exported.KeyFile);
    }

    [Fact]
    public void A_device_that_fails_is_not_in_the_archive_and_the_others_are()
    {
        using var folder = new TempFolder();
        using (var export = new CredentialExport(folder.Path, ["Pem"], new ExportOptions(), replace: false, ArchiveFormat.Tar))
        {
            export.Write(Issue("a"));
            Assert.Equal("FileExists", Refused.Output(() => export.Write(Issue("a"))));
            export.Write(Issue("a", CredentialKind.Lwm2m));
            export.Write(Issue("b"));
            export.Complete();
            Assert.Equal(["a", "a", "b"], export.Take().Select(e => e.EndpointName));
        }

        Assert.Equal(3, CredentialImporter.Group(folder.Path).SelectMany(g => CredentialImporter.Read(g)).Count());
    }

    [Fact]
    public void The_next_archive_of_a_folder_has_the_next_name_and_none_of_the_devices_before()
    {
        using var folder = new TempFolder();
        Given.Export(Issue("on-disk"), folder.Path, ["Pem"], new ExportOptions(), replace: false);
        Export(folder.Path, ArchiveFormat.Tar, [Issue("a")]);
        var before = File.ReadAllBytes(folder.File("devices.tar"));
        using (var export = new CredentialExport(folder.Path, ["Pem"], new ExportOptions(), replace: false, ArchiveFormat.Tar))
        {
            Assert.Equal("FileExists", Refused.Output(() => export.Write(Issue("a"))));
            Assert.Equal("FileExists", Refused.Output(() => export.Write(Issue("on-disk"))));
            export.Write(Issue("b"));
            // Another run takes the name in the meantime.
            folder.Write("devices-2.tar", "x");
            export.Complete();
            Assert.Equal(folder.File("devices-3.tar"), Assert.Single(export.Take()).Path);
        }

        File.Delete(folder.File("devices-2.tar"));
        Assert.Equal(before, File.ReadAllBytes(folder.File("devices.tar")));
        Assert.Equal("FileExists",
            Refused.Output(() => Given.Export(Issue("b"), folder.Path, ["Pem"], new ExportOptions(), replace: false)));
        Assert.False(Directory.Exists(folder.File("b")));
    }

    [Fact]
    public void A_named_archive_is_replaced_only_with_force_and_has_its_format_s_ending()
    {
        using var folder = new TempFolder();
        var path = folder.File("shard-1.zip");
        Export(path, ArchiveFormat.Zip, [Issue("a")]);
        var before = File.ReadAllBytes(path);
        Assert.Equal("FileExists", Refused.Output(() => Export(path, ArchiveFormat.Zip, [Issue("b")])));
        Assert.Equal("ArchiveFormatMismatch", Refused.Input(() => Export(path, ArchiveFormat.Tar, [Issue("b")])));
        Assert.Equal("ForceNotPossible", Refused.Input(() => Export(folder.Path, ArchiveFormat.Tar, [Issue("b")], replace: true)));
        Assert.Equal(before, File.ReadAllBytes(path));
        Export(path, ArchiveFormat.Zip, [Issue("b")], replace: true);
        Assert.Equal("b", Assert.Single(CredentialImporter.Read(Assert.Single(CredentialImporter.Group(path)))).EndpointName);
    }

    [Fact]
    public void The_summary_says_what_is_in_the_archive_and_its_digest_is_that_of_sha256sum()
    {
        using var folder = new TempFolder();
        using (var export = new CredentialExport(folder.Path, ["Pem"], new() { Time = Given.Clock("2030-05-06T07:08:09Z") }, false,
            ArchiveFormat.Tar))
        {
            foreach (var name in new[] { "z", "b", "k" }) export.Write(Issue(name));
            export.Write(Issue("k", CredentialKind.Lwm2m));
            export.Complete(failures: new Dictionary<string, long> { ["FileExists"] = 2 });
        }

        var summary = JsonDocument.Parse(File.ReadAllText(folder.File("devices.tar.json"))).RootElement;
        var digest = Tool.Bash(folder.Path, "sha256sum devices.tar", "sha256sum").Split(' ')[0];
        Assert.Equal(digest, summary.GetProperty("Sha256").GetString(), ignoreCase: true);
        Assert.Equal(new FileInfo(folder.File("devices.tar")).Length, summary.GetProperty("Bytes").GetInt64());
        Assert.Equal(8, summary.GetProperty("Files").GetInt32());
        Assert.Equal((3, 3, 1, 2), (summary.GetProperty("Devices").GetInt32(), summary.GetProperty("Bootstrap").GetInt32(),
            summary.GetProperty("Lwm2m").GetInt32(), summary.GetProperty("Failed").GetInt32()));
        Assert.Equal(("z", "k", "2030-05-06T07:08:09Z"), (summary.GetProperty("FirstEndpointName").GetString(),
            summary.GetProperty("LastEndpointName").GetString(), summary.GetProperty("Completed").GetString()));
    }

    [Fact]
    public void A_resumed_run_s_files_for_all_devices_hold_those_of_the_earlier_archive()
    {
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Zip, [Issue("a"), Issue("b")]);
        Export(folder.Path, ArchiveFormat.Tar, [Issue("c")], ["Pem", "AwsIot"]);
        Assert.Equal(["a", "b", "c"], File.ReadLines(folder.File("aws-iot.jsonl"))
            .Select(l => JsonDocument.Parse(l).RootElement.GetProperty("ThingName").GetString()!).Order());
    }

    [Fact]
    public void On_a_full_disk_there_is_no_archive_and_an_error_and_nothing_stays()
    {
        using var disk = SmallDisk.Mount();
        using (var export = new CredentialExport(disk.Path, ["Pem", "Der"], new ExportOptions(), replace: false, ArchiveFormat.Tar))
        {
            var refused = Enumerable.Range(0, 100).Count(i =>
            {
                try
                {
                    export.Write(Issue($"d-{i}"));
                    return false;
                }
                catch (OutputException e)
                {
                    Assert.Equal("FileNotWritten", e.ErrorId);
                    return true;
                }
            });
            Assert.InRange(refused, 10, 90);
            Assert.Equal("FileNotWritten", Refused.Output(() => export.Complete()));
            Assert.Equal(100 - refused, export.Waiting);
        }

        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public void What_a_dead_export_left_is_removed_by_the_next_one()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File(".~export/files-dead"));
        folder.Write(".~export/files-dead.lock", "");
        folder.Write(".~export/files-dead/devices.tar", "key");
        Export(folder.Path, ArchiveFormat.Tar, [Issue("a")]);
        Assert.Equal(["devices.tar", "devices.tar.json"], folder.Files());
    }
}
