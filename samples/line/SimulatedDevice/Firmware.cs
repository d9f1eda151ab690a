using System.Formats.Cbor;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SimulatedDevice;

/// <summary>
/// The device's storage and its factory configurator client, reduced to what a factory line needs: it stores, verifies in the client's
/// order, warns, and makes keys. It does not test certificates.
/// </summary>
sealed class Firmware(DeviceOptions options)
{
    readonly Dictionary<string, object> _storage = [];
    readonly HashSet<string> _items = [];
    bool _isErased;

    /// <summary>Whether more messages follow.</summary>
    public bool IsSessionOpen { get; private set; }

    /// <summary>Processes a message.</summary>
    public (Reply Reply, Bundle? Bundle) Process(byte[] message)
    {
        if (!_isErased)
        {
            _storage.Clear();
            _items.Clear();
            _isErased = true;
        }

        Bundle bundle;
        try
        {
            bundle = Bundle.Read(message);
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or InvalidCastException or KeyNotFoundException)
        {
            IsSessionOpen = false;
            return (new Reply(20, "Bundle error"), null);
        }

        IsSessionOpen = bundle.KeepAlive;
        return (Process(bundle) with { SessionId = options.OtherSession ? "other" : bundle.SessionId }, bundle);
    }

    Reply Process(Bundle bundle)
    {
        if (options.Return is { } status) return new Reply(status, "Refused: mbed.BootstrapDeviceCert");
        if (Store(bundle) is { } taken) return new Reply(17, $"File already exists: {taken}");
        if (bundle.Requests.Count > 0) return Success() with { Requests = [.. bundle.Requests.Select(MakeKey)] };
        return bundle.Verify ? Verify() : Success();
    }

    static Reply Success() => new(0, "The Factory process succeeded");

    string? Store(Bundle bundle)
    {
        var items = bundle.PrivateKeys.Select(k => (k.Key + "/key", k.Key, (object)k.Value))
            .Concat(bundle.Certificates.Select(c => (c.Key + "/certificate", c.Key, (object)c.Value)))
            .Concat(bundle.Parameters.Select(p => (p.Key + "/parameter", p.Key, p.Value)));
        foreach (var (item, name, value) in items)
        {
            if (!_items.Add(item)) return name;
            _storage[name] = value;
        }

        return null;
    }

    (string Key, byte[] Request) MakeKey((string Key, string Subject) wanted)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _storage[wanted.Key] = key.ExportECPrivateKey();
        _items.Add(wanted.Key + "/key");
        var subject = new X500DistinguishedNameBuilder();
        // A comma with a backslash before it belongs to the value.
        foreach (var part in wanted.Subject.Replace("\\,", "\0").Split(','))
        {
            var value = part[3..].Replace('\0', ',');
            if (part.StartsWith("CN=", StringComparison.Ordinal)) subject.AddCommonName(options.OtherRequest ? "another-device" : value);
            else subject.AddOrganizationalUnitName(value);
        }

        return (wanted.Key, new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256).CreateSigningRequest());
    }

    // Only the first failure is named; warnings are collected.
    Reply Verify()
    {
        var warnings = new List<string>();
        NotSet("mbed.Timezone");
        NotSet("mbed.UTCOffset");
        if (!_storage.TryGetValue("mbed.UseBootstrap", out var mode)) return Missing("mbed.UseBootstrap");
        var kind = mode is 1L ? "Bootstrap" : "LwM2M";
        if (kind == "LwM2M") warnings.Add("Bootstrap mode not activated:mbed.UseBootstrap");
        string[] mandatory =
        [
            "mbed.EndpointName", "mbed.Manufacturer", "mbed.ModelNumber", "mbed.DeviceType", "mbed.HardwareVersion", "mbed.MemoryTotalKB",
            "mbed.SerialNumber", $"mbed.{kind}ServerCACert", $"mbed.{kind}ServerURI", $"mbed.{kind}DevicePrivateKey",
                $"mbed.{kind}DeviceCert",
        ];
        if (mandatory.FirstOrDefault(m => !_storage.ContainsKey(m)) is { } missing) return Missing(missing);
        var item = $"mbed.{kind}DeviceCert";
        using var certificate = X509CertificateLoader.LoadCertificate(((List<byte[]>)_storage[item])[0]);
        using var key = ECDsa.Create();
        key.ImportECPrivateKey((byte[])_storage[$"mbed.{kind}DevicePrivateKey"], out _);
        using var certified = certificate.GetECDsaPublicKey();
        if (certified is null
            || !certified.ExportSubjectPublicKeyInfo().SequenceEqual(key.ExportSubjectPublicKeyInfo())) return new Reply(34,
            $"Certificate public key validation failed:{item}");
        if (certificate.GetNameInfo(X509NameType.SimpleName, false) != (string)_storage["mbed.EndpointName"]) return new Reply(14,
            $"Invalid certificate CN attribute:{item}");
        var now = DateTimeOffset.FromUnixTimeSeconds(_storage.TryGetValue("mbed.CurrentTime", out var time) ? (long)time : 0);
        foreach (var der in (List<byte[]>)_storage[item])
        {
            using var one = X509CertificateLoader.LoadCertificate(der);
            if (one.NotAfter < now) return new Reply(13, $"Certificate is expired:{item}");
            if (one.NotAfter.ToUniversalTime() - now < TimeSpan.FromSeconds(315_360_000)) warnings.Add(
                $"Certificate validity is less than 10 years:{item}");
        }

        foreach (var optional in (string[])["mbed.UpdateAuthCert", "mbed.ClassId", "mbed.VendorId"]) NotSet(optional);
        return Success() with { Warnings = warnings };

        void NotSet(string name)
        {
            if (!_storage.ContainsKey(name)) warnings.Add($"Item not set:{name}");
        }

        static Reply Missing(string name) => new(25, string.Create(CultureInfo.InvariantCulture, $"Item does not exist:{name}"));
    }
}
