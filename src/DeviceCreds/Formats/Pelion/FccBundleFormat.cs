namespace DeviceCreds;

/// <summary>
/// The CBOR bundle of the factory configurator client (FCC): one file with all that a Pelion or Izuma device is given in the
/// factory. Source: the client's bundle handler (SchemeVersion 0.0.1).
/// </summary>
internal sealed class FccBundleFormat : IDeviceFormat, IReadableFormat
{
    /// <summary>The file's name, which Izuma Edge documents.</summary>
    public const string FileName = "device.cbor";

    public string Name => "FccBundle";

    public string Description => "FCC bundle: key, certificates and configuration in one CBOR file";

    public string Audience => "Pelion and Izuma devices (factory configurator client), Izuma Edge with credentials of your own";

    public string Files => $"`{FileName}`";

    public string Example => "$credentials | Export-DeviceCredential -Path out -Format FccBundle -Configuration (New-DeviceConfiguration -Path base.json)";

    public string Source => "Factory configurator client, bundle scheme 0.0.1; RFC 8949";

    public PrivateKeyForm KeyForm => PrivateKeyForm.Plain;

    public IReadOnlyList<string> Endings => [".cbor"];

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var bundle = Compose(credential, options.RequireConfiguration(credential, Name), options, DateTimeOffset.UtcNow);
        try
        {
            yield return new OutputFile(FileName, bundle.Encode(), bundle.IsSecret);
        }
        finally
        {
            foreach (var key in bundle.Keys) Array.Clear(key.Data, 0, key.Data.Length);
        }
    }

    /// <exception cref="InputException">The configuration or the chain is not what the device takes.</exception>
    /// <param name="credential">The credential.</param>
    /// <param name="configuration">What the device is told besides.</param>
    /// <param name="options">Choices.</param>
    /// <param name="now">The time for the device's clock where the configuration has none; null for none then.</param>
    internal static FccBundle Compose(DeviceCredential credential, DeviceConfiguration configuration, ExportOptions options, DateTimeOffset? now)
    {
        var kind = credential.Kind;
        if ((ConfigurationCheck.FindProblem(configuration) ?? ConfigurationCheck.FindFactoryProblem(configuration, kind, credential.EndpointName)) is { } problem) throw problem.ToException(null, null);
        var chain = credential.HasChain ? credential.Chain.Select(options.ChainDepth, options.ExcludeRoot) : [credential.Leaf];
        if (chain.Count > DeviceItems.MaximumChainLength)
            throw new InputException("ChainTooLong", ErrorKind.LimitExceeded, $"The chain of '{SubjectText.Shorten(credential.EndpointName)}' has {chain.Count} certificates; the device stores {DeviceItems.MaximumChainLength}.", "Export with -ExcludeRoot or -ChainDepth.");
        var key = options.NoPrivateKey ? null : credential.PrivateKey;
        var certificates = new List<FccCertificate>
        {
            // A key that is on the device already is named, so that the device checks that the two match.
            new(DeviceItems.Certificate(kind), [.. chain.Select(c => c.CertificateDer)], chain.Count > 1, key is null ? DeviceItems.PrivateKey(kind) : null),
        };
        if (configuration.ServerCertificate is { } server) certificates.Add(new(DeviceItems.ServerCertificate(kind), [server.CertificateDer], false, null));
        if (configuration.UpdateCertificate is { } update) certificates.Add(new(DeviceItems.UpdateCertificate, [update.CertificateDer], false, null));
        return new FccBundle
        {
            SessionId = configuration.SessionId ?? (key is null ? credential.EndpointName : null),
            Entropy = configuration.Entropy,
            RootOfTrust = configuration.RootOfTrust,
            Keys = key is null ? [] : [new(DeviceItems.PrivateKey(kind), true, key.ToDer(options.KeyEncoding))],
            Certificates = certificates,
            Parameters = [.. Parameters(kind, credential.EndpointName, configuration, now)],
            Verify = !configuration.SkipVerify,
            Disable = configuration.Disable,
        };
    }

    static IEnumerable<FccParameter> Parameters(CredentialKind kind, string endpointName, DeviceConfiguration configuration, DateTimeOffset? now)
    {
        yield return new(DeviceItems.UseBootstrap, kind == CredentialKind.Bootstrap ? 1L : 0L);
        yield return new(DeviceItems.EndpointName, endpointName);
        if (configuration.ServerUri is { } uri) yield return new(DeviceItems.ServerUri(kind), uri);
        if (configuration.FirstToClaim) yield return new(DeviceItems.FirstToClaim, 1L);
        // Without a clock the device takes an expired certificate and complains of each one.
        if ((configuration.CurrentTime ?? now) is { } time) yield return new(DeviceItems.CurrentTime, time.ToUnixTimeSeconds());
        foreach (var field in ConfigurationField.All)
        {
            if (field.Item is { } item && field.Get(configuration) is { } value) yield return new(item, value);
        }

        foreach (var custom in configuration.CustomParameters.OrderBy(p => p.Key, StringComparer.Ordinal)) yield return new(custom.Key, custom.Value);
    }

    public bool Recognises(InputFile file) => FccBundle.Recognises(file);

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var bundle = FccBundle.Read(file);
        if (bundle.Requests.Count > 0)
            throw file.Invalid("BundleIsKeyRequest", "CsrReqs: this bundle asks the device to make a key, and holds no credential.", "Send it to the device, and read the answer with Import-DeviceResponse.");
        new FccBundleReader(file, bundle, parts).Read();
    }
}

