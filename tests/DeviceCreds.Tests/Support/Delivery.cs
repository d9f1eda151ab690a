using CsCheck;
using DeviceCreds.Fuzz;

namespace DeviceCreds.Tests;

/// <summary>Credentials and configurations on their way to a device, and back.</summary>
static class Delivery
{
    public const string BootstrapUri = "coaps://bootstrap.example.com:5684?aid=" + Given.AccountId;
    public const string Lwm2mUri = "coaps://lwm2m.example.com:5684?aid=" + Given.AccountId;

    public static readonly CertificateAuthority Root = CertificateAuthority.Create("Root");

    public static readonly CertificateAuthority Lower = Given.Chain("Top", "Upper", "Lower");

    /// <summary>A server's CA.</summary>
    public static readonly DeviceCertificate ServerAuthority = CertificateAuthority.Create("Server CA").Chain.Leaf;

    /// <summary>A server's own certificate.</summary>
    public static readonly DeviceCertificate Server = Issue(CredentialKind.Bootstrap, "server.example.com").Leaf;

    public static DeviceCredential Issue(CredentialKind kind, string name = "device-0001", CertificateAuthority? authority = null,
        DeviceKey? key = null) =>
        new CredentialIssuer(authority ?? Root,
            kind).Issue(new DeviceIdentity(name, kind == CredentialKind.Lwm2m ? Given.AccountId : null), key);

    /// <summary>All that any format may ask for.</summary>
    public static DeviceConfiguration Configuration(CredentialKind kind) => new()
    {
        ServerUri = kind == CredentialKind.Bootstrap ? BootstrapUri : Lwm2mUri,
        ServerCertificate = ServerAuthority,
        Manufacturer = "Example Ltd",
        ModelNumber = "T-1000",
        SerialNumber = "SN 0001",
        DeviceType = "thermostat",
        HardwareVersion = "1.2",
        MemoryTotalKB = 512,
    };

    public static ExportOptions Options(DeviceConfiguration? configuration) =>
        new() { Configurations = configuration is null ? [] : [configuration] };

    /// <summary>The files of one format, by name.</summary>
    public static Dictionary<string, byte[]> Write(string format, DeviceCredential credential, ExportOptions options) =>
        ((IDeviceFormat)CredentialFormats.Get(format)).Write(credential, options).ToDictionary(f => f.Name, f => f.Content);

    public static Dictionary<string, byte[]> Write(string format, DeviceCredential credential, DeviceConfiguration configuration) =>
        Write(format, credential, Options(configuration));

    /// <summary>What the importer makes of files of one device.</summary>
    public static DeviceCredential Read(IReadOnlyDictionary<string, byte[]> files) =>
        Assert.Single(
            CredentialImporter.Read(files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => new InputFile(f.Value, f.Key)),
                files.Keys.First()));

    public static DeviceCredential Read(string name, byte[] content) => Read(new Dictionary<string, byte[]> { [name] = content });

    /// <summary>The error of reading one file, which names the file.</summary>
    public static InputException Refusal(string name, byte[] content)
    {
        var error = Assert.Throws<InputException>(() => Read(name, content));
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
        return error;
    }

    public static void AssertSame(DeviceCredential expected, DeviceCredential actual)
    {
        Assert.Equal((expected.Kind, expected.EndpointName, expected.AccountId, expected.Fingerprint),
            (actual.Kind, actual.EndpointName, actual.AccountId, actual.Fingerprint));
        Assert.Equal(expected.PrivateKey, actual.PrivateKey);
    }

    /// <summary>Two configurations agree in every field, and the message says in which they do not.</summary>
    public static void AssertSame(DeviceConfiguration expected, DeviceConfiguration? actual)
    {
        Assert.NotNull(actual);
        foreach (var field in ConfigurationField.All)
            Assert.True(ConfigurationField.AreEqual(field.Get(expected), field.Get(actual)),
                $"{field.Name}: '{field.Get(expected)}' was written, '{field.Get(actual)}' read");
        Assert.Equal(expected, actual);
    }

    /// <summary>Whatever happens to good files, reading ends soon in a credential or in one of our errors, which shows no key.</summary>
    public static void AssertSafe(Gen<(DeviceCredential Credential, string Name, byte[] Content)> damaged, int iterations) =>
        damaged.Sample(t =>
    {
        var (time, before) = (ThreadClock.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        try
        {
            CredentialImporter.Read([new InputFile(t.Content, t.Name)], t.Name);
        }
        catch (DeviceCredsException e)
        {
            Assert.DoesNotContain(e.Message, char.IsControl);
            if (t.Credential.PrivateKey is { } key) Secrets.AssertAbsent(key, e.ToString());
        }

        Assert.True(time.Elapsed < TimeSpan.FromSeconds(20), $"ended only after {time.Elapsed}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024 * 1024);
    }, iter: iterations);
}
