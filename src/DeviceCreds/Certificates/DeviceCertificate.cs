using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>
/// A certificate that was read, by whomever it was made. Nothing is judged here: see the rule catalogue for that.
/// Times are local, as those of <see cref="X509Certificate2"/>, so that a script can compare them with <c>Get-Date</c>.
/// </summary>
public sealed class DeviceCertificate : IEquatable<DeviceCertificate>
{
    const int MaximumRemembered = 1024;
    static readonly ConcurrentDictionary<(string Certificate, string Key), bool> AuthoritySignatures = new();

    // Taking a key in costs more than verifying with it.
    static readonly ConcurrentDictionary<string, P256.Verifier> Verifiers = new();

    LastIssuer? _lastIssuer;
    X509Certificate2? _certificate;
    P256.Verifier? _verifier;
    int? _hash;
    string? _subjectKey;
    string? _issuerKey;
    string? _endpointName;
    string? _pem;
    string? _parserProblem;

    internal DeviceCertificate(byte[] der, string? path = null, int position = 1, FileEncoding encoding = FileEncoding.Der)
    {
        CertificateDer = der;
        Path = path;
        Position = position;
        Encoding = encoding;
        Fields = new CertificateFields(der);
        Point = KeyReader.ReadPublicPoint(Fields.KeyInfo, out var description);
        KeyAlgorithm = description;
    }

    internal CertificateFields Fields { get; }

    /// <summary>The subject's first common name (CN); null when there is none.</summary>
    public string? EndpointName => _endpointName ??= DistinguishedName.First(Fields.Subject, X509Name.CN);

    /// <summary>The subject's first organizational unit (OU); null when there is none.</summary>
    public string? AccountId => DistinguishedName.First(Fields.Subject, X509Name.OU);

    /// <summary>The subject's name, as RFC 4514 writes it.</summary>
    public string Subject => Fields.SubjectText;

    /// <summary>The issuer's name, as RFC 4514 writes it.</summary>
    public string Issuer => Fields.IssuerText;

    /// <summary>The serial number in hexadecimal, as OpenSSL's index writes it.</summary>
    public string SerialNumber => SerialNumbers.Format(Fields.Serial);

    /// <summary>Valid from, in local time.</summary>
    public DateTime NotBefore => Lifetime.Local(Fields.NotBefore);

    /// <summary>Valid until, in local time.</summary>
    public DateTime NotAfter => Lifetime.Local(Fields.NotAfter);

    /// <summary>SHA-1 of the certificate in hexadecimal: the name by which Windows knows it.</summary>
    public string Thumbprint => Hex.Encode(Digest.Sha1(CertificateDer));

    /// <summary>SHA-256 of the certificate in hexadecimal.</summary>
    public string Fingerprint => Hex.Encode(Digest.Sha256(CertificateDer));

    /// <summary>The file it was read from; null when it was not read from one.</summary>
    public string? Path { get; }

    /// <summary>Its place among the certificates of the file, from 1.</summary>
    public int Position { get; }

    /// <summary>How it stood in the file.</summary>
    public FileEncoding Encoding { get; }

    /// <summary>The key, in words: <c>EC P-256</c>, or what it is instead.</summary>
    public string KeyAlgorithm { get; }

    /// <summary>The signature algorithm's name, such as <c>ecdsa-with-SHA256</c>, or its OID.</summary>
    public string SignatureAlgorithm => Algorithms.Name(Fields.OuterAlgorithm.Algorithm);

    /// <summary>The key usages (RFC 5280, 4.2.1.3); null when the extension is absent.</summary>
    public X509KeyUsageFlags? KeyUsage => Extensions.KeyUsage(Fields);

    /// <summary>The extended key usages (RFC 5280, 4.2.1.12), by name where they have one; empty when the extension is absent.</summary>
    public IReadOnlyList<string> EnhancedKeyUsage => Extensions.ExtendedKeyUsage(Fields)?.Select(Extensions.PurposeName).ToList() ?? [];

    /// <summary>Whether basicConstraints says that this is a CA.</summary>
    public bool IsCertificateAuthority => Extensions.BasicConstraints(Fields)?.IsCA() == true;

    /// <summary>Whether it is signed with its own key.</summary>
    public bool IsSelfSigned => IsSelfIssued && IsSignedBy(this);

    /// <summary>The certificate for .NET's own interfaces, made on first use; it never holds the private key.</summary>
    /// <exception cref="InputException">.NET does not read it.</exception>
    // .NET 9 renamed the constructor; the old one stays right on the frameworks that this is built for.
    public X509Certificate2 Certificate => _certificate ??= Guarded.Parse(() => new X509Certificate2(CertificateDer), NotForPlatform);

    InputException NotForPlatform(Exception e) => new("CertificateNotForPlatform", ErrorKind.InvalidData,
        $"this system cannot read the certificate of '{SubjectText.Shorten(Subject)}': {SubjectText.Clean(e.Message, 200)}",
        "Use the other properties: they do not need the system's reader.", Path, inner: e);

