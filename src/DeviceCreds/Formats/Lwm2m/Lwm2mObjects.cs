using System.Text;

namespace DeviceCreds;

/// <summary>
/// A credential as instances of the Security and Server objects in certificate mode: what <see cref="Lwm2mTlvFormat"/>,
/// <see cref="SenmlJsonFormat"/> and <see cref="SenmlCborFormat"/> say in three ways. Source: LwM2M 1.1 core, appendix E; transport, 5.2.9.
/// </summary>
internal static class Lwm2mObjects
{
    const long CertificateMode = 2;
    const long MatchWhole = 0;
    const long MatchSha256 = 1;
    const long MatchSha512 = 3;
    const long TrustAnchor = 2;
    const long DomainIssued = 3;

    const string SecureUri = "expected a URI that begins with coaps:// and names a host, as certificates require";
    const string Matching = "expected 0 (complete certificate), 1 (SHA-256) or 3 (SHA-512)";

    /// <summary>A day: what LwM2M's own default is.</summary>
    const long DefaultLifetime = 86400;

    /// <summary>The account for bootstrap is instance 0, the other 1, so that both fit one device.</summary>
    static int InstanceOf(CredentialKind kind) => kind == CredentialKind.Bootstrap ? 0 : 1;

    /// <summary>The file's name, without its ending.</summary>
    public static string FileName(CredentialKind kind, string what) => KindRule.Word(kind) + what;

    /// <summary>The values of one account, those of an object instance together.</summary>
    /// <exception cref="InputException">The credential or the configuration does not give an account that a client accepts.</exception>
    public static IReadOnlyList<Lwm2mValue> Describe(DeviceCredential credential, ExportOptions options, string format)
    {
        var configuration = options.RequireConfiguration(credential, format);
        var key = options.RequireKey(credential, format);
        var isBootstrap = credential.Kind == CredentialKind.Bootstrap;
        var uri = CheckUri(configuration, format);
        var values = new List<Lwm2mValue>();
        Add(Lwm2mResource.ServerUri, uri);
        Add(Lwm2mResource.IsBootstrapServer, isBootstrap);
        Add(Lwm2mResource.SecurityMode, CertificateMode);
        var bundle = credential.HasChain ? credential.ToPem(options.ChainDepth, options.ExcludeRoot) : credential.CertificatePem;
        Add(Lwm2mResource.Identity, options.CertificateBundle ? Encoding.ASCII.GetBytes(bundle + "\n") : credential.CertificateDer);
        var (server, usage) = ServerCertificate(configuration);
        if (server is null) options.Warn?.Invoke(
            $"The configuration{Whose(configuration)} has no server certificate: "
            + "the client does not authenticate its server, so anybody can pretend to be the server. Give -ServerCertificate.");
        if (Uri.CheckHostName(new Uri(uri).DnsSafeHost) is UriHostNameType.IPv4 or UriHostNameType.IPv6 && configuration.ServerName is null)
            options.Warn?.Invoke($"The server URI '{SubjectText.Shorten(uri)}' has an IP address, "
                + "and clients compare it with the server's certificate in different ways. Give the host's name, "
                + "or -ServerName with the address.");
        Add(Lwm2mResource.ServerPublicKey, server);
        Add(Lwm2mResource.SecretKey, key.ToDer(options.KeyEncoding));
        var shortServerId = (long)(configuration.ShortServerId ?? 1);
        if (!isBootstrap) Add(Lwm2mResource.SecurityShortServerId, shortServerId);
        if (isBootstrap)
        {
            Add(Lwm2mResource.HoldOffTime, configuration.HoldOffTime);
            Add(Lwm2mResource.BootstrapTimeout, configuration.BootstrapTimeout);
        }

        Add(Lwm2mResource.MatchingType, (long?)configuration.MatchingType);
        Add(Lwm2mResource.ServerName, configuration.ServerName);
        Add(Lwm2mResource.CertificateUsage, usage);
        for (var i = 0; i < configuration.CipherSuites.Count; i++) Add(Lwm2mResource.CipherSuite, (long)configuration.CipherSuites[i], i);
        // Without a Server object a client never registers, and reports no error.
        if (!isBootstrap)
        {
            Add(Lwm2mResource.ShortServerId, shortServerId);
            Add(Lwm2mResource.Lifetime, configuration.Lifetime ?? DefaultLifetime);
            Add(Lwm2mResource.StoreNotifications, configuration.StoreNotifications ?? true);
            Add(Lwm2mResource.Binding, configuration.Binding ?? "U");
        }

        return values;

        void Add(Lwm2mResource resource, object? value, int? element = null)
        {
            if (value is null) return;
            if (FindProblem(resource, value) is { } problem)
                throw Invalid($"{resource.Name} (/{resource.ObjectId}/*/{resource.Id})", problem);
            // A direct account's Server object is the first one, the bootstrap server having none.
            values.Add(new Lwm2mValue(resource, resource.ObjectId == 0 ? InstanceOf(credential.Kind) : 0, value, element));
        }
    }

