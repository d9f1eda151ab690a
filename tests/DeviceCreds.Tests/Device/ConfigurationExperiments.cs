namespace DeviceCreds.Tests;

/// <summary>Bundles whose certificates are sound, and something else is not.</summary>
static class ConfigurationExperiments
{
    const string Endpoint = "mbed.EndpointName", Offset = "mbed.UTCOffset", Time = "mbed.CurrentTime", Server = "mbed.BootstrapServerCACert", Uri = "mbed.BootstrapServerURI";
    const string Key = "mbed.BootstrapDevicePrivateKey", Certificate = "mbed.BootstrapDeviceCert", Update = "mbed.UpdateAuthCert";

    static readonly Scene Sound = new();
    static readonly long Now = new DateTimeOffset(Scene.Now).ToUnixTimeSeconds();
    static readonly DeviceKey Other = DeviceKey.Generate();

    static DeviceBundle Bootstrap => DeviceBundle.Of(Sound, CredentialKind.Bootstrap);

    static DeviceBundle Lwm2m => DeviceBundle.Of(Sound);

    public static IEnumerable<DeviceExperiment> All =>
        [.. Modes(), .. Parameters(), .. Clock(), .. Uris(), .. Keys(), .. Certificates(), .. Chains(), .. Custom(), .. Sessions()];

    static DeviceExperiment Of(string kind, string rule, Func<DeviceBundle> bundle) => new("configuration", kind, [rule], bundle);

    static IEnumerable<DeviceExperiment> Modes()
    {
        yield return Of("bootstrap, nothing wrong", "UseBootstrap", () => Bootstrap);
        yield return Of("LwM2M, nothing wrong", "UseBootstrap", () => Lwm2m);
        yield return Of("no mode", "UseBootstrap", () => Bootstrap.With("mbed.UseBootstrap", null));
        yield return Of("no mode, LwM2M items", "UseBootstrap", () => Lwm2m.With("mbed.UseBootstrap", null));
        yield return Of("mode 2", "UseBootstrap", () => Bootstrap.With("mbed.UseBootstrap", 2L));
        yield return Of("LwM2M mode with bootstrap items", "UseBootstrap", () => Bootstrap.With("mbed.UseBootstrap", 0L));
        yield return Of("the other mode's server URI", "RedundantItems", () => Bootstrap.With("mbed.LwM2MServerURI", "coaps://l.example?aid=" + DeviceBundle.Account));
        yield return Of("the other mode's server CA", "RedundantItems", () => Bootstrap.WithCertificate("mbed.LwM2MServerCACert", Sound.Root.Der()));
        yield return Of("the other mode's key", "RedundantItems", () => Bootstrap.WithKey("mbed.LwM2MDevicePrivateKey", "ECCPrivate", Scene.LeafKey.ToDer()));
        yield return Of("the other mode's certificate", "RedundantItems", () => Bootstrap.WithCertificate("mbed.LwM2MDeviceCert", Sound.Leaf.Der()));
        yield return Of("the other mode's server URI and CA, for LwM2M", "RedundantItems",
            () => Lwm2m.With(Uri, "coaps://b.example?aid=" + DeviceBundle.Account).WithCertificate(Server, Sound.Root.Der()));
    }

    static IEnumerable<DeviceExperiment> Parameters()
    {
        foreach (var name in new[] { "mbed.Manufacturer", "mbed.ModelNumber", "mbed.DeviceType", "mbed.HardwareVersion", "mbed.MemoryTotalKB", "mbed.SerialNumber" })
        {
            yield return Of($"{name} missing", "DeviceDetails", () => Bootstrap.With(name, null));
            if (name != "mbed.MemoryTotalKB") yield return Of($"{name} empty", "DeviceDetails", () => Bootstrap.With(name, ""));
            yield return Of($"{name} of 300 characters", "DetailLength", () => Bootstrap.With(name, new string('x', 300)));
            yield return Of($"{name} as bytes", "DeviceDetails", () => Bootstrap.With(name, new byte[] { 1, 2, 3, 4 }));
            yield return Of($"{name} as a number", "DeviceDetails", () => Bootstrap.With(name, 7L));
        }

        foreach (var number in new[] { -1, 0, uint.MaxValue, 1L << 32, long.MaxValue }) yield return Of($"memory of {number}", "StorableValues", () => Bootstrap.With("mbed.MemoryTotalKB", number));
        foreach (var name in new[] { "mbed.ClassId", "mbed.VendorId" })
        {
            yield return Of($"{name} missing", name[5..], () => Bootstrap.With(name, null));
            foreach (var length in new[] { 0, 15, 17 }) yield return Of($"{name} of {length} bytes", name[5..], () => Bootstrap.With(name, new byte[length]));
        }

        yield return Of("no endpoint name", "EndpointNameItem", () => Bootstrap.With(Endpoint, null));
        yield return Of("empty endpoint name", "EndpointNameItem", () => Bootstrap.With(Endpoint, ""));
        foreach (var (kind, name) in new[] { ("of another device", "device-2"), ("in other case", "Device-1"), ("with a space", "device-1 "), ("shorter", "device"), ("of 65 characters", new string('x', 65)) })
            yield return Of($"endpoint name {kind}", "EndpointName", () => Bootstrap.With(Endpoint, name));
        yield return Of("account ID beside the URI", "StorableValues", () => Bootstrap.With("mbed.AccountID", DeviceBundle.Account));
    }

