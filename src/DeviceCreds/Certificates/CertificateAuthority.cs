using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>
/// A certificate authority: its certificate, those above it, and, when it is to issue, its private key (wherever that
/// lives). Times are local, as those of <see cref="X509Certificate2"/>.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    internal CertificateAuthority(IReadOnlyList<DeviceCertificate> path, ICertificateSigner? signer, AuthorityUris? uris = null)
    {
        Chain = new CertificateChain(path);
        Signer = signer;
        Uris = uris ?? AuthorityUris.None;
    }

    internal ICertificateSigner? Signer { get; }

    internal DeviceCertificate Own => Chain.Leaf;

    /// <summary>Where it publishes its lists and its certificate: what it issues names these places.</summary>
    internal AuthorityUris Uris { get; private set; }

    /// <summary>The CA's common name, or its whole subject when it has none.</summary>
    public string Name => Own.EndpointName ?? Own.Subject;

    /// <summary>The subject's name, as RFC 4514 writes it.</summary>
    public string Subject => Own.Subject;

    /// <summary>The issuer's name, as RFC 4514 writes it.</summary>
    public string Issuer => Own.Issuer;

    /// <summary>The serial number in hexadecimal.</summary>
    public string SerialNumber => Own.SerialNumber;

    /// <summary>Valid from, in local time.</summary>
    public DateTime NotBefore => Own.NotBefore;

    /// <summary>Valid until, in local time.</summary>
    public DateTime NotAfter => Own.NotAfter;

    /// <summary>How many CAs may stand below it (pathLenConstraint); null when it is not limited.</summary>
    public int? PathLength => Own.PathLength;

    /// <summary>Whether it is self-signed.</summary>
    public bool IsRoot => Own.IsSelfSigned;

    /// <summary>SHA-1 of the certificate in hexadecimal.</summary>
    public string Thumbprint => Own.Thumbprint;

    /// <summary>SHA-256 of the certificate in hexadecimal.</summary>
    public string Fingerprint => Own.Fingerprint;

    /// <summary>Where the private key lives; null when it is not at hand.</summary>
    public string? KeyLocation => Signer?.Location;

    /// <summary>
    /// The file that the private key was read from, when others than its owner may read it there unencrypted; null otherwise.
    /// </summary>
    public string? KeyExposedIn => (Signer as SoftwareSigner)?.Key.ExposedIn;

    /// <summary>The certificate for .NET's own interfaces; it never holds the private key.</summary>
    public X509Certificate2 Certificate => Own.Certificate;

    /// <summary>The certificate in PEM, without a newline at the end.</summary>
    public string CertificatePem => Own.CertificatePem;

    /// <summary>This CA's certificate, its issuer's, and so on to the root, as far as they are known.</summary>
    public CertificateChain Chain { get; }

    /// <summary>Where its revocation list is; what it issues names these places.</summary>
    public IReadOnlyList<Uri> CrlDistributionPoint => Uris.CrlDistributionPoints;

    /// <summary>Where its OCSP responder answers; what it issues names these places.</summary>
    public IReadOnlyList<Uri> OcspUri => Uris.Ocsp;

    /// <summary>Where its certificate is; what it issues names these places.</summary>
    public IReadOnlyList<Uri> CaIssuersUri => Uris.CaIssuers;

    /// <summary>Creates a root, or a CA below an issuer.</summary>
    /// <param name="name">The common name: 1 to 64 characters.</param>
    /// <param name="issuer">The CA that signs it; null for a self-signed root.</param>
    /// <param name="validity">How long; by default 35 years, or until the issuer expires.</param>
    /// <param name="pathLength">How many CAs may stand below it; by default 3 for a root, one less than the issuer's otherwise.</param>
    /// <param name="key">Its key; by default a new one.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="cancel">Ends the wait for the issuer's signature.</param>
    /// <exception cref="IssuanceException">A name, the validity or the path length is not possible, or the issuer may not issue
    /// CAs.</exception>
    public static CertificateAuthority Create(string name, CertificateAuthority? issuer = null, ValidityRequest? validity = null,
        int? pathLength = null, DeviceKey? key = null, TimeProvider? time = null, CancellationToken cancel = default)
    {
        var order = new AuthorityOrder
        {
            Name = name, Issuer = issuer, Validity = validity ?? ValidityRequest.Default, PathLength = pathLength,
            Time = time ?? TimeProvider.System,
        };
        return Create(order, key, cancel);
    }

    /// <summary>Creates a root, or a CA below an issuer.</summary>
    /// <param name="order">What the CA must be.</param>
    /// <param name="key">Its key; by default a new one.</param>
    /// <param name="cancel">Ends the wait for the issuer's signature.</param>
    /// <exception cref="IssuanceException">The order is not possible, or the issuer may not issue CAs.</exception>
    public static CertificateAuthority Create(AuthorityOrder order, DeviceKey? key = null, CancellationToken cancel = default)
    {
        if (key is { HasPrivateKey: false })
        {
            throw new IssuanceException("KeyIsPublic", ErrorKind.InvalidArgument,
                "The key has no private half, and a CA needs it to sign.", "Import-DeviceKey reads the CA's private key.");
        }

        return CreateWith(order, () => new SoftwareSigner(key ?? DeviceKey.Generate(), "memory"), cancel);
    }

    /// <summary>The same with a key that is made elsewhere, once nothing else stands in the way.</summary>
    internal static CertificateAuthority CreateWith(AuthorityOrder order, Func<ICertificateSigner> makeKey, CancellationToken cancel)
    {
        var issuer = new AuthorityIssuer(order, DistinguishedName.Create(order.Name));
        var signer = makeKey();
        return issuer.Certify(signer.PublicPoint, signer, cancel);
    }

    /// <summary>Takes a CA from certificates (its own among them, those above it if they are there) and its private key.</summary>
    /// <param name="certificates">In any order.</param>
    /// <param name="key">The private key; null when the CA is only used as a trust anchor.</param>
    /// <param name="keyLocation">Where the key lives, for people.</param>
    /// <exception cref="InputException">The key belongs to no certificate, a certificate is not signed by its issuer's beside
    /// it, or without a key they are not one chain.</exception>
    public static CertificateAuthority Open(IReadOnlyList<DeviceCertificate> certificates, DeviceKey? key, string? keyLocation = null)
    {
        if (key is null) return new CertificateAuthority(CertificateChain.Order(certificates).Certificates, null);
        return Open(new SoftwareSigner(key, keyLocation ?? "memory"), certificates);
    }

    /// <summary>Takes a CA from a certificate of .NET's that has its private key: from a store, a smart card, a file.</summary>
    /// <exception cref="InputException">It has no private key, or none on P-256.</exception>
    public static CertificateAuthority Open(X509Certificate2 certificate) => Open([certificate]);

    /// <summary>Takes a CA from certificates of .NET's: the one that has its private key, and those above it.</summary>
    /// <param name="certificates">In any order; what does not belong to the CA's chain is left aside.</param>
    /// <exception cref="InputException">None has its private key, or not on P-256; or a certificate is not signed by its issuer's
    /// beside it.</exception>
    public static CertificateAuthority Open(IReadOnlyList<X509Certificate2> certificates)
    {
        var certificate = certificates.FirstOrDefault(c => c.HasPrivateKey) ?? certificates.FirstOrDefault()
            ?? throw new ArgumentException("There is no certificate.", nameof(certificates));
        var own = CertificateReader.From(certificate);
        var point = own.Point
            ?? throw new InputException("IssuerKeyUnsupported", ErrorKind.InvalidData, $"The issuer's key is {own.KeyAlgorithm}.",
                "Device certificates are signed with ecdsa-with-SHA256 by a CA on P-256.");
        var signer = CertificateSigner.From(certificate, point) ?? throw NoKey(own.Subject);
        return Open(signer, [own, .. certificates.Where(c => !ReferenceEquals(c, certificate)).Select(CertificateReader.From)]);
    }

    /// <summary>
    /// Takes a CA from certificates (its own among them, those above it if they are there) and a key that signs, wherever it
    /// lives.
    /// </summary>
    /// <param name="signer">The key; the authority disposes of it.</param>
    /// <param name="certificates">In any order.</param>
    /// <exception cref="InputException">The key belongs to no certificate, or a certificate is not signed by its issuer's
    /// beside it.</exception>
    public static CertificateAuthority Open(ICertificateSigner signer, IReadOnlyList<DeviceCertificate> certificates)
    {
        // Of a CA that was renewed, the certificate that lasts longest.
        var own = certificates.Where(c => signer.PublicPoint.AsSpan().SequenceEqual(c.Point))
            .OrderByDescending(c => c.Fields.NotAfter).ThenBy(c => c, KnownAuthority.Order).FirstOrDefault()
            ?? throw new InputException("KeyMismatch", ErrorKind.Conflict,
                certificates.Count == 1
                    ? $"The private key does not belong to the certificate of '{SubjectText.Shorten(certificates[0].Subject)}'."
                    : $"The private key belongs to none of the {certificates.Count} certificates.",
                "Give the key that was made for this certificate.", certificates[0].Path);
        return new CertificateAuthority(CertificateChain.EnsureSigned(CertificatePath.Build(own, certificates)), signer);
    }

    /// <summary>Checks that the private key can be written to a file.</summary>
    /// <exception cref="IssuanceException">The key is not at hand or lives where it cannot leave.</exception>
    public void RequireExportableKey() => _ = ExportableKey;

    /// <summary>The software key, for export.</summary>
    /// <exception cref="IssuanceException">The key is not at hand or lives where it cannot leave.</exception>
    internal DeviceKey ExportableKey => Signer switch
    {
        SoftwareSigner software => software.Key,
        null => throw new IssuanceException("IssuerWithoutKey", ErrorKind.InvalidArgument,
            $"The private key of '{SubjectText.Shorten(Name)}' is not at hand.", "Use -NoPrivateKey to export the certificate alone."),
        _ => throw new IssuanceException("KeyNotExportable", ErrorKind.InvalidArgument,
            $"The private key of '{SubjectText.Shorten(Name)}' lives in {Signer.Location} and does not leave it.",
            "Use -NoPrivateKey to export the certificate alone."),
    };

    /// <summary>Checks that this CA may sign certificates now: it has its key, and no rule of testing fails for its chain.</summary>
    /// <exception cref="IssuanceException">It may not; the message says why.</exception>
    internal void EnsureCanIssue(DateTime now, bool forAuthority)
    {
        EnsureHasKey();
        var below = forAuthority ? 1 : 0;
        for (var i = 0; i < Chain.Length; i++)
        {
            var authority = Chain.Certificates[i];
            if (IssuerRights.Problems(authority, below).FirstOrDefault() is { } problem) throw problem.ToError();
            if (ExplicitPolicy.IsRequired(authority, below)) throw RequiresPolicy(authority).ToError();
            EnsureIsValid(authority, now);
            if (FindChainProblem(i) is { } link) throw link.ToError();
            if (!authority.IsSelfIssued) below++;
        }
    }

    static IssuerProblem RequiresPolicy(DeviceCertificate authority) =>
        new("CertificatePolicies", "IssuerRequiresPolicy",
            $"'{SubjectText.Shorten(authority.Subject)}' requires a certificate policy (requireExplicitPolicy) below it.",
            "Use a CA that does not require one: certificates that are issued here have no policies.");

    IssuerProblem? FindChainProblem(int place)
    {
        var (authority, chain) = (Chain.Certificates[place], Chain.Certificates);
        var name = SubjectText.Shorten(authority.Subject);
        if (place + 1 < chain.Count && KeyIdentifiers.FindMismatch(authority, chain[place + 1]) is { } mismatch)
            return new("KeyIdentifiers", "IssuerKeyIdentifierMismatch", $"'{name}' says that {mismatch}.",
                "Use the certificate of the CA that really signed it.");
        for (var i = 0; i < place; i++)
        {
            if (ConstrainedNames.Find(authority, chain[i], isLast: false) is { } reason)
            {
                return new("NameConstraints", "IssuerNameForbidden",
                    $"'{name}' may not have '{SubjectText.Shorten(chain[i].Subject)}' below it: {reason}.",
                    "Use a CA that is within the constraints.");
            }
        }

        return null;
    }

    /// <summary>Checks that this CA may sign revocation lists now.</summary>
    /// <exception cref="IssuanceException">It may not; the message says why.</exception>
    internal void EnsureCanRevoke(DateTime now)
    {
        EnsureHasKey();
        EnsureIsValid(Own, now);
        if (Own.KeyUsage is { } usage && (usage & X509KeyUsageFlags.CrlSign) == 0)
            throw new IssuanceException("IssuerMayNotRevoke", ErrorKind.InvalidArgument,
                $"'{SubjectText.Shorten(Own.Subject)}' may not sign revocation lists: its keyUsage is {usage}.",
                "Use a CA's certificate with cRLSign.", "RevocationLists");
    }

    void EnsureHasKey()
    {
        var name = SubjectText.Shorten(Name);
        if (Signer is null)
            throw new IssuanceException("IssuerWithoutKey", ErrorKind.InvalidArgument,
                $"The issuer '{name}' has no private key at hand.",
                "Import it with its key: Import-CertificateAuthority -Path <certificate> -KeyPath <key>.");
        if (Own.Point is null)
            throw new IssuanceException("IssuerKeyUnsupported", ErrorKind.InvalidArgument,
                $"The key of the issuer '{name}' is {Own.KeyAlgorithm}.", "Device certificates are signed by a CA on P-256.", "KeyIsP256");
        if (!Signer.PublicPoint.AsSpan().SequenceEqual(Own.Point))
            throw new IssuanceException("KeyMismatch", ErrorKind.Conflict,
                $"The private key does not belong to the certificate of the issuer '{name}'.",
                "Give the key that was made for this certificate.", "PrivateKeyMatches");
    }

    static void EnsureIsValid(DeviceCertificate certificate, DateTime now)
    {
        var name = SubjectText.Shorten(certificate.Subject);
        if (certificate.Fields.NotAfter < now)
            throw new IssuanceException("IssuerExpired", ErrorKind.Conflict,
                $"'{name}' expired on {Lifetime.Text(certificate.Fields.NotAfter)}.", "Issue from a CA that is valid.", "NotExpired");
        if (certificate.Fields.NotBefore > now)
            throw new IssuanceException("IssuerNotYetValid", ErrorKind.Conflict,
                $"'{name}' is valid only from {Lifetime.Text(certificate.Fields.NotBefore)}; now is {Lifetime.Text(now)}.",
                "Check this computer's clock.", "NotBeforeInPast");
    }

    /// <summary>Checks that no CA of the chain has name constraints that forbid a subject and its other names below it.</summary>
    /// <exception cref="IssuanceException">One has; the message names it.</exception>
    internal void EnsureNameAllowed(Asn1Sequence subject, GeneralNames? alternatives = null)
    {
        foreach (var authority in Chain.Certificates)
        {
            if (ConstrainedNames.Find(authority, subject, alternatives) is { } reason)
                throw new IssuanceException("NameForbidden", ErrorKind.Conflict,
                    $"'{SubjectText.Shorten(authority.Subject)}' may not have "
                        + $"'{SubjectText.Shorten(DistinguishedName.Format(subject))}' below it (name constraints): {reason}.",
                    "Issue from a CA whose name constraints allow this name.", "NameConstraints");
        }
    }

    internal static InputException NoKey(string subject) =>
        new("IssuerWithoutKey", ErrorKind.InvalidArgument,
            $"The certificate of '{SubjectText.Shorten(subject)}' comes without an EC private key that can be used.",
            "Give a certificate with its key, or import both: Import-CertificateAuthority -Path <certificate> -KeyPath <key>.");

    /// <summary>Sets where the CA publishes its lists and its certificate: what it issues from now on names these places.</summary>
    public void PublishAt(AuthorityUris uris) => Uris = uris;

    /// <summary>Releases the private key: one in memory is overwritten, a token's sessions are closed.</summary>
    public void Dispose() => Signer?.Dispose();

    /// <summary>The CA's name.</summary>
    public override string ToString() => MessageText.Clean(Name);
}
