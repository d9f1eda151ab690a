namespace DeviceCreds;

/// <summary>Turns a bundle's items into a credential and its configuration. Nothing of the bundle is lost.</summary>
internal sealed class FccBundleReader(InputFile file, FccBundle bundle, CredentialParts parts)
{
    public void Read()
    {
        var certificates = bundle.Certificates.ToDictionary(c => c.Name, Parse);
        var isOwn = bundle.Keys.ToLookup(k => IsOfCertificate(k, certificates));
        var keys = isOwn[true].ToDictionary(k => k.Name, PrivateKey);
        parts.Keys.AddRange(keys.Values.Select(k => (k, file.Path)));
        var mode = Mode(certificates);
        var own = Configuration(mode, certificates) with { CustomKeys = [.. isOwn[false].Select(CustomKey)] };
        // One certificate may be used for both modes: then the bundle's mode counts.
        foreach (var kind in KindRule.All.OrderBy(k => k != mode))
        {
            // Where the mode has no credential, the other kind's is judged as the bundle is.
            var isOther = kind != mode && certificates.ContainsKey(DeviceItems.Certificate(mode));
            parts.Bundles[kind] = isOther ? OfOther(kind, own, certificates) : own;
            if (!certificates.TryGetValue(DeviceItems.Certificate(kind), out var chain) || parts.Chains.ContainsKey(chain[0])) continue;
            parts.Certificates.AddRange(chain);
            parts.Kinds[chain[0]] = kind;
            parts.Chains[chain[0]] = new(chain, keys.TryGetValue(DeviceItems.PrivateKey(kind), out var key) ? key : null);
        }
    }

    // A key whose certificate is missing is kept as an item, unless the bundle has no credential at all.
    bool IsOfCertificate(FccKey key, Dictionary<string, IReadOnlyList<DeviceCertificate>> certificates) => key.IsPrivate
        && KindRule.All.Any(kind => DeviceItems.PrivateKey(kind) == key.Name && (certificates.ContainsKey(DeviceItems.Certificate(kind))
            || KindRule.All.All(k => !certificates.ContainsKey(DeviceItems.Certificate(k)))));

    DeviceKey PrivateKey(FccKey item)
    {
        using var content = new InputFile(item.Data);
        if (!content.LooksLikeDer) throw Invalid(item.Field, "KeyMalformed", "expected a private key in DER.", null);
        return Locate(item.Field, () => DeviceKey.Read(content));
    }

    // An unreadable public key is kept as it is: the device refuses it, and the test of the configuration reports that.
    CustomKey CustomKey(FccKey item)
    {
        var key = item.IsPrivate ? PrivateKey(item) : KeyReader.TryReadPublicKey(item.Data);
        return key is null ? new CustomKey(item.Name, isPrivate: false, item.Data) : new CustomKey(item.Name, key);
    }

    IReadOnlyList<DeviceCertificate> Parse(FccCertificate item)
    {
        var chain = new List<DeviceCertificate>();
        foreach (var der in item.Data)
        {
            var field = item.IsChain ? $"{item.Field}[{chain.Count}]" : item.Field;
            var content = new InputFile(der, file.Path);
            if (!content.LooksLikeDer) throw Invalid(field, "CertificateMalformed", "expected a certificate in DER.", null);
            var found = Locate(field, () => CertificateReader.ReadDer(content));
            if (found.Count != 1) throw Invalid(field, "CertificateTrailingData", $"expected one certificate, found {found.Count}.", null);
            chain.Add(found[0]);
        }

        return chain;
    }

    // The kind that is not the bundle's mode has a server of its own; the rest of the bundle is for both.
    DeviceConfiguration OfOther(CredentialKind kind, DeviceConfiguration own,
        Dictionary<string, IReadOnlyList<DeviceCertificate>> certificates)
    {
        var configuration = Configuration(kind, certificates);
        var mode = Other(kind);
        return configuration with
        {
            FirstToClaim = configuration.FirstToClaim && kind == CredentialKind.Bootstrap,
            Delivered = configuration.Delivered ?? own.Delivered,
            RedundantItems = [],
            CustomParameters = configuration.CustomParameters.Where(p => p.Key != DeviceItems.ServerUri(mode))
                .ToDictionary(p => p.Key, p => p.Value),
            CustomCertificates = [.. configuration.CustomCertificates.Where(c => c.Name != DeviceItems.ServerCertificate(mode))],
            CustomKeys = [.. own.CustomKeys.Where(k => k.Name != DeviceItems.PrivateKey(mode))],
        };
    }

    static CredentialKind Other(CredentialKind kind) => kind == CredentialKind.Bootstrap ? CredentialKind.Lwm2m : CredentialKind.Bootstrap;

