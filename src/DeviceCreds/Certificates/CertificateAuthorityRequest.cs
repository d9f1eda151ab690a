using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace DeviceCreds;

/// <summary>A certificate signing request (PKCS#10, RFC 2986) for a CA's key, to be signed by a CA elsewhere.</summary>
public sealed class CertificateAuthorityRequest
{
    readonly DeviceCertificateRequest _request;
    readonly ICertificateSigner? _signer;

    CertificateAuthorityRequest(DeviceCertificateRequest request, ICertificateSigner? signer) => (_request, _signer) = (request, signer);

    /// <summary>The subject's common name; null when the request has none.</summary>
    public string? Name => _request.EndpointName;

    /// <summary>The subject's name, as RFC 4514 writes it.</summary>
    public string Subject => _request.Subject;

    /// <summary>How many CAs may stand below it (pathLenConstraint), as far as the request says.</summary>
    public int? PathLength => Constraints?.PathLenConstraint is { BitLength: < 32 } length ? length.IntValue : null;

    /// <summary>Whether the request asks for a CA's certificate; some programs leave that to the signer.</summary>
    public bool AsksForAuthority => Constraints?.IsCA() == true;

    /// <summary>The key pair, when it was made here in memory; null when it lives elsewhere.</summary>
    public DeviceKey? Key => (_signer as SoftwareSigner)?.Key;

    /// <summary>Where the private key lives; null when it is not at hand.</summary>
    public string? KeyLocation => _signer?.Location;

    /// <summary>The request in DER.</summary>
    public byte[] Der => _request.Der;

    /// <summary>The request in PEM, label <c>CERTIFICATE REQUEST</c>, without a newline at the end.</summary>
    public string Pem => _request.Pem;

    BasicConstraints? Constraints => _request.RequestedExtensions.FirstOrDefault(e => e.Id.Equals(X509Extensions.BasicConstraints))
        is { } asked ? Extensions.Constraints(asked) : null;

    /// <summary>Makes a request and signs it with the CA's key.</summary>
    /// <param name="name">The CA's common name: 1 to 64 characters.</param>
    /// <param name="signer">The key, wherever it lives.</param>
    /// <param name="pathLength">How many CAs may stand below it; null leaves that to the signer.</param>
    /// <param name="cancel">Ends the wait for the signature.</param>
    /// <exception cref="IssuanceException">The name or the path length is not possible.</exception>
    public static CertificateAuthorityRequest Create(
        string name, ICertificateSigner signer, int? pathLength = null, CancellationToken cancel = default)
    {
        Check(name, pathLength);
        var constraints = pathLength is { } length ? new BasicConstraints(length) : new BasicConstraints(true);
        var extensions = new DerSequence(
            Extensions.Write(X509Extensions.BasicConstraints, true, constraints),
            Extensions.Write(X509Extensions.KeyUsage, true, new KeyUsage((int)CertificateProfile.Authority.KeyUsage)));
        var attribute = new DerSequence(PkcsObjectIdentifiers.Pkcs9AtExtensionRequest, new DerSet(extensions));
        var der = DeviceCertificateRequest.Sign(
            DistinguishedName.Create(name), signer.PublicPoint, new DerSet(attribute), info => signer.Sign(info, cancel));
        return new(DeviceCertificateRequest.Read(new InputFile(der, name)), signer);
    }

    /// <summary>Checks what can be checked before there is a key.</summary>
    /// <exception cref="IssuanceException">The name or the path length is not possible.</exception>
    public static void Check(string name, int? pathLength)
    {
        SubjectText.CheckAuthorityName(name);
        AuthorityIssuer.CheckPathLength(pathLength);
    }

    /// <summary>What signs with a key in memory; by default with a new one.</summary>
    /// <exception cref="IssuanceException">The key has no private half.</exception>
    public static ICertificateSigner SignerOf(DeviceKey? key) => key is { HasPrivateKey: false }
        ? throw new IssuanceException("KeyIsPublic", ErrorKind.InvalidArgument,
            "The key has no private half, and a request is signed with it.", "Import-DeviceKey reads the CA's private key.")
        : new SoftwareSigner(key ?? DeviceKey.Generate(), "memory");

    /// <inheritdoc cref="DeviceCertificateRequest.Read(InputFile)"/>
    public static CertificateAuthorityRequest Read(InputFile file) => new(DeviceCertificateRequest.Read(file), null);

    /// <summary>Signs the request. The request decides nothing but the key, and the name where no other is given.</summary>
    /// <param name="order">What the CA must be, and who signs it.</param>
    /// <param name="cancel">Ends the wait for the issuer's signature.</param>
    /// <returns>The CA, without its key unless the request was made here, and what was asked for and not given, for people.</returns>
    /// <exception cref="IssuanceException">The order is not possible, or the issuer may not issue CAs.</exception>
    public (CertificateAuthority Authority, IReadOnlyList<string> NotGranted) Certify(AuthorityOrder order, CancellationToken cancel)
    {
        var issuer = order.Issuer ?? throw new IssuanceException("IssuerMissing", ErrorKind.InvalidArgument,
            "A request is signed by a CA above, and no issuer was given.", "Give -Issuer: the CA above, with its private key.");
        if (issuer.Chain.Certificates.Any(c => _request.Key.Matches(c.Point)))
            throw new IssuanceException("KeyOfAuthority", ErrorKind.InvalidArgument,
                $"The request of '{SubjectText.Shorten(Subject)}' has the key of a CA above.", "Make a key for each CA.");
        // A request for less than the issuer allows is heeded; more is not granted.
        var most = issuer.PathLength - 1;
        var asked = PathLength is { } length && length <= (most ?? length) ? PathLength : null;
        var authority = new AuthorityIssuer(order with { PathLength = order.PathLength ?? asked }, DistinguishedName.Create(order.Name))
            .Certify(_request.Key.Point, _signer, cancel);
        return (authority, _request.FindNotGranted(authority.Own));
    }

    /// <summary>The subject's name.</summary>
    public override string ToString() => _request.ToString();
}
