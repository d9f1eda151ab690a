using CsCheck;

namespace DeviceCreds.Tests;

/// <summary>A factory's CAs, credentials and configurations.</summary>
static class Factory
{
    public static readonly DateTimeOffset Noon = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Roots of chains of one to five certificates, the device's among them.</summary>
    public static readonly CertificateAuthority[] Authorities = [
        .. Enumerable.Range(1, 5).Select(depth => Given.Chain([.. Enumerable.Range(1, depth).Select(i => $"Factory {i} of {depth}")]))];

    public static readonly DeviceCertificate Server = CertificateAuthority.Create("Server CA").Own;

    public static readonly DeviceCertificate Update = CertificateAuthority.Create("Update CA").Own;

    public static string Uri(CredentialKind kind) =>
        $"coaps://{(kind == CredentialKind.Bootstrap ? "bootstrap" : "lwm2m")}.example.com:5684?aid={Given.AccountId}";

    public static DeviceCredential Credential(CredentialKind kind = CredentialKind.Bootstrap, int depth = 1,
        string name = "device-1", bool keepsKey = false)
    {
        var issuer = new CredentialIssuer(Authorities[depth - 1], kind);
        return issuer.Issue(new DeviceIdentity(name, kind == CredentialKind.Lwm2m ? Given.AccountId : null),
            keepsKey ? new DeviceKey(null, DeviceKey.Generate().Point) : null);
    }

    /// <summary>All that the device asks for, and nothing more.</summary>
    public static DeviceConfiguration Least(CredentialKind kind = CredentialKind.Bootstrap) => new()
    {
        ServerUri = Uri(kind), ServerCertificate = Server, CurrentTime = Noon,
        Manufacturer = "Acme", ModelNumber = "M1", SerialNumber = "S1", DeviceType = "T1", HardwareVersion = "H1", MemoryTotalKB = 512,
    };

    /// <summary>All that there is to say, so that the device has nothing to warn of.</summary>
    public static DeviceConfiguration Full(CredentialKind kind = CredentialKind.Bootstrap) => Least(kind) with
    {
        Timezone = "Europe/Helsinki", UtcOffset = "+02:00", ClassId = [.. Enumerable.Range(0, 16).Select(i => (byte)i)],
        VendorId = [.. Enumerable.Range(16, 16).Select(i => (byte)i)], UpdateCertificate = Update,
    };

    static readonly Gen<string> Text = Gen.String[Gen.Char["abcXYZ019 .-_ßΩ漢\n\"'\\"], 1, 70];

    static readonly Gen<object> ParameterValue = Gen.OneOf(Text.Select(t => (object)t), Gen.Long.Select(n => (object)n),
        Gen.Byte.Array[0, 300].Select(b => (object)b));

    static readonly Gen<Dictionary<string, object>> Parameters =
        Gen.Dictionary(Gen.String[Gen.Char["abcXYZ019.-_"], 1, 80].Select(n => "x" + n), ParameterValue)[0, 5];

    static Gen<T?> Maybe<T>(Gen<T> gen) where T : class => Gen.OneOf(gen.Select(v => (T?)v), Gen.Const((T?)null));

    /// <summary>Any configuration that a bundle may hold.</summary>
    public static Gen<DeviceConfiguration> Configuration(CredentialKind kind) =>
        from texts in Text.Array[5]
        from memory in Gen.Long[0, uint.MaxValue]
        from seconds in Gen.Long[1483264800, 253402300799]
        from zone in Maybe(Text)
        from offset in Maybe(Gen.OneOf("+00:00", "-12:00", "+14:00", "+05:45"))
        from ids in Gen.Byte.Array[16].Array[3]
        from entropy in Maybe(Gen.Byte.Array[48])
        from with in Gen.Bool.Array[8]
        from parameters in Parameters
        from session in Maybe(Text)
        select new DeviceConfiguration
        {
            ServerUri = with[0] && kind == CredentialKind.Bootstrap ? "coaps://bootstrap.example.com:5684" : Uri(kind),
            FirstToClaim = with[0] && kind == CredentialKind.Bootstrap,
            ServerCertificate = Server, Manufacturer = texts[0], ModelNumber = texts[1], SerialNumber = texts[2],
            DeviceType = texts[3], HardwareVersion = texts[4], MemoryTotalKB = memory,
            CurrentTime = DateTimeOffset.FromUnixTimeSeconds(seconds), Timezone = zone, UtcOffset = offset,
            AccountId = with[1] ? Given.AccountId : null,
            ClassId = with[2] ? ids[0] : null, VendorId = with[3] ? ids[1] : null, RootOfTrust = with[4] ? ids[2] : null,
            Entropy = entropy, UpdateCertificate = with[5] ? Update : null,
            CustomParameters = parameters, SkipVerify = with[6], Disable = with[7], SessionId = session,
        };

    public static byte[] Bundle(DeviceCredential credential, DeviceConfiguration configuration, ExportOptions? options = null) =>
        new FccBundleFormat().Write(credential, (options ?? new ExportOptions()) with { Configurations = [configuration] })
            .Single().Content;

    public static DeviceCredential Import(byte[] bundle)
    {
        using var folder = new TempFolder();
        return CredentialImporter.Read([folder.Write("device.cbor", bundle)]).Single();
    }
}