    /// <summary>Clears the private key among the values after it was written.</summary>
    public static void Wipe(IReadOnlyList<Lwm2mValue> values)
    {
        foreach (var value in values)
        {
            if (value.Resource == Lwm2mResource.SecretKey && value.Value is byte[] key) Array.Clear(key, 0, key.Length);
        }
    }

    static string CheckUri(DeviceConfiguration configuration, string format)
    {
        var uri = configuration.ServerUri
            ?? throw new InputException("ConfigurationIncomplete", ErrorKind.InvalidArgument,
                $"{nameof(configuration.ServerUri)}: the format {format} needs the server's URI.",
                "Give New-DeviceConfiguration what is missing.");
        if (!IsSecure(uri))
            throw new InputException("ServerUriScheme", ErrorKind.InvalidArgument,
                $"{nameof(configuration.ServerUri)}: {SecureUri}, found '{SubjectText.Shorten(uri)}'.",
                "Use the server's URI for DTLS, such as coaps://lwm2m.example.com:5684.");
        return uri;
    }

    static bool IsSecure(string uri) => ServerUri.IsSecure(uri) && ServerUri.NamesHost(uri);

    static string Whose(DeviceConfiguration configuration) =>
        configuration.EndpointName is { } name ? $" of '{SubjectText.Shorten(name)}'" : "";

    // Usage 3, the default, is the server's own certificate; a CA there, or a leaf where a CA must be, fails every handshake.
    static (byte[]? Content, long? Usage) ServerCertificate(DeviceConfiguration configuration)
    {
        var matching = configuration.MatchingType ?? MatchWhole;
        if (matching is not (MatchWhole or MatchSha256 or MatchSha512))
            throw Invalid(nameof(configuration.MatchingType), $"{Matching}, found {matching}.");
        var usage = (long?)configuration.CertificateUsage;
        var digest = configuration.ServerCertificateDigest;
        if (digest is not null && FindDigestProblem(digest, matching) is { } problem)
            throw Invalid(nameof(configuration.ServerCertificateDigest), problem);
        if (configuration.ServerCertificate is { } certificate)
        {
            if (usage is { } given && IsForAuthority(given) != certificate.IsCertificateAuthority)
            {
                throw new InputException("CertificateUsageMismatch", ErrorKind.Conflict,
                    $"{nameof(configuration.CertificateUsage)}: "
                        + $"{given} means {(IsForAuthority(given) ? "a CA's certificate" : "the server's own certificate")}, "
                        + $"and '{SubjectText.Shorten(certificate.Subject)}' is "
                        + $"{(certificate.IsCertificateAuthority ? "a CA" : "not a CA")}: every handshake would fail.",
                    "Leave out -CertificateUsage: then it is set to fit the certificate.");
            }

            var content = matching switch
            {
                MatchSha256 => Digest.Sha256(certificate.CertificateDer),
                MatchSha512 => Digest.Sha512(certificate.CertificateDer),
                _ => certificate.CertificateDer,
            };
            if (digest is not null && !digest.AsSpan().SequenceEqual(content))
                throw new InputException("ServerCertificateDigestMismatch", ErrorKind.Conflict,
                    $"{nameof(configuration.ServerCertificateDigest)}: this is not the digest of "
                        + $"{nameof(configuration.ServerCertificate)}, '{SubjectText.Shorten(certificate.Subject)}'.",
                    "Give one of them.");
            return (content, usage ?? (certificate.IsCertificateAuthority ? TrustAnchor : null));
        }

        return (digest, usage);
    }

