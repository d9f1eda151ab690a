namespace DeviceCreds;

/// <summary>
/// A resource of the Security object (0) or the Server object (1) that certificate mode needs, and no others: clients
/// refuse resources that they do not know.
/// </summary>
/// <remarks>Source: LwM2M 1.1 core, appendixes E.1 and E.2.</remarks>
internal sealed record Lwm2mResource(int ObjectId, int Id, string Name, Lwm2mType Type, long Minimum = 0,
    long Maximum = uint.MaxValue, bool IsMultiple = false)
{
    public static readonly Lwm2mResource ServerUri = new(0, 0, "server URI", Lwm2mType.Text);
    public static readonly Lwm2mResource IsBootstrapServer = new(0, 1, "bootstrap server", Lwm2mType.Boolean);
    public static readonly Lwm2mResource SecurityMode = new(0, 2, "security mode", Lwm2mType.Integer, 0, 4);
    public static readonly Lwm2mResource Identity = new(0, 3, "client certificate", Lwm2mType.Bytes);
    public static readonly Lwm2mResource ServerPublicKey = new(0, 4, "server certificate", Lwm2mType.Bytes);
    public static readonly Lwm2mResource SecretKey = new(0, 5, "client private key", Lwm2mType.Bytes);
    public static readonly Lwm2mResource SecurityShortServerId = new(0, 10, "short server ID", Lwm2mType.Integer, 1, 65534);
    public static readonly Lwm2mResource HoldOffTime = new(0, 11, "hold-off time", Lwm2mType.Integer);
    public static readonly Lwm2mResource BootstrapTimeout = new(0, 12, "bootstrap account timeout", Lwm2mType.Integer);
    public static readonly Lwm2mResource MatchingType = new(0, 13, "matching type", Lwm2mType.Unsigned, 0, 3);
    public static readonly Lwm2mResource ServerName = new(0, 14, "SNI", Lwm2mType.Text);
    public static readonly Lwm2mResource CertificateUsage = new(0, 15, "certificate usage", Lwm2mType.Unsigned, 0, 3);
    public static readonly Lwm2mResource CipherSuite = new(0, 16, "cipher suite", Lwm2mType.Unsigned, 0, 65535, IsMultiple: true);
    public static readonly Lwm2mResource ShortServerId = new(1, 0, "short server ID", Lwm2mType.Integer, 1, 65534);
    public static readonly Lwm2mResource Lifetime = new(1, 1, "lifetime", Lwm2mType.Integer, 1);
    public static readonly Lwm2mResource StoreNotifications = new(1, 6, "store notifications", Lwm2mType.Boolean);
    public static readonly Lwm2mResource Binding = new(1, 7, "binding", Lwm2mType.Text);

    static readonly IReadOnlyDictionary<(int, int), Lwm2mResource> All = new[]
    {
        ServerUri, IsBootstrapServer, SecurityMode, Identity, ServerPublicKey, SecretKey, SecurityShortServerId,
            HoldOffTime, BootstrapTimeout,
        MatchingType, ServerName, CertificateUsage, CipherSuite, ShortServerId, Lifetime, StoreNotifications, Binding,
    }.ToDictionary(r => (r.ObjectId, r.Id));

    /// <summary>The resource of that number; null when none is known.</summary>
    public static Lwm2mResource? Find(int objectId, int id) => All.TryGetValue((objectId, id), out var resource) ? resource : null;

    /// <summary>What it holds, for messages.</summary>
    public string TypeName => Type switch
    {
        Lwm2mType.Text => "a text",
        Lwm2mType.Boolean => "true or false",
        Lwm2mType.Bytes => "bytes",
        _ => "a whole number",
    };
}
