namespace DeviceCreds.Tests;

/// <summary>Files with private keys that were read only to compare them, as -SkipExported and -NotIn do, leave no key in memory.</summary>
public sealed class WipedFileTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A file whose bytes stay in sight when they were read.</summary>
    sealed class Seen(string path) : StoredFile
    {
        public override string Path => path;

        public byte[] Bytes { get; } = File.ReadAllBytes(path);

        public override InputFile Read() => new(Bytes, path);
    }

    [Theory]
    [InlineData("Pem", "Der")]
    [InlineData("Base64")]
    [InlineData("Hex")]
    public void The_bytes_of_a_device_s_files_are_zero_when_its_folder_was_read(params string[] formats)
    {
        var files = Export(formats);
        var before = files.Select(f => f.Bytes.ToArray()).ToList();
        Assert.Single(ExportedFolder.Read(files, CredentialKind.Bootstrap)!.Credentials);
        Assert.All(before, bytes => Assert.Contains(bytes, b => b != 0));
        Assert.All(files, f => Assert.DoesNotContain(f.Bytes, b => b != 0));
    }

    [Fact]
    public void They_are_zero_also_when_a_file_beside_them_is_refused()
    {
        var files = Export("Pem").Append(new Seen(_folder.Write("notes.txt", "notes"))).ToList();
        Assert.Equal("CredentialNotRecognised", Refused.Input(() => CredentialImporter.Read(files)));
        Assert.All(files, f => Assert.DoesNotContain(f.Bytes, b => b != 0));
    }

    List<Seen> Export(params string[] formats)
    {
        var credential = Delivery.Issue(CredentialKind.Bootstrap, "device", CertificateAuthority.Create("Root"));
        using var export = new CredentialExport(_folder.File("out"), formats, new ExportOptions(), replace: true);
        export.Write(credential);
        export.Complete();
        return [.. Directory.GetFiles(Path.Combine(_folder.File("out"), "device")).Order().Select(p => new Seen(p))];
    }
}
