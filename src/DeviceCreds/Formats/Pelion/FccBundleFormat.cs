namespace DeviceCreds;

/// <summary>
/// The CBOR bundle of the factory configurator client (FCC): one file with all that a Pelion or Izuma device is given in the
/// factory. Source: the client's bundle handler (SchemeVersion 0.0.1).
/// </summary>
internal sealed class FccBundleFormat : IDeviceFormat, IReadableFormat
{
    /// <summary>The file's name, which Izuma Edge documents.</summary>
    public const string FileName = "device.cbor";

    public FormatInfo Info { get; } = new()
    {
        Name = "FccBundle",
        Description = "FCC bundle: key, certificates and configuration in one CBOR file",
        Audience = "Pelion and Izuma devices (factory configurator client), Izuma Edge with credentials of your own",
        Files = $"`{FileName}`",
        Example =
            "$credentials | Export-DeviceCredential -Path out -Format FccBundle -Configuration (New-DeviceConfiguration -Path base.json)",
        Source = "Factory configurator client, bundle scheme 0.0.1; RFC 8949",
        KeyForm = PrivateKeyForm.Plain,
    };

    public FormatSign Sign => FormatSign.Structure;

    public IEnumerable<OutputFile> Write(DeviceCredential credential, ExportOptions options)
    {
        var configuration = options.RequireConfiguration(credential, Info.Name);
        if (SharedSecrets.Find(configuration) is { } warning) options.Warn?.Invoke(warning);
        var bundle = Compose(credential, configuration, options, options.Time.GetUtcNow());
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
    /// <param name="configuration">What else the device is told.</param>
    /// <param name="options">Choices.</param>
    /// <param name="now">The time for the device's clock where the configuration has none.</param>
    /// <param name="evenIfRefused">Whether a bundle is made that the device will refuse.</param>
    internal static FccBundle Compose(DeviceCredential credential, DeviceConfiguration configuration, ExportOptions options,
        DateTimeOffset now, bool evenIfRefused = false)
    {
        var kind = credential.Kind;
        var refusal = evenIfRefused ? null
            : ConfigurationCheck.FindFactoryProblem(configuration, kind, credential.EndpointName, credential.AccountId);
        if ((ConfigurationCheck.FindProblem(configuration) ?? refusal) is { } problem) throw problem.ToException(null, null);
        var chain = options.ChainOf(credential, configuration);
        if (chain.Count > FccLimits.ChainLength)
            throw new InputException("ChainTooLong", ErrorKind.LimitExceeded,
                $"The chain of '{SubjectText.Shorten(credential.EndpointName)}' has {chain.Count} certificates; the device stores "
                + $"{FccLimits.ChainLength}.", "Export with -ExcludeRoot or -ChainDepth.");
        var key = options.NoPrivateKey ? null : credential.PrivateKey;
        var certificates = new List<FccCertificate>
        {
            // A key that is on the device already is named, so that the device checks that key and certificate match.
            new(DeviceItems.Certificate(kind), [.. chain.Select(c => c.CertificateDer)], chain.Count > 1,
                ExportOptions.DeliveredOf(credential, configuration)?.PrivateKeyName
                    ?? (key is null ? DeviceItems.PrivateKey(kind) : null)),
        };
        Add(DeviceItems.ServerCertificate(kind), configuration.ServerCertificate);
        Add(DeviceItems.UpdateCertificate, configuration.UpdateCertificate);
        certificates.AddRange(configuration.CustomCertificates.Select(c =>
            new FccCertificate(c.Name, [.. c.Certificates.Select(x => x.CertificateDer)], c.IsChain, c.PrivateKeyName)));
        FccKey[] own = key is null ? [] : [new(DeviceItems.PrivateKey(kind), true, key.ToDer(options.KeyEncoding))];
        return new FccBundle
        {
            SessionId = configuration.SessionId ?? (key is null ? credential.EndpointName : null),
            Entropy = configuration.Entropy,
            RootOfTrust = configuration.RootOfTrust,
            IsSessionOpen = configuration.KeepSession,
            Keys = [.. own, .. configuration.CustomKeys.Select(k => new FccKey(k.Name, k.IsPrivate, k.ToDer(options.KeyEncoding)))],
            Certificates = certificates,
            // An item that was read under the other mode's name is closer to the bundle than a field of the configuration.
            Parameters = [.. Parameters(kind, credential.EndpointName, configuration, now)
                .Where(p => !configuration.CustomParameters.ContainsKey(p.Name)), .. Custom(configuration)],
            Verify = !configuration.SkipVerify,
            Disable = configuration.Disable,
        };

        // A chain that was read instead is written again.
        void Add(string name, DeviceCertificate? certificate)
        {
            if (certificate is not null && configuration.CustomCertificates.All(c => c.Name != name))
                certificates.Add(new(name, [certificate.CertificateDer], false, null));
        }
    }

    static IEnumerable<FccParameter> Parameters(CredentialKind kind, string endpointName, DeviceConfiguration configuration,
        DateTimeOffset now)
    {
        yield return new(DeviceItems.UseBootstrap, kind == CredentialKind.Bootstrap ? 1L : 0L);
        yield return new(DeviceItems.EndpointName, endpointName);
        if (configuration.ServerUri is { } uri) yield return new(DeviceItems.ServerUri(kind), uri);
        if (configuration.FirstToClaim) yield return new(DeviceItems.FirstToClaim, 1L);
        // Without a clock the device accepts an expired certificate and warns about each certificate.
        yield return new(DeviceItems.CurrentTime,
            configuration.KeepsClock ? 0 : (configuration.ClockAt(now) ?? now).ToUnixTimeSeconds());
        foreach (var field in ConfigurationField.All)
        {
            if (field.Item is { } item && field.Get(configuration) is { } value) yield return new(item, value);
        }
    }

    static IEnumerable<FccParameter> Custom(DeviceConfiguration configuration) =>
        configuration.CustomParameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new FccParameter(p.Key, p.Value));

    public bool Recognises(InputFile file) => FccBundle.Recognises(file);

    public void Read(InputFile file, char[]? password, CredentialParts parts)
    {
        var bundle = FccBundle.Read(file);
        if (bundle.Requests.Count > 0)
            throw file.Invalid("BundleIsKeyRequest", "CsrReqs: this bundle asks the device to make a key, and holds no credential.",
                "Send it to the device, and read the reply with Import-DeviceResponse.");
        new FccBundleReader(file, bundle, parts).Read();
    }
}