/// <summary>Turns a bundle's items into a credential and its configuration. Items of a customer's own among keys and certificates are left aside.</summary>
internal sealed class FccBundleReader(InputFile file, FccBundle bundle, CredentialParts parts)
{
    static readonly CredentialKind[] Kinds = [CredentialKind.Bootstrap, CredentialKind.Lwm2m];

    public void Read()
    {
        foreach (var key in bundle.Keys) Read(key);
        var certificates = bundle.Certificates.ToDictionary(c => c.Name, Parse);
        foreach (var kind in Kinds)
        {
            if (!certificates.TryGetValue(DeviceItems.Certificate(kind), out var chain)) continue;
            parts.Certificates.AddRange(chain);
            parts.Kinds[chain[0]] = kind;
        }

        parts.Configuration = Configuration(certificates);
    }

    void Read(FccKey item)
    {
        if (!item.IsPrivate) return;
        using var content = new InputFile(item.Data);
        if (!content.LooksLikeDer) throw Invalid(item.Field, "KeyMalformed", "this is no private key in DER.", null);
        var key = Locate(item.Field, () => DeviceKey.Read(content));
        if (Kinds.Any(k => DeviceItems.PrivateKey(k) == item.Name)) parts.Keys.Add((key, file.Path));
    }

    IReadOnlyList<DeviceCertificate> Parse(FccCertificate item)
    {
        var chain = new List<DeviceCertificate>();
        foreach (var der in item.Data)
        {
            var field = item.IsChain ? $"{item.Field}[{chain.Count}]" : item.Field;
            var content = new InputFile(der, file.Path);
            if (!content.LooksLikeDer) throw Invalid(field, "CertificateMalformed", "this is no certificate in DER.", null);
            var found = Locate(field, () => CertificateReader.Read(content));
            if (found.Count != 1) throw Invalid(field, "CertificateTrailingData", $"there are {found.Count} certificates, and must be one.", null);
            if (chain.Count > 0 && !(chain[^1].NamesAsIssuer(found[0]) && chain[^1].IsSignedBy(found[0])))
                throw Invalid(field, "ChainBroken", $"'{SubjectText.Shorten(found[0].Subject)}' did not sign the certificate before it; the device answers {DeviceStatus.KcmCrypto}.", "Put the device's certificate first, then its issuer, and so on.");
            chain.Add(found[0]);
        }

        return chain;
    }

