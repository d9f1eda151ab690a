namespace DeviceCreds.Tests;

/// <summary>No folder holds two certificates of one device and kind after an export, unless somebody is told.</summary>
public sealed class FilesBesideTests
{
    const string Password = "a long password";

    static readonly string[] Formats = [.. CredentialFormats.All.OfType<IDeviceFormat>().Select(f => f.Info.Name)];

    readonly List<string> _warnings = [];

    // Those with a password may not be exported with those that cannot have one.
    ExportOptions Options(IEnumerable<string> formats, CredentialKind kind) => new()
    {
        Configurations = [Delivery.Configuration(kind)], Warn = _warnings.Add,
        Password = formats.Any(f => CredentialFormats.Get(f).Info.KeyForm == PrivateKeyForm.Encrypted) ? Password.ToCharArray() : null,
    };

    void Export(TempFolder folder, DeviceCredential credential, bool replace, params string[] formats) =>
        Given.Export(credential, folder.Path, formats, Options(formats, credential.Kind), replace);

    static Dictionary<string, string> Content(TempFolder folder) =>
        folder.Files().ToDictionary(f => f, f => Convert.ToHexString(File.ReadAllBytes(folder.File(f))));

    public static TheoryData<string> OtherFormats => [.. Formats.Where(f => f != "Pem")];

    [Theory]
    [MemberData(nameof(OtherFormats))]
    public void A_new_certificate_does_not_come_beside_the_old_one(string format)
    {
        foreach (var replace in new[] { false, true })
        {
            using var folder = new TempFolder();
            Export(folder, Delivery.Issue(CredentialKind.Bootstrap, "d1"), replace: false, format);
            var before = Content(folder);
            if (CanBeRead(format))
            {
                Refuse(folder, replace);
                Assert.Equal(before, Content(folder));
                continue;
            }

            // A file that cannot be compared is named in a warning, unless another file tells of what certificate it is.
            _warnings.Clear();
            Export(folder, Delivery.Issue(CredentialKind.Bootstrap, "d1"), replace, "Pem");
            Assert.Contains(_warnings, w => w.Contains(Path.GetFileName(before.Keys.First()), StringComparison.Ordinal));
            if (replace) Refuse(folder, replace);
        }
    }

