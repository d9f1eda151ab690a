using System.Collections;
using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace DeviceCreds;

/// <summary>
/// What a device is told in addition to its credential: its server, what it is, its clock. The factory configurator's names are
/// <c>mbed.*</c>; those of LwM2M are in objects 0 and 1. Null means: not given. Two configurations are equal when all
/// their values are equal.
/// </summary>
public sealed record DeviceConfiguration
{
    static readonly ReadOnlyDictionary<string, object> NoParameters = new(new Dictionary<string, object>());

    // By property. What is not given is not there.
    readonly Dictionary<string, object> _values;

    /// <summary>Nothing is given.</summary>
    public DeviceConfiguration() => _values = new(StringComparer.Ordinal);

    DeviceConfiguration(DeviceConfiguration other)
    {
        _values = new(other._values, StringComparer.Ordinal);
        (RedundantItems, Delivered, KeepsClock) = (other.RedundantItems, other.Delivered, other.KeepsClock);
    }

    /// <summary>The device that this is for (mbed.EndpointName); null for every device.</summary>
    public string? EndpointName { get => Get<string>(); init => Put(value); }

    /// <summary>The account's ID, where it is written apart from the server's URI (mbed.AccountID).</summary>
    public string? AccountId { get => Get<string>(); init => Put(value); }

    /// <summary>The server's URI, as text: <c>coaps://host:port?aid=...</c> (mbed.BootstrapServerURI, mbed.LwM2MServerURI;
    /// /0/x/0).</summary>
    public string? ServerUri { get => Get<string>(); init => Put(value); }

    /// <summary>The server's CA certificate (mbed.BootstrapServerCACert, mbed.LwM2MServerCACert), or for LwM2M objects the server's own
    /// (/0/x/4).</summary>
    public DeviceCertificate? ServerCertificate { get => Get<DeviceCertificate>(); init => Put(value); }

    /// <summary>Whether the first customer who claims the device gets it: without aid in the URI (mbed.FirstToClaim).</summary>
    public bool FirstToClaim { get => Get<bool>(); init => Put(value ? true : null); }

    /// <summary>mbed.Manufacturer.</summary>
    public string? Manufacturer { get => Get<string>(); init => Put(value); }

    /// <summary>mbed.ModelNumber.</summary>
    public string? ModelNumber { get => Get<string>(); init => Put(value); }

    /// <summary>mbed.SerialNumber.</summary>
    public string? SerialNumber { get => Get<string>(); init => Put(value); }

    /// <summary>mbed.DeviceType.</summary>
    public string? DeviceType { get => Get<string>(); init => Put(value); }

    /// <summary>mbed.HardwareVersion.</summary>
    public string? HardwareVersion { get => Get<string>(); init => Put(value); }

    /// <summary>mbed.MemoryTotalKB.</summary>
    public long? MemoryTotalKB { get => Get<long?>(); init => Put(value); }

    /// <summary>
    /// The time to set the device's clock to, in whole seconds (mbed.CurrentTime); null for the moment of the export, since
    /// without a clock the device cannot judge certificates.
    /// </summary>
    public DateTimeOffset? CurrentTime { get => Get<DateTimeOffset?>(); init => Put(value); }

    /// <summary>A name of the tz database (mbed.Timezone).</summary>
    public string? Timezone { get => Get<string>(); init => Put(value); }

    /// <summary>The offset from UTC, <c>+hh:mm</c> or <c>-hh:mm</c>, -12:00 to +14:00 (mbed.UTCOffset).</summary>
    public string? UtcOffset { get => Get<string>(); init => Put(value); }

    /// <summary>The firmware's class: 16 bytes (mbed.ClassId).</summary>
    public byte[]? ClassId { get => Get<byte[]>(); init => Put(value); }

    /// <summary>The vendor: 16 bytes (mbed.VendorId).</summary>
    public byte[]? VendorId { get => Get<byte[]>(); init => Put(value); }

    /// <summary>The certificate that firmware updates are signed with (mbed.UpdateAuthCert).</summary>
    public DeviceCertificate? UpdateCertificate { get => Get<DeviceCertificate>(); init => Put(value); }

    /// <summary>Further parameters by their full names: text, 64-bit integers or bytes.</summary>
    public IReadOnlyDictionary<string, object> CustomParameters
    {
        get => Get<IReadOnlyDictionary<string, object>>() ?? NoParameters;
        init => Put(value);
    }

    /// <summary>Certificates and chains of your own.</summary>
    public IReadOnlyList<CustomCertificate> CustomCertificates { get => Get<IReadOnlyList<CustomCertificate>>() ?? []; init => Put(value); }

    /// <summary>Keys of your own, private and public ones.</summary>
    public IReadOnlyList<CustomKey> CustomKeys { get => Get<IReadOnlyList<CustomKey>>() ?? []; init => Put(value); }

    /// <summary>48 bytes of entropy for a device without a source of its own.</summary>
    // Whatever prints an object reads its public properties: a secret is read by a method, and set by ConfigurationBuilder.
    internal byte[]? Entropy { get => Get<byte[]>(); init => Put(value); }

    /// <summary>Whether there is entropy.</summary>
    public bool HasEntropy => Entropy is not null;

    /// <summary>A copy of the entropy; null when none is given.</summary>
    public byte[]? GetEntropy() => (byte[]?)Entropy?.Clone();

    /// <summary>The root of trust: 16 bytes.</summary>
    internal byte[]? RootOfTrust { get => Get<byte[]>(); init => Put(value); }

    /// <summary>Whether there is a root of trust.</summary>
    public bool HasRootOfTrust => RootOfTrust is not null;

    /// <summary>A copy of the root of trust; null when none is given.</summary>
    public byte[]? GetRootOfTrust() => (byte[]?)RootOfTrust?.Clone();