    DeviceConfiguration Configuration(Dictionary<string, IReadOnlyList<DeviceCertificate>> certificates)
    {
        var parameters = bundle.Parameters.ToDictionary(p => p.Name);
        var kind = Kind(parameters, certificates);
        var other = kind == CredentialKind.Bootstrap ? CredentialKind.Lwm2m : CredentialKind.Bootstrap;
        var configuration = new DeviceConfiguration
        {
            EndpointName = (string?)Take(DeviceItems.EndpointName, ConfigurationType.Text),
            ServerUri = (string?)Take(DeviceItems.ServerUri(kind), ConfigurationType.Text),
            FirstToClaim = Take(DeviceItems.FirstToClaim, ConfigurationType.Flag) is true,
            CurrentTime = (DateTimeOffset?)Take(DeviceItems.CurrentTime, ConfigurationType.Time),
            ServerCertificate = Certificate(DeviceItems.ServerCertificate(kind)),
            UpdateCertificate = Certificate(DeviceItems.UpdateCertificate),
            Entropy = bundle.Entropy,
            RootOfTrust = bundle.RootOfTrust,
            SkipVerify = !bundle.Verify,
            Disable = bundle.Disable,
        };
        foreach (var field in ConfigurationField.All.Where(f => f.Item is not null)) configuration = field.Set(configuration, Take(field.Item!, field.Type));
        string[] redundant = [DeviceItems.ServerCertificate(other), DeviceItems.ServerUri(other), DeviceItems.PrivateKey(other), DeviceItems.Certificate(other)];
        var present = redundant.Where(name => parameters.Remove(name) || certificates.ContainsKey(name) || bundle.Keys.Any(k => k.IsPrivate && k.Name == name)).ToList();
        return configuration with
        {
            // What a keyless bundle's session is called by default is not worth keeping.
            SessionId = bundle.Keys.Count == 0 && bundle.SessionId == configuration.EndpointName ? null : bundle.SessionId,
            RedundantItems = present,
            CustomParameters = parameters.Values.ToDictionary(p => p.Name, p => p.Value),
        };

        object? Take(string name, ConfigurationType type)
        {
            if (!parameters.TryGetValue(name, out var parameter)) return null;
            parameters.Remove(name);
            return Convert(parameter, type);
        }

        DeviceCertificate? Certificate(string name) => certificates.TryGetValue(name, out var chain) ? chain[0] : null;
    }

    // What the bundle says, or what its items are for.
    CredentialKind Kind(Dictionary<string, FccParameter> parameters, Dictionary<string, IReadOnlyList<DeviceCertificate>> certificates)
    {
        if (!parameters.TryGetValue(DeviceItems.UseBootstrap, out var mode)) return certificates.ContainsKey(DeviceItems.Certificate(CredentialKind.Lwm2m)) ? CredentialKind.Lwm2m : CredentialKind.Bootstrap;
        parameters.Remove(mode.Name);
        return Convert(mode, ConfigurationType.Flag) is true ? CredentialKind.Bootstrap : CredentialKind.Lwm2m;
    }

    object Convert(FccParameter parameter, ConfigurationType type) => (type, parameter.Value) switch
    {
        (ConfigurationType.Text, string) or (ConfigurationType.Bytes, byte[]) or (ConfigurationType.Integer, long) => parameter.Value,
        (ConfigurationType.Flag, 0L) => false,
        (ConfigurationType.Flag, 1L) => true,
        // The last second of the year 9999.
        (ConfigurationType.Time, >= 0L and <= 253402300799L) => DateTimeOffset.FromUnixTimeSeconds((long)parameter.Value),
        _ => throw Invalid(parameter.Field, "BundleWrongType", $"{parameter.Name} must be {type switch { ConfigurationType.Text => "a text", ConfigurationType.Bytes => "a byte string", ConfigurationType.Flag => "0 or 1", ConfigurationType.Time => "a number of seconds", _ => "an integer" }}.", null),
    };

    T Locate<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InputException e)
        {
            throw Invalid(field, e.ErrorId, e.Problem, e.Advice, e);
        }
    }

    InputException Invalid(string field, string id, string message, string? advice, Exception? inner = null) => file.Invalid(id, $"{field}: {message}", advice, inner: inner);
}