    [Theory]
    [MemberData(nameof(OtherFormats))]
    public void Two_exports_that_begin_together_do_not_mix_their_certificates(string format)
    {
        foreach (var replace in new[] { false, true })
        {
            using var folder = new TempFolder();
            var (one, other) = (Delivery.Issue(CredentialKind.Bootstrap, "d1"), Delivery.Issue(CredentialKind.Bootstrap, "d1"));
            _warnings.Clear();
            using var first = new CredentialExport(folder.Path, [format], Options([format], one.Kind), replace);
            using var second = new CredentialExport(folder.Path, ["Pem"], Options(["Pem"], one.Kind), replace);
            var before = first.Write(one).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal).ToList();
            var staged = second.Stage(other);
            if (CanBeRead(format))
            {
                Assert.Equal("FolderOfOtherCertificate", Refused.Output(() => second.Place(staged)));
                Assert.Equal(before,
                    Directory.GetFiles(folder.File("d1")).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
            }
            else
            {
                second.Place(staged);
                second.Warn(staged);
                Assert.Contains(_warnings, w => w.Contains(before[0], StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void The_same_device_twice_is_refused_before_its_second_certificate_also_in_a_new_folder()
    {
        using var folder = new TempFolder();
        using var export = new CredentialExport(Path.Combine(folder.Path, "new"), ["Pem"], new ExportOptions(), replace: false);
        var order = Given.Order(Delivery.Root, new DeviceIdentity("d1"));
        export.EnsurePossible(order);
        export.Write(order.Issue());
        Assert.Equal("FileExists", Refused.Output(() => export.EnsurePossible(order)));
    }

    static void Refuse(TempFolder folder, bool replace)
    {
        using var export = new CredentialExport(folder.Path, ["Pem"], new ExportOptions(), replace);
        var order = Given.Order(Delivery.Root, new DeviceIdentity("d1"));
        foreach (var refused in new Action[] { () => export.EnsurePossible(order), () => export.Write(order.Issue()) })
        {
            var error = Assert.Throws<OutputException>(refused);
            Assert.Equal("FolderOfOtherCertificate", error.ErrorId);
            Assert.Equal(folder.File("d1"), error.Path);
        }
    }

    [Theory]
    [MemberData(nameof(OtherFormats))]
    public void The_same_certificate_may_come_in_another_format_later(string format)
    {
        foreach (var replace in new[] { false, true })
        {
            foreach (var (first, second) in new[] { ("Pem", format), (format, "Pem") })
            {
                using var folder = new TempFolder();
                var credential = Delivery.Issue(CredentialKind.Bootstrap, "d1");
                Export(folder, credential, replace: false, first);
                _warnings.Clear();
                Export(folder, credential, replace, second);
                Assert.Equal(!CanBeRead(first), _warnings.Exists(w => w.Contains("cannot be compared", StringComparison.Ordinal)));
            }
        }
    }

    // Without a password.
    static bool CanBeRead(string format) => CredentialFormats.Get(format) is IReadableFormat { Info.KeyForm: not PrivateKeyForm.Encrypted }
        or { Info.Name: "CHeader" or "Hex" or "Base64" or "P7b" or "NrfCloud" };

    [Fact]
    public void The_error_names_the_files_and_with_their_formats_they_are_replaced()
    {
        using var folder = new TempFolder();
        Export(folder, Delivery.Issue(CredentialKind.Bootstrap, "d1"), replace: false, "Pem", "Der", "CHeader");
        var lwm2m = Delivery.Issue(CredentialKind.Lwm2m, "d1");
        Export(folder, lwm2m, replace: false, "Der");
        var renewed = Delivery.Issue(CredentialKind.Bootstrap, "d1");
        var error = Assert.Throws<OutputException>(() => Export(folder, renewed, replace: true, "Pem"));
        Assert.Contains(": BootstrapDevice.h, BootstrapDeviceCert.der, BootstrapDevicePrivateKey.der.", error.Message);
        Export(folder, renewed, replace: true, "Pem", "Der", "CHeader");
        var found = CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path)));
        Assert.Equal(new[] { renewed.Fingerprint, lwm2m.Fingerprint }.Order(), found.Select(c => c.Fingerprint).Order());
    }

    [Fact]
    public void A_password_opens_what_is_compared()
    {
        using var folder = new TempFolder();
        var credential = Delivery.Issue(CredentialKind.Bootstrap, "d1");
        Export(folder, credential, replace: false, "Pfx");
        using var export = new CredentialExport(folder.Path, ["Pem"],
            new ExportOptions { Password = Password.ToCharArray(), Warn = _warnings.Add }, replace: false);
        Assert.Equal("FolderOfOtherCertificate", Refused.Output(() => export.Write(Delivery.Issue(CredentialKind.Bootstrap, "d1"))));
        export.Write(credential);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void What_is_in_an_archive_counts_as_what_is_in_a_folder()
    {
        using var folder = new TempFolder();
        using (var archive = new CredentialExport(folder.Path, ["Der"], new ExportOptions(), replace: false, ArchiveFormat.Tar))
        {
            archive.Write(Delivery.Issue(CredentialKind.Bootstrap, "d1"));
            archive.Complete();
        }

        var renewed = Delivery.Issue(CredentialKind.Bootstrap, "d1");
        var error = Assert.Throws<OutputException>(() => Export(folder, renewed, replace: false, "Pem"));
        Assert.Equal("FolderOfOtherCertificate", error.ErrorId);
        Assert.EndsWith("devices.tar/d1", error.Path?.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.DoesNotContain("-Force", error.Advice);
    }

    // A key that was exported before its certificate, and a certificate that is renewed for the same key.
    [Theory]
    [InlineData(null)]
    [InlineData(Password)]
    public void A_certificate_may_come_beside_its_key(string? password)
    {
        using var folder = new TempFolder();
        var issuer = new CredentialIssuer(Delivery.Root, CredentialKind.Bootstrap);
        var first = issuer.Issue(new DeviceIdentity("d1"));
        using (var export = new CredentialExport(folder.Path, ["Pem"], new ExportOptions { Password = password?.ToCharArray() },
            replace: false)) export.Write(first);
        var device = new DeviceIdentity("d1");
        var key = new DeviceKey(null, first.PrivateKey!.Point);
        using (var export = new CredentialExport(folder.Path, ["Pem"], new ExportOptions(), replace: true))
        {
            var order = Given.Order(Delivery.Root, device, key);
            export.EnsurePossible(order);
            export.Write(order.Issue());
        }

        // Another key does not come beside it.
        using var other = new CredentialExport(folder.Path, ["Pem"], new ExportOptions(), replace: true);
        var stranger = new DeviceKey(null, DeviceKey.Generate().Point);
        Assert.Equal("FolderOfOtherCertificate", Refused.Output(
            () => other.EnsurePossible(Given.Order(Delivery.Root, device, stranger))));
        File.Delete(folder.File("d1/BootstrapDeviceCert.pem"));
        using var alone = new CredentialExport(folder.Path, ["Pem"], new ExportOptions(), replace: false);
        alone.EnsurePossible(Given.Order(Delivery.Root, device, key));
    }

    [Fact]
    public void Other_files_in_the_folder_do_not_matter()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("d1"));
        folder.Write("d1/note.txt", "sent on Monday");
        folder.Write("d1/ca.pem", Delivery.Root.Chain.Leaf.CertificatePem);
        folder.Write("d1/server.pem", Delivery.Issue(CredentialKind.Bootstrap, "server").CertificatePem);
        folder.Write("d1/server.key.pem", Delivery.Issue(CredentialKind.Bootstrap, "other").PrivateKey!.ToPem());
        Export(folder, Delivery.Issue(CredentialKind.Bootstrap, "d1"), replace: false, "Pem");
        Assert.Empty(_warnings);
    }
}