    DeviceConfiguration Configuration(CredentialKind kind, Dictionary<string, IReadOnlyList<DeviceCertificate>> certificates)
    {
        var parameters = bundle.Parameters.Where(p => p.Name != DeviceItems.UseBootstrap).ToDictionary(p => p.Name);
        var other = Other(kind);
        // 0 leaves the device's clock as it is.
        var clock = Take(DeviceItems.CurrentTime, ConfigurationType.Time) as DateTimeOffset?;
        var keepsClock = clock is { } read && read.ToUnixTimeSeconds() == 0;
        var configuration = new DeviceConfiguration
        {
            EndpointName = (string?)Take(DeviceItems.EndpointName, ConfigurationType.Text),
            ServerUri = (string?)Take(DeviceItems.ServerUri(kind), ConfigurationType.Text),
            FirstToClaim = Take(DeviceItems.FirstToClaim, ConfigurationType.Flag) is true,
            CurrentTime = keepsClock ? null : clock,
            KeepsClock = keepsClock,
            ServerCertificate = Certificate(DeviceItems.ServerCertificate(kind)),
            UpdateCertificate = Certificate(DeviceItems.UpdateCertificate),
            Entropy = bundle.Entropy,
            RootOfTrust = bundle.RootOfTrust,
            SkipVerify = !bundle.Verify,
            Disable = bundle.Disable,
            KeepSession = bundle.IsSessionOpen,
        };
        foreach (var field in ConfigurationField.All.Where(f => f.Item is not null)) configuration = field.Set(configuration,
            Take(field.Item!, field.Type));
        string[] redundant = [DeviceItems.ServerCertificate(other), DeviceItems.ServerUri(other), DeviceItems.PrivateKey(other),
            DeviceItems.Certificate(other)];
        var present = redundant.Where(name => parameters.ContainsKey(name) || certificates.ContainsKey(name)
            || bundle.Keys.Any(k => k.IsPrivate && k.Name == name)).ToList();
        return configuration with
        {
            // The default of a bundle without a key is not a setting: it is set again on export.
            SessionId = bundle.Keys.Count == 0 && bundle.SessionId == configuration.EndpointName ? null : bundle.SessionId,
            RedundantItems = present,
            Delivered = Delivered(kind, certificates, configuration.CurrentTime),
            CustomParameters = parameters.Values.ToDictionary(p => p.Name, p => p.Value),
            CustomCertificates = [.. bundle.Certificates.Where(c => IsCustom(c, kind))
                .Select(c => new CustomCertificate(c.Name, certificates[c.Name], c.PrivateKeyName, c.IsChain))],
        };

        object? Take(string name, ConfigurationType type)
        {
            if (!parameters.TryGetValue(name, out var parameter)) return null;
            parameters.Remove(name);
            return Convert(parameter, type);
        }

        DeviceCertificate? Certificate(string name) => certificates.TryGetValue(name, out var chain) ? chain[0] : null;
    }

    // Items for which a configuration has no field; also a chain, where the field holds one certificate.
    static bool IsCustom(FccCertificate item, CredentialKind kind) => KindRule.All.All(k => item.Name != DeviceItems.Certificate(k))
        && (item.IsChain || (item.Name != DeviceItems.ServerCertificate(kind) && item.Name != DeviceItems.UpdateCertificate));

    DeliveredBundle? Delivered(
        CredentialKind kind, Dictionary<string, IReadOnlyList<DeviceCertificate>> certificates, DateTimeOffset? currentTime) =>
        bundle.Certificates.FirstOrDefault(c => c.Name == DeviceItems.Certificate(kind)) is not { } item ? null : new DeliveredBundle
        {
            Kind = kind,
            CurrentTime = currentTime,
            NamesMode = bundle.Parameters.Any(p => p.Name == DeviceItems.UseBootstrap),
            PrivateKeyName = item.PrivateKeyName,
            Chain = certificates[item.Name],
        };

    // The mode that the bundle states, or that its items have.
    CredentialKind Mode(Dictionary<string, IReadOnlyList<DeviceCertificate>> certificates)
    {
        var isBootstrap = bundle.Parameters.FirstOrDefault(p => p.Name == DeviceItems.UseBootstrap) is { } mode
            ? Convert(mode, ConfigurationType.Flag) is true
            : !certificates.ContainsKey(DeviceItems.Certificate(CredentialKind.Lwm2m));
        return isBootstrap ? CredentialKind.Bootstrap : CredentialKind.Lwm2m;
    }

    object Convert(FccParameter parameter, ConfigurationType type) => (type, parameter.Value) switch
    {
        (ConfigurationType.Text, string) or (ConfigurationType.Bytes, byte[]) or (ConfigurationType.Integer, long) => parameter.Value,
        (ConfigurationType.Flag, 0L) => false,
        (ConfigurationType.Flag, 1L) => true,
        (ConfigurationType.Time, >= 0L and <= FccLimits.LastSecond) => DateTimeOffset.FromUnixTimeSeconds((long)parameter.Value),
        _ => throw Invalid(parameter.Field, "BundleWrongType",
            $"{parameter.Name}: expected {Name(type)}.", null),
    };

    static string Name(ConfigurationType type) => type switch
    {
        ConfigurationType.Text => "a text",
        ConfigurationType.Bytes => "a byte string",
        ConfigurationType.Flag => "0 or 1",
        ConfigurationType.Time => "a number of seconds",
        _ => "an integer",
    };

    T Locate<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InputException e)
        {
            // The message already has the file's name before the field.
            throw Invalid(field, e.ErrorId, file.Path is { } path ? e.Problem.Replace($"{path}: ", "") : e.Problem, e.Advice, e);
        }
    }

    InputException Invalid(string field, string id, string message, string? advice, Exception? inner = null) =>
        file.Invalid(id, $"{field}: {message}", advice, inner: inner);
}
