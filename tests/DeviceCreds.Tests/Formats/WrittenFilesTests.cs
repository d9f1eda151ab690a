using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>An export that may replace files replaces those of earlier exports, and none of its own.</summary>
public class WrittenFilesTests
{
    static readonly ICredentialFormat[] Formats = [.. CredentialFormats.All.Where(f => f is IDeviceFormat)];

    static readonly DeviceCredential[] Credentials =
    [
        Delivery.Issue(CredentialKind.Bootstrap, "d1"), Delivery.Issue(CredentialKind.Lwm2m, "d1"),
        Delivery.Issue(CredentialKind.Bootstrap, "d1"), Delivery.Issue(CredentialKind.Bootstrap, "d2"),
    ];

    static string[] NamesOf(bool encrypted) => [.. Formats
        .Where(f => f.Info.KeyForm != (encrypted ? PrivateKeyForm.Plain : PrivateKeyForm.Encrypted)).Select(f => f.Info.Name)];

    static bool Holds(string[] formats, DeviceCredential credential) =>
        credential.Kind == CredentialKind.Bootstrap || !formats.Contains("DeveloperSource");

    static ExportOptions Options(IReadOnlyList<string> formats) => new()
    {
        // Of no device and of each kind: LwM2M credentials need their account's server.
        Configurations = [Delivery.Configuration(CredentialKind.Lwm2m)],
        Password = formats.Any(f => CredentialFormats.Get(f).Info.KeyForm == PrivateKeyForm.Encrypted) ? "secret word".ToCharArray() : null,
    };

    // Not the work folder of the export that is running.
    static Dictionary<string, string> Content(TempFolder folder) => folder.Files()
        .Where(f => !f.StartsWith(".~", StringComparison.Ordinal))
        .ToDictionary(f => f, f => Convert.ToHexString(File.ReadAllBytes(folder.File(f))));

    static void Put(TempFolder folder, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        folder.Write(name, "");
    }

    /// <summary>
    /// For any formats and any order of credentials: one is refused exactly when it would write a file that another one has written.
    /// </summary>
    [Fact]
    public void What_a_run_has_written_stays() =>
        (from encrypted in Gen.Bool
         from formats in Gen.Shuffle(NamesOf(encrypted), 1, 4)
         from credentials in Gen.Shuffle(Credentials, 2, 4)
         from wasInterrupted in Gen.Bool
         from hadFiles in Gen.Bool
         select (formats, credentials, wasInterrupted, hadFiles)).Sample(c =>
        {
            using var folder = new TempFolder();
            if (c.hadFiles)
            {
                foreach (var credential in Credentials.Take(2).Where(x => Holds(c.formats, x)))
                {
                    using var earlier = new CredentialExport(folder.Path, c.formats, Options(c.formats), replace: true);
                    earlier.Write(credential);
                }
            }

            // Files of a device that an interrupted export moved only in part are replaced, too.
            if (c.wasInterrupted)
            {
                Put(folder, ".~export/devices-dead.lock");
                Put(folder, ".~export/devices-dead/d1~1~/x");
                Put(folder, ".~export/devices-dead/d2~1~/x");
            }

            HashSet<string> written = [];
            using var export = new CredentialExport(folder.Path, c.formats, Options(c.formats), replace: !c.wasInterrupted);
            foreach (var credential in c.credentials.Where(x => Holds(c.formats, x)))
            {
                var staged = export.Stage(credential);
                var paths = staged.Exported!.Files.Select(f => f.FullName).ToList();
                var before = Content(folder);
                if (paths.Exists(written.Contains))
                {
                    Assert.Equal("FileExists", Refused.Output(() => export.Place(staged)));
                    Assert.Equal(before, Content(folder));
                    continue;
                }

                written.UnionWith(export.Place(staged));
            }
        }, iter: 40);

    [Fact]
    public void The_error_comes_before_a_certificate_is_issued_and_says_what_to_do()
    {
        using var folder = new TempFolder();
        var options = Options(["FccBundle"]);
        using var export = new CredentialExport(folder.Path, ["FccBundle"], options, replace: true);
        export.Write(Credentials[0]);
        var error = Assert.Throws<OutputException>(() => export.EnsurePossible(
            Given.Order(Delivery.Root, new DeviceIdentity("d1", Given.AccountId))));
        Assert.Equal(("FileExists", folder.File("d1/device.cbor")), (error.ErrorId, error.Path));
        Assert.Contains("another path", error.Advice);
        Assert.DoesNotContain("-Force", error.Message);
    }

    [Fact]
    public void Several_exports_of_a_run_know_of_each_others_files()
    {
        using var folder = new TempFolder();
        var written = new WrittenFiles();
        CredentialExport Next() => new(folder.Path, ["FccBundle"], Options(["FccBundle"]), replace: true, written: written);
        using (var first = Next()) first.Write(Credentials[0]);
        using (var second = Next()) Assert.Equal("FileExists", Refused.Output(() => second.Write(Credentials[1])));
    }

    /// <summary>Also not by what an interrupted export had begun to move: a file of the other kind may have the same name.</summary>
    [Fact]
    public void What_an_interrupted_export_left_does_not_replace_what_the_run_has_written()
    {
        using var folder = new TempFolder();
        Put(folder, ".~export/devices-dead.lock");
        Put(folder, ".~export/devices-dead/d1~1~/x");
        Put(folder, ".~export/devices-dead/d1~1/BootstrapDeviceCert.pem");
        Put(folder, ".~export/devices-dead/d1~1/device.cbor");
        using (var export = new CredentialExport(folder.Path, ["FccBundle"], Options(["FccBundle"]), replace: false))
        {
            export.Write(Credentials[1]);
            export.Complete();
        }

        using (var next = new CredentialExport(folder.Path, ["Pem"], new ExportOptions(), replace: false)) next.Complete();
        Assert.Equal(["d1/BootstrapDeviceCert.pem", "d1/device.cbor"], folder.Files().Order(StringComparer.Ordinal));
        Delivery.AssertSame(Credentials[1], Assert.Single(CredentialImporter.Read([folder.File("d1/device.cbor")])));
    }
}
