namespace DeviceCreds;

/// <summary>The contents of one device's files, before they become credentials.</summary>
/// <param name="cache">What is known of CAs already; null to start with nothing.</param>
internal sealed class CredentialParts(CertificateCache? cache = null)
{
    readonly Dictionary<CredentialKind, DeviceConfiguration> _configurations = [];

    /// <summary>Certificates of devices, and those above them.</summary>
    public List<DeviceCertificate> Certificates { get; } = [];

    /// <summary>Private keys, each with the file that held it.</summary>
    public List<(DeviceKey Key, string? Path)> Keys { get; } = [];

    /// <summary>The kinds that the files name for device certificates; a file's name or an account ID tells otherwise.</summary>
    public Dictionary<DeviceCertificate, CredentialKind> Kinds { get; } = [];

    /// <summary>
    /// The chains and keys that a file states, by the device certificate; others are found by names, signatures and public
    /// keys.
    /// </summary>
    public Dictionary<DeviceCertificate, StatedChain> Chains { get; } = [];

    /// <summary>Self-signed certificates that a developer's file holds.</summary>
    public HashSet<DeviceCertificate> ForDevelopment { get; } = [];

    /// <summary>What a bundle says to each kind. Its values have types, and win over those of other files.</summary>
    public Dictionary<CredentialKind, DeviceConfiguration> Bundles { get; } = [];

    /// <summary>The certificate of these bytes, when it was read already: most exports have each one as PEM and as DER.</summary>
    public DeviceCertificate? Find(byte[] der) =>
        Certificates.Find(c => c.CertificateDer.AsSpan().SequenceEqual(der)) ?? cache?.Find(der);

    /// <summary>The key that these objects are, when it was read already from another file in the same form.</summary>
    public DeviceKey? FindKey(IReadOnlyList<FileObject> objects) =>
        objects is [{ Shape: FileShape.Sec1Key or FileShape.Pkcs8Key, Bytes: var der }] ? Keys.Find(k => k.Key.IsEncodedAs(der)).Key : null;

    /// <summary>The kind of a device's certificate: what a file says decides, then the files' names, then its account ID.</summary>
    public CredentialKind KindOf(DeviceCertificate certificate, IEnumerable<string?> paths) =>
        Kinds.TryGetValue(certificate, out var stated) ? stated : KindRule.Of(paths, certificate.AccountId);

    /// <summary>The configuration of that kind of credential; null when no file has one.</summary>
    public DeviceConfiguration? ConfigurationOf(CredentialKind kind)
    {
        var own = _configurations.TryGetValue(kind, out var found) ? found : null;
        return Bundles.TryGetValue(kind, out var bundle) ? own is null ? bundle : ConfigurationField.Complete(bundle, own) : own;
    }

    /// <summary>Adds to the configuration of one kind: a device may have one account of each kind, each with its own server.</summary>
    public void Configure(CredentialKind kind, Func<DeviceConfiguration, DeviceConfiguration> add) =>
        _configurations[kind] = add(_configurations.TryGetValue(kind, out var known) ? known : new DeviceConfiguration());
}
