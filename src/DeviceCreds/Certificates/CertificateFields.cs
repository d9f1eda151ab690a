using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;

namespace DeviceCreds;

/// <summary>
/// The fields of a Certificate (RFC 5280, 4.1), parsed but not judged: wrong values are kept, so that
/// the rules can name them; only bytes that cannot be read as a certificate are refused.
/// </summary>
internal sealed class CertificateFields
{
    SubjectPublicKeyInfo? _keyInfo;
    (DerObjectIdentifier, Asn1Encodable)[]? _subjectAttributes;
    string? _issuerText;
    string? _subjectText;
    string? _subjectKey;
    string? _issuerKey;

    /// <summary>Reads a certificate: at once where it has the usual form, otherwise with BouncyCastle.</summary>
    /// <exception cref="ArgumentException">The bytes are not a Certificate. (BouncyCastle throws others of its own;
    /// <see cref="CertificateReader"/> knows them.)</exception>
    public static CertificateFields Read(byte[] der) => PlainCertificate.TryRead(der) ?? BerCertificate.Read(der);

    /// <summary>Whether the certificate as a whole is DER: one canonical encoding (X.690, 10 and 11).</summary>
    public required bool IsDer { get; init; }

    /// <summary>1, 2 or 3, or whatever number the certificate has.</summary>
    public required int Version { get; init; }

    /// <summary>The signed part, as it came.</summary>
    public required byte[] Tbs { get; init; }
    public required BigInteger Serial { get; init; }
    public required AlgorithmIdentifier InnerAlgorithm { get; init; }
    public required AlgorithmIdentifier OuterAlgorithm { get; init; }
    public required DateTime NotBefore { get; init; }
    public required DateTime NotAfter { get; init; }

    /// <summary>The times as they are encoded.</summary>
    public required byte[] RawNotBefore { get; init; }
    public required byte[] RawNotAfter { get; init; }
    public required byte[] Signature { get; init; }
    public required ExtensionField[] Extensions { get; init; }
    public required Asn1Sequence Issuer { get; init; }
    public required Asn1Sequence Subject { get; init; }
    public required byte[] IssuerDer { get; init; }
    public required byte[] SubjectDer { get; init; }
    public required byte[] KeyInfoDer { get; init; }

    /// <summary>The point of a key on P-256 in its usual form; it may be off the curve. Null for any other key.</summary>
    public byte[]? PlainPoint { get; init; }

    // Made when they are asked for.
    public SubjectPublicKeyInfo KeyInfo => _keyInfo ??= SubjectPublicKeyInfo.GetInstance(Asn1Object.FromByteArray(KeyInfoDer));
    public string IssuerText => _issuerText ??= DistinguishedName.Format(Issuer);
    public string SubjectText => _subjectText ??= DistinguishedName.Format(Subject);

    /// <summary>The attributes of the subject, in encoded order.</summary>
    public (DerObjectIdentifier Type, Asn1Encodable Value)[] SubjectAttributes =>
        _subjectAttributes ??= [.. DistinguishedName.Attributes(Subject)];

    /// <summary>The subject's first value of a type; null when it has no value of this type.</summary>
    public string? FirstOfSubject(DerObjectIdentifier type) =>
        Array.Find(SubjectAttributes, a => a.Type.Equals(type)).Value is { } value ? DistinguishedName.Text(value) : null;

    /// <summary>The subject in the form in which names are compared.</summary>
    public string SubjectKey => _subjectKey ??= DistinguishedName.Normalise(Subject);

    /// <summary>The issuer in the form in which names are compared.</summary>
    public string IssuerKey => _issuerKey ??= DistinguishedName.Normalise(Issuer);

    /// <summary>Takes what is the same in another certificate from there, with all that was read in it.</summary>
    public void Share(CertificateFields other)
    {
        if (IsDer && other.IsDer && other.IssuerDer.AsSpan().SequenceEqual(IssuerDer))
            (_issuerText, _issuerKey) = (other.IssuerText, other.IssuerKey);
        for (var i = 0; i < Math.Min(Extensions.Length, other.Extensions.Length); i++)
        {
            if (Extensions[i].IsSame(other.Extensions[i])) Extensions[i] = other.Extensions[i];
        }
    }

    public ExtensionField? Extension(DerObjectIdentifier id)
    {
        foreach (var extension in Extensions)
        {
            if (extension.Id.Equals(id)) return extension;
        }

        return null;
    }
}