    static IEnumerable<DeviceExperiment> Clock()
    {
        yield return Of("no clock", "CurrentTime", () => Bootstrap.With(Time, null));
        yield return Of("no clock, LwM2M", "CurrentTime", () => Lwm2m.With(Time, null));
        foreach (var (kind, seconds) in new[]
        {
            ("0", 0L), ("1", 1L), ("a second before 2017-01-01T10:00Z", 1483264799), ("2017-01-01T10:00Z", 1483264800), ("a second later", 1483264801), ("2^31", 1L << 31), ("2^32", 1L << 32), ("2^33", 1L << 33), ("-1", -1),
        })
        {
            yield return Of($"clock at {kind}", "CurrentTime", () => Bootstrap.With(Time, seconds));
        }

        foreach (var (kind, at) in new[]
        {
            ("long before the certificates", "2019-06-01 00:00:00"), ("a minute before the device's certificate", "2026-04-30 23:59:00"), ("61 s before the device's certificate", "2026-04-30 23:58:59"),
            ("with 10 years left, to the second", "2036-05-03 00:00:00"), ("with a second less than 10 years left", "2036-05-03 00:00:01"), ("at the last second", "2046-05-01 00:00:00"), ("a second after the end", "2046-05-01 00:00:01"),
            ("after the issuer's end", "2059-01-02 00:00:00"),
        })
        {
            yield return Of($"clock {kind}", "NotExpired", () => Bootstrap.With(Time, new DateTimeOffset(Given.Utc(at)).ToUnixTimeSeconds()));
            yield return Of($"clock {kind}, no chain", "NotExpired", () => Bootstrap.WithChain(Certificate, false, Sound.Leaf.Der()).With(Time, new DateTimeOffset(Given.Utc(at)).ToUnixTimeSeconds()));
        }

        foreach (var name in new[] { "mbed.Timezone", Offset })
        {
            yield return Of($"{name} missing", name == Offset ? "UtcOffset" : "Timezone", () => Bootstrap.With(name, null));
            yield return Of($"{name} empty", name == Offset ? "UtcOffset" : "Timezone", () => Bootstrap.With(name, ""));
        }

        foreach (var offset in new[] { "+02:00", "-12:00", "+14:00", "+15:00", "-13:00", "+99:99", "+02:60", "02:00", "+0200", "+2:00", " +02:00", "+02:00 ", "+02:000", "+02:00:00", "+02-00", "+aa:00", "+02:a0", "*02:00" })
            yield return Of($"offset '{offset}'", "UtcOffset", () => Bootstrap.With(Offset, offset));
    }

