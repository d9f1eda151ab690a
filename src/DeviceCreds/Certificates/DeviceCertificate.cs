using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;

namespace DeviceCreds;

/// <summary>
/// A certificate that was read from anywhere. It is not judged here: see the rule catalogue for that.
/// Times are local, as those of <see cref="X509Certificate2"/>, so that a script can compare them with <c>Get-Date</c>.
/// </summary>
public sealed class DeviceCertificate : IEquatable<DeviceCertificate>
{
    X509Certificate2? _certificate;
    string? _endpointName;
    string? _accountId;
    string? _pem;

    internal DeviceCertificate(byte[] der, string? path = null, int position = 1, FileEncoding encoding = FileEncoding.Der)
    {
        CertificateDer = der;
        Path = path;
        Position = position;
        Encoding = encoding;
        Fields = CertificateFields.Read(der);
        var description = KeyReader.P256Key;
        Point = Fields.PlainPoint is { } point && P256.IsPoint(point) ? point : KeyReader.ReadPublicPoint(Fields.KeyInfo, out description);
        KeyAlgorithm = description;
        Facts = new(Fields, der, Point);
    }

    /// <summary>Another copy of a certificate, from elsewhere: nothing is read again.</summary>
    internal DeviceCertificate(DeviceCertificate copy, string? path, int position, FileEncoding encoding)
    {
        (CertificateDer, Path, Position, Encoding) = (copy.CertificateDer, path, position, encoding);
        (Fields, Point, KeyAlgorithm, Facts) = (copy.Fields, copy.Point, copy.KeyAlgorithm, copy.Facts);
    }

    /// <summary>Takes what is known of another copy of the same certificate.</summary>
    internal void Share(DeviceCertificate copy) => (Fields, Facts) = (copy.Fields, copy.Facts);

    /// <summary>Takes from another certificate what is the same in both: extensions that were read, a key that was imported.</summary>
    internal void ShareParts(DeviceCertificate other)
    {
        Fields.Share(other.Fields);
        Facts.ShareKey(other.Facts);
    }

    internal CertificateFields Fields { get; private set; }

    /// <summary>What was computed about it.</summary>
    internal CertificateFacts Facts { get; private set; }

    /// <summary>The subject's first common name (CN); null when there is none.</summary>
    public string? EndpointName => _endpointName ??= Fields.FirstOfSubject(X509Name.CN);

    /// <summary>The subject's first organizational unit (OU); null when there is none.</summary>
    public string? AccountId => _accountId ??= Fields.FirstOfSubject(X509Name.OU);

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

    /// <summary>How it was encoded in the file.</summary>
    public FileEncoding Encoding { get; }

    /// <summary>The key, in words, such as <c>EC P-256</c>.</summary>
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
    // .NET 9 renamed the constructor; the old one is still right on the frameworks that this is built for.
    public X509Certificate2 Certificate => _certificate ??= Guarded.Parse(() => new X509Certificate2(CertificateDer), NotForPlatform);

    InputException NotForPlatform(Exception e) => new("CertificateNotForPlatform", ErrorKind.InvalidData,
        $"this system cannot read the certificate of '{SubjectText.Shorten(Subject)}': {SubjectText.Clean(e.Message, 200)}",
        "Use the other properties: they do not need the system's reader.", Path, inner: e);

    /// <summary>The firmware whose updates it signs, where its file names it.</summary>
    internal FirmwareIdentity? Firmware { get; init; }

    /// <summary>The certificate in PEM, without a newline at the end.</summary>
    public string CertificatePem => _pem ??= Pem.Encode("CERTIFICATE", CertificateDer);

    /// <summary>The certificate in DER.</summary>
    public byte[] CertificateDer { get; }

    /// <summary>The public point, when the key is an uncompressed named P-256 key.</summary>
    internal byte[]? Point { get; }

    /// <summary>The key in a form to compare: the point, or otherwise the complete SubjectPublicKeyInfo.</summary>
    internal byte[] KeyBytes => Point ?? Fields.KeyInfo.GetDerEncoded();

    /// <summary>Whether it has a date that the device cannot express.</summary>
    internal bool IsBefore1970 => Fields.NotBefore.Year < 1970 || Fields.NotAfter.Year < 1970;

    /// <summary>Whether issuer and subject are the same bytes (RFC 5280's "self-issued").</summary>
    internal bool IsSelfIssued => Fields.IssuerDer.AsSpan().SequenceEqual(Fields.SubjectDer);

    /// <summary>The subject in the form in which names are compared.</summary>
    internal string SubjectKey => Fields.SubjectKey;

    /// <summary>The issuer in the form in which names are compared.</summary>
    internal string IssuerKey => Fields.IssuerKey;

    // A limit that does not fit is no limit.
    internal int? PathLength =>
        Extensions.BasicConstraints(Fields)?.PathLenConstraint is not { } length ? null
            : length.BitLength < 32 ? length.IntValue
            : int.MaxValue;

    /// <summary>Whether the signature is an ECDSA-with-SHA256 one of the issuer's P-256 key.</summary>
    internal bool IsSignedBy(DeviceCertificate issuer) => Facts.IsSignedBy(issuer.Facts);

    /// <inheritdoc cref="CertificateFacts.IsForDevices"/>
    internal bool IsForDevices(DeviceCertificate issuer) => Facts.IsForDevices(issuer.Facts);

    /// <inheritdoc cref="CertificateFacts.IsIssuedBy"/>
    internal bool IsIssuedBy(DeviceCertificate issuer) => Facts.IsIssuedBy(issuer.Facts);

    /// <summary>
    /// Why the signature cannot be verified with an issuer's key, as a clause; null when it can. A signature of another kind
    /// may be right, but is not verified here.
    /// </summary>
    internal string? FindUnverifiable(DeviceCertificate issuer) =>
        !IsForDevices(issuer)
            ? $"it is signed with {SignatureAlgorithm}, and '{SubjectText.Shorten(issuer.Subject)}' holds {issuer.KeyAlgorithm}; "
                + "only ecdsa-with-SHA256 and keys on P-256 are verified"
            : null;

    /// <summary>Two certificates are equal when their bytes are.</summary>
    public bool Equals(DeviceCertificate? other) =>
        other is not null && (ReferenceEquals(Facts, other.Facts) || CertificateDer.AsSpan().SequenceEqual(other.CertificateDer));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DeviceCertificate);

    /// <inheritdoc/>
    public override int GetHashCode() => Facts.Hash;

    /// <summary>The subject's name.</summary>
    public override string ToString() => MessageText.Clean(Subject);
}