    static bool IsForAuthority(long usage) => usage is 0 or TrustAnchor;

    static string? FindDigestProblem(byte[] digest, long matching)
    {
        var length = matching switch { MatchSha256 => 32, MatchSha512 => 64, _ => 0 };
        return digest.Length == length ? null : length == 0 ? "a digest needs matching type 1 (SHA-256) or 3 (SHA-512)."
            : $"expected {length} bytes for matching type {matching}, found {digest.Length:N0}.";
    }

    static string? FindProblem(Lwm2mResource resource, object value) => value switch
    {
        long number when number < resource.Minimum || number > resource.Maximum =>
            FormattableString.Invariant($"expected a number from {resource.Minimum} to {resource.Maximum}, found {number}."),
        string text when ConfigurationCheck.FindTextProblem(text) is { } problem => problem,
        string text when text.Any(char.IsControl) => "the text contains a control character.",
        byte[] { Length: 0 } => "the value is empty.",
        _ => null,
    };

    static InputException Invalid(string field, string message) =>
        new("ConfigurationValueInvalid", ErrorKind.InvalidArgument, $"{field}: {message}", null);

    /// <summary>Adds what was read to what is known of the device.</summary>
    /// <exception cref="InputException">The values are not an account in certificate mode.</exception>
    public static void Take(IReadOnlyList<Lwm2mValue> values, Lwm2mInput input, CredentialParts parts)
    {
        foreach (var value in values)
        {
            if (FindProblem(value.Resource, value.Value) is { } problem) throw input.Error("ObjectsValueInvalid", value.Path, problem);
        }

        var accounts = new List<Account>();
        foreach (var instance in values.Where(v => v.Resource.ObjectId == 0).GroupBy(v => v.Instance))
        {
            var account = new Account([.. instance], input);
            if (accounts.Find(a => a.Kind == account.Kind) is { } other)
                throw input.Error("ObjectsValueInvalid", account.BaseName,
                    $"expected one account for {(account.Kind == CredentialKind.Bootstrap ? "bootstrap" : "a server")}, "
                    + $"found a second beside {other.BaseName}.");
            if (accounts.Find(a => a.Certificates[0].Equals(account.Certificates[0])) is { } same)
                throw input.Error("ObjectsValueInvalid", account.BaseName + "3",
                    $"this certificate is also that of {same.BaseName}3; each account must have its own.");
            accounts.Add(account);
        }

        foreach (var account in accounts) account.AddTo(parts);
        var servers = values.Where(v => v.Resource.ObjectId == 1).GroupBy(v => v.Instance).ToList();
        if (servers.Count > 1)
            throw input.Error("ObjectsValueInvalid", $"/1/{servers[1].Key}/",
                $"expected one server, found a second beside /1/{servers[0].Key}/.");
        if (servers.Count == 1) TakeServer(new Instance([.. servers[0]], input), input, parts);
        else if (accounts.Any(a => a.Kind == CredentialKind.Lwm2m) && input.HoldsBothObjects)
            throw input.Error("ObjectsFieldMissing", "/1/0/0", "the Server object is missing; a client does not register without it.");
    }