    static IEnumerable<DeviceExperiment> Uris()
    {
        const string aid = DeviceBundle.Account;
        foreach (var (kind, uri) in new (string, string?)[]
        {
            ("missing", null), ("empty", ""), ("coap", $"coap://s.example?aid={aid}"), ("http", $"http://s.example?aid={aid}"), ("capital COAPS", $"COAPS://s.example?aid={aid}"), ("without account", "coaps://s.example"),
            ("without a host", $"coaps://?aid={aid}"), ("with an empty account", "coaps://s.example?aid="), ("with the account second", $"coaps://s.example?x=1&aid={aid}"), ("with something after the account", $"coaps://s.example?aid={aid}&x=1"),
            ("of the prefix alone", "coaps://"), ("of three letters", "coa"), ("with AID in capitals", $"coaps://s.example?AID={aid}"), ("with a space", $"coaps://s example?aid={aid}"),
        })
        {
            yield return Of($"server URI {kind}", "ServerUri", () => Bootstrap.With(Uri, uri));
            yield return Of($"server URI {kind}, LwM2M", "ServerUri", () => Lwm2m.With("mbed.LwM2MServerURI", uri));
        }

        yield return Of("another account, LwM2M", "AccountId", () => Lwm2m.With("mbed.LwM2MServerURI", "coaps://s.example?aid=ffffffffffffffffffffffffffffffff"));
        yield return Of("a shorter account, LwM2M", "AccountId", () => Lwm2m.With("mbed.LwM2MServerURI", "coaps://s.example?aid=0123"));
        yield return Of("a longer account, LwM2M", "AccountId", () => Lwm2m.With("mbed.LwM2MServerURI", $"coaps://s.example?aid={aid}0"));
        yield return Of("first to claim without account", "ServerUri", () => Bootstrap.With(Uri, "coaps://s.example").With("mbed.FirstToClaim", 1L));
        yield return Of("first to claim with an account", "ServerUri", () => Bootstrap.With("mbed.FirstToClaim", 1L));
        yield return Of("first to claim 0", "ServerUri", () => Bootstrap.With("mbed.FirstToClaim", 0L));
        yield return Of("first to claim, LwM2M", "ServerUri", () => Lwm2m.With("mbed.LwM2MServerURI", "coaps://s.example").With("mbed.FirstToClaim", 1L));
    }

    static IEnumerable<DeviceExperiment> Keys()
    {
        DeviceExperiment Key_(string kind, Func<DeviceBundle> bundle, string rule = "PrivateKey") => new("key", kind, [rule], bundle);
        yield return Key_("missing", () => Bootstrap.WithoutKey);
        yield return Key_("missing, LwM2M", () => Lwm2m.WithoutKey);
        yield return Key_("missing, named by the certificate", () => Bootstrap.WithoutKey.NamingKey(Certificate, Key));
        yield return Key_("named by the certificate", () => Bootstrap.NamingKey(Certificate, Key));
        yield return Key_("another's, named by the certificate", () => Bootstrap.WithKey(Key, "ECCPrivate", Other.ToDer()).NamingKey(Certificate, Key), "PrivateKeyMatches");
        yield return Key_("another device's", () => Bootstrap.WithKey(Key, "ECCPrivate", Other.ToDer()), "PrivateKeyMatches");
        yield return Key_("as PKCS#8", () => Bootstrap.WithKey(Key, "ECCPrivate", Scene.LeafKey.ToDer(KeyEncoding.Pkcs8)));
        yield return Key_("of type ECCPublic, holding the private key", () => Bootstrap.WithoutKey.WithKey(Key, "ECCPublic", Scene.LeafKey.ToDer()), "CustomKeys");
        yield return Key_("of type ECCPublic, holding the public key", () => Bootstrap.WithoutKey.WithKey(Key, "ECCPublic", Scene.LeafKey.PublicKeyInfo));
        yield return Key_("of type ECCPrivate, holding the public key", () => Bootstrap.WithKey(Key, "ECCPrivate", Scene.LeafKey.PublicKeyInfo));
        yield return Key_("private and public under one name", () => Bootstrap.WithKey(Key, "ECCPublic", Scene.LeafKey.PublicKeyInfo));
        yield return Key_("encrypted", () => Bootstrap.WithKey(Key, "ECCPrivate", Scene.LeafKey.ToDer(KeyEncoding.Pkcs8, "secret".ToCharArray())));
        yield return Key_("damaged", () => Bootstrap.WithKey(Key, "ECCPrivate", [0x30, 3, 2, 1, 1]));
        yield return Key_("in PEM", () => Bootstrap.WithKey(Key, "ECCPrivate", System.Text.Encoding.ASCII.GetBytes(Scene.LeafKey.ToPem())));
        yield return Key_("SEC 1 with a byte after it", () => Bootstrap.WithKey(Key, "ECCPrivate", [.. Scene.LeafKey.ToDer(), 0]));
        yield return Key_("under an unknown type", () => Bootstrap.WithKey(Key, "RSAPrivate", Scene.LeafKey.ToDer()));
    }

