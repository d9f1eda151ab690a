using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>What an export says before a certificate is issued, and what it does with the credential.</summary>
public class ExportRehearsalTests
{
    static readonly string[] Names = ["dev-1", "DEV-1", "a b", "=1", "dév", "a.b", "x/y", "..", "-", new('x', 64)];

    static readonly string[] Formats = [.. CredentialFormats.All.Select(f => f.Info.Name)];

    static readonly DeviceKey OnDevice = new(null, DeviceKey.Generate().Point);

    static readonly char[] Password = "correct horse".ToCharArray();

    static readonly CertificateAuthority[] Authorities = [Delivery.Root, Given.Chain("A", "B", "C", "D", "E")];

    static ExportOptions Options(string format, int configuration, CredentialKind kind) => new()
    {
        Configurations = configuration switch
        {
            0 => [],
            1 => [new DeviceConfiguration()],
            3 => [Delivery.Configuration(kind), .. new[] { "1", "2" }.Select(serial =>
                Delivery.Configuration(kind) with { EndpointName = "dev-1", SerialNumber = serial })],
            _ => [Delivery.Configuration(kind), Delivery.Configuration(kind) with { EndpointName = "dev-1", ServerUri = null }],
        },
        Password = CredentialFormats.Get(format).Info.KeyForm == PrivateKeyForm.Encrypted ? Password : null,
    };

    static string? Outcome(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (DeviceCredsException e)
        {
            return $"{e.ErrorId}: {e.Problem}";
        }
    }

    [Fact]
    public void Before_and_after_issuing_an_export_says_the_same() =>
        (from format in Gen.OneOf(Formats)
         from kind in Gen.OneOf(CredentialKind.Bootstrap, CredentialKind.Lwm2m)
         from configuration in Gen.Int[0, 3]
         from authority in Gen.OneOf(Authorities)
         from onDevice in Gen.Bool
         from names in Gen.OneOf(Names).Array[1, 3]
         from accounts in Gen.OneOf(Given.AccountId, "another".PadRight(Given.AccountId.Length, 'x')).Array[3]
         select (format, kind, configuration, authority, onDevice, names, accounts)).Sample(c =>
        {
            using var folder = new TempFolder();
            var options = Options(c.format, c.configuration, c.kind);
            CredentialIssuer Issuer() => new(c.authority, c.kind, chainDepth: c.authority == Delivery.Root ? 0 : 5);
            var issuer = Issuer();
            using var export = new CredentialExport(folder.Path, [c.format], options, replace: false);
            foreach (var name in c.names.Distinct())
            {
                var account = c.accounts[Array.IndexOf(c.names, name)];
                var identity = new DeviceIdentity(name, c.kind == CredentialKind.Lwm2m ? account : null);
                var before = Outcome(() =>
                {
                    export.EnsureNamePossible(name);
                    export.EnsurePossible(Issuer().Accept(identity, c.onDevice ? OnDevice : null));
                });
                var credential = issuer.Issue(identity, c.onDevice && c.names[0] == name ? OnDevice : null);
                if (c.onDevice && credential.PrivateKey is not null) continue;
                Assert.Equal(before, Outcome(() => export.Write(credential)));
            }
        }, iter: 300);

    [Fact]
    public void A_device_that_has_files_is_refused_unless_all_of_them_are_replaced()
    {
        using var folder = new TempFolder();
        var identity = new DeviceIdentity("dev-1");
        using (var first = new CredentialExport(folder.Path, ["Pem"], new ExportOptions(), replace: false))
            first.Write(Given.Order(Delivery.Root, identity).Issue());
        foreach (var (format, replace, expected) in new[]
        {
            ("Pem", false, "FileExists"), ("Pem", true, null), ("Der", false, "FolderOfOtherCertificate"),
            ("Der", true, "FolderOfOtherCertificate"),
        })
        {
            using var export = new CredentialExport(folder.Path, [format], new ExportOptions(), replace);
            Assert.Equal(expected, Outcome(() => export.EnsurePossible(Given.Order(Delivery.Root, identity)))?.Split(':')[0]);
        }
    }

    [Fact]
    public void Devices_with_one_configuration_need_one_rehearsal()
    {
        var rehearsals = 0;
        var rehearsal = new ExportRehearsal(Options("Pem", 2, CredentialKind.Bootstrap), c =>
        {
            Interlocked.Increment(ref rehearsals);
            return [c.EndpointName];
        });
        var issuer = new CredentialIssuer(Delivery.Root, CredentialKind.Bootstrap);
        foreach (var name in (string[])["dev-2", "dev-3", "dev-1", "dev-4", "dev-22"])
            rehearsal.FilesOf(issuer.Accept(new DeviceIdentity(name)));
        // One more for dev-1, whose configuration is its own, and one for the longer name.
        Assert.Equal(3, rehearsals);
        Assert.Equal(["dev-2"], rehearsal.FilesOf(issuer.Accept(new DeviceIdentity("dev-9"))));
    }
}