    /// <summary>The firmware whose updates it signs, where the file that it was read from says so.</summary>
    internal FirmwareIdentity? Firmware { get; init; }

    /// <summary>The certificate in PEM, without a newline at the end.</summary>
    public string CertificatePem => _pem ??= Pem.Encode("CERTIFICATE", CertificateDer);

    /// <summary>The certificate in DER.</summary>
    public byte[] CertificateDer { get; }

    /// <summary>The public point, when the key is an uncompressed named P-256 key.</summary>
    internal byte[]? Point { get; }

    /// <summary>The key in a form to compare: the point, or else the whole SubjectPublicKeyInfo.</summary>
    internal byte[] KeyBytes => Point ?? Fields.KeyInfo.GetDerEncoded();

    /// <summary>Why the Device Management client's parser cannot read it, as a clause; null when it can.</summary>
    internal string? ParserProblem => (_parserProblem ??= DeviceParser.FindProblem(CertificateDer, Point) ?? "") is { Length: > 0 } problem ? problem : null;

    /// <summary>Whether it has a date that the device cannot express.</summary>
    internal bool IsBefore1970 => Fields.NotBefore.Year < 1970 || Fields.NotAfter.Year < 1970;

    /// <summary>Whether issuer and subject are the same bytes (RFC 5280's "self-issued").</summary>
    internal bool IsSelfIssued => Fields.IssuerDer.AsSpan().SequenceEqual(Fields.SubjectDer);

    /// <summary>The subject in the form in which names are compared.</summary>
    internal string SubjectKey => _subjectKey ??= DistinguishedName.Normalise(Fields.Subject);

    /// <summary>The issuer in the form in which names are compared.</summary>
    internal string IssuerKey => _issuerKey ??= DistinguishedName.Normalise(Fields.Issuer);

    // A limit beyond all counting is none.
    internal int? PathLength => Extensions.BasicConstraints(Fields)?.PathLenConstraint is { } length ? length.BitLength < 32 ? length.IntValue : int.MaxValue : null;

    /// <summary>What <see cref="IssuerRights"/> found.</summary>
    internal IssuerRights? Rights { get; set; }

    internal bool NamesAsIssuer(DeviceCertificate issuer) => Fields.IssuerDer.AsSpan().SequenceEqual(issuer.Fields.SubjectDer);

    /// <summary>Whether the signature is an ECDSA-with-SHA256 one of the issuer's P-256 key.</summary>
    internal bool IsSignedBy(DeviceCertificate issuer)
    {
        // A CA is asked about once for every device below it.
        if (_lastIssuer is { } last && ReferenceEquals(last.Issuer, issuer)) return last.Signed;
        var signed = issuer.Verifier is { } verifier && Fields.OuterAlgorithm.Algorithm.Equals(X9ObjectIdentifiers.ECDsaWithSha256) && Verify(verifier, issuer.Point!);
        _lastIssuer = new(issuer, signed);
        return signed;
    }

    /// <summary>
    /// Why the signature cannot be verified with an issuer's key, as a clause; null when it can. A signature of another kind may
    /// well be right: it is only not looked at.
    /// </summary>
    internal string? FindUnverifiable(DeviceCertificate issuer) =>
        issuer.Point is null || !Fields.OuterAlgorithm.Algorithm.Equals(X9ObjectIdentifiers.ECDsaWithSha256)
            ? $"it is signed with {SignatureAlgorithm}, and '{SubjectText.Shorten(issuer.Subject)}' holds {issuer.KeyAlgorithm}; "
                + "only ecdsa-with-SHA256 and keys on P-256 are verified"
            : null;

    P256.Verifier? Verifier => _verifier ??= Point is { } point ? Remember(Verifiers, Hex.Encode(point), _ => new P256.Verifier(point)) : null;

    // Each device's file brings its own copy of the same few CAs: whether these bytes are signed with that key never changes.
    bool Verify(P256.Verifier verifier, byte[] point)
    {
        if (!IsCertificateAuthority) return verifier.Verify(Fields.Tbs, Fields.Signature);
        return Remember(AuthoritySignatures, (Fingerprint, Hex.Encode(point)), _ => verifier.Verify(Fields.Tbs, Fields.Signature));
    }

    static TValue Remember<TKey, TValue>(ConcurrentDictionary<TKey, TValue> known, TKey key, Func<TKey, TValue> find)
        where TKey : notnull
    {
        if (known.TryGetValue(key, out var value)) return value;
        if (known.Count >= MaximumRemembered) known.Clear();
        return known.GetOrAdd(key, find);
    }

    /// <summary>Two certificates are equal when their bytes are.</summary>
    public bool Equals(DeviceCertificate? other) => other is not null && CertificateDer.AsSpan().SequenceEqual(other.CertificateDer);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DeviceCertificate);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash ??= BitConverter.ToInt32(Digest.Sha256(CertificateDer), 0);

    /// <summary>The subject's name.</summary>
    public override string ToString() => MessageText.Clean(Subject);

    sealed record LastIssuer(DeviceCertificate Issuer, bool Signed);
}