    static void TakeServer(Instance server, Lwm2mInput input, CredentialParts parts)
    {
        var id = (int)server.Require<long>(Lwm2mResource.ShortServerId);
        var (lifetime, binding) = (server.Require<long>(Lwm2mResource.Lifetime), server.Require<string>(Lwm2mResource.Binding));
        var store = server.Require<bool>(Lwm2mResource.StoreNotifications);
        if (parts.ConfigurationOf(CredentialKind.Lwm2m)?.ShortServerId is { } known && known != id)
            throw input.Error("ObjectsValueInvalid", server.BaseName + "0",
                $"expected the short server ID of the account, {known}, found {id}; a client would not register.");
        parts.Configure(CredentialKind.Lwm2m, c =>
            c with { ShortServerId = id, Lifetime = lifetime, Binding = binding, StoreNotifications = store });
    }

    /// <summary>The values of one object instance.</summary>
    class Instance(IReadOnlyList<Lwm2mValue> values, Lwm2mInput input)
    {
        public string BaseName { get; } = values[0].BaseName;

        protected Lwm2mInput Input => input;

        public Lwm2mValue? Find(Lwm2mResource resource) => values.FirstOrDefault(v => v.Resource == resource);

        public T Require<T>(Lwm2mResource resource) =>
            (T)(Find(resource)?.Value
                ?? throw input.Error("ObjectsFieldMissing", $"{BaseName}{resource.Id}", $"the resource is missing ({resource.Name})."));

        protected IEnumerable<Lwm2mValue> FindAll(Lwm2mResource resource) =>
            values.Where(v => v.Resource == resource).OrderBy(v => v.Element);
    }

    /// <summary>An instance of the Security object, checked as a client checks it.</summary>
    sealed class Account : Instance
    {
        readonly DeviceKey _key;
        readonly byte[]? _server;
        readonly DeviceConfiguration _configuration;

        public Account(IReadOnlyList<Lwm2mValue> values, Lwm2mInput input)
            : base(values, input)
        {
            // Absent means 0, pre-shared key.
            if (Find(Lwm2mResource.SecurityMode)?.Value is not CertificateMode)
                throw input.Error("ObjectsValueInvalid", BaseName + "2",
                    $"expected security mode {CertificateMode} (certificate), found {Find(Lwm2mResource.SecurityMode)?.Value ?? 0L}.");
            Kind = Find(Lwm2mResource.IsBootstrapServer)?.Value is true ? CredentialKind.Bootstrap : CredentialKind.Lwm2m;
            var uri = Require<string>(Lwm2mResource.ServerUri);
            if (!IsSecure(uri)) throw input.Error("ObjectsValueInvalid", BaseName + "0", SecureUri + ".");
            Certificates = ReadIdentity();
            _key = ReadKey();
            _server = (byte[]?)Find(Lwm2mResource.ServerPublicKey)?.Value;
            int? shortServerId = Kind == CredentialKind.Lwm2m ? (int)Require<long>(Lwm2mResource.SecurityShortServerId)
                : (int?)Number(Lwm2mResource.SecurityShortServerId);
            _configuration = ReadServer(new DeviceConfiguration
            {
                ServerUri = uri,
                ShortServerId = shortServerId,
                HoldOffTime = Number(Lwm2mResource.HoldOffTime),
                BootstrapTimeout = Number(Lwm2mResource.BootstrapTimeout),
                MatchingType = (int?)Number(Lwm2mResource.MatchingType),
                ServerName = (string?)Find(Lwm2mResource.ServerName)?.Value,
                CertificateUsage = (int?)Number(Lwm2mResource.CertificateUsage),
                CipherSuites = [.. FindAll(Lwm2mResource.CipherSuite).Select(v => (int)(long)v.Value)],
            });
        }

        public CredentialKind Kind { get; }

        /// <summary>The device's certificate, and those above it where a bundle holds them.</summary>
        public IReadOnlyList<DeviceCertificate> Certificates { get; }

