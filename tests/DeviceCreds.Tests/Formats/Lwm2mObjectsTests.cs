using System.Text;
using CsCheck;
using Change = System.Func<DeviceCreds.DeviceConfiguration, DeviceCreds.DeviceConfiguration>;

namespace DeviceCreds.Tests;

/// <summary>What the three forms of LwM2M objects have in common.</summary>
public class Lwm2mObjectsTests
{
    static readonly DeviceCredential Bootstrap = Delivery.Issue(CredentialKind.Bootstrap);
    static readonly DeviceCredential Lwm2m = Delivery.Issue(CredentialKind.Lwm2m);
    static readonly DeviceConfiguration Plain = new() { ServerUri = "coaps://lwm2m.example.com:5684", ServerCertificate = Delivery.Server };

    public static TheoryData<string> Forms => ["Lwm2mTlv", "SenmlJson", "SenmlCbor"];

    static readonly Gen<DeviceConfiguration> Configuration =
        from uri in Gen.OneOf("coaps://lwm2m.example.com:5684", "coaps://h?aid=x&y=\"<'>+", "coaps://[2001:db8::1]:5684/a",
            "coaps://münchen.example")
        from server in Gen.Int[0, 4]
        from shortId in Gen.OneOf(Gen.Const((int?)null), Gen.Int[1, 65534].Select(i => (int?)i),
            Gen.OneOf(1, 127, 128, 255, 256, 32767, 32768, 65534).Select(i => (int?)i))
        from lifetime in Gen.OneOf<long?>(null, 1, 127, 128, 86400, int.MaxValue, (long)int.MaxValue + 1, uint.MaxValue)
        from binding in Gen.OneOf<string?>(null, "U", "UQ", "T")
        from store in Gen.OneOf<bool?>(null, false, true)
        from holdOff in Gen.OneOf<long?>(null, 0, 10, uint.MaxValue)
        from timeout in Gen.OneOf<long?>(null, 0, 3600)
        from name in Gen.OneOf<string?>(null, "lwm2m.example.com", "ö.example")
        from suites in Gen.Int[0, 65535].Array[0, 3]
        select Serve(server, new DeviceConfiguration
        {
            ServerUri = uri, ShortServerId = shortId, Lifetime = lifetime, Binding = binding, StoreNotifications = store,
            HoldOffTime = holdOff, BootstrapTimeout = timeout,
            ServerName = name, CipherSuites = suites,
        });

    static DeviceConfiguration Serve(int how, DeviceConfiguration configuration) => how switch
    {
        0 => configuration,
        1 => configuration with { ServerCertificate = Delivery.Server, CertificateUsage = 3 },
        2 => configuration with { ServerCertificate = Delivery.ServerAuthority },
        3 => configuration with { ServerCertificate = Delivery.Server, MatchingType = 1 },
        _ => configuration with { ServerCertificateDigest = new byte[64], MatchingType = 3, CertificateUsage = 1 },
    };

