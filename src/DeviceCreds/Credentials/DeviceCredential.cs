using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DeviceCreds;

/// <summary>
/// What a device needs to open one service: its certificate, the chain above it, and its private key unless the device
/// made that itself. Times are local, as those of <see cref="X509Certificate2"/>.
/// </summary>
public sealed class DeviceCredential
{
    readonly IReadOnlyList<DeviceCertificate> _issuers;
    readonly DeviceCertificate? _leaf;
    readonly string? _serialNumber;
    readonly ValidityPeriod _validity;

    internal DeviceCredential(
        DeviceOrder order, DeviceKey? privateKey, byte[] certificateDer, string serialNumber, ValidityPeriod validity,
        IReadOnlyList<DeviceCertificate> issuers)
        : this(order.Issuer.Kind, order.Identity, certificateDer, issuers, privateKey)
    {
        _serialNumber = serialNumber;
        _validity = validity;
        Renews = order.Renews;
        HasNewKey = order.Key is null;
        IsKeyElsewhere = order.IsKeyElsewhere;
        Warnings = order.Warnings(certificateDer);
    }

    internal DeviceCredential(CredentialKind kind, DeviceCertificate leaf, IReadOnlyList<DeviceCertificate> issuers, DeviceKey? privateKey)
        : this(kind, new DeviceIdentity(leaf.EndpointName ?? "", leaf.AccountId), leaf.CertificateDer, issuers, privateKey) => _leaf = leaf;

    DeviceCredential(CredentialKind kind, DeviceIdentity identity, byte[] certificateDer, IReadOnlyList<DeviceCertificate> issuers,
        DeviceKey? privateKey)
    {
        Kind = kind;
        EndpointName = identity.EndpointName;
        AccountId = identity.AccountId;
        Columns = identity.Columns;
        CertificateDer = certificateDer;
        PrivateKey = privateKey;
        _issuers = issuers;
    }

    /// <summary>The device's endpoint name: the certificate's CN.</summary>
    public string EndpointName { get; }

    /// <summary>Which service it opens.</summary>
    public CredentialKind Kind { get; }

    /// <summary>The account ID: the certificate's OU; null when it has none.</summary>
    public string? AccountId { get; }

    /// <summary>The other columns of the row that it was issued for, by name; none when it was read from a file.</summary>
    public DeviceColumns Columns { get; private init; }

    /// <summary>The subject's name, as RFC 4514 writes it.</summary>
    public string Subject => Leaf.Subject;

    /// <summary>The issuer's name, as RFC 4514 writes it.</summary>
    public string Issuer => Leaf.Issuer;

    /// <summary>The serial number in hexadecimal.</summary>
    public string SerialNumber => _serialNumber ?? Leaf.SerialNumber;

    /// <summary>Valid from, in local time.</summary>
    public DateTime NotBefore => Lifetime.Local(Validity.NotBefore);

    /// <summary>Valid until, in local time.</summary>
    public DateTime NotAfter => Lifetime.Local(Validity.NotAfter);

    /// <summary>How many whole days are left until it expires; negative when it has expired.</summary>
    public int DaysLeft => Lifetime.DaysBetween(TimeProvider.System.GetUtcNow().UtcDateTime, Validity.NotAfter);

    /// <summary>SHA-1 of the certificate in hexadecimal.</summary>
    public string Thumbprint => Leaf.Thumbprint;

    /// <summary>SHA-256 of the certificate in hexadecimal.</summary>
    public string Fingerprint => Leaf.Fingerprint;

    /// <summary>The ID by which the device is claimed (first-to-claim); null for LwM2M credentials.</summary>
    public string? EnrollmentId => Kind == CredentialKind.Bootstrap ? DeviceCreds.EnrollmentId.Of(Fingerprint) : null;

    /// <summary>The certificate for .NET's own interfaces, made on first use; it never holds the private key.</summary>
    public X509Certificate2 Certificate => Leaf.Certificate;

    /// <summary>The certificate in PEM, without a newline at the end.</summary>
    public string CertificatePem => Pem.Encode("CERTIFICATE", CertificateDer);

    /// <summary>The certificate in DER.</summary>
    public byte[] CertificateDer { get; }