        public void AddTo(CredentialParts parts)
        {
            parts.Certificates.AddRange(Certificates);
            parts.Kinds[Certificates[0]] = Kind;
            parts.Keys.Add((_key, Input.Path));
            if (Kind == CredentialKind.Lwm2m && parts.ConfigurationOf(Kind)?.ShortServerId is { } known
                && known != _configuration.ShortServerId)
                throw Input.Error("ObjectsValueInvalid", BaseName + "10",
                    $"expected the short server ID of the server, {known}, found {_configuration.ShortServerId}; "
                    + "a client would not register.");
            parts.Configure(Kind, c => c with
            {
                ServerUri = _configuration.ServerUri,
                ServerCertificate = _configuration.ServerCertificate ?? c.ServerCertificate,
                ServerCertificateDigest = _configuration.ServerCertificateDigest,
                ShortServerId = _configuration.ShortServerId ?? c.ShortServerId,
                HoldOffTime = _configuration.HoldOffTime,
                BootstrapTimeout = _configuration.BootstrapTimeout,
                MatchingType = _configuration.MatchingType,
                ServerName = _configuration.ServerName,
                CertificateUsage = _configuration.CertificateUsage,
                CipherSuites = _configuration.CipherSuites,
            });
        }

        long? Number(Lwm2mResource resource) => (long?)Find(resource)?.Value;

        IReadOnlyList<DeviceCertificate> ReadIdentity()
        {
            var found = ReadCertificates(Require<byte[]>(Lwm2mResource.Identity), BaseName + "3", out var isDer);
            // Clients drop or refuse a second DER certificate.
            if (found.Count > 1 && isDer)
                throw Input.Error("ObjectsValueInvalid", BaseName + "3",
                    $"expected one certificate in DER, found {found.Count}; several must be PEM.");
            return Input.Locate(BaseName + "3", () => CertificateChain.EnsureSigned(found));
        }

        DeviceKey ReadKey()
        {
            using var file = new InputFile(Require<byte[]>(Lwm2mResource.SecretKey));
            if (!file.LooksLikeDer) throw Input.Error("ObjectsValueInvalid", BaseName + "5", "this is not a private key in DER.");
            var key = Input.Locate(BaseName + "5", () => DeviceKey.Read(file));
            return key.Matches(Certificates[0].Point) ? key
                : throw Input.Error("ObjectsValueInvalid", BaseName + "5", "the private key does not belong to the client certificate.");
        }

        DeviceConfiguration ReadServer(DeviceConfiguration configuration)
        {
            var matching = configuration.MatchingType ?? MatchWhole;
            if (matching is not (MatchWhole or MatchSha256 or MatchSha512))
                throw Input.Error("ObjectsValueInvalid", BaseName + "13", $"{Matching}, found {matching}.");
            if (_server is null) return configuration;
            if (matching != MatchWhole)
                return FindDigestProblem(_server, matching) is { } problem
                    ? throw Input.Error("ObjectsValueInvalid", BaseName + "4", problem)
                    : configuration with { ServerCertificateDigest = _server };
            var found = ReadCertificates(_server, BaseName + "4", out var isDer);
            if (found.Count != 1 || !isDer)
                throw Input.Error("ObjectsValueInvalid", BaseName + "4",
                    $"expected one certificate in DER, found {(found.Count == 1 ? "one in PEM" : $"{found.Count}")}.");
            var usage = configuration.CertificateUsage ?? DomainIssued;
            return IsForAuthority(usage) == found[0].IsCertificateAuthority ? configuration with { ServerCertificate = found[0] }
                : throw Input.Error("ObjectsValueInvalid", BaseName + "15",
                    $"the usage {usage}{(configuration.CertificateUsage is null ? " (the default)" : "")} means "
                    + $"{(IsForAuthority(usage) ? "a CA's certificate" : "the server's own certificate")}, "
                    + $"and '{SubjectText.Shorten(found[0].Subject)}' is "
                    + $"{(found[0].IsCertificateAuthority ? "a CA" : "not a CA")}: every handshake would fail.");
        }

        IReadOnlyList<DeviceCertificate> ReadCertificates(byte[] content, string path, out bool isDer)
        {
            var file = new InputFile(content);
            isDer = file.LooksLikeDer;
            return Input.Locate(path, () => file.LooksLikeDer ? CertificateReader.ReadDer(file) : CertificateReader.Read(file));
        }
    }
}