    static IEnumerable<DeviceExperiment> Certificates()
    {
        yield return Of("no device certificate", "PrivateKey", () => Bootstrap.WithCertificate(Certificate));
        yield return Of("no server CA", "ServerCertificate", () => Bootstrap.WithCertificate(Server));
        yield return Of("no server CA, LwM2M", "ServerCertificate", () => Lwm2m.WithCertificate("mbed.LwM2MServerCACert"));
        yield return Of("an expired server CA", "ServerCertificate", () => Bootstrap.WithCertificate(Server, Dated(Sound.Root, "2010-01-01", "2020-01-01")));
        yield return Of("a device's certificate as server CA", "ServerCertificate", () => Bootstrap.WithCertificate(Server, Sound.Leaf.Der()));
        yield return Of("no update certificate", "UpdateCertificate", () => Bootstrap.WithCertificate(Update));
        yield return Of("an expired update certificate", "UpdateCertificate", () => Bootstrap.WithCertificate(Update, Dated(Sound.Root, "2010-01-01", "2020-01-01")));
        yield return Of("an update certificate that is not yet valid", "UpdateCertificate", () => Bootstrap.WithCertificate(Update, Dated(Sound.Root, "2027-01-01", "2060-01-01")));
        yield return Of("an update certificate with less than 10 years left", "UpdateCertificate", () => Bootstrap.WithCertificate(Update, Dated(Sound.Root, "2020-01-01", "2030-01-01")));
        yield return Of("an update certificate, neither valid yet nor for 10 years", "UpdateCertificate", () => Bootstrap.WithCertificate(Update, Dated(Sound.Root, "2027-01-01", "2030-01-01")));
        yield return Of("an update certificate of 1969", "UpdateCertificate", () => Bootstrap.WithCertificate(Update, Dated(Sound.Root, "1969-01-01", "2060-01-01")));
        yield return Of("an update certificate, no clock", "UpdateCertificate", () => Bootstrap.WithCertificate(Update, Dated(Sound.Root, "2010-01-01", "2020-01-01")).With(Time, null));
        yield return Of("a chain as update certificate", "UpdateCertificate", () => Bootstrap.WithCertificate(Update, Sound.Sub.Der(), Sound.Root.Der()));
        yield return Of("a chain as update certificate, its root expired", "UpdateCertificate",
            () => Bootstrap.WithCertificate(Update, Sound.Sub.Der(), Dated(Sound.Root, "2010-01-01", "2020-01-01")));
        yield return Of("a chain as server CA", "ServerCertificate", () => Bootstrap.WithCertificate(Server, Sound.Sub.Der(), Sound.Root.Der()));
        yield return Of("issuer and subject one name in other case", "NotSelfSigned", () => SelfNamed(Tlv.Name(Tlv.Attribute(Tlv.CommonName, "DEVICE-1"))));
        yield return Of("issuer and subject one name in another string type", "NotSelfSigned", () => SelfNamed(Tlv.Name(Tlv.Attribute(Tlv.CommonName, Tlv.Text(0x13, Scene.Name)))));
        yield return Of("issuer and subject one name in other spaces", "NotSelfSigned", () => SelfNamed(Tlv.Name(Tlv.Attribute(Tlv.CommonName, " device-1"))));
        yield return Of("issuer and subject the same bytes", "NotSelfSigned", () => SelfNamed(Tlv.Name(Tlv.Attribute(Tlv.CommonName, Scene.Name))));
    }

    static byte[] Dated(Draft draft, string from, string to) => (draft with { NotBefore = Tlv.Time(Given.Utc(from)), NotAfter = Tlv.Time(Given.Utc(to)) }).Der();

    static DeviceBundle SelfNamed(byte[] issuer)
    {
        var leaf = Sound.Leaf with { Subject = Tlv.Name(Tlv.Attribute(Tlv.CommonName, Scene.Name)), Issuer = issuer };
        return Bootstrap.WithChain(Certificate, false, leaf.Der());
    }

