using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>Archives from other programs, and archives that nobody should read.</summary>
public class ArchiveReadTests
{
    static readonly CertificateAuthority Authority = CertificateAuthority.Create("Root");

    static readonly byte[] Content = Encoding.ASCII.GetBytes(Delivery.Issue(CredentialKind.Bootstrap, "a", Authority).CertificatePem);

    static DeviceCredential Issue(string name) => Delivery.Issue(CredentialKind.Bootstrap, name, Authority);

    static List<DeviceCredential> Read(string path) =>
        [.. CredentialImporter.Group(path).SelectMany(g => CredentialImporter.Read(g))];

    static void Export(string path, ArchiveFormat? format, params DeviceCredential[] credentials)
    {
        using var export = new CredentialExport(path, ["Pem", "Der"], new ExportOptions(), replace: false, format);
        foreach (var credential in credentials) export.Write(credential);
        export.Complete();
    }

    static string Tar(TempFolder folder, params TarEntry[] entries)
    {
        using var writer = new TarWriter(File.Create(folder.File("x.tar")));
        foreach (var entry in entries) writer.WriteEntry(entry);
        return folder.File("x.tar");
    }

    static TarEntry TarFile(string name, byte[]? content = null) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content ?? Content) };

    static string Zip(TempFolder folder, params (string Name, byte[] Content)[] files)
    {
        using var zip = new ZipArchive(File.Create(folder.File("x.zip")), ZipArchiveMode.Create);
        foreach (var (name, content) in files)
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(content);
        }

        return folder.File("x.zip");
    }

    /// <summary>People pack folders with the tools that they have.</summary>
    [Theory]
    [InlineData("tar --format=gnu -C out -cf x .", "tar")]
    [InlineData("tar --format=pax -C out -cf x .", "tar")]
    [InlineData("tar --format=pax -cf x out", "tar")]
    [InlineData("tar --format=posix --sort=name --pax-option=globexthdr.name=g,comment:=x -cf x out", "tar")]
    [InlineData("(cd out; tar -b 1 -cf ../x *)", "tar")]
    [InlineData("(cd out; zip -q -r ../x.zip .); mv x.zip x", "zip")]
    [InlineData("(cd out; zip -q -0 -r - . > ../x)", "zip")]
    [InlineData("zip -q -9 -r x.zip out; mv x.zip x", "zip")]
    [InlineData("python3 -m zipfile -c x out/", "python3")]
    [InlineData("python3 -m tarfile -c x out", "python3")]
    public void Folders_that_other_programs_packed_are_read_and_found(string script, string tool)
    {
        using var folder = new TempFolder();
        DeviceCredential[] credentials = [Issue("a"), Issue("b/c"), Issue(new('漢', 64)), Issue(new('x', 64))];
        Export(folder.File("out"), null, credentials);
        Tool.Bash(folder.Path, script, tool);
        Assert.Equal(credentials.Select(c => c.Fingerprint).Order(), Read(folder.File("x")).Select(c => c.Fingerprint).Order());
        var exported = new ExportedCredentials(folder.File("x"), CredentialKind.Bootstrap, Authority);
        Assert.All(credentials, c => Assert.Equal(c.Fingerprint,
            exported.Find(new DeviceIdentity(c.EndpointName), null)?.Fingerprint));
        Assert.Null(exported.Find(new DeviceIdentity("d"), null));
    }

    [Theory]
    [InlineData(ArchiveFormat.Tar)]
    [InlineData(ArchiveFormat.Zip)]
    public void A_cut_archive_is_an_error_wherever_it_was_cut(ArchiveFormat format)
    {
        using var folder = new TempFolder();
        var path = folder.File("x" + ArchiveFormats.Encoder(format).Ending);
        Export(path, format, Issue("a"), Issue("b"));
        var bytes = File.ReadAllBytes(path);
        // Of the two empty blocks that end tar, one is enough.
        var end = format == ArchiveFormat.Tar ? bytes.Length - 512 : bytes.Length;
        var lengths = Enumerable.Range(1, (end - 1) / 61).Select(i => i * 61).Where(n => n >= 512 || format == ArchiveFormat.Zip)
            .Append(end - 1).ToList();
        Assert.All(lengths, length =>
        {
            var cut = folder.Write("cut", bytes[..length]);
            Assert.True(Archive.IsOne(cut));
            Assert.Contains(Refused.Input(() => Read(cut)), (string[])["ArchiveTruncated", "ArchiveDamaged"]);
            Assert.Contains(Refused.Input(() => _ = new ExportedCredentials(cut, CredentialKind.Bootstrap, Authority)),
                (string[])["ArchiveTruncated", "ArchiveDamaged"]);
        });
    }

    [Theory]
    [InlineData(ArchiveFormat.Tar)]
    [InlineData(ArchiveFormat.Zip)]
    public void Damage_is_a_named_error_or_changes_nothing_that_is_read(ArchiveFormat format)
    {
        using var folder = new TempFolder();
        var path = folder.File("x" + ArchiveFormats.Encoder(format).Ending);
        Export(path, format, Issue("a"), Issue("b"));
        var bytes = File.ReadAllBytes(path);
        (from at in Gen.Int[0, bytes.Length - 1] from value in Gen.Byte select (at, value)).Sample(damage =>
        {
            var damaged = (byte[])bytes.Clone();
            damaged[damage.at] = damage.value;
            var file = folder.Write("damaged", damaged);
            try
            {
                _ = Read(file);
            }
            catch (InputException e)
            {
                Assert.NotEmpty(e.ErrorId);
            }
        }, iter: 300, threads: 1);
    }

    public static TheoryData<string, TarEntryType, string?> UnsafeTar => new()
    {
        { "../a/x.pem", TarEntryType.RegularFile, null }, { "a/../../x.pem", TarEntryType.RegularFile, null },
        { "/etc/x.pem", TarEntryType.RegularFile, null }, { "a\\..\\x.pem", TarEntryType.RegularFile, null },
        { "C:/x.pem", TarEntryType.RegularFile, null }, { "a//x.pem", TarEntryType.RegularFile, null },
        { "..", TarEntryType.Directory, null }, { "/", TarEntryType.Directory, null },
        { "a/x.pem", TarEntryType.SymbolicLink, "/etc/passwd" }, { "a/x.pem", TarEntryType.HardLink, "a/y.pem" },
        { "a/x.pem", TarEntryType.Fifo, null }, { "a/x.pem", TarEntryType.CharacterDevice, null },
    };

    [Theory]
    [MemberData(nameof(UnsafeTar))]
    public void Entries_that_lead_elsewhere_are_refused_and_named(string name, TarEntryType type, string? target)
    {
        using var folder = new TempFolder();
        var entry = new PaxTarEntry(type, name);
        if (target is not null) entry.LinkName = target;
        else if (type == TarEntryType.RegularFile) entry.DataStream = new MemoryStream(Content);
        var path = Tar(folder, TarFile("b/BootstrapDeviceCert.pem"), entry);
        Assert.Equal("ArchiveEntryUnsafe", Refused.Input(() => Read(path)));
        Assert.Equal("ArchiveEntryUnsafe", Refused.Input(() => _ = new ExportPlace(folder.Path)));
    }

    [Theory]
    [InlineData("../a/x.pem")]
    [InlineData("/a/x.pem")]
    [InlineData("a\\x.pem")]
    public void Entries_of_zip_that_lead_elsewhere_are_refused(string name)
    {
        using var folder = new TempFolder();
        Assert.Equal("ArchiveEntryUnsafe", Refused.Input(() => Read(Zip(folder, ("b/c.pem", Content), (name, Content)))));
    }

    [Fact]
    public void A_link_in_zip_is_refused()
    {
        using var folder = new TempFolder();
        Tool.Bash(folder.Path, "mkdir a; ln -s /etc/passwd a/x.pem; zip -q -y -r x.zip a", "zip");
        Assert.Equal("ArchiveEntryUnsafe", Refused.Input(() => Read(folder.File("x.zip"))));
    }

    [Fact]
    public void The_same_file_twice_is_refused_since_readers_disagree_which_one_counts()
    {
        using var folder = new TempFolder();
        Assert.Equal("ArchiveEntryUnsafe", Refused.Input(() => Read(Tar(folder, TarFile("a/x.pem"), TarFile("a/x.pem")))));
        Assert.Equal("ArchiveEntryUnsafe", Refused.Input(() => Read(Zip(folder, ("a/x.pem", Content), ("a/x.pem", Content)))));
        Assert.Equal("ArchiveEntryUnsafe", Refused.Input(() => Read(Tar(folder, TarFile("a/x.pem"), TarFile("./a/x.pem")))));
    }

    [Fact]
    public void An_entry_that_is_too_large_is_refused_before_it_is_read_and_the_others_are_read()
    {
        using var folder = new TempFolder();
        var path = Zip(folder, ("a/BootstrapDeviceCert.pem", new byte[InputFile.MaximumBytes + 1]), ("b/BootstrapDeviceCert.pem", Content));
        var groups = CredentialImporter.Group(path).ToList();
        Assert.Equal("FileTooLarge", Refused.Input(() => CredentialImporter.Read(groups[0])));
        Assert.Single(CredentialImporter.Read(groups[1]));
    }

    /// <summary>A megabyte of zeros in a kilobyte, that says it has ten bytes.</summary>
    [Fact]
    public void An_entry_that_inflates_to_more_than_it_says_is_refused()
    {
        using var folder = new TempFolder();
        var bytes = File.ReadAllBytes(Zip(folder, ("a/BootstrapDeviceCert.pem", new byte[1 << 20])));
        var directory = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BitConverter.TryWriteBytes(bytes.AsSpan(directory + 24), 10);
        var path = folder.Write("y.zip", bytes);
        Assert.Equal("ArchiveTruncated", Refused.Input(() => CredentialImporter.Read(CredentialImporter.Group(path).Single())));
    }

    [Fact]
    public void Entries_that_share_their_content_are_refused()
    {
        using var folder = new TempFolder();
        var bytes = File.ReadAllBytes(Zip(folder, ("a/x.pem", Content), ("b/x.pem", Content)));
        var second = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BitConverter.TryWriteBytes(bytes.AsSpan(second + 42), 0);
        Assert.Equal("ArchiveDamaged", Refused.Input(() => Read(folder.Write("y.zip", bytes))));
    }

    [Fact]
    public void A_password_of_the_archive_is_named_as_the_obstacle()
    {
        using var folder = new TempFolder();
        folder.Write("BootstrapDeviceCert.pem", Content);
        Tool.Bash(folder.Path, "mkdir a; mv *.pem a; zip -q -P secret -r x.zip a", "zip");
        var error = Assert.Throws<InputException>(() => Read(folder.File("x.zip")));
        Assert.Equal("ArchiveUnsupported", error.ErrorId);
        Assert.Contains("encrypted", error.Problem);
    }

    [Fact]
    public void A_changed_content_has_a_wrong_checksum()
    {
        using var folder = new TempFolder();
        Export(folder.File("x.zip"), ArchiveFormat.Zip, Issue("a"));
        var bytes = File.ReadAllBytes(folder.File("x.zip"));
        bytes[bytes.AsSpan().IndexOf("-----BEGIN CERT"u8) + 40] ^= 1;
        Assert.Equal("ArchiveDamaged", Refused.Input(() => Read(folder.Write("y.zip", bytes))));
    }

    /// <summary>More entries, and a longer file, than ZIP's first fields can count (zip64), by the verdict of unzip.</summary>
    [Fact]
    public void Zip_has_more_than_65535_entries_and_more_than_4_GiB()
    {
        using var folder = new TempFolder();
        var encoder = ArchiveFormats.Encoder(ArchiveFormat.Zip);
        using (var writer = new ArchiveWriter(folder.File("many.zip"), encoder, replace: false))
        {
            for (var i = 0; i < 33_000; i++) writer.Append(encoder.Encode($"d{i}", [new("x.pem", [1], true)], Factory.Noon));
            writer.Complete([folder.File("many.zip")]);
        }

        var blocks = new[] { "first", "last" }.Select(
            n => encoder.Encode(n, [new("BootstrapDeviceCert.pem", [.. Content], false)], Factory.Noon)).ToList();
        using (var file = File.Create(folder.File("long.zip")))
        {
            const long start = 5L << 30;
            file.Write(blocks[0].Bytes);
            file.Position = start;
            file.Write(blocks[1].Bytes);
            byte[] directory = [.. encoder.Directory(blocks[0], 0), .. encoder.Directory(blocks[1], start)];
            file.Write(directory);
            file.Write(encoder.End(4, start + blocks[1].Bytes.Length, directory.Length));
        }

        var tested = Tool.Bash(folder.Path, "unzip -l many.zip | tail -1; unzip -tq many.zip; unzip -tq long.zip", "unzip");
        Assert.Contains("66000 files", tested);
        Assert.Equal(33_000, Archive.Open(folder.File("many.zip"))!.Groups().Count());
        Assert.Equal(2, Read(folder.File("long.zip")).Count);
    }

    [Fact]
    public void Several_archives_and_folders_of_one_place_are_one_place_and_a_device_in_two_of_them_does_not_count()
    {
        using var folder = new TempFolder();
        var (a, b, c) = (Issue("a"), Issue("b"), Issue("c"));
        Export(folder.Path, null, a);
        Export(folder.Path, ArchiveFormat.Tar, b);
        Export(folder.Path, ArchiveFormat.Zip, c);
        Assert.Equal(3, Read(folder.Path).Count);
        Assert.NotNull(Find("a"));
        Assert.NotNull(Find("b"));
        Assert.NotNull(Find("c"));
        Export(folder.File("other.zip"), ArchiveFormat.Zip, Issue("b"));
        Assert.Equal("ExportedCredentialUnusable", Refused.Issuance(() => Find("b")));
        Assert.NotNull(Find("c"));

        DeviceCredential? Find(string name) =>
            new ExportedCredentials(folder.Path, CredentialKind.Bootstrap, Authority).Find(new DeviceIdentity(name), null);
    }

    /// <summary>As when somebody unpacks an archive where it is, or copies it.</summary>
    [Fact]
    public void The_same_credential_in_two_places_is_one()
    {
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Tar, Issue("a"));
        Tool.Bash(folder.Path, "tar -xf devices.tar; cp devices.tar copy.tar", "tar");
        Assert.NotNull(new ExportedCredentials(folder.Path, CredentialKind.Bootstrap, Authority).Find(new DeviceIdentity("a"), null));
    }

    /// <summary>If it were skipped, its devices would get second certificates.</summary>
    [Fact]
    public void An_archive_that_is_compressed_as_a_whole_is_named_and_never_skipped()
    {
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Tar, Issue("a"));
        Tool.Bash(folder.Path, "gzip devices.tar", "gzip");
        Assert.Equal("ArchiveUnsupported", Refused.Input(() => Read(folder.File("devices.tar.gz"))));
        Assert.Equal("ArchiveUnsupported", Refused.Input(() => Read(folder.Path)));
        Assert.Equal("ArchiveUnsupported",
            Refused.Input(() => _ = new ExportedCredentials(folder.Path, CredentialKind.Bootstrap, Authority)));
        Tool.Bash(folder.Path, "gzip -d devices.tar.gz", "gzip");
        Assert.Single(Read(folder.Path));
    }

    /// <summary>If it were skipped, its devices would get second certificates, and those that they have would be revoked.</summary>
    [Theory]
    [InlineData(": > devices.tar", "ArchiveDamaged")]
    [InlineData("truncate -s 0 devices.tar; truncate -s 20480 devices.tar", "ArchiveDamaged")]
    [InlineData("printf X | dd of=devices.tar conv=notrunc status=none", "ArchiveDamaged")]
    [InlineData("gzip devices.tar; mv devices.tar.gz devices.tar", "ArchiveUnsupported")]
    [InlineData("xz devices.tar", "ArchiveUnsupported")]
    [InlineData("gzip -c devices.tar > devices.zip.gz; rm devices.tar", "ArchiveUnsupported")]
    [InlineData("mv devices.tar devices.7z", "ArchiveUnsupported")]
    [InlineData("bzip2 -c devices.tar > x.tbz2; rm devices.tar", "ArchiveUnsupported")]
    [InlineData("mv devices.tar x; mkfifo devices.tar", "FileNotRegular")]
    public void A_file_with_the_name_of_an_archive_is_never_left_out(string script, string error)
    {
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Tar, Issue("a"));
        Tool.Bash(folder.Path, script, "tar");
        Assert.Equal(error, Refused.Input(() => Read(folder.Path)));
        Assert.Equal(error, Refused.Input(() => _ = new ExportedCredentials(folder.Path, CredentialKind.Bootstrap, Authority)));
        var errors = new List<InputException>();
        var books = new Books(errors.Add);
        books.AddFolder(folder.Path, threads: 2);
        Assert.Equal(error, Assert.Single(errors).ErrorId);
    }

    /// <summary>Readers stop at the first empty block: what follows would be lost without a word.</summary>
    [Theory]
    [InlineData("cat devices.tar devices-2.tar > x.tar", false)]
    [InlineData("cp devices.tar x.tar; truncate -s +2M x.tar", false)]
    [InlineData("cp devices.tar x.tar; printf X >> x.tar", false)]
    [InlineData("cp devices.tar x.tar; b=$(($(stat -c %s x.tar) / 512)); truncate -s $(((b + 9 + b % 2) * 512)) x.tar", false)]
    [InlineData("mkdir o; for t in devices*.tar; do tar -C o -xf $t; done; tar -b 20 -C o -cf x.tar a b", true)]
    [InlineData("mkdir o; for t in devices*.tar; do tar -C o -xf $t; done; tar -b 126 -C o -cf x.tar a b", true)]
    [InlineData("mkdir o; for t in devices*.tar; do tar -C o -xf $t; done; tar -b 2048 -C o -cf x.tar a b", true)]
    [InlineData("mkdir o; for t in devices*.tar; do tar -C o -xf $t; done; tar -b 200 -C o -cf x.tar a; tar -b 64 -C o -rf x.tar b", true)]
    [InlineData("cp devices.tar x.tar; tar -A -f x.tar devices-2.tar", true)]
    public void A_tar_ends_where_its_last_entry_does(string script, bool isWhole)
    {
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Tar, Issue("a"));
        Export(folder.Path, ArchiveFormat.Tar, Issue("b"));
        Tool.Bash(folder.Path, script, "tar");
        if (isWhole) Assert.Equal(["a", "b"], Read(folder.File("x.tar")).Select(c => c.EndpointName).Order(StringComparer.Ordinal));
        else Assert.Equal("ArchiveDamaged", Refused.Input(() => Read(folder.File("x.tar"))));
    }

    /// <summary>A copy into a file that had its size before is zeros where it was not written.</summary>
    [Fact]
    public void An_archive_that_ends_in_zeros_before_the_device_that_its_summary_counts_is_an_error_everywhere()
    {
        using var folder = new TempFolder();
        string[] names = [.. Enumerable.Range(10, 30).Select(i => $"d{i}")];
        Export(folder.Path, ArchiveFormat.Tar, [.. names.Select(n => Issue(n))]);
        var (path, whole) = (folder.File("devices.tar"), File.ReadAllBytes(folder.File("devices.tar")));
        Assert.Equal(names, Read(path).Select(c => c.EndpointName));
        // An end that could fill a record, so that the summary alone can tell.
        whole = [.. whole, .. new byte[(whole.Length + 10239) / 10240 * 10240 - whole.Length]];
        var lastFile = Array.FindLastIndex(whole, b => b != 0) / 512 * 512 - 512;
        for (var at = 0; at <= lastFile + 512; at += 512)
        {
            byte[] cut = [.. whole.AsSpan(0, at), .. new byte[whole.Length - at]];
            File.WriteAllBytes(path, cut);
            Refused.Input(() => Read(path));
            if (at >= lastFile) continue;
            Assert.StartsWith("Archive", Refused.Input(() => _ = new ExportPlace(folder.Path)));
            Assert.StartsWith("Archive", Refused.Input(() => new StoredPlaces().Group(folder.File("devices.tar/d10")).Count()));
        }
    }

    [Theory]
    [InlineData("zip -q -r -P pw x.zip d10")]
    [InlineData("zip -q -r -0 -P pw x.zip d10")]
    public void An_encrypted_entry_is_named_as_one(string script)
    {
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Tar, Issue("d10"));
        Tool.Bash(folder.Path, "tar -xf devices.tar; " + script, "tar", "zip");
        var error = Assert.Throws<InputException>(() => Read(folder.File("x.zip")));
        Assert.Equal("ArchiveUnsupported", error.ErrorId);
        Assert.Contains("encrypted with a password", error.Message);
    }

    [Fact]
    public void An_archive_that_another_program_replaces_while_it_is_read_is_reported_and_ends_nothing()
    {
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Tar, Issue("a"), Issue("b"), Issue("c"));
        var errors = new List<InputException>();
        using var groups = CredentialImporter.Group(folder.Path, errors.Add).GetEnumerator();
        Assert.True(groups.MoveNext());
        File.WriteAllBytes(folder.File("devices.tar"), new byte[512]);
        Assert.False(groups.MoveNext());
        Assert.Single(errors);
    }

    [Fact]
    public void Zip_may_have_64_bit_records_that_it_does_not_need()
    {
        using var folder = new TempFolder();
        var bytes = File.ReadAllBytes(Zip(folder, ("a/BootstrapDeviceCert.pem", Content)));
        var end = bytes.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        var (count, size, start) = (BitConverter.ToUInt16(bytes, end + 10), BitConverter.ToUInt32(bytes, end + 12),
            BitConverter.ToUInt32(bytes, end + 16));
        using var more = new MemoryStream();
        using var writer = new BinaryWriter(more);
        writer.Write("PK\u0006\u0006"u8);
        writer.Write(44L);
        writer.Write(new byte[12]);
        foreach (var value in (long[])[count, count, size, start]) writer.Write(value);
        writer.Write("PK\u0006\u0007"u8);
        writer.Write(0);
        writer.Write((long)end);
        writer.Write(1);
        File.WriteAllBytes(folder.File("x.zip"), [.. bytes.AsSpan(0, end), .. more.ToArray(), .. bytes.AsSpan(end)]);
        Assert.Single(Read(folder.File("x.zip")));
    }

    /// <summary>As Compress-Archive of Windows PowerShell writes it.</summary>
    [Fact]
    public void Zip_of_Windows_may_separate_folders_as_Windows_does()
    {
        using var folder = new TempFolder();
        var bytes = File.ReadAllBytes(Zip(folder, ("a\\BootstrapDeviceCert.pem", Content)));
        bytes[bytes.AsSpan().IndexOf("PK\u0001\u0002"u8) + 5] = 0;
        File.WriteAllBytes(folder.File("x.zip"), bytes);
        var file = CredentialImporter.Group(folder.File("x.zip")).Single().Single();
        Assert.Equal(folder.File("x.zip/a/BootstrapDeviceCert.pem"), file.Path);
        Assert.Equal("a", CredentialImporter.Read([file]).Single().EndpointName);
    }

    /// <summary>A device's own kinds are tested all, whichever files have them.</summary>
    [Fact]
    public void Each_kind_and_each_different_certificate_of_a_folder_is_tested()
    {
        using var folder = new TempFolder();
        Export(folder.File("a"), null, Issue("d"));
        Export(folder.File("b"), null, Issue("d"));
        Export(folder.File("c"), null, Delivery.Issue(CredentialKind.Lwm2m, "d", Authority));
        Assert.Single(Tested());
        File.Copy(folder.File("b/d/BootstrapDeviceCert.der"), folder.File("a/d/BootstrapDeviceCert.der"), overwrite: true);
        Assert.Equal(2, Tested().Count);
        using (var export = new CredentialExport(folder.File("a"), ["SenmlJson"],
            new ExportOptions { Configurations = [Delivery.Configuration(CredentialKind.Lwm2m)] }, replace: false))
        {
            export.Write(CredentialImporter.Read(Directory.GetFiles(folder.File("c/d"))).Single());
            export.Complete();
        }

        File.WriteAllText(folder.File("a/d/notes.pem"), "nothing");
        Assert.Equal([CredentialKind.Bootstrap, CredentialKind.Bootstrap, CredentialKind.Lwm2m], Tested().Select(r => r.Kind));

        IReadOnlyList<DeviceCertificateReport> Tested() => StoredTest.Run(
            new CertificateVerifier { Issuers = Authority.Chain.Certificates },
            CredentialImporter.Group(folder.File("a")).Single());
    }

    [Fact]
    public void A_path_in_an_archive_is_one_device_or_one_file()
    {
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Tar, Issue("a"), Issue("b"));
        var places = new StoredPlaces();
        Assert.True(places.HoldsDevices(folder.File("devices.tar/a")));
        Assert.False(places.HoldsDevices(folder.File("devices.tar/c")));
        Assert.Equal("a", CredentialImporter.Read(places.Group(folder.File("devices.tar/a")).Single()).Single().EndpointName);
        var certificate = places.Find(folder.File("devices.tar/b/BootstrapDeviceCert.pem"));
        Assert.Equal(folder.File("devices.tar/b/BootstrapDeviceCert.pem"), certificate.Read().Path);
        Assert.Equal("FileNotFound", Refused.Input(() => places.Find(folder.File("devices.tar/b/x.pem")).Read()));
        Tool.Bash(folder.Path, "tar -xf devices.tar; tar -C a -cf one.tar .", "tar");
        Assert.True(places.HoldsDevices(folder.File("one.tar")));
        Assert.NotEmpty(places.Find(folder.File("one.tar/BootstrapDeviceCert.pem")).Read().Bytes);
    }

    [Fact]
    public void Keys_in_an_archive_that_others_can_read_are_exposed_in_that_archive()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix's");
        using var folder = new TempFolder();
        Export(folder.Path, ArchiveFormat.Tar, Issue("a"));
        Assert.Null(Read(folder.Path)[0].PrivateKey!.ExposedIn);
        Modes.Set(folder.File("devices.tar"), "644");
#if NETSTANDARD_BUILD
        Assert.Null(Read(folder.Path)[0].PrivateKey!.ExposedIn);
#else
        Assert.Equal(folder.File("devices.tar"), Read(folder.Path)[0].PrivateKey!.ExposedIn);
#endif
    }
}