    /// <summary>The certificate and those above it, as far as they are known.</summary>
    public CertificateChain Chain => new([Leaf, .. _issuers]);

    /// <summary>The chain in PEM, the device first, without a newline at the end.</summary>
    public string ChainPem => ToPem();

    /// <summary>The device's key pair; null when the device keeps its key to itself.</summary>
    public DeviceKey? PrivateKey { get; }

    /// <summary>
    /// Whether the private key stayed in the process that issued it: this credential came through a file or a connection of
    /// PowerShell's, which carry no keys.
    /// </summary>
    public bool IsKeyElsewhere { get; internal init; }

    /// <summary>
    /// Warnings about it, a sentence each; empty when it was read from a file.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; internal init; } = [];

    /// <summary>The serial number of the certificate that this one renews; null when it renews none, or was read from a file.</summary>
    public string? Renews { get; internal set; }

    /// <summary>Whether its key was made when it was issued.</summary>
    internal bool HasNewKey { get; init; }

    /// <summary>The device's configuration; null unless it was read from a file that holds one.</summary>
    public DeviceConfiguration? Configuration { get; internal init; }

    /// <summary>Whether it is a self-signed developer credential from the portal.</summary>
    public bool IsForDevelopment { get; internal init; }

    // Parsed when it is asked for and not stored, since it takes many times the bytes: scripts hold a hundred thousand credentials.
    internal DeviceCertificate Leaf => _leaf ?? new DeviceCertificate(CertificateDer);

    /// <summary>Whether the names were given when it was issued, not read from its certificate.</summary>
    internal bool IsIssuedHere => _leaf is null;

    /// <summary>From when to when it is valid, in UTC.</summary>
    internal ValidityPeriod Validity => _leaf is { Fields: var fields } ? new(fields.NotBefore, fields.NotAfter) : _validity;

    /// <summary>Whether there is an intermediate CA: only then the device has a chain to show.</summary>
    internal bool HasChain => _issuers.Any(c => !c.IsSelfIssued);

    /// <summary>The public part of a credential that was issued in another process: the key stays there.</summary>
    /// <param name="kind">Which service it opens.</param>
    /// <param name="chainPem">The certificate and those above it, in PEM.</param>
    /// <param name="columns">The other columns of the device's row.</param>
    /// <param name="hadKey">Whether there was a private key.</param>
    /// <exception cref="InputException">The text holds no certificate.</exception>
    public static DeviceCredential WithoutKey(CredentialKind kind, string chainPem, DeviceColumns columns, bool hadKey)
    {
        var certificates = CertificateReader.Read(new InputFile(Encoding.UTF8.GetBytes(chainPem)));
        return new DeviceCredential(kind, certificates[0], [.. certificates.Skip(1)], null) { Columns = columns, IsKeyElsewhere = hadKey };
    }

    /// <summary>The key of the certificate: the pair, or its public half where there is no more; null when it is not on P-256.</summary>
    public DeviceKey? GetKey() => PrivateKey ?? (Leaf.Point is { } point ? new DeviceKey(null, point) : null);

    /// <summary>Refuses a credential that came without the private key that it had.</summary>
    /// <exception cref="InputException">The private key stayed in the process that issued it.</exception>
    public void RequireKey()
    {
        if (!IsKeyElsewhere) return;
        throw new InputException("PrivateKeyElsewhere", ErrorKind.InvalidArgument,
            $"The private key of '{SubjectText.Shorten(EndpointName)}' stayed in the process that issued it: Export-Clixml, "
                + "jobs and remoting carry no keys.",
            "Export the credential there (Export-DeviceCredential), and read the files here (Import-DeviceCredential).");
    }

    /// <summary>The chain in PEM, limited as <see cref="CertificateChain.ToPem"/> does it.</summary>
    internal string ToPem(int depth = 0, bool excludeRoot = false) =>
        string.Join("\n", CertificateChain.Above(_issuers, depth, excludeRoot).Select(c => c.CertificatePem).Prepend(CertificatePem));

    /// <summary>Kind and endpoint name.</summary>
    public override string ToString() => $"{Kind} {MessageText.Clean(EndpointName)}";
}