    static IEnumerable<DeviceExperiment> Chains()
    {
        DeviceExperiment Chain(string kind, string rule, Func<DeviceBundle> bundle) => new("chain", kind, [rule], bundle);
        foreach (var kind in new[] { CredentialKind.Bootstrap, CredentialKind.Lwm2m })
        {
            var name = DeviceItems.Certificate(kind);
            for (var length = 1; length <= 6; length++)
            {
                var certificates = Deep(length);
                yield return Chain($"{kind} of {length}", "ChainLength", () => DeviceBundle.Of(Sound, kind).WithChain(name, true, certificates));
                yield return Chain($"{kind} of {length}, no clock", "ReplySize", () => DeviceBundle.Of(Sound, kind).WithChain(name, true, certificates).With(Time, null));
                yield return Chain($"{kind} of {length}, less than 10 years left", "ReplySize",
                    () => DeviceBundle.Of(Sound, kind).WithChain(name, true, certificates).With(Time, new DateTimeOffset(Given.Utc("2040-01-01")).ToUnixTimeSeconds()));
                yield return Chain($"{kind} of {length}, no clock, zone, offset, class or vendor", "ReplySize",
                    () => DeviceBundle.Of(Sound, kind).WithChain(name, true, certificates).With(Time, null).With("mbed.Timezone", null).With(Offset, null).With("mbed.ClassId", null).With("mbed.VendorId", null));
                yield return Chain($"{kind} of {length}, no clock, a session", "ReplySize",
                    () => DeviceBundle.Of(Sound, kind).WithChain(name, true, certificates).With(Time, null).WithGroup("SID", new string('s', 60)));
            }
        }

        var four = Deep(4);
        yield return Chain("in the wrong order", "ChainSignatures", () => Bootstrap.WithChain(Certificate, true, four[0], four[2], four[1], four[3]));
        yield return Chain("with a gap", "ChainSignatures", () => Bootstrap.WithChain(Certificate, true, four[0], four[2], four[3]));
        yield return Chain("turned around", "ChainSignatures", () => Bootstrap.WithChain(Certificate, true, four[3], four[2], four[1], four[0]));
        yield return Chain("with a certificate twice", "ChainSignatures", () => Bootstrap.WithChain(Certificate, true, four[0], four[1], four[1]));
        yield return Chain("with another device's certificate", "ChainSignatures", () => Bootstrap.WithChain(Certificate, true, four[0], Sound.Leaf.Der()));
        yield return Chain("whose names do not fit", "ChainOrder", () => Bootstrap.WithChain(Certificate, true, Sound.Leaf.Der(), (Sound.Sub with { Subject = Tlv.Name(Tlv.Attribute(Tlv.CommonName, "Another")) }).Der()));
        yield return Chain("empty", "ChainLength", () => Bootstrap with { Certificates = [.. Bootstrap.Certificates.Where(c => c.Name != Certificate), (Certificate, [], true, null)] });
        yield return Chain("signed with SHA-224 below", "ChainSignatures", () => Bootstrap.WithChain(Certificate, true, Sha224().Der(), Sound.Sub.Der()));
        yield return Chain("of one, signed with SHA-224", "ChainSignatures", () => Bootstrap.WithChain(Certificate, false, Sha224().Der()));
        yield return Chain("signed by another key", "ChainSignatures", () => Bootstrap.WithChain(Certificate, true, (Sound.Leaf with { Sign = Scene.StrangeKey.Sign }).Der(), Sound.Sub.Der()));
    }

    static Draft Sha224() => Sound.Leaf.SignedWith("1.2.840.10045.4.3.1", data =>
    {
        var digest = Org.BouncyCastle.Security.DigestUtilities.CalculateDigest("SHA-224", data);
        using var ecdsa = System.Security.Cryptography.ECDsa.Create();
        ecdsa.ImportECPrivateKey(Scene.SubKey.ToDer(), out _);
        return ecdsa.SignHash(digest, System.Security.Cryptography.DSASignatureFormat.Rfc3279DerSequence);
    });

    // The device, its issuer and further CAs up to the root: the number of certificates in all.
    static byte[][] Deep(int length)
    {
        var keys = new List<DeviceKey> { Scene.LeafKey };
        var names = new List<byte[]> { Scene.LeafName };
        for (var i = 1; i <= length; i++)
        {
            keys.Add(DeviceKey.Generate());
            names.Add(Tlv.Name(Tlv.Attribute(Tlv.CommonName, $"Deep {i}")));
        }

        var leaf = Sound.Leaf with { Issuer = names[1], Sign = keys[1].Sign };
        return [leaf.Der(), .. Enumerable.Range(1, length - 1).Select(i => Scene.Authority(keys[i], names[i], keys[i + 1], names[i + 1], 5, "2021-01-01", "2059-01-01").Der())];
    }