    /// <summary>Whether the device leaves out its own verification of the bundle.</summary>
    public bool SkipVerify { get => Get<bool>(); init => Put(value ? true : null); }

    /// <summary>Whether the device closes its factory flow permanently.</summary>
    public bool Disable { get => Get<bool>(); init => Put(value ? true : null); }

    /// <summary>The factory session that the bundle is part of; null for none, or the endpoint name where the device made its own
    /// key.</summary>
    public string? SessionId { get => Get<string>(); init => Put(value); }

    /// <summary>Whether more bundles follow in the session (KpAlvSess).</summary>
    public bool KeepSession { get => Get<bool>(); init => Put(value ? true : null); }

    /// <summary>LwM2M: the short server ID, 1 to 65534 (/0/x/10 and /1/y/0).</summary>
    public int? ShortServerId { get => (int?)Get<long?>(); init => Put((long?)value); }

    /// <summary>LwM2M: the registration's lifetime in seconds (/1/y/1).</summary>
    public long? Lifetime { get => Get<long?>(); init => Put(value); }

    /// <summary>LwM2M: the binding mode, such as <c>U</c> (/1/y/7).</summary>
    public string? Binding { get => Get<string>(); init => Put(value); }

    /// <summary>LwM2M: whether notifications are kept while the device or the server is away (/1/y/6); null for yes.</summary>
    public bool? StoreNotifications { get => Get<bool?>(); init => Put(value); }

    /// <summary>LwM2M, bootstrap account: seconds to wait before the device asks for its bootstrap (/0/x/11).</summary>
    public long? HoldOffTime { get => Get<long?>(); init => Put(value); }

    /// <summary>LwM2M, bootstrap account: seconds after which the device forgets the account; 0 for never (/0/x/12).</summary>
    public long? BootstrapTimeout { get => Get<long?>(); init => Put(value); }

    /// <summary>LwM2M 1.1: what the device gets of the server's certificate: 0 all of it, 1 its SHA-256, 3 its SHA-512
    /// (/0/x/13).</summary>
    public int? MatchingType { get => (int?)Get<long?>(); init => Put((long?)value); }

    /// <summary>LwM2M 1.1: the host name to ask the server for and to find in its certificate, where the URI has an IP address
    /// (/0/x/14).</summary>
    public string? ServerName { get => Get<string>(); init => Put(value); }

    /// <summary>LwM2M 1.1: how the server's certificate is used: 0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE (/0/x/15); null for what
    /// suits the certificate.</summary>
    public int? CertificateUsage { get => (int?)Get<long?>(); init => Put((long?)value); }

    /// <summary>LwM2M 1.1: the TLS cipher suites to offer, by their IANA numbers (/0/x/16); empty for the device's own.</summary>
    public IReadOnlyList<int> CipherSuites { get => Get<IReadOnlyList<int>>() ?? []; init => Put(value); }

    /// <summary>The digest of the server's certificate, where only the digest is known (/0/x/4 with a matching type but
    /// 0).</summary>
    public byte[]? ServerCertificateDigest { get => Get<byte[]>(); init => Put(value); }

    /// <summary>Items of the other mode that a bundle also held: the device warns of them.</summary>
    internal IReadOnlyList<string> RedundantItems { get; init; } = [];

    /// <summary>The bundle that it was read from; null when it was read from none.</summary>
    internal DeliveredBundle? Delivered { get; init; }

    /// <summary>Whether it was read with the time 0, which leaves the device's clock as it is.</summary>
    internal bool KeepsClock { get; init; }

    /// <summary>
    /// The time to which an export sets the device's clock; null for the moment of the export. A bundle that was read does not say
    /// whether its time was given, or is that of its own export: once it has passed, no device should get it again.
    /// </summary>
    internal DateTimeOffset? ClockAt(DateTimeOffset now) =>
        CurrentTime < now && CurrentTime == Delivered?.CurrentTime ? null : CurrentTime;

    /// <summary>The configuration itself, when every value is possible and no two contradict each other.</summary>
    /// <exception cref="InputException">A value is not possible; the message names the field.</exception>
    public DeviceConfiguration Validated() =>
        ConfigurationCheck.FindProblem(this) is { } problem ? throw problem.ToException(null, null) : this;

    /// <summary>Why the Device Management client cannot read it, each in a sentence; empty when it can.</summary>
    public IEnumerable<string> FindWarnings() => ConfigurationCheck.FindWarnings(this);

    /// <inheritdoc/>
    public bool Equals(DeviceConfiguration? other) => ReferenceEquals(this, other)
        || (other is not null && ConfigurationField.All.All(f => ConfigurationField.AreEqual(f.Get(this), f.Get(other))));

    /// <inheritdoc/>
    public override int GetHashCode() => (EndpointName, ServerUri, SerialNumber).GetHashCode();

    /// <summary>The device's name; never the entropy or the root of trust.</summary>
    public override string ToString() =>
        EndpointName is null ? "Configuration of all devices" : $"Configuration of {MessageText.Clean(EndpointName)}";

    /// <summary>The value of a property; null when none is given.</summary>
    internal object? Find(string property) => _values.TryGetValue(property, out var value) ? value : null;

    /// <summary>The same configuration with another value of a property; null for none.</summary>
    internal DeviceConfiguration With(string property, object? value)
    {
        var copy = this with { };
        copy.Put(value, property);
        return copy;
    }

    T? Get<T>([CallerMemberName] string property = "") => Find(property) is T value ? value : default;

    void Put(object? value, [CallerMemberName] string property = "")
    {
        if (value is null or (ICollection { Count: 0 } and not byte[])) _values.Remove(property);
        else _values[property] = value;
    }
}
