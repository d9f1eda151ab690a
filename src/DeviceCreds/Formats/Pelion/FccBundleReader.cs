namespace DeviceCreds;

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
            var found = Locate(field, () => CertificateReader.ReadDer(content));
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