    static IEnumerable<DeviceExperiment> Custom()
    {
        yield return Of("a custom private key", "CustomKeys", () => Bootstrap.WithKey("acme.Key", "ECCPrivate", Other.ToDer()));
        yield return Of("a custom public key", "CustomKeys", () => Bootstrap.WithKey("acme.Key", "ECCPublic", Other.PublicKeyInfo));
        yield return Of("a custom public key that is a private one", "CustomKeys", () => Bootstrap.WithKey("acme.Key", "ECCPublic", Other.ToDer()));
        yield return Of("a custom public key, damaged", "CustomKeys", () => Bootstrap.WithKey("acme.Key", "ECCPublic", [0x30, 0]));
        yield return Of("a custom chain", "CustomKeys", () => Bootstrap.WithCertificate("acme.Chain", Sound.Sub.Der(), Sound.Root.Der()));
        yield return Of("a custom chain of one", "CustomKeys", () => Bootstrap.WithChain("acme.Chain", true, Sound.Root.Der()));
        yield return Of("a custom chain in the wrong order", "ChainSignatures", () => Bootstrap.WithCertificate("acme.Chain", Sound.Root.Der(), Sound.Sub.Der()));
        yield return Of("a custom certificate, expired", "CustomKeys", () => Bootstrap.WithCertificate("acme.Certificate", Dated(Sound.Root, "2010-01-01", "2020-01-01")));
        yield return Of("a custom certificate of 1969", "CustomKeys", () => Bootstrap.WithCertificate("acme.Certificate", Dated(Sound.Root, "1969-01-01", "2020-01-01")));
        yield return Of("a custom certificate with its key", "CustomKeys",
            () => Bootstrap.WithKey("acme.Key", "ECCPrivate", Scene.SubKey.ToDer()).WithCertificate("acme.Certificate", Sound.Sub.Der()).NamingKey("acme.Certificate", "acme.Key"));
        yield return Of("a custom certificate with another key", "CustomKeys",
            () => Bootstrap.WithKey("acme.Key", "ECCPrivate", Other.ToDer()).WithCertificate("acme.Certificate", Sound.Sub.Der()).NamingKey("acme.Certificate", "acme.Key"));
        yield return Of("a custom certificate that names no key", "CustomKeys", () => Bootstrap.WithCertificate("acme.Certificate", Sound.Sub.Der()).NamingKey("acme.Certificate", "acme.Key"));
        foreach (var (kind, name, value) in new (string, string, object)[]
        {
            ("text", "acme.Text", "x"), ("empty text", "acme.Text", ""), ("bytes", "acme.Bytes", new byte[] { 0, 1 }), ("empty bytes", "acme.Bytes", Array.Empty<byte>()), ("number", "acme.Number", -5L), ("name of 100 characters", new string('n', 100), 1L),
            ("name of 101 characters", new string('n', 101), 1L), ("name with a space", "acme Text", 1L), ("name with a slash", "acme/Text", 1L), ("name that begins mbed.CurrentTime", "mbed.C", 1L), ("unknown name of the vendor's", "mbed.Unknown", "x"),
        })
        {
            yield return Of($"a custom parameter: {kind}", "StorableValues", () => Bootstrap.With(name, value));
        }
    }

    static IEnumerable<DeviceExperiment> Sessions()
    {
        yield return Of("a session", "DeviceVerifies", () => Bootstrap.WithGroup("SID", "s-1"));
        yield return Of("a session that goes on", "DeviceVerifies", () => Bootstrap.WithGroup("SID", "s-1").WithGroup("KpAlvSess", 1));
        yield return Of("a session that goes on, LwM2M", "DeviceVerifies", () => Lwm2m.WithGroup("SID", "s-1").WithGroup("KpAlvSess", 1));
        yield return Of("not verified", "DeviceVerifies", () => Bootstrap.WithGroup("Verify", 0));
        yield return Of("not verified, details missing", "DeviceVerifies", () => Bootstrap.WithGroup("Verify", 0).With("mbed.Manufacturer", null));
        yield return Of("not verified, no server CA", "DeviceVerifies", () => Bootstrap.WithGroup("Verify", 0).WithCertificate(Server));
        yield return Of("not verified, unreadable certificate", "DeviceVerifies",
            () => Bootstrap.WithGroup("Verify", 0).WithCertificate(Update, Sound.Root.With(DraftExtension.Unknown, true, [5, 0]).Der()));
        yield return Of("the factory flow is closed", "DeviceVerifies", () => Bootstrap.WithGroup("Disable", 1));
        yield return Of("entropy and root of trust", "StorableValues", () => Bootstrap.WithGroup("Entropy", new byte[48]).WithGroup("ROT", new byte[16]));
        yield return Of("entropy of 47 bytes", "StorableValues", () => Bootstrap.WithGroup("Entropy", new byte[47]));
        yield return Of("root of trust of 15 bytes", "StorableValues", () => Bootstrap.WithGroup("ROT", new byte[15]));
        yield return Of("an unknown group", "StorableValues", () => Bootstrap.WithGroup("Other", 1));
    }
}