    /// <summary>
    /// What the files say of a configuration: what was left to us is decided, and the other account's fields are left out.
    /// </summary>
    static DeviceConfiguration Said(DeviceConfiguration given, CredentialKind kind)
    {
        var said = given with
        {
            CertificateUsage = given.CertificateUsage ?? (given.ServerCertificate?.IsCertificateAuthority == true ? 2 : null),
            ServerCertificate = given.MatchingType is null or 0 ? given.ServerCertificate : null,
            ServerCertificateDigest = given is { MatchingType: 1, ServerCertificate: { } server }
                ? Digest.Sha256(server.CertificateDer) : given.ServerCertificateDigest,
        };
        return kind == CredentialKind.Bootstrap
            ? said with { ShortServerId = null, Lifetime = null, Binding = null, StoreNotifications = null }
            : said with { ShortServerId = given.ShortServerId ?? 1, Lifetime = given.Lifetime ?? 86400,
                Binding = given.Binding ?? "U", StoreNotifications = given.StoreNotifications ?? true, HoldOffTime = null,
                BootstrapTimeout = null };
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Whatever_is_written_and_read_again_is_equal(string form) =>
        (from configuration in Configuration
         from kind in Gen.Enum<CredentialKind>()
         from encoding in Gen.Enum<KeyEncoding>()
         select (configuration, kind, encoding)).Sample(t =>
        {
            var credential = t.kind == CredentialKind.Bootstrap ? Bootstrap : Lwm2m;
            var files = Delivery.Write(form, credential, Delivery.Options(t.configuration) with { KeyEncoding = t.encoding });
            var read = Delivery.Read(files);
            Delivery.AssertSame(credential, read);
            Delivery.AssertSame(Said(t.configuration, t.kind), read.Configuration);
            // And once more, byte for byte, from what was read.
            Assert.Equal(files, Delivery.Write(form, read, Delivery.Options(null) with { KeyEncoding = t.encoding }));
        }, iter: 60);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Whatever_name_a_device_has_its_account_is_read_again(string form) =>
        Given.EndpointName.Sample(name =>
        {
            var credential = Delivery.Issue(CredentialKind.Lwm2m, name);
            Delivery.AssertSame(credential, Delivery.Read(Delivery.Write(form, credential, Plain)));
        }, iter: 20);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Files_of_all_forms_and_kinds_share_a_folder(string form)
    {
        using var folder = new TempFolder();
        foreach (var credential in new[] { Bootstrap, Lwm2m })
        {
            var uri = credential.Kind == CredentialKind.Bootstrap ? Delivery.BootstrapUri : Delivery.Lwm2mUri;
            Given.Export(credential, folder.Path, ["Pem", form, "SenmlJson"], Delivery.Options(Plain with { ServerUri = uri }),
                replace: false);
        }

        var read = CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path))).OrderBy(c => c.Kind).ToList();
        Assert.Equal(2, read.Count);
        Delivery.AssertSame(Bootstrap, read[0]);
        Delivery.AssertSame(Lwm2m, read[1]);
        Assert.Equal((Delivery.BootstrapUri, Delivery.Lwm2mUri), (read[0].Configuration!.ServerUri, read[1].Configuration!.ServerUri));
    }

    [Theory]
    [InlineData(CredentialKind.Bootstrap, false, new[] { "/0/0/0", "/0/0/1", "/0/0/2", "/0/0/3", "/0/0/4", "/0/0/5" })]
    [InlineData(CredentialKind.Bootstrap, true, new[] { "/0/0/0", "/0/0/1", "/0/0/2", "/0/0/3", "/0/0/4", "/0/0/5", "/0/0/11",
        "/0/0/12", "/0/0/13", "/0/0/14", "/0/0/15", "/0/0/16/0", "/0/0/16/1" })]
    [InlineData(CredentialKind.Lwm2m, false, new[] { "/0/1/0", "/0/1/1", "/0/1/2", "/0/1/3", "/0/1/4", "/0/1/5", "/0/1/10",
        "/1/0/0", "/1/0/1", "/1/0/6", "/1/0/7" })]
    [InlineData(CredentialKind.Lwm2m, true, new[] { "/0/1/0", "/0/1/1", "/0/1/2", "/0/1/3", "/0/1/4", "/0/1/5", "/0/1/10",
        "/0/1/13", "/0/1/14", "/0/1/15", "/0/1/16/0", "/0/1/16/1", "/1/0/0", "/1/0/1", "/1/0/6", "/1/0/7" })]
    public void An_account_has_the_resources_that_it_needs_and_no_other(CredentialKind kind, bool all, string[] expected)
    {
        var configuration = all
            ? Plain with { ServerCertificate = Delivery.ServerAuthority, HoldOffTime = 5, BootstrapTimeout = 60, MatchingType = 0,
                ServerName = "n", CipherSuites = [49326, 49195] } : Plain;
        var values = Lwm2mObjects.Describe(kind == CredentialKind.Bootstrap ? Bootstrap : Lwm2m, Delivery.Options(configuration),
            "SenmlJson");
        Assert.Equal(expected, values.Select(v => v.Path));
    }

    [Fact]
    public void The_certificate_usage_follows_from_the_servers_certificate()
    {
        Assert.Equal(2L, Value(Plain with { ServerCertificate = Delivery.ServerAuthority }, 15));
        Assert.Null(Value(Plain, 15));
        Assert.Equal(0L, Value(Plain with { ServerCertificate = Delivery.ServerAuthority, CertificateUsage = 0 }, 15));
        Assert.Equal(1L, Value(Plain with { CertificateUsage = 1 }, 15));
        Assert.Equal(Delivery.ServerAuthority.CertificateDer, Value(Plain with { ServerCertificate = Delivery.ServerAuthority }, 4));
        Assert.Equal(Digest.Sha512(Delivery.Server.CertificateDer), Value(Plain with { MatchingType = 3 }, 4));

        static object? Value(DeviceConfiguration configuration, int id) =>
            Lwm2mObjects.Describe(Lwm2m, Delivery.Options(configuration), "SenmlJson")
                .FirstOrDefault(v => v.Resource.ObjectId == 0 && v.Resource.Id == id)?.Value;
    }

    public static readonly Dictionary<string, (string Id, string Names, Change Change)> Impossible = new()
    {
        ["no server URI"] = ("ConfigurationIncomplete", "ServerUri", c => c with { ServerUri = null }),
        ["a URI without security"] = ("ServerUriScheme", "ServerUri", c => c with { ServerUri = "coap://lwm2m.example.com" }),
        ["a URI over TCP"] = ("ServerUriScheme", "ServerUri", c => c with { ServerUri = "coaps+tcp://lwm2m.example.com" }),
        ["a URI in capitals"] = ("ServerUriScheme", "ServerUri", c => c with { ServerUri = "COAPS://lwm2m.example.com" }),
        ["a URI without a host"] = ("ServerUriScheme", "ServerUri", c => c with { ServerUri = "coaps://" }),
        ["a URI with a line break"] = ("ConfigurationValueInvalid", "server URI", c => c with { ServerUri = "coaps://h?a\nb" }),
        ["usage 3 with a CA"] = ("CertificateUsageMismatch", "CertificateUsage",
            c => c with { ServerCertificate = Delivery.ServerAuthority, CertificateUsage = 3 }),
        ["usage 1 with a CA"] = ("CertificateUsageMismatch", "CertificateUsage",
            c => c with { ServerCertificate = Delivery.ServerAuthority, CertificateUsage = 1 }),
        ["usage 2 with no CA"] = ("CertificateUsageMismatch", "CertificateUsage", c => c with { CertificateUsage = 2 }),
        ["usage 0 with no CA"] = ("CertificateUsageMismatch", "CertificateUsage", c => c with { CertificateUsage = 0 }),
        ["usage 4"] = ("ConfigurationValueInvalid", "certificate usage", c => c with { CertificateUsage = 4 }),
        ["matching type 2"] = ("ConfigurationValueInvalid", "MatchingType", c => c with { MatchingType = 2 }),
        ["a digest without its type"] = ("ConfigurationValueInvalid", "ServerCertificateDigest",
            c => c with { ServerCertificate = null, ServerCertificateDigest = new byte[32] }),
        ["a digest of another length"] = ("ConfigurationValueInvalid", "ServerCertificateDigest",
            c => c with { ServerCertificate = null, MatchingType = 3, ServerCertificateDigest = new byte[32] }),
        ["a digest of another certificate"] = ("ServerCertificateDigestMismatch", "ServerCertificateDigest",
            c => c with { MatchingType = 1, ServerCertificateDigest = Digest.Sha256(Delivery.ServerAuthority.CertificateDer) }),
        ["a digest beside a certificate, without its type"] = ("ConfigurationValueInvalid", "ServerCertificateDigest",
            c => c with { ServerCertificateDigest = new byte[32] }),
        ["short server ID 0"] = ("ConfigurationValueInvalid", "short server ID", c => c with { ShortServerId = 0 }),
        ["short server ID 65535"] = ("ConfigurationValueInvalid", "short server ID", c => c with { ShortServerId = 65535 }),
        ["lifetime 0"] = ("ConfigurationValueInvalid", "lifetime", c => c with { Lifetime = 0 }),
        ["an empty binding"] = ("ConfigurationValueInvalid", "binding", c => c with { Binding = "" }),
        ["half a character"] = ("ConfigurationValueInvalid", "SNI", c => c with { ServerName = "a\uD800" }),
        ["a cipher suite beyond 16 bits"] = ("ConfigurationValueInvalid", "cipher suite", c => c with { CipherSuites = [65536] }),
    };

    public static TheoryData<string> ImpossibleNames => [.. Impossible.Keys];

    [Theory]
    [MemberData(nameof(ImpossibleNames))]
    public void A_configuration_that_no_client_takes_is_refused_by_its_field(string name)
    {
        var (id, names, change) = Impossible[name];
        foreach (var form in Forms)
        {
            var error = Assert.Throws<InputException>(() => Delivery.Write(form.Data, Lwm2m, change(Plain)));
            Assert.Equal(id, error.ErrorId);
            Assert.Contains(names, error.Message);
            Assert.DoesNotContain(error.Message, char.IsControl);
        }
    }

    [Fact]
    public void A_digest_beside_its_certificate_changes_nothing()
    {
        var configuration = Plain with { MatchingType = 1, ServerCertificate = Delivery.Server };
        Assert.Equal(Delivery.Write("SenmlCbor", Lwm2m, configuration), Delivery.Write("SenmlCbor", Lwm2m,
            configuration with { ServerCertificateDigest = Digest.Sha256(Delivery.Server.CertificateDer) }));
    }

    [Fact]
    public void Notifications_that_are_not_stored_stay_so_beside_a_bundle()
    {
        using var folder = new TempFolder();
        var configuration = Delivery.Configuration(CredentialKind.Lwm2m) with { StoreNotifications = false };
        Given.Export(Lwm2m, folder.Path, ["FccBundle", "SenmlJson"], Delivery.Options(configuration), replace: false);
        var read = Assert.Single(CredentialImporter.Read(Assert.Single(CredentialImporter.Group(folder.Path))));
        Assert.False(read.Configuration!.StoreNotifications);
    }

    [Theory]
    [InlineData("Lwm2mTlv")]
    [InlineData("SenmlJson")]
    [InlineData("SenmlCbor")]
    [InlineData("DeveloperSource")]
    public void A_key_must_be_there(string format)
    {
        var keyless = Delivery.Issue(CredentialKind.Bootstrap, key: new DeviceKey(null, DeviceKey.Generate().Point));
        var options = Delivery.Options(Delivery.Configuration(CredentialKind.Bootstrap));
        Assert.Equal("PrivateKeyMissing", Refused.Input(() => Delivery.Write(format, keyless, options)));
        Assert.Equal("PrivateKeyMissing", Refused.Input(() => Delivery.Write(format, Bootstrap, options with { NoPrivateKey = true })));
        Assert.Equal("ConfigurationMissing", Refused.Input(() => Delivery.Write(format, Bootstrap, new ExportOptions())));
    }

    [Fact]
    public void Of_what_may_surprise_is_warned_once_an_export()
    {
        using var folder = new TempFolder();
        var warnings = new List<string>();
        var options = Delivery.Options(new DeviceConfiguration { ServerUri = "coaps://192.0.2.1:5684" }) with { Warn = warnings.Add };
        using var export = new CredentialExport(folder.Path, ["SenmlCbor", "Lwm2mTlv"], options, replace: false);
        var issuer = new CredentialIssuer(Delivery.Root, CredentialKind.Lwm2m);
        foreach (var name in new[] { "a", "b", "c" }) export.Write(issuer.Issue(new DeviceIdentity(name, Given.AccountId)));
        Assert.Collection(warnings.Order(StringComparer.Ordinal), w => Assert.Contains("no server certificate", w),
            w => Assert.Contains("IP address", w));

        warnings.Clear();
        Delivery.Write("SenmlCbor", Lwm2m, Delivery.Options(Plain) with { Warn = warnings.Add });
        Delivery.Write("SenmlCbor", Lwm2m,
            Delivery.Options(
                Plain with { ServerUri = "coaps://[2001:db8::1]", ServerName = "lwm2m.example.com" }) with { Warn = warnings.Add });
        Assert.Empty(warnings);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_client_certificate_is_the_leaf_in_DER_or_on_request_the_chain_in_PEM(string form)
    {
        var credential = Delivery.Issue(CredentialKind.Lwm2m, authority: Delivery.Lower);
        var alone = Delivery.Read(Delivery.Write(form, credential, Plain));
        Assert.Equal([credential.Leaf], alone.Chain.Certificates);
        var options = Delivery.Options(Plain) with { CertificateBundle = true };
        Assert.Equal(credential.Chain.Certificates, Delivery.Read(Delivery.Write(form, credential, options)).Chain.Certificates);
        Assert.Equal(credential.Chain.Certificates.Take(3),
            Delivery.Read(Delivery.Write(form, credential, options with { ExcludeRoot = true })).Chain.Certificates);
        var identity = (byte[])Lwm2mObjects.Describe(credential, options with { ChainDepth = 2 }, form)
            .Single(v => v.Resource == Lwm2mResource.Identity).Value;
        Assert.Equal(credential.Chain.ToPem(2), Encoding.ASCII.GetString(identity));
    }

    [Fact]
    public void Files_with_keys_are_secret()
    {
        foreach (var form in Forms)
        {
            foreach (var file in ((IDeviceFormat)CredentialFormats.Get(form.Data)).Write(Lwm2m, Delivery.Options(Plain)))
                Assert.Equal(file.Name != "LwM2MServer.tlv", file.IsSecret);
        }
    }

    // What a file may say that no client takes: each value as the schema has it, in all three forms.
    internal static readonly IReadOnlyDictionary<string, (string Id, string Names, Func<List<Lwm2mValue>, List<Lwm2mValue>> Change)> Wrong =
        new Dictionary<string, (string, string, Func<List<Lwm2mValue>, List<Lwm2mValue>>)>
    {
        ["no certificate"] = ("ObjectsFieldMissing", "/0/1/3", Without(Lwm2mResource.Identity)),
        ["no key"] = ("ObjectsFieldMissing", "/0/1/5", Without(Lwm2mResource.SecretKey)),
        ["no URI"] = ("ObjectsFieldMissing", "/0/1/0", Without(Lwm2mResource.ServerUri)),
        ["no short server ID"] = ("ObjectsFieldMissing", "/0/1/10", Without(Lwm2mResource.SecurityShortServerId)),
        ["no security mode, which is pre-shared key"] = ("ObjectsValueInvalid", "/0/1/2", Without(Lwm2mResource.SecurityMode)),
        ["raw public key mode"] = ("ObjectsValueInvalid", "/0/1/2", With(Lwm2mResource.SecurityMode, 1L)),
        ["security mode 5"] = ("ObjectsValueInvalid", "/0/1/2", With(Lwm2mResource.SecurityMode, 5L)),
        ["no security"] = ("ObjectsValueInvalid", "/0/1/0", With(Lwm2mResource.ServerUri, "coap://lwm2m.example.com")),
        ["another short server ID"] = ("ObjectsValueInvalid", "short server ID", With(Lwm2mResource.ShortServerId, 2L)),
        ["short server ID 0"] = ("ObjectsValueInvalid", "/1/0/0", With(Lwm2mResource.ShortServerId, 0L)),
        ["a negative lifetime"] = ("ObjectsValueInvalid", "/1/0/1", With(Lwm2mResource.Lifetime, -1L)),
        ["no lifetime"] = ("ObjectsFieldMissing", "/1/0/1", Without(Lwm2mResource.Lifetime)),
        ["no binding"] = ("ObjectsFieldMissing", "/1/0/7", Without(Lwm2mResource.Binding)),
        ["no storing"] = ("ObjectsFieldMissing", "/1/0/6", Without(Lwm2mResource.StoreNotifications)),
        ["a CA with the default usage"] = ("ObjectsValueInvalid", "/0/1/15",
            With(Lwm2mResource.ServerPublicKey, Delivery.ServerAuthority.CertificateDer)),
        ["a leaf with usage 2"] = ("ObjectsValueInvalid", "/0/1/15", With(Lwm2mResource.CertificateUsage, 2L)),
        ["matching type 2"] = ("ObjectsValueInvalid", "/0/1/13", With(Lwm2mResource.MatchingType, 2L)),
        ["a certificate for a digest"] = ("ObjectsValueInvalid", "/0/1/4", With(Lwm2mResource.MatchingType, 1L)),
        ["the server's certificate in PEM"] = ("ObjectsValueInvalid", "/0/1/4",
            With(Lwm2mResource.ServerPublicKey, Encoding.ASCII.GetBytes(Delivery.Server.CertificatePem))),
        ["a broken certificate"] = ("CertificateTruncated", "/0/1/3", With(Lwm2mResource.Identity, Lwm2m.CertificateDer[..^1])),
        ["two certificates in DER"] = ("ObjectsValueInvalid", "/0/1/3",
            With(Lwm2mResource.Identity, Lwm2m.CertificateDer.Concat(Delivery.Root.Chain.Leaf.CertificateDer).ToArray())),
        ["a bundle in the wrong order"] = ("ChainSignatureInvalid", "/0/1/3",
            With(Lwm2mResource.Identity, Encoding.ASCII.GetBytes(Delivery.Root.CertificatePem.Trim() + "\n" + Lwm2m.CertificatePem))),
        ["another's key"] = ("ObjectsValueInvalid", "/0/1/5", With(Lwm2mResource.SecretKey, DeviceKey.Generate().ToDer())),
        ["a key in PEM"] = ("ObjectsValueInvalid", "/0/1/5",
            With(Lwm2mResource.SecretKey, Encoding.ASCII.GetBytes(Lwm2m.PrivateKey!.ToPem()))),
        ["a byte after the key"] = ("KeyMalformed", "/0/1/5",
            With(Lwm2mResource.SecretKey, Lwm2m.PrivateKey!.ToDer().Append((byte)0).ToArray())),
        ["an empty text"] = ("ObjectsValueInvalid", "/1/0/7", With(Lwm2mResource.Binding, "")),
        ["a NUL"] = ("ObjectsValueInvalid", "/0/1/14", With(Lwm2mResource.ServerName, "a\0b")),
        ["no bytes"] = ("ObjectsValueInvalid", "/0/1/4", With(Lwm2mResource.ServerPublicKey, Array.Empty<byte>())),
        ["a second account"] = ("ObjectsValueInvalid", "/0/2/",
            v => [.. v.Where(x => x.Resource.ObjectId == 0),
                .. v.Where(x => x.Resource.ObjectId == 0).Select(x => x with { Instance = 2 }), .. v.Where(x => x.Resource.ObjectId == 1)]),
        ["one certificate for two accounts"] = ("ObjectsValueInvalid", "/0/2/3",
            v => [.. v.Where(x => x.Resource.ObjectId == 0),
                .. With(Lwm2mResource.IsBootstrapServer, true)(v).Where(x => x.Resource.ObjectId == 0).Select(x => x with { Instance = 2 }),
                .. v.Where(x => x.Resource.ObjectId == 1)]),
        ["a second server"] = ("ObjectsValueInvalid", "/1/1/",
            v => [.. v, .. v.Where(x => x.Resource.ObjectId == 1).Select(x => x with { Instance = 1 })]),
        ["an instance beyond 65534"] = ("ObjectsValueInvalid", "/1/65535/0",
            v => [.. v.Select(x => x.Resource.ObjectId == 1 ? x with { Instance = 65535 } : x)]),
    };

    public static TheoryData<string> WrongNames => [.. Wrong.Keys];

    static Func<List<Lwm2mValue>, List<Lwm2mValue>> Without(Lwm2mResource resource) =>
        values => [.. values.Where(v => v.Resource != resource)];

    static Func<List<Lwm2mValue>, List<Lwm2mValue>> With(Lwm2mResource resource, object value) => values =>
    {
        var at = values.FindIndex(v => v.Resource == resource);
        if (at >= 0) values[at] = values[at] with { Value = value };
        else values.Insert(values.FindLastIndex(v => v.Resource.ObjectId == resource.ObjectId) + 1,
            new Lwm2mValue(resource, values.First(v => v.Resource.ObjectId == resource.ObjectId).Instance, value));
        return values;
    };

    [Theory]
    [MemberData(nameof(WrongNames))]
    public void What_no_client_takes_is_refused_by_its_path(string name)
    {
        var (id, names, change) = Wrong[name];
        var values = change([.. Lwm2mObjects.Describe(Lwm2m, Delivery.Options(Plain), "SenmlCbor")]);
        foreach (var files in new[]
        {
            new Dictionary<string, byte[]> { ["x.cbor"] = SenmlCborFormat.Encode(values) },
            new Dictionary<string, byte[]> { ["x.json"] = SenmlJsonFormat.Encode(values) },
            Lwm2mTlvFormat.Encode(values).ToDictionary(o => o.Key == 0 ? "0.tlv" : "1.tlv", o => o.Value),
        })
        {
            var error = Assert.Throws<InputException>(() => Delivery.Read(files));
            Assert.True(error.ErrorId == id && error.Message.Contains(names) && files.ContainsKey(error.Path!),
                $"{files.Keys.First()}: {error.ErrorId}, {error.Message}");
            Assert.DoesNotContain(error.Message, char.IsControl);
            Secrets.AssertAbsent(Lwm2m.PrivateKey!, error.ToString());
        }
    }

    [Fact]
    public void An_account_for_a_server_needs_the_server_object_where_there_is_room_for_it()
    {
        var values = Lwm2mObjects.Describe(Lwm2m, Delivery.Options(Plain), "SenmlCbor").Where(v => v.Resource.ObjectId == 0).ToList();
        Assert.Equal("ObjectsFieldMissing", Delivery.Refusal("x.cbor", SenmlCborFormat.Encode(values)).ErrorId);
        Assert.Equal("ObjectsFieldMissing", Delivery.Refusal("x.json", SenmlJsonFormat.Encode(values)).ErrorId);
        Delivery.AssertSame(Lwm2m, Delivery.Read("LwM2MSecurity.tlv", Lwm2mTlvFormat.Encode(values)[0]));
    }

    [Fact]
    public void Two_accounts_of_two_kinds_in_one_file_are_two_credentials()
    {
        var both = Lwm2mObjects.Describe(Bootstrap, Delivery.Options(Plain with { ServerUri = Delivery.BootstrapUri }), "SenmlCbor")
            .Concat(Lwm2mObjects.Describe(Lwm2m, Delivery.Options(Plain), "SenmlCbor")).ToList();
        var read = CredentialImporter.Read([new InputFile(SenmlCborFormat.Encode(both), "x.cbor")], "x.cbor").OrderBy(c => c.Kind).ToList();
        Delivery.AssertSame(Bootstrap, read[0]);
        Delivery.AssertSame(Lwm2m, read[1]);
        Assert.Equal((Delivery.BootstrapUri, Plain.ServerUri), (read[0].Configuration!.ServerUri, read[1].Configuration!.ServerUri));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Whatever_happens_to_a_file_reading_it_is_safe(string form) => Delivery.AssertSafe(
        from damage in Damage.Any
        from kind in Gen.Enum<CredentialKind>()
        from last in Gen.Bool
        let credential = kind == CredentialKind.Bootstrap ? Bootstrap : Lwm2m
        let files = Delivery.Write(form, credential, Plain)
        let file = last ? files.Last() : files.First()
        select (credential, file.Key, damage(file.Value)), iterations: 500);
}
